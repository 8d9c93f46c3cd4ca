"""Downloads with a real browser where a request asks for it (request.meta `browser`), and with aiohttp otherwise.

The browser starts with the first request that needs one. Its contexts are reused, one for each proxy, and renewed
after a number of pages, so that its memory does not grow.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings

from jobspiders.middlewares.blocks import detect_block

logger = logging.getLogger(__name__)

UNWANTED = frozenset(("image", "media", "font"))
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_REDIRECT_KEYS = ("redirect_times", "redirect_urls", "redirect_reasons")
_HAS_TEXT = "(least) => document.body && document.body.innerText.trim().length > least"


class BrowserUnavailableError(Exception):
    """There is no browser, or it does not start."""


@dataclass(frozen=True, slots=True)
class BrowserConfig:
    """Settings BROWSER_*. `wait` and `timeout` are seconds, `text` visible characters that a rendered page has."""

    executable: str | None
    cdp_url: str | None
    contexts: int
    pages: int
    pages_per_context: int
    wait: float
    text: int
    timeout: float
    max_size: int
    user_agent: str | None

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> BrowserConfig:
        """Read once per crawl; the executable is looked for where none is set."""
        return cls(
            executable=settings.get("BROWSER_EXECUTABLE") or find_browser(),
            cdp_url=settings.get("BROWSER_CDP_URL"),
            contexts=max(1, settings.getint("BROWSER_CONTEXTS", 4)),
            pages=max(1, settings.getint("BROWSER_PAGES", 2)),
            pages_per_context=max(1, settings.getint("BROWSER_PAGES_PER_CONTEXT", 50)),
            wait=settings.getfloat("BROWSER_WAIT", 10.0),
            text=settings.getint("BROWSER_TEXT", 200),
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT", 30.0),
            max_size=settings.getint("DOWNLOAD_MAXSIZE"),
            user_agent=settings.get("USER_AGENT"),
        )

    @property
    def available(self) -> bool:
        """Whether there is anything to render with."""
        return self.cdp_url is not None or (
            self.executable is not None and os.access(self.executable, os.X_OK)
        )


def find_browser() -> str | None:
    """The browser of the machine, or one that `playwright install` brought."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return None


def is_unwanted(request: Any) -> bool:
    """PLAYWRIGHT_ABORT_REQUEST: pictures, films and fonts are not loaded."""
    return request.resource_type in UNWANTED


