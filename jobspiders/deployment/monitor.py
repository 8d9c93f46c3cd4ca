"""The monitoring endpoint: /health and /metrics behind a token, /live for whoever keeps it running."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import orjson
import psycopg
from aiohttp import web

from jobspiders import __version__
from jobspiders.deployment.exposition import exposition
from jobspiders.deployment.health_config import HealthConfig, is_token, token_of
from jobspiders.extensions.alert_channels import AlertsConfig
from jobspiders.extensions.alerting import send_soon, tell_what_is_due
from jobspiders.monitoring.health import DatabaseFacts, Facts, judge_health
from jobspiders.monitoring.masking import Masker, mask, secrets_of
from jobspiders.storage import alerts, database, embedded
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import Connection
from jobspiders.storage.errors import StorageError
from jobspiders.storage.health_facts import database_facts, with_journals
from jobspiders.storage.metric_counters import all_counters

logger = logging.getLogger(__name__)

#: Seconds that a statement may take: a scrape that hangs is worse than one that says that it failed.
_STATEMENT_TIMEOUT = 5
#: Seconds between looks at what is to be said.
_LOOK = 30.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Counters = list[tuple[str, str, str, float]]


class Monitor:
    """Asks the database in one thread, over one connection that is kept and made anew when it broke."""

    def __init__(
        self, config: HealthConfig, storage: StorageConfig, alerts_config: AlertsConfig | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._token = token_of(config)
        self._thread = ThreadPoolExecutor(1, "monitor")
        self._connection: Connection | None = None
        self._alerts = alerts_config
        self._masker = Masker(secrets_of({"DATABASE_URL": storage.url or ""}, os.environ))

    def application(self) -> web.Application:
        """What aiohttp serves."""
        made = web.Application(middlewares=[self._guard])
        made.router.add_get("/live", self._live)
        made.router.add_get("/health", self._health)
        made.router.add_get("/metrics", self._metrics)
        return made

    async def serve(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set. Raises OSError where nothing can listen there."""
        runner = web.AppRunner(self.application(), access_log=None, handle_signals=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._config.address, self._config.port).start()
            looking = asyncio.create_task(self._look()) if self._alerts is not None else None
            await stop.wait()
            if looking is not None:
                looking.cancel()
        finally:
            await runner.cleanup()
            self._thread.shutdown(wait=False, cancel_futures=True)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/live" or self._may(request.headers.get("Authorization", "")):
            return await handler(request)
        # Prometheus sends a bearer token or a password, a browser asks for one
        headers = {"WWW-Authenticate": 'Basic realm="jobspiders"'}
        return web.Response(
            status=401, text="a token is needed: health_token in JOBSPIDERS_HOME\n", headers=headers
        )

    def _may(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return is_token(given.strip(), self._token)

    async def _live(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _health(self, _: web.Request) -> web.Response:
        facts, _counters = await self._ask()
        health = judge_health(facts, self._config.limits)
        answer = {
            "status": health.status,
            "version": __version__,
            "checks": [asdict(check) for check in health.checks],
        }
        return web.Response(
            body=orjson.dumps(answer) + b"\n",
            status=503 if health.status == "failing" else 200,
            content_type="application/json",
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        body = await asyncio.get_running_loop().run_in_executor(self._thread, self._exposed)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _ask(self) -> tuple[Facts, Counters]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.ask)

    def _exposed(self) -> bytes:
        return exposition(*self.ask())

    async def _look(self) -> None:
        """Say what is due, and deliver it: crawls that ended left it to whoever looks regularly."""
        assert self._alerts is not None
        while True:
            await asyncio.sleep(_LOOK)
            try:
                loop = asyncio.get_running_loop()
                waiting = await loop.run_in_executor(self._thread, self._say_what_is_due, self._alerts)
            except (StorageError, psycopg.Error) as error:
                logger.warning("Alerts wait for the database: %s", mask(database.one_line(error)))
                continue
            if waiting and (answer := await send_soon(self._alerts, self._url())) is not None:
                for complaint in answer["errors"]:
                    logger.error("An alert was not delivered, it is tried again: %s", self._masker(complaint))

    # --- in the thread

    def _say_what_is_due(self, config: AlertsConfig) -> int:
        if self._storage.url is None and not embedded.is_running(self._storage.home):
            return 0
        connection = self._connected()
        for title in tell_what_is_due(connection, config, self._masker):
            logger.info("Alert: %s", title)
        return alerts.waiting(connection, config.labels)

    def _url(self) -> str:
        url = self._storage.url or embedded.EmbeddedServer(self._storage.home).url
        return database.resolve(url, self._storage.home)

    def ask(self) -> tuple[Facts, Counters]:
        """All facts and counters as of now; raises nothing."""
        home, url = self._storage.home, self._storage.url
        embedded_up = embedded.is_running(home) if url is None else None
        found: DatabaseFacts | None = None
        counters: Counters = []
        complaint = ""
        if embedded_up is False:
            complaint = "the embedded server does not run"
        else:
            try:
                connection = self._connected()
                found, counters = database_facts(connection), all_counters(connection)
            except StorageError as error:
                complaint = str(error)
            except psycopg.errors.UndefinedTable:
                complaint = "its tables are missing or old: `scrapy db upgrade`"
            except psycopg.Error as error:
                complaint = mask(database.one_line(error, url or ""))
        if complaint and self._connection is not None:
            self._connection.close()
            self._connection = None
        return with_journals(self._storage, found, complaint, embedded_up), counters

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = database.connect(self._url())
            self._connection.execute(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}s'")
            if self._alerts is not None:
                alerts.attend(self._connection)
        return self._connection
