"""What a site may do to a crawler, and what is expected to come of it."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from tests.fault_server.exchange import PAGE, Exchange

Behave = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True)
class Expected:
    """`results` are those of the requests in their order: a status, or the name of an error.

    `hits` are the requests that reach the site, `stats` what the crawl counts because of it, `within` pairs of
    hit numbers (from 1) with the least seconds between them.
    """

    results: list[int | str]
    hits: int | tuple[int, int]
    stats: dict[str, int] = field(default_factory=dict)
    apart: tuple[int, int, float] | None = None


@dataclass(frozen=True)
class Behaviour:
    name: str
    behave: Behave
    expected: Expected
    paths: tuple[str, ...] = ("/",)
    request: dict[str, Any] = field(default_factory=dict)
    scheme: str = "http"


BEHAVIOURS: dict[str, Behaviour] = {}
TIMEOUT = "DownloadTimeoutError"
CONNECTION = "DownloadFailedError"
DATA_LOSS = "ResponseDataLossError"
BLOCKED = "BlockedError"


def retried(cause: str, times: int, *, exhausted: bool = False) -> dict[str, int]:
    """The stats of that many retries."""
    stats = {"retry/count": times, f"retry/cause/{cause}": times}
    if exhausted:
        stats |= {"retry/given_up": 1, f"retry/given_up/{cause}_exhausted": 1}
    return stats


def blocked(vendor: str, kind: str, times: int) -> dict[str, int]:
    """The stats of so many block pages of a vendor."""
    return {"blocks/count": times, f"blocks/vendor/{vendor}": times, f"blocks/kind/{kind}": times}


def behaviour(expected: Expected, **options: Any) -> Callable[[Behave], Behave]:
    def register(behave: Behave) -> Behave:
        name = behave.__name__
        BEHAVIOURS[name] = Behaviour(name, behave, expected, **options)
        return behave

    return register


# --- patience


@behaviour(Expected([200], 1))
async def fine(exchange: Exchange) -> None:
    await exchange.answer()


@behaviour(Expected([200], 2, retried("rate_limit", 1) | {"throttle/pleas": 1}, apart=(1, 2, 1.0)))
async def rate_limit_in_seconds(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(429, headers={"Retry-After": "1"})
    else:
        await exchange.answer()


@behaviour(Expected([200], 2, retried("rate_limit", 1) | {"throttle/pleas": 1}, apart=(1, 2, 0.9)))
async def rate_limit_until_a_date(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(429, headers={"Retry-After": formatdate(time.time() + 2, usegmt=True)})
    else:
        await exchange.answer()


@behaviour(Expected([200], 2, retried("rate_limit", 1) | {"throttle/pleas": 1}, apart=(1, 2, 1.4)))
async def rate_limit_of_a_day_is_capped(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(429, headers={"Retry-After": "86400"})
    else:
        await exchange.answer()


@behaviour(Expected([200], 3, retried("rate_limit", 2) | {"throttle/pleas": 2}, apart=(1, 3, 0.2)))
async def rate_limit_without_a_time(exchange: Exchange) -> None:
    await exchange.answer(429 if exchange.number <= 2 else 200)


@behaviour(
    Expected([200] * 6, 7, retried("rate_limit", 1) | {"throttle/pleas": 1}, apart=(2, 3, 0.8)),
    paths=tuple(f"/{number}" for number in range(6)),
)
async def rate_limit_holds_the_whole_site(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(429, headers={"Retry-After": "1"})
    else:
        await exchange.answer()


@behaviour(
    Expected(
        [429],
        6,
        retried("rate_limit", 5, exhausted=True) | {"throttle/pleas": 6, "breaker/open": 2},
        apart=(5, 6, 0.4),
    )
)
async def rate_limit_for_ever(exchange: Exchange) -> None:
    await exchange.answer(429)


@behaviour(Expected([200], 4, retried("rate_limit", 3) | {"throttle/pleas": 3}))
async def unavailable_in_bursts(exchange: Exchange) -> None:
    await exchange.answer(503 if exchange.number <= 3 else 200)


@behaviour(Expected([200], 2, retried("rate_limit", 1) | {"throttle/pleas": 1}, apart=(1, 2, 1.0)))
async def unavailable_with_retry_after(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(503, headers={"Retry-After": "1"})
    else:
        await exchange.answer()


# --- errors of the site


@behaviour(Expected([200], 2, retried("server_error", 1)))
async def error_once(exchange: Exchange) -> None:
    await exchange.answer(500 if exchange.number == 1 else 200)


@behaviour(Expected([500], 4, retried("server_error", 3, exhausted=True)))
async def error_for_ever(exchange: Exchange) -> None:
    await exchange.answer(500)


@behaviour(Expected([200], 3, retried("server_error", 2)))
async def bad_gateway_and_edge_error(exchange: Exchange) -> None:
    cloudflare = (
        b"<title>example.com | 522: Connection timed out</title><div id='cf-error-details'>Cloudflare</div>"
    )
    if exchange.number == 1:
        await exchange.answer(502)
    elif exchange.number == 2:
        await exchange.answer(522, cloudflare)
    else:
        await exchange.answer()


_down_until: dict[str, float] = {}


@behaviour(Expected([200] * 4, (5, 40)), paths=tuple(f"/{number}" for number in range(4)))
async def down_for_a_while(exchange: Exchange) -> None:
    until = _down_until.setdefault(exchange.headers.get("host", ""), time.monotonic() + 1.2)
    if time.monotonic() < until:
        exchange.reset()
    else:
        await exchange.answer()


@behaviour(
    Expected([500], 1, {"retry/given_up": 1, "retry/given_up/not_idempotent": 1}),
    request={"method": "POST", "body": "a=1"},
)
async def a_post_is_not_repeated_blindly(exchange: Exchange) -> None:
    await exchange.answer(500)


@behaviour(
    Expected([200], 2, retried("server_error", 1)),
    request={"method": "POST", "body": "{}", "meta": {"idempotent": True}},
)
async def a_post_that_only_searches_is_repeated(exchange: Exchange) -> None:
    await exchange.answer(500 if exchange.number == 1 else 200)


@behaviour(Expected([404], 1))
async def not_found(exchange: Exchange) -> None:
    await exchange.answer(404)


@behaviour(Expected([410], 1))
async def gone(exchange: Exchange) -> None:
    await exchange.answer(410)


# --- connections


@behaviour(Expected([TIMEOUT], 3, retried("timeout", 2, exhausted=True)))
async def hang_before_headers(exchange: Exchange) -> None:
    await exchange.hang()


@behaviour(Expected([TIMEOUT], 3, retried("timeout", 2, exhausted=True)))
async def hang_inside_the_body(exchange: Exchange) -> None:
    await exchange.start(200, {"Content-Length": "1000"})
    await exchange.send(b"<html>")
    await exchange.hang()


@behaviour(Expected([TIMEOUT], 3, retried("timeout", 2, exhausted=True)))
async def drip_without_end(exchange: Exchange) -> None:
    await exchange.start(200, {"Content-Length": "1000"})
    for _ in range(1000):
        await exchange.send(b"x")
        await asyncio.sleep(0.1)


@behaviour(Expected([200], 1))
async def drip_that_ends_in_time(exchange: Exchange) -> None:
    await exchange.start(200, {"Content-Length": str(len(PAGE))})
    for at in range(0, len(PAGE), 200):
        await exchange.send(PAGE[at : at + 200])
        await asyncio.sleep(0.02)


# aiohttp itself sends a request again, once, when the connection breaks before an answer: two for each try.
@behaviour(Expected([CONNECTION], 8, retried("connection", 3, exhausted=True)))
async def reset_for_ever(exchange: Exchange) -> None:
    exchange.reset()


@behaviour(Expected([200], 3, retried("connection", 1)))
async def reset_at_first(exchange: Exchange) -> None:
    if exchange.number <= 2:
        exchange.reset()
    else:
        await exchange.answer()


@behaviour(Expected([CONNECTION], 8, retried("connection", 3, exhausted=True)))
async def close_without_a_word(exchange: Exchange) -> None:
    exchange.writer.close()


@behaviour(Expected([CONNECTION], 4, retried("connection", 3, exhausted=True)))
async def speak_another_protocol(exchange: Exchange) -> None:
    await exchange.send(b"220 mail.example.com ESMTP ready\r\n")


@behaviour(Expected([CONNECTION], 4, retried("connection", 3, exhausted=True)))
async def flood_of_headers(exchange: Exchange) -> None:
    await exchange.start(200, {"X-Flood": "a" * 200_000, "Content-Length": "0"})


@behaviour(Expected(["CannotResolveHostError"], 0, retried("dns", 2, exhausted=True)), scheme="unresolved")
async def name_that_does_not_resolve(exchange: Exchange) -> None:
    raise AssertionError


@behaviour(
    Expected(["DownloadConnectionRefusedError"], 0, retried("connection", 3, exhausted=True)),
    scheme="refused",
)
async def nobody_listens(exchange: Exchange) -> None:
    raise AssertionError


# --- TLS: the certificates are chosen by name in server.py


@behaviour(Expected([200], 1), scheme="https")
async def tls_of_a_known_authority(exchange: Exchange) -> None:
    await exchange.answer()


@behaviour(Expected(["DownloadConnectionRefusedError"], 0, retried("tls", 1, exhausted=True)), scheme="https")
async def tls_self_signed(exchange: Exchange) -> None:
    await exchange.answer()


@behaviour(Expected(["DownloadConnectionRefusedError"], 0, retried("tls", 1, exhausted=True)), scheme="https")
async def tls_for_another_name(exchange: Exchange) -> None:
    await exchange.answer()


@behaviour(Expected(["DownloadConnectionRefusedError"], 0, retried("tls", 1, exhausted=True)), scheme="https")
async def tls_expired(exchange: Exchange) -> None:
    await exchange.answer()


@behaviour(
    Expected(["DownloadConnectionRefusedError"], (0, 2), retried("tls", 1, exhausted=True)), scheme="plain"
)
async def tls_is_not_spoken(exchange: Exchange) -> None:
    await exchange.answer()


# --- bodies


@behaviour(Expected([DATA_LOSS], 3, retried("truncated", 2, exhausted=True)))
async def body_shorter_than_promised(exchange: Exchange) -> None:
    await exchange.answer(body=PAGE[:300], length=len(PAGE))


@behaviour(Expected([DATA_LOSS], 3, retried("truncated", 2, exhausted=True)))
async def chunks_without_an_end(exchange: Exchange) -> None:
    await exchange.start(200, {"Transfer-Encoding": "chunked"})
    await exchange.chunk(PAGE[:300])


@behaviour(Expected([DATA_LOSS], 3, retried("truncated", 2, exhausted=True)))
async def gzip_cut_off(exchange: Exchange) -> None:
    packed = gzip.compress(PAGE * 20)
    await exchange.answer(body=packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})


@behaviour(Expected([200], 2, retried("truncated", 1)))
async def gzip_cut_off_once(exchange: Exchange) -> None:
    packed = gzip.compress(PAGE * 20)
    cut = packed[: len(packed) // 2] if exchange.number == 1 else packed
    await exchange.answer(body=cut, headers={"Content-Encoding": "gzip"})


@behaviour(Expected([200], 2, retried("truncated", 1)))
async def html_cut_off_by_a_closed_connection(exchange: Exchange) -> None:
    await exchange.start(200, {})
    await exchange.send(PAGE if exchange.number > 1 else b"<!DOCTYPE html>" + PAGE[:310])


BOMB = gzip.compress(bytes(30_000_000), 1)


@behaviour(Expected(["IgnoreRequest"], 1))
async def gzip_bomb(exchange: Exchange) -> None:
    await exchange.answer(body=BOMB, headers={"Content-Encoding": "gzip"})


@behaviour(Expected(["DownloadCancelledError"], 1))
async def body_without_an_end(exchange: Exchange) -> None:
    await exchange.start(200, {"Transfer-Encoding": "chunked"})
    for _ in range(10_000):
        await exchange.chunk(b"x" * 65_536)


@behaviour(Expected(["DownloadCancelledError"], 1))
async def promise_of_ten_gigabytes(exchange: Exchange) -> None:
    await exchange.start(200, {"Content-Length": str(10 << 30)})
    await exchange.send(b"x" * 1000)


@behaviour(Expected([200], 1))
async def wrong_content_type(exchange: Exchange) -> None:
    await exchange.answer(content_type="application/octet-stream")


@behaviour(Expected([200], 1))
async def wrong_charset(exchange: Exchange) -> None:
    await exchange.answer(body="<html><p>Käsekrämer für Köln</p></html>".encode("latin-1"))


@behaviour(Expected([200], 1))
async def invalid_utf8(exchange: Exchange) -> None:
    await exchange.answer(body=b"<html><p>\xff\xfe\xc3\x28</p></html>")


@behaviour(Expected([200], 1))
async def unknown_charset(exchange: Exchange) -> None:
    await exchange.answer(content_type="text/html; charset=klingon-8")


@behaviour(Expected([200], 1))
async def empty_body(exchange: Exchange) -> None:
    await exchange.answer(body=b"")


@behaviour(Expected([204], 1))
async def no_content(exchange: Exchange) -> None:
    await exchange.start(204, {})


# --- redirects and cookies


@behaviour(Expected(["IgnoreRequest"], 6))
async def redirect_to_itself(exchange: Exchange) -> None:
    await exchange.answer(302, headers={"Location": exchange.path})


@behaviour(Expected([200], 2))
async def redirect_elsewhere(exchange: Exchange) -> None:
    if exchange.path == "/":
        await exchange.answer(301, headers={"Location": "/there"})
    else:
        await exchange.answer()


@behaviour(Expected([BLOCKED], 2, blocked("unknown", "login", 1)))
async def redirect_to_login(exchange: Exchange) -> None:
    if exchange.path == "/":
        await exchange.answer(302, headers={"Location": "/login?next=/"})
    else:
        await exchange.answer()


@behaviour(Expected([200] * 3, 9), paths=("/1", "/2", "/3"), request={"meta": {"cookiejar": "session"}})
async def cookies_that_expire(exchange: Exchange) -> None:
    """Each page wants a cookie of its own; /session gives it and sends back to a page asked before."""
    if exchange.path.startswith("/session"):
        back = exchange.path.partition("=")[2]
        cookie = f"ticket{back.strip('/')}=valid; Path=/"
        await exchange.answer(302, headers={"Location": back, "Set-Cookie": cookie})
    elif f"ticket{exchange.path.strip('/')}=valid" in exchange.headers.get("cookie", ""):
        await exchange.answer()
    else:
        await exchange.answer(302, headers={"Location": f"/session?back={exchange.path}"})


# --- blocks

WALL = b"<title>Jobs</title><h1>Are you a robot?</h1><div class='g-recaptcha' data-sitekey='x'></div>"
CHALLENGE = b"<title>Just a moment...</title><script>window._cf_chl_opt={cRay:'1'}</script>"


@behaviour(
    Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("recaptcha", "captcha", 2)),
)
async def captcha_with_200(exchange: Exchange) -> None:
    await exchange.answer(body=WALL)


@behaviour(
    Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("cloudflare", "challenge", 2))
)
async def challenge_with_403(exchange: Exchange) -> None:
    await exchange.answer(403, CHALLENGE, {"cf-mitigated": "challenge"})


@behaviour(
    Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("cloudflare", "challenge", 2))
)
async def challenge_in_gzip_with_503(exchange: Exchange) -> None:
    await exchange.answer(503, gzip.compress(CHALLENGE), {"Content-Encoding": "gzip"})


@behaviour(Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("unknown", "refused", 2)))
async def forbidden(exchange: Exchange) -> None:
    await exchange.answer(403)


@behaviour(Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("linkedin", "refused", 2)))
async def status_999(exchange: Exchange) -> None:
    await exchange.answer(999)


@behaviour(Expected([BLOCKED], 2, retried("block", 1, exhausted=True) | blocked("aws-waf", "challenge", 2)))
async def challenge_without_a_body(exchange: Exchange) -> None:
    await exchange.answer(202, b"", {"x-amzn-waf-action": "challenge"})


@behaviour(Expected([200], 2, retried("block", 1) | blocked("unknown", "refused", 1)))
async def forbidden_once(exchange: Exchange) -> None:
    await exchange.answer(403 if exchange.number == 1 else 200)