class BrowserDownloadHandler(AiohttpDownloadHandler):
    """DOWNLOAD_HANDLERS for http and https. Stats: those of scrapy-playwright, browser/contexts_renewed."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser_config = BrowserConfig.from_settings(crawler.settings)
        self._browser: Any = None
        self._starting = asyncio.Lock()
        self._open_pages: Counter[str] = Counter()
        self._used: Counter[str] = Counter()
        self._generation: Counter[str] = Counter()
        self._room = asyncio.Semaphore(self._browser_config.contexts * self._browser_config.pages)

    async def download_request(self, request: Request) -> Response:
        """Raises BrowserUnavailableError where the browser does not start, else what aiohttp's handler raises."""
        if not request.meta.get("browser"):
            return await super().download_request(request)
        browser = await self._started()
        async with self._room:
            context = await self._context_for(browser, request)
            self._open_pages[context] += 1
            self._used[context] += 1
            try:
                return await self._render(browser, request, context)
            finally:
                self._open_pages[context] -= 1

    async def close(self) -> None:
        """Close the browser too."""
        if self._browser is not None:
            await self._browser.close()
        await super().close()

    async def _started(self) -> Any:
        async with self._starting:
            if self._browser is None:
                if not self._browser_config.available:
                    raise BrowserUnavailableError("no browser is installed")
                from playwright.async_api import Error

                browser = _make_browser(self.crawler, self._browser_config)
                try:
                    await browser._launch()
                    await browser._maybe_launch_browser()
                except (Error, OSError, RuntimeError) as error:
                    with contextlib.suppress(Error, OSError, RuntimeError):
                        await browser.close()
                    raise BrowserUnavailableError(_one_line(error)) from None
                self._browser = browser
        return self._browser

    async def _context_for(self, browser: Any, request: Request) -> str:
        """The context of the request's proxy, renewed when it is worn; others make room when there are too many."""
        base = request.meta.get("proxy_label") or ("given" if request.meta.get("proxy") else "direct")
        name = f"{base}/{self._generation[base]}"
        if self._used[name] >= self._browser_config.pages_per_context:
            self._generation[base] += 1
            self.crawler.stats.inc_value("browser/contexts_renewed")
            name = f"{base}/{self._generation[base]}"
        for other in list(browser.context_wrappers):
            worn = self._used[other] >= self._browser_config.pages_per_context
            crowded = name not in browser.context_wrappers and (
                len(browser.context_wrappers) >= self._browser_config.contexts
            )
            if other != name and (worn or crowded) and self._open_pages[other] == 0:
                await browser.context_wrappers[other].context.close()
                del self._used[other]
        return name

    async def _render(self, browser: Any, request: Request, context: str) -> Response:
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as RenderTimeoutError
        from scrapy_playwright.page import PageMethod

        config = self._browser_config
        shown = request.copy()
        shown.headers.pop("Proxy-Authorization", None)
        seconds = request.meta.get("download_timeout", config.timeout)
        shown.meta.update(
            playwright=True,
            playwright_context=context,
            playwright_context_kwargs=self._context_options(request),
            playwright_page_goto_kwargs={"timeout": seconds * 1000, "wait_until": "domcontentloaded"},
            playwright_page_methods=[PageMethod(self._wait_for_text)],
        )
        try:
            response: Response = await asyncio.wait_for(
                browser.download_request(shown), timeout=seconds + config.wait + 5
            )
        except (TimeoutError, RenderTimeoutError) as error:
            raise DownloadTimeoutError(
                f"Rendering {request.url} took longer than {seconds} seconds."
            ) from error
        except Error as error:
            raise DownloadFailedError(_one_line(error)) from error
        if config.max_size and len(response.body) > config.max_size:
            raise DownloadCancelledError(f"The rendered page has {len(response.body)} bytes.")
        request.meta["download_latency"] = shown.meta.get("download_latency")
        request.meta.update({key: shown.meta[key] for key in _REDIRECT_KEYS if key in shown.meta})
        response.request = request
        return response

    def _context_options(self, request: Request) -> dict[str, Any]:
        options: dict[str, Any] = {"service_workers": "block", "accept_downloads": False}
        if self._browser_config.user_agent:
            options["user_agent"] = self._browser_config.user_agent
        proxy = self._extract_proxy_url_with_creds(request)
        if proxy is not None:
            parts = urlsplit(proxy)
            options["proxy"] = {"server": f"{parts.scheme}://{parts.hostname}:{parts.port}"}
            if parts.username is not None:
                options["proxy"] |= {
                    "username": unquote(parts.username),
                    "password": unquote(parts.password or ""),
                }
        return options

    async def _wait_for_text(self, page: Any) -> None:
        """Until the page has text, but not on a block page: what its script does there is not for us to wait for."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            if detect_block(url=page.url, body=await page.content()) is None:
                await page.wait_for_function(
                    _HAS_TEXT, arg=self._browser_config.text, timeout=self._browser_config.wait * 1000
                )


def _make_browser(crawler: Crawler, config: BrowserConfig) -> Any:
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

    # It logs each failed page with a traceback; the failure comes to us as an exception anyway.
    logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)
    browser = ScrapyPlaywrightDownloadHandler(crawler)
    browser.abort_request = is_unwanted
    browser.config.max_pages_per_context = config.pages
    browser.config.cdp_url = config.cdp_url
    if config.cdp_url is None:
        options = [
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--disable-gpu",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")
        browser.config.launch_options = {"executable_path": config.executable, "args": options}
    return browser


def _one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
