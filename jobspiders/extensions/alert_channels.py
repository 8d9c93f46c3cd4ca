"""The channels of alerts: apprise URLs, which are secrets, with names that may be shown."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jobspiders.monitoring.alerting import AlertPolicy
from jobspiders.storage.config import Settings

#: Schemes whose host is a machine and no key.
_WITH_HOST = re.compile(
    r"(mailto|json|xml|form|https?|ntfy|gotify|matrix|mmost|rocket|xmpp|syslog|mqtt)s?$", re.IGNORECASE
)
_URL = re.compile(r"[A-Za-z][\w+.-]*://")


@dataclass(frozen=True, slots=True)
class Channel:
    """``key`` stands for the URL in the database; ``label`` may be shown."""

    key: str
    label: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlertsConfig:
    """Settings ALERT_*. ``timeout``: seconds for one delivery; ``patience``: for all at the end of a crawl."""

    channels: Sequence[Channel]
    policy: AlertPolicy
    timeout: float
    patience: float

    @property
    def labels(self) -> dict[str, str]:
        """Labels by key."""
        return {channel.key: channel.label for channel in self.channels}

    @classmethod
    def from_settings(cls, settings: Settings) -> AlertsConfig:
        """ALERT_URLS also from the environment. Raises ValueError, with one line, for what is no URL."""
        default = AlertPolicy()

        def seconds(name: str, otherwise: timedelta) -> timedelta:
            return timedelta(seconds=settings.getfloat(name, otherwise.total_seconds()))

        return cls(
            channels=parse_channels(settings.get("ALERT_URLS") or os.environ.get("ALERT_URLS")),
            policy=AlertPolicy(
                hold=seconds("ALERT_HOLD", default.hold),
                group_size=max(2, settings.getint("ALERT_GROUP_SIZE", default.group_size)),
                group_share=settings.getfloat("ALERT_GROUP_SHARE", default.group_share),
                group_window=seconds("ALERT_GROUP_WINDOW", default.group_window),
                reminder=seconds("ALERT_REMINDER", default.reminder),
            ),
            timeout=max(1.0, settings.getfloat("ALERT_TIMEOUT", 20.0)),
            patience=max(0.0, settings.getfloat("ALERT_PATIENCE", 30.0)),
        )


def parse_channels(given: Any) -> list[Channel]:
    """Channels of a list, or of a text in which whitespace or a comma before a scheme divides URLs.

    Raises ValueError where something is no URL; the message does not show it.
    """
    words = [str(word) for word in given] if isinstance(given, list | tuple) else [str(given or "")]
    urls = [url for word in words for url in re.split(r"[\s,]+(?=[A-Za-z][\w+.-]*://)", word.strip()) if url]
    channels: dict[str, Channel] = {}
    for number, url in enumerate(urls, start=1):
        url = url.rstrip(", ")
        if not _URL.match(url):
            raise ValueError(
                f"ALERT_URLS: number {number} is no URL of apprise, such as mailto:// or json://"
            )
        channel = Channel(hashlib.sha256(url.encode()).hexdigest()[:16], label_of(url), url)
        channels.setdefault(channel.key, channel)
    return list(channels.values())


def label_of(url: str) -> str:
    """A name that tells channels apart and holds no secret: scheme, and host where that is a machine."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    digest = hashlib.sha256(url.encode()).hexdigest()[:6]
    if _WITH_HOST.match(scheme):
        return f"{scheme}://{authority.rpartition('@')[2]} ({digest})"
    return f"{scheme} ({digest})"
