"""Looks at every answer and failure, says what it was, and turns block pages into BlockedError."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, ResponseDataLossError
from scrapy.http import Response

from jobspiders.middlewares.block_envelope import RELEVANT_HEADERS
from jobspiders.middlewares.blocks import Block, BlockedError, detect_block
from jobspiders.middlewares.outcomes import Outcome, cause_of_exception, cause_of_status
from jobspiders.middlewares.page_state import is_truncated, went_to_login
from jobspiders.middlewares.proxy_address import mask
from jobspiders.middlewares.retries import Retries
from jobspiders.middlewares.retry_budget import Cause
from jobspiders.middlewares.site_throttle import parse_retry_after
from jobspiders.middlewares.sites import Sites

logger = logging.getLogger(__name__)

_GZIP_SIZE = "gzip_size"
# Kinds of block that the same request from the same address meets again at once.
_LASTING = frozenset(("login", "consent"))


class BlockDetectionMiddleware:
    """Between decompression and retry. Settings: BLOCKS_ENABLED; request.meta: `dont_detect_blocks`.

    A block page is tried again as the budget of its cause allows and then reaches the errback as BlockedError;
    no callback sees one. Stats: blocks/count, blocks/vendor/<vendor>, blocks/kind/<kind>, blocks/last.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("BLOCKS_ENABLED", True):
            raise NotConfigured("BLOCKS_ENABLED is off: block pages reach the spider as pages")
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.retries = Retries.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.response_downloaded, signal=signals.response_downloaded)
        return middleware

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Note how long a compressed body says it is, before it is decompressed."""
        request.meta.pop(_GZIP_SIZE, None)
        if response.headers.get(b"Content-Encoding") == b"gzip":
            request.meta[_GZIP_SIZE] = int.from_bytes(response.body[-4:], "little")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Report the answer; raise BlockedError for a block, unless it is tried again."""
        if "cached" in response.flags:
            return self._replayed(request, response)
        block = None if request.meta.get("dont_detect_blocks") else self._block(request, response)
        cause = Cause.BLOCK if block else cause_of_status(response.status)
        if cause is None and _is_cut_off(request, response):
            cause = Cause.TRUNCATED
        outcome = self._outcome(request, cause, block, response)
        self.sites.report(request, outcome)
        if cause is None:
            self.retries.budget.succeeded()
            return response
        if block is None and cause is not Cause.TRUNCATED:
            return response
        if block is not None:
            self._count(block)
        again = None
        if block is None or outcome.proxy is not None or block.kind not in _LASTING:
            again = self.retries.again(request, outcome, reason=str(block or "body cut off"))
        if again is not None:
            return again
        if block is None:
            raise ResponseDataLossError(f"body cut off after {len(response.body)} bytes")
        raise BlockedError(block, url=response.url, status=response.status)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Report the failure; retry sees it next."""
        label = request.meta.get("proxy_label")
        cause = cause_of_exception(exception, through_pool=label is not None)
        if cause is None:
            self.sites.withdraw(request)
            return
        logger.debug("%s failed: %s", request, mask(str(exception)))
        self.sites.report(request, self._outcome(request, cause, None, None))

    def _replayed(self, request: Request, response: Response) -> Response:
        block = self._block(request, response)
        if block is not None:
            self._count(block)
            raise BlockedError(block, url=response.url, status=response.status)
        return response

    def _block(self, request: Request, response: Response) -> Block | None:
        block = detect_block(
            status=response.status,
            url=response.url,
            headers={
                name.decode("latin-1"): b"\n".join(values).decode("latin-1")
                for name, values in response.headers.items()
                if values and name.lower() in RELEVANT_HEADERS
            },
            body=response.body,
        )
        if block is not None and block.vendor == "unknown" and response.url.endswith("/robots.txt"):
            return None
        redirected = request.meta.get("redirect_urls")
        if block is None and redirected and went_to_login(response.url, redirected[0]):
            return Block("unknown", "login", "sent on to a login")
        return block

    def _outcome(
        self, request: Request, cause: Cause | None, block: Block | None, response: Response | None
    ) -> Outcome:
        retry_after = response.headers.get(b"Retry-After") if response is not None and cause else None
        return Outcome(
            site=self.sites.key_of(request),
            cause=cause,
            block=block,
            retry_after=parse_retry_after(retry_after.decode("latin-1"), self.sites.clock())
            if retry_after
            else None,
            proxy=request.meta.get("proxy_label"),
            latency=request.meta.get("download_latency"),
            probe=bool(request.meta.pop("breaker_probe", False)),
        )

    def _count(self, block: Block) -> None:
        stats = self.crawler.stats
        stats.inc_value("blocks/count")
        stats.inc_value(f"blocks/vendor/{block.vendor}")
        stats.inc_value(f"blocks/kind/{block.kind}")
        stats.set_value("blocks/last", str(block))
        if stats.get_value("blocks/count") == 1:
            logger.warning("Blocked by %s (%s): %s", block.vendor, block.kind, block.evidence)


def _is_cut_off(request: Request, response: Response) -> bool:
    """A body that stops in the middle though the connection ended in order.

    Either a gzip stream that is shorter than its trailer says, or a body whose length nobody gave.
    """
    size = request.meta.pop(_GZIP_SIZE, None)
    if size is not None:
        return size != len(response.body) & 0xFFFFFFFF and (not response.body or is_truncated(response.body))
    if response.status != 200 or b"Content-Length" in response.headers:
        return False
    return b"Transfer-Encoding" not in response.headers and is_truncated(response.body)
