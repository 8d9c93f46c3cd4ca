from __future__ import annotations

import ssl

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from jobspiders.middlewares.blocks import Block, BlockedError
from jobspiders.middlewares.breaker import Verdict
from jobspiders.middlewares.outcomes import HeldBackError, Outcome, cause_of_exception, cause_of_status
from jobspiders.middlewares.retry_budget import Cause

BLOCK = Block("akamai", "refused", "x")


def tls_failure() -> Exception:
    error = DownloadConnectionRefusedError("cannot connect")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    return error


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (200, None),
        (304, None),
        (404, None),
        (403, None),
        (999, None),
        (429, Cause.RATE_LIMIT),
        (503, Cause.RATE_LIMIT),
        (500, Cause.SERVER_ERROR),
        (522, Cause.SERVER_ERROR),
        (408, Cause.TIMEOUT),
        (407, Cause.PROXY),
    ],
)
def test_a_status_has_its_cause(status: int, cause: Cause | None) -> None:
    assert cause_of_status(status) is cause


@pytest.mark.parametrize(
    ("error", "straight", "through_pool"),
    [
        (DownloadTimeoutError("x"), Cause.TIMEOUT, Cause.PROXY),
        (TimeoutError("x"), Cause.TIMEOUT, Cause.PROXY),
        (DownloadConnectionRefusedError("x"), Cause.CONNECTION, Cause.PROXY),
        (DownloadFailedError("Server disconnected"), Cause.CONNECTION, Cause.PROXY),
        (ConnectionResetError("x"), Cause.CONNECTION, Cause.PROXY),
        (CannotResolveHostError("x"), Cause.DNS, Cause.PROXY),
        (tls_failure(), Cause.TLS, Cause.PROXY),
        (ssl.SSLError("x"), Cause.TLS, Cause.PROXY),
        (DownloadFailedError("[SSL: WRONG_VERSION_NUMBER]"), Cause.TLS, Cause.PROXY),
        (ResponseDataLossError("x"), Cause.TRUNCATED, Cause.TRUNCATED),
        (BlockedError(BLOCK, url="", status=403), Cause.BLOCK, Cause.BLOCK),
        (HeldBackError("example.com", "x"), None, None),
        (IgnoreRequest("Forbidden by robots.txt"), None, None),
        (DownloadCancelledError("too large"), None, None),
        (ValueError("ours"), None, None),
    ],
)
def test_an_exception_has_its_cause(
    error: Exception, straight: Cause | None, through_pool: Cause | None
) -> None:
    assert cause_of_exception(error, through_pool=False) is straight
    assert cause_of_exception(error, through_pool=True) is through_pool


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome("s"), Verdict.OK),
        (Outcome("s", Cause.BLOCK, BLOCK), Verdict.BLOCKED),
        (Outcome("s", Cause.BLOCK, Block("cloudflare", "rate_limit", "1015")), Verdict.THROTTLED),
        (Outcome("s", Cause.RATE_LIMIT), Verdict.THROTTLED),
        (Outcome("s", Cause.TIMEOUT), Verdict.FAILED),
        (Outcome("s", Cause.PROXY), None),
        (Outcome("s", Cause.TRUNCATED), None),
    ],
)
def test_an_outcome_says_something_of_the_site_or_nothing(outcome: Outcome, verdict: Verdict | None) -> None:
    assert outcome.verdict is verdict
