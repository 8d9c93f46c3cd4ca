"""The boards that are crawled, at an origin on loopback, and bare spiders that ask for the same and only count."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response

from jobspiders.bases.listing import Listing
from jobspiders.parsing.page import Page
from jobspiders.spiders.greenhouse import GreenhouseSpider
from jobspiders.spiders.linkedin import LinkedinSpider

_HOST = re.compile(r"https://(?:boards-api\.greenhouse\.io|www\.linkedin\.com)")


class LoopbackGreenhouse(GreenhouseSpider):
    """The ATS platform as it is, with its requests going to the setting BENCHMARK_ORIGIN."""

    allowed_domains: list[str] = ["127.0.0.1"]

    def _listing(self, *arguments: Any) -> Request:
        return _redirected(super()._listing(*arguments), self.settings)


class LoopbackLinkedin(LinkedinSpider):
    """The search board as it is; its list goes on to its end, where the real one stops at 1,000."""

    allowed_domains: list[str] = ["127.0.0.1"]
    #: Of the loopback site, which is asked for it.
    robots = "allowed"

    def _listing(self, *arguments: Any) -> Request:
        return _redirected(super()._listing(*arguments), self.settings)

    def _posting_or_detail(self, *arguments: Any) -> Any:
        for out in super()._posting_or_detail(*arguments):
            yield _redirected(out, self.settings) if isinstance(out, Request) else out

    def listing_from_html(self, page: Page) -> Listing | None:
        listing = super().listing_from_html(page)
        if listing is not None:
            listing.last = None
        return listing


class BareAts(scrapy.Spider):
    """Bare Scrapy: the documents of the same tenants, counted."""

    name = "bare_ats"

    async def start(self) -> AsyncIterator[Any]:
        origin = self.settings["BENCHMARK_ORIGIN"]
        for token in self.companies.split(","):  # type: ignore[attr-defined]  # argument
            yield Request(f"{origin}/v1/boards/{token}/jobs?content=true")

    def parse(self, response: Response) -> None:
        """Count it."""
        self.crawler.stats.inc_value("bare/pages")


class BareSearch(scrapy.Spider):
    """Bare Scrapy: the same search and the same pages of postings in the same order, counted."""

    name = "bare_search"
    _key = re.compile(rb"urn:li:jobPosting:(\d+)")

    async def start(self) -> AsyncIterator[Any]:
        yield self._page(0)

    def _page(self, offset: int) -> Request:
        origin = self.settings["BENCHMARK_ORIGIN"]
        url = f"{origin}/jobs-guest/jobs/api/seeMoreJobPostings/search?keywords=x&start={offset}"
        return Request(url, cb_kwargs={"offset": offset})

    def parse(self, response: Response, offset: int) -> Any:
        """Go on with the postings that the page names, and the next page."""
        keys = self._key.findall(response.body)
        origin = self.settings["BENCHMARK_ORIGIN"]
        for key in keys:
            url = f"{origin}/jobs-guest/jobs/api/jobPosting/{key.decode()}"
            yield Request(url, callback=self.count, priority=1)
        if keys:
            yield self._page(offset + len(keys))

    def count(self, response: Response) -> None:
        """Count it."""
        self.crawler.stats.inc_value("bare/pages")


def _redirected(request: Request, settings: Any) -> Request:
    return request.replace(url=_HOST.sub(settings["BENCHMARK_ORIGIN"], request.url))


SPIDERS: dict[str, type[scrapy.Spider]] = {
    "ats": LoopbackGreenhouse,
    "search": LoopbackLinkedin,
    "bare_ats": BareAts,
    "bare_search": BareSearch,
}
