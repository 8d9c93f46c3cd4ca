"""A scheduler queue in which requests wait that must not leave yet, so that they hold no place of the downloader.

Scrapy hands out any request and lets it wait in its download slot, where it counts against CONCURRENT_REQUESTS.
Here requests of a held site, of an open circuit, or with a time before which they must not leave, stay in the
queue; with a JOBDIR that is on disk, and they are there for the next run.
"""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue

from jobspiders.middlewares.sites import Sites

NOT_BEFORE = "not_before"
"""Key of request.meta: seconds since the epoch before which a request must not leave."""

_DUE = "\n"
_RESOLUTION = 0.25


class SiteAwarePriorityQueue(DownloaderAwarePriorityQueue):
    """One queue per site and, for requests that must wait, per site and time. SCHEDULER_PRIORITY_QUEUE."""

    def __init__(self, crawler: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._sites = Sites.of(crawler)
        self._wake: asyncio.TimerHandle | None = None

    def push(self, request: Request) -> None:
        """Keep a request; one that came back sheds what concerns a proxy, so that none is written to disk."""
        _forget_proxy(request)
        key = self._sites.key_of(request)
        due = request.meta.get(NOT_BEFORE)
        if due is not None and due > self._sites.clock():
            key = f"{key}{_DUE}{math.ceil(due / _RESOLUTION)}"
        if key not in self.pqueues:
            self.pqueues[key] = self.pqfactory(key)
        self.pqueues[key].push(request)

    def pop(self) -> Request | None:
        """The next request that may leave now; None where there is none, then the engine is woken in time."""
        now = self._sites.clock()
        ready = self._ready(now)
        if not ready:
            self._wake_in_time(now)
            return None
        key = self._next_slot(ready, update_state=True)
        queue = self.pqueues[key]
        request = queue.pop()
        if len(queue) == 0:
            del self.pqueues[key]
            queue.close()
            if self.key:
                with suppress(OSError):
                    Path(queue.key).rmdir()
        if request is not None:
            request.meta.pop(NOT_BEFORE, None)
            self._sites.leave(request, _site(key), now)
        return request

    def peek(self) -> Request | None:
        """The next object that `pop` would give."""
        ready = self._ready(self._sites.clock())
        return self.pqueues[self._next_slot(ready, update_state=False)].peek() if ready else None

    def close(self) -> dict[str, list[int]]:
        """Close the queues; what they hold stays on disk."""
        if self._wake is not None:
            self._wake.cancel()
        return super().close()

    def waiting_sites(self) -> set[str]:
        """Sites that requests wait for."""
        return {_site(key) for key in self.pqueues}

    def _ready(self, now: float) -> list[tuple[int, str]]:
        ready = []
        downloader = self._downloader_interface.downloader
        for key in self.pqueues:
            site = _site(key)
            if _due(key) > now or self._sites.wait(site, now) > 0:
                continue
            limit = self._limit(site, downloader)
            active = self._sites.in_flight(site, limit)
            if active < limit:
                ready.append((active, key))
        return ready

    def _limit(self, site: str, downloader: Any) -> int:
        """How many requests of a site may be under way: what its download slot sends at once."""
        slot = downloader.slots.get(site)
        if slot is not None:
            return slot.concurrency  # type: ignore[no-any-return]  # Downloader is untyped here
        default = downloader.domain_concurrency
        return downloader.per_slot_settings.get(site, {}).get("concurrency", default)  # type: ignore[no-any-return]  # as above

    def _wake_in_time(self, now: float) -> None:
        """Have the engine ask again when the first of the waiting requests may leave."""
        waits = [max(_due(key) - now, self._sites.wait(_site(key), now)) for key in self.pqueues]
        soonest = min((wait for wait in waits if wait > 0), default=None)
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if soonest is not None:
            self._wake = asyncio.get_running_loop().call_later(soonest + 0.001, self._ask_again)

    def _ask_again(self) -> None:
        # The engine has no public way to be told that its scheduler has something again; alone it would find
        # out within five seconds.
        slot = self.crawler.engine._slot if self.crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()


def _site(key: str) -> str:
    return key.split(_DUE, 1)[0]


def _due(key: str) -> float:
    _, separator, due = key.partition(_DUE)
    return int(due) * _RESOLUTION if separator else 0.0


def _forget_proxy(request: Request) -> None:
    """Requests are copied with their meta when they are tried again or redirected."""
    label = request.meta.pop("proxy_label", None)
    if label is None:
        return
    request.meta["proxy_before"] = label
    for name in ("proxy", "_auth_proxy"):
        request.meta.pop(name, None)
    request.headers.pop("Proxy-Authorization", None)
    slot = request.meta.get("download_slot")
    if slot is not None:
        request.meta["download_slot"] = slot.split("|", 1)[0]
