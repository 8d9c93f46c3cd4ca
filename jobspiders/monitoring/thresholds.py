"""How much worse than usual is bad: read once from the settings, for each board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from jobspiders.monitoring.findings import KINDS

#: Settings that hold a threshold, by the threshold's name.
PREFIX = "MONITOR_"


class Settings(Protocol):
    """The part of Scrapy's settings that is read here."""

    def get(self, name: Any, default: Any = None) -> Any: ...
    def getdict(self, name: Any, default: Any = None) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Each is the setting MONITOR_NAME; MONITOR_BOARDS has other values by board.

    A measure is bad where it moved by more than its threshold and by more than ``deviations`` times what it
    usually varies by. Shares run from 0 to 1.
    """

    #: Crawls with the same arguments that are needed before anything is called usual.
    least_crawls: int = 5
    deviations: float = 4.0
    #: Probability below which small numbers are no chance.
    chance: float = 1e-5
    #: Fall of the number of postings against the last crawls, and against the best weeks of the last months.
    fall: float = 0.35
    decline: float = 0.35
    #: Relative fall of the share of postings that have a field.
    coverage: float = 0.3
    #: Rise of shares: unreadable rows, rejected rows, duplicates, blocked answers, scopes with a bad outcome.
    parse_errors: float = 0.05
    rejected: float = 0.05
    duplicates: float = 0.2
    blocked: float = 0.1
    scopes: float = 0.1
    #: Openings of circuits, beyond the usual ones, in one crawl.
    breaker: int = 3
    #: Share of uses of proxies that failed or were refused, beyond the usual.
    proxies: float = 0.3
    #: Times the usual latency, and seconds beyond it.
    latency: float = 2.5
    latency_seconds: float = 0.5
    #: Crawls in a row, over so many days, after which a changed level is the usual one.
    accept_crawls: int = 10
    accept_days: float = 7.0
    #: Kinds of findings that are not looked for.
    off: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls, settings: Settings, board: str) -> Thresholds:
        """MONITOR_*, with what MONITOR_BOARDS has for ``board`` over it. Raises ValueError with one line."""
        given: dict[str, Any] = {
            item.name: value
            for item in fields(cls)
            if (value := settings.get(PREFIX + item.name.upper())) is not None
        }
        return cls().changed(given).changed(settings.getdict("MONITOR_BOARDS").get(board, {}))

    def changed(self, given: Mapping[str, Any]) -> Thresholds:
        """These thresholds with some other values. Raises ValueError for an unknown name or kind."""
        values: dict[str, Any] = {}
        for name, value in given.items():
            default: Any = getattr(Thresholds(), name, None) if name in self.__slots__ else None
            if default is None:
                raise ValueError(f"MONITOR_BOARDS: there is no threshold {name!r}")
            if name == "off":
                kinds = value.replace(",", " ").split() if isinstance(value, str) else list(value)
                unknown = sorted(set(kinds) - set(KINDS))
                if unknown:
                    raise ValueError(
                        f"MONITOR_OFF: there is no kind {unknown[0]!r}; kinds: {', '.join(KINDS)}"
                    )
                values[name] = frozenset(kinds)
                continue
            try:
                values[name] = type(default)(value)
            except (TypeError, ValueError):
                raise ValueError(f"{PREFIX}{name.upper()} takes a number, not {value!r}") from None
        return replace(self, **values)
