"""What became of a request, in the terms that throttle, breaker, proxies and retry share."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from jobspiders.middlewares.blocks import Block, BlockedError
from jobspiders.middlewares.breaker import Verdict
from jobspiders.middlewares.retry_budget import Cause

RATE_STATUSES = frozenset((429, 503))
_PROXY_STATUS = 407
_TIMEOUT_STATUS = 408
_TLS_WORDS = ("ssl", "tls", "certificate")


class HeldBackError(IgnoreRequest):
    """The request was not sent: its site must not be asked now. It goes back to the scheduler."""

    def __init__(self, site: str, reason: str) -> None:
        super().__init__(f"{site} is held: {reason}")
        self.site = site
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cause` is None for an answer that is what was asked for, or an honest no (404).

    `retry_after` is in seconds as the site asked; `proxy` the label of the pool's proxy that was used.
    """

    site: str
    cause: Cause | None = None
    block: Block | None = None
    retry_after: float | None = None
    proxy: str | None = None
    latency: float | None = None
    probe: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """What this says about the site; None where it says nothing."""
        if self.cause is None:
            return Verdict.OK
        if self.cause in (Cause.PROXY, Cause.TRUNCATED):
            return None
        if self.cause is Cause.RATE_LIMIT or (self.block is not None and self.block.kind == "rate_limit"):
            return Verdict.THROTTLED
        return Verdict.BLOCKED if self.cause is Cause.BLOCK else Verdict.FAILED


def cause_of_status(status: int) -> Cause | None:
    """Why an answer of this status failed; None for one that a spider may read."""
    if status in RATE_STATUSES:
        return Cause.RATE_LIMIT
    if status == _TIMEOUT_STATUS:
        return Cause.TIMEOUT
    if status == _PROXY_STATUS:
        return Cause.PROXY
    return Cause.SERVER_ERROR if status >= 500 and status != 999 else None


def cause_of_exception(error: BaseException, *, through_pool: bool) -> Cause | None:
    """Why a download failed; None for what is no failure of site or proxy (ignored, cancelled, a fault of ours).

    Through a proxy of the pool a failed connection is the proxy's: with another proxy the site may answer.
    """
    if isinstance(error, BlockedError):
        return Cause.BLOCK
    if isinstance(error, IgnoreRequest):
        return None
    if isinstance(error, ResponseDataLossError):
        return Cause.TRUNCATED
    known = isinstance(
        error,
        DownloadTimeoutError
        | DownloadConnectionRefusedError
        | CannotResolveHostError
        | DownloadFailedError
        | OSError,
    )
    if not known:
        return None
    if through_pool:
        return Cause.PROXY
    if isinstance(error, DownloadTimeoutError | TimeoutError):
        return Cause.TIMEOUT
    if isinstance(error, CannotResolveHostError):
        return Cause.DNS
    if isinstance(error, ssl.SSLError) or _is_about_tls(error):
        return Cause.TLS
    return Cause.CONNECTION


def _is_about_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError | ssl.CertificateError):
            return True
        seen = seen.__cause__
    return isinstance(error, DownloadFailedError) and any(word in str(error).lower() for word in _TLS_WORDS)
