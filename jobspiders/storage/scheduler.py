"""A scheduler whose JOBDIR survives kill -9.

Scrapy's own forgets with a killed process the requests that were under way and, since it writes down which queues
there are only when it closes, all that waited. Here a request is done when all that came of it has been dealt
with: its callback's requests are kept, its items have passed the pipelines.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections import deque
from pathlib import Path
from typing import Any, Self

from queuelib.queue import LifoMemoryQueue
from scrapy import Request, Spider, signals
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.dupefilters import BaseDupeFilter
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.job import job_dir
from scrapy.utils.misc import load_object
from scrapy.utils.request import request_from_dict
from twisted.internet.defer import Deferred

from jobspiders.storage.errors import NotStored
from jobspiders.storage.request_store import RequestStore, RequestStoreError

logger = logging.getLogger(__name__)

#: Changes are committed when there are this many, or after this many seconds.
COMMIT_CHANGES = 500
COMMIT_INTERVAL = 0.1


class StoredRequests:
    """The requests of one priority: here only their numbers, the requests themselves in the store.

    A request that cannot be pickled is kept here, and dies with the process.
    """

    crawler: Crawler
    scheduler: PersistentScheduler
    last_in_first_out: bool

    def __init__(self, key: str):
        self._waiting: deque[int | Request] = deque()

    def push(self, request: Request) -> None:
        """Keep ``request``."""
        self._waiting.append(self.scheduler.keep(request))

    def pop(self) -> Request | None:
        """The next request, which is under way from now on."""
        if not self._waiting:
            return None
        kept = self._waiting.pop() if self.last_in_first_out else self._waiting.popleft()
        return kept if isinstance(kept, Request) else self.scheduler.take(kept)

    def peek(self) -> Request | None:
        """What ``pop`` would give."""
        if not self._waiting:
            return None
        kept = self._waiting[-1 if self.last_in_first_out else 0]
        return kept if isinstance(kept, Request) else self.scheduler.look_at(kept)

    def close(self) -> None:
        """Nothing to do: the store is the scheduler's."""

    def __len__(self) -> int:
        return len(self._waiting)


class SeenRequests(BaseDupeFilter):
    """Filters by fingerprints that are kept in the store."""

    def __init__(self, crawler: Crawler):
        self._fingerprint = crawler.request_fingerprinter.fingerprint
        self._crawler = crawler
        self.store: RequestStore | None = None

    def request_seen(self, request: Request) -> bool:
        """Whether such a request was kept before."""
        assert self.store is not None
        return not self.store.see(self._fingerprint(request))

    def log(self, request: Request, spider: Spider) -> None:
        """Count the request, which was seen before."""
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value("dupefilter/filtered")


