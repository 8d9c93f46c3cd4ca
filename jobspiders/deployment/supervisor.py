"""The process that keeps everything running on one machine, and ends it in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from functools import partial

import psycopg

from jobspiders.deployment import console, services
from jobspiders.deployment.deployment_config import DeploymentConfig
from jobspiders.deployment.passwords import Passwords
from jobspiders.deployment.rotated_log import RotatedLog
from jobspiders.deployment.run_state import RunState, Snapshot
from jobspiders.deployment.services import Service
from jobspiders.deployment.supervised import Supervised
from jobspiders.storage import embedded
from jobspiders.storage.errors import StorageError

logger = logging.getLogger(__name__)

#: Seconds between looks at the embedded database, and at which nodes there are.
_DATABASE_LOOK = 5.0
_NODES_LOOK = 30.0


class Supervisor:
    """Runs until SIGTERM or SIGINT. ``names``: which services, in the order of their start."""

    def __init__(
        self, config: DeploymentConfig, passwords: Passwords, names: list[str], run: RunState
    ) -> None:
        self._config = config
        self._run = run
        self._others: list[str] = []
        makers: dict[str, Callable[[], Service]] = {
            "scrapyd": partial(services.scrapyd, config, passwords),
            "logparser": partial(services.logparser, config),
            "scrapydweb": lambda: services.scrapydweb(config, passwords, self._others),
            "schedules": partial(services.schedules, config),
            "monitor": partial(services.monitor, config),
        }
        self._services = {
            name: Supervised(
                makers[name], RotatedLog(config.home / "logs" / f"{name}.log"), name, self._write
            )
            for name in names
        }

    async def run(self) -> None:
        """Start everything, keep it running, and stop it when a signal says so."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await self._see_nodes()
        running = [asyncio.create_task(service.run()) for service in self._services.values()]
        watching = [asyncio.create_task(self._keep_database()), asyncio.create_task(self._follow_nodes())]
        try:
            ended, _ = await asyncio.wait(
                [*running, *watching, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED
            )
            for task in ended:
                if (error := task.exception()) is not None:
                    logger.critical("The supervisor fails: %r", error, exc_info=error)
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            await self._stop(running)

    async def _stop(self, running: list[asyncio.Task[None]]) -> None:
        logger.info("Stopping")
        # what makes work stops before what does it
        for service in reversed(self._services.values()):
            await service.stop()
        await asyncio.gather(*running, return_exceptions=True)
        if self._config.storage.url is None:
            try:
                await asyncio.to_thread(embedded.stop, self._config.home)
            except StorageError as error:
                logger.error("%s", error)

    async def _keep_database(self) -> None:
        """Start the embedded server again where it died."""
        while True:
            await asyncio.sleep(_DATABASE_LOOK)
            if self._config.storage.url is None and not embedded.is_running(self._config.home):
                logger.error("The embedded database has ended; it is started again")
                try:
                    await asyncio.to_thread(embedded.start, self._config.home)
                except StorageError as error:
                    logger.error("%s", error)

    async def _follow_nodes(self) -> None:
        """The console knows only the nodes that it was started with."""
        console_service = self._services.get("scrapydweb")
        while True:
            await asyncio.sleep(_NODES_LOOK)
            if console_service is not None:
                await self._see_nodes()
                if console_service.differs():
                    logger.info("The console is started anew with the nodes that there are now")
                    await console_service.start_anew()

    async def _see_nodes(self) -> None:
        try:
            self._others = await asyncio.to_thread(console.other_nodes, self._config)
        except (psycopg.Error, StorageError) as error:
            logger.warning("Other nodes are not known: %s", error)

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            self._run.write(Snapshot([service.state for service in self._services.values()]))
