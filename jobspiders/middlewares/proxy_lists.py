"""Where the proxies of a board come from: its own pool, a setting, a file that may change, the environment."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from jobspiders.middlewares.proxy_address import ProxyAddress, parse_proxies
from jobspiders.middlewares.proxy_pool import PoolConfig

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProxyConfig:
    """Settings PROXY_*; seconds.

    `given` are lines of a list and `file` a path, of which one is None. `max_wait` is how long a crawl waits in a
    row while all proxies rest. With `slot_per_proxy` each site x proxy is a download slot of its own. With
    `cookies_per_proxy` each proxy has its own cookies.
    """

    given: tuple[str, ...] | None = None
    file: Path | None = None
    file_check: float = 5.0
    pool: PoolConfig = field(default_factory=PoolConfig)
    max_wait: float = 600.0
    slot_per_proxy: bool = False
    cookies_per_proxy: bool = True

    @property
    def configured(self) -> bool:
        """Whether requests are to go through proxies at all."""
        return self.given is not None or self.file is not None

    @classmethod
    def from_settings(cls, settings: BaseSettings, board: str, environment: Mapping[str, str]) -> ProxyConfig:
        """For one board: PROXY_POOLS[board], else PROXY_LIST, else PROXY_FILE, else the variable PROXY_ENV names.

        An entry of PROXY_POOLS is a list, a path, or None for a board that goes without.
        """
        pool = PoolConfig(
            base=settings.getfloat("PROXY_BACKOFF_BASE", 15.0),
            cap=settings.getfloat("PROXY_BACKOFF_CAP", 1800.0),
        )
        common: dict[str, Any] = {
            "file_check": settings.getfloat("PROXY_FILE_CHECK", 5.0),
            "pool": pool,
            "max_wait": settings.getfloat("PROXY_MAX_WAIT", 600.0),
            "slot_per_proxy": settings.getbool("PROXY_SLOT_PER_PROXY"),
            "cookies_per_proxy": settings.getbool("PROXY_COOKIES_PER_PROXY", True),
        }
        pools = settings.getdict("PROXY_POOLS")
        if board in pools:
            own = pools[board]
            if own is None:
                return cls(**common)
            if isinstance(own, str):
                return cls(file=Path(own), **common)
            return cls(given=tuple(own), **common)
        if listed := settings.getlist("PROXY_LIST"):
            return cls(given=tuple(listed), **common)
        if path := settings.get("PROXY_FILE"):
            return cls(file=Path(path), **common)
        variable = environment.get(settings.get("PROXY_ENV", "JOBSPIDERS_PROXIES"), "").replace(",", "\n")
        return cls(given=tuple(variable.splitlines()) if variable.strip() else None, **common)


class ProxyList:
    """The proxies of a crawl, read again when their file changes. Never logs a line of it."""

    def __init__(self, config: ProxyConfig) -> None:
        self.config = config
        self._by_label: dict[str, ProxyAddress] = {}
        self.bad_lines: list[int] = []
        self._seen: tuple[int, int] | None = None
        self._checked = float("-inf")
        self._keep(config.given or ())

    @property
    def labels(self) -> list[str]:
        """All proxies, by the name that may be shown."""
        return list(self._by_label)

    def url(self, label: str) -> str:
        """The address with its credentials."""
        return self._by_label[label].url

    def refresh(self, now: float) -> bool:
        """Read the file again if it changed; whether the list did. A file that is gone leaves the list as it is."""
        path = self.config.file
        if path is None or now - self._checked < self.config.file_check:
            return False
        self._checked = now
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._seen:
                return False
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError) as error:
            logger.warning("The proxy file %s cannot be read: %s", path, type(error).__name__)
            return False
        self._seen = stamp
        before = self.labels
        self._keep(lines)
        return before != self.labels

    def _keep(self, lines: Iterable[str]) -> None:
        proxies, bad = parse_proxies(lines)
        self._by_label = {proxy.label: proxy for proxy in proxies}
        self.bad_lines = bad
        if bad:
            shown = ", ".join(str(number) for number in bad[:10])
            logger.warning("The proxy list has %d lines that are no proxy: line %s", len(bad), shown)
