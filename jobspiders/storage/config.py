"""The settings of storage, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from scrapy.utils.conf import closest_scrapy_cfg


class Settings(Protocol):
    """The part of Scrapy's settings that is read here."""

    def get(self, name: Any, default: Any = None) -> Any: ...
    def getbool(self, name: Any, default: bool = False) -> bool: ...
    def getint(self, name: Any, default: int = 0) -> int: ...
    def getfloat(self, name: Any, default: float = 0.0) -> float: ...


def home_directory(settings: Settings) -> Path:
    """JOBSPIDERS_HOME from the settings, else the environment, else ``.jobspiders`` beside scrapy.cfg.

    A relative path counts from the directory of scrapy.cfg, so that every command finds the same home
    wherever in the project it is started.
    """
    configured = settings.get("JOBSPIDERS_HOME") or os.environ.get("JOBSPIDERS_HOME") or ".jobspiders"
    found = closest_scrapy_cfg()
    project = Path(found).parent if found else Path.cwd()
    return (project / Path(str(configured)).expanduser()).absolute()


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """``url`` None stands for the embedded server below ``home``. Times are seconds, sizes bytes.

    ``search_time`` is what a crawl spends at its end on full-text search of what it stored; the rest is left to
    the next crawl's idle moments. Without ``matching`` every posting is a job of its own.
    """

    home: Path
    url: str | None = None
    enabled: bool = True
    batch_size: int = 500
    batch_bytes: int = 6 << 20
    batch_interval: float = 0.5
    drain_timeout: float = 60.0
    search_time: float = 2.0
    segment_bytes: int = 64 << 20
    close_confirmations: int = 4
    close_period: float = 168 * 3600.0
    matching: bool = True

    @property
    def journals(self) -> Path:
        """One directory in it per crawl that is not wholly stored."""
        return self.home / "journal"

    @classmethod
    def from_settings(cls, settings: Settings) -> StorageConfig:
        """DATABASE_URL, JOBSPIDERS_HOME, the STORAGE_* settings, JOURNAL_SEGMENT_BYTES, MATCHING_ENABLED."""
        return cls(
            home=home_directory(settings),
            url=settings.get("DATABASE_URL") or os.environ.get("DATABASE_URL") or None,
            enabled=settings.getbool("STORAGE_ENABLED", True),
            batch_size=max(1, settings.getint("STORAGE_BATCH_SIZE", 500)),
            batch_bytes=max(1, settings.getint("STORAGE_BATCH_BYTES", 6 << 20)),
            batch_interval=max(0.0, settings.getfloat("STORAGE_BATCH_INTERVAL", 0.5)),
            drain_timeout=max(0.0, settings.getfloat("STORAGE_DRAIN_TIMEOUT", 60.0)),
            search_time=max(0.0, settings.getfloat("STORAGE_SEARCH_TIME", 2.0)),
            segment_bytes=max(4096, settings.getint("JOURNAL_SEGMENT_BYTES", 64 << 20)),
            close_confirmations=max(1, settings.getint("STORAGE_CLOSE_CONFIRMATIONS", 4)),
            close_period=max(0.0, 3600 * settings.getfloat("STORAGE_CLOSE_CONFIRMATION_HOURS", 168.0)),
            matching=settings.getbool("MATCHING_ENABLED", True),
        )