class PersistentScheduler(Scheduler):
    """Scrapy's scheduler in memory; with a JOBDIR one whose requests and fingerprints are in its SQLite file.

    The order of requests is that of SCHEDULER_PRIORITY_QUEUE in both cases. A crawl that ended ``finished``
    leaves an empty file: the next one with that JOBDIR begins anew. Stats: scheduler/resumed (requests that
    waited), scheduler/repeated (those that were under way in the dead process), scheduler/unserializable.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        directory = job_dir(crawler.settings)
        if not directory:
            return super().from_crawler(crawler)
        settings = crawler.settings
        scheduler = cls(
            dupefilter=SeenRequests(crawler),
            mqclass=load_object(settings["SCHEDULER_MEMORY_QUEUE"]),
            logunser=settings.getbool("SCHEDULER_DEBUG"),
            stats=crawler.stats,
            pqclass=load_object(settings["SCHEDULER_PRIORITY_QUEUE"]),
            crawler=crawler,
        )
        scheduler._directory = Path(directory)
        crawler.signals.connect(scheduler._spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(scheduler._item_lost, signal=signals.item_error)
        crawler.signals.connect(scheduler._item_lost, signal=signals.item_dropped)
        return scheduler

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._directory: Path | None = None
        self._store: RequestStore | None = None
        self._numbers: dict[Request, int] = {}
        self._loading: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failed = False
        self._opened = False

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Open the store and queue what an earlier process left; where that cannot be the crawl ends."""
        if self._directory is None:
            return super().open(spider)
        try:
            self._store = RequestStore(self._directory)
            seen = self.df
            assert isinstance(seen, SeenRequests)
            seen.store = self._store
        except RequestStoreError as error:
            self._fail(error)
            return super().open(spider)
        assert self.mqclass is not None
        self.mqclass = self._queue_class(self.mqclass)
        self._smqclass = self._queue_class(self._smqclass) if self._smqclass else None
        opened = super().open(spider)
        self._resume()
        return opened

    def close(self, reason: str) -> Deferred[None] | None:
        """Keep what is left for the next process; nothing after a crawl that finished."""
        if self._store is not None:
            if self._timer is not None:
                self._timer.cancel()
            try:
                self._acknowledge()
                if reason == "finished" and not self._failed:
                    self._store.clear()
                self._store.close()
            except RequestStoreError as error:
                logger.error("%s", error)
        return super().close(reason)

    def enqueue_request(self, request: Request) -> bool:
        """Keep ``request`` unless it was kept before; start requests of a resumed crawl all were."""
        if self._failed:
            return False
        if self._store is None:
            return super().enqueue_request(request)
        try:
            if request.meta.get("is_start_request") and request.dont_filter:
                again = self.df.request_seen(request)
                if again and self._store.resumed:
                    self.df.log(request, self.spider)
                    return False
            return super().enqueue_request(request)
        except RequestStoreError as error:
            self._fail(error)
            return False

    def next_request(self) -> Request | None:
        """The next request; those that the engine has done with are done."""
        if self._failed:
            return None
        try:
            self._acknowledge()
            return super().next_request()
        except RequestStoreError as error:
            self._fail(error)
            return None

    def has_pending_requests(self) -> bool:
        """Whether requests wait; none does once the store has failed."""
        return not self._failed and super().has_pending_requests()

    def keep(self, request: Request) -> int | Request:
        """The number under which ``request`` is in the store, or the request itself where it cannot be there."""
        if self._loading is not None:
            return self._loading
        assert self._store is not None
        try:
            body = pickle.dumps(request.to_dict(spider=self.spider), protocol=pickle.HIGHEST_PROTOCOL)
        except (pickle.PicklingError, AttributeError, TypeError, ValueError) as error:
            self._inc("scheduler/unserializable")
            logger.warning("%r would not survive the process, since it cannot be pickled: %s", request, error)
            return request
        number = self._store.add(body)
        self._commit_soon()
        return number

    def take(self, number: int) -> Request:
        """The request ``number``, under way from now on."""
        assert self._store is not None
        request = self._request(self._store.take(number))
        self._numbers[request] = number
        self._commit_soon()
        return request

    def look_at(self, number: int) -> Request:
        """The request ``number``, which goes on waiting."""
        assert self._store is not None
        return self._request(self._store.peek(number))

    def _resume(self) -> None:
        assert self._store is not None
        repeated = self._store.release_all()
        waiting = 0
        for number, body in self._store.waiting():
            self._loading = number
            self.mqs.push(self._request(body))
            waiting += 1
        self._loading = None
        if self._store.resumed:
            self._inc("scheduler/resumed", waiting)
            self._inc("scheduler/repeated", repeated)
            logger.info("Resuming the crawl: %d requests, %d of them were under way", waiting, repeated)

    def _acknowledge(self) -> None:
        """Strike off what the engine has done with."""
        # The engine tells nobody when it has done with a request, output and items included; that it is no
        # longer in this set is the only sign.
        slot = self.crawler.engine._slot if self.crawler and self.crawler.engine else None
        if slot is None or self._store is None or self._failed:
            return
        for request in [request for request in self._numbers if request not in slot.inprogress]:
            self._store.done(self._numbers.pop(request))
            self._commit_soon()

    def _item_lost(self, response: Any, **kwargs: Any) -> None:
        """An item came to grief in a pipeline: the request that it came of is not done, not in this process."""
        exception = kwargs.get("exception")
        if (exception is None or isinstance(exception, NotStored)) and response is not None:
            self._numbers.pop(getattr(response, "request", None), None)  # type: ignore[arg-type] # None is no key

    def _commit_soon(self) -> None:
        assert self._store is not None
        if self._store.uncommitted >= COMMIT_CHANGES:
            self._commit()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COMMIT_INTERVAL, self._commit)

    def _commit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._store is None or self._failed:
            return
        try:
            self._store.commit()
        except RequestStoreError as error:
            self._fail(error)

    def _fail(self, error: RequestStoreError) -> None:
        """Strike nothing off any more, and end the crawl; what the file shows is where the next one goes on."""
        if self._failed:
            return
        self._failed = True
        logger.error("%s", error)
        assert self.crawler is not None
        if self.crawler.engine is not None and self.crawler.engine.spider is not None and self._opened:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason="jobdir"))

    def _spider_opened(self) -> None:
        self._opened = True
        if self._failed:
            raise CloseSpider("jobdir")

    def _queue_class(self, configured: type[Any]) -> Any:
        """A class of queues in the order of the one that is configured."""
        last_out = issubclass(configured, LifoMemoryQueue)
        return type("StoredRequests", (StoredRequests,), {"scheduler": self, "last_in_first_out": last_out})

    def _request(self, body: bytes) -> Request:
        return request_from_dict(pickle.loads(body), spider=self.spider)

    def _inc(self, name: str, count: int = 1) -> None:
        assert self.stats is not None
        self.stats.inc_value(name, count)
