"""Cookies as Scrapy keeps them, without asking the network which domains are public suffixes."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

# Scrapy's extractor loads the list of suffixes from the network at the first cookie, past proxies and robots.txt,
# and logs a traceback where there is none. The list that the package carries is good enough for cookies.
cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)


class CookiesMiddleware(cookies.CookiesMiddleware):
    """In place of Scrapy's, with its settings and request.meta keys."""
