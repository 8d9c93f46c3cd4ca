"""Tries failed requests again by cause. In place of Scrapy's own RetryMiddleware."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.middlewares.blocks import BlockedError
from jobspiders.middlewares.outcomes import Outcome, cause_of_exception, cause_of_status
from jobspiders.middlewares.proxy_address import mask
from jobspiders.middlewares.retries import Retries
from jobspiders.middlewares.sites import Sites


class RetryMiddleware:
    """After block detection. Settings: RETRY_ENABLED, RETRY_BUDGETS, RETRY_BUDGET_*, RETRY_PRIORITY_ADJUST.

    Stats: retry/count, retry/cause/<cause>, retry/given_up/<reason>.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("RETRY_ENABLED", True):
            raise NotConfigured("RETRY_ENABLED is off")
        try:
            self.retries = Retries.of(crawler)
        except ValueError as error:
            raise NotConfigured(str(error)) from None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Another try for an answer whose status is a failure; the answer itself when tries are used up."""
        cause = cause_of_status(response.status)
        if cause is None or "cached" in response.flags:
            return response
        outcome = Outcome(Sites.key_of(request), cause, proxy=request.meta.get("proxy_label"))
        return self.retries.again(request, outcome, reason=f"status {response.status}") or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Another try for a download that failed."""
        label = request.meta.get("proxy_label")
        cause = cause_of_exception(exception, through_pool=label is not None)
        if cause is None or isinstance(exception, BlockedError):
            return None
        outcome = Outcome(Sites.key_of(request), cause, proxy=label)
        return self.retries.again(
            request, outcome, reason=f"{type(exception).__name__}: {mask(str(exception))}"
        )
