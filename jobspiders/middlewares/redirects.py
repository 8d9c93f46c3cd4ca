"""Follows redirects as Scrapy does, and mends what is lost on the way."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.http import Response

from jobspiders.middlewares.sites import Sites


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """In place of Scrapy's, with its settings.

    A redirect to an address that was seen before (back to the page after a session was renewed) is followed and
    not dropped in silence as a duplicate: the errback would never be called. A redirect to another host waits in
    the download slot of that host, not in the one it came from.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]  # without the deprecated spider
        """Follow a redirect. Loops end at REDIRECT_MAX_TIMES."""
        result = super().process_response(request, response)
        if isinstance(result, Request):
            result.dont_filter = True
            result.meta.pop("download_slot", None)
            # What probes an open circuit is the request at the end of the way.
            result.meta.pop("breaker_probe", None)
            Sites.of(self.crawler).withdraw(request)
        return result
