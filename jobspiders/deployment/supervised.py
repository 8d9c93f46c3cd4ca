"""Keeps one service running: starts it, watches it, starts it again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import psutil

from jobspiders.deployment.restarts import Restarts
from jobspiders.deployment.rotated_log import RotatedLog
from jobspiders.deployment.run_state import ServiceState
from jobspiders.deployment.runner import end_with_parent
from jobspiders.deployment.services import Probe, Service

logger = logging.getLogger(__name__)

#: Seconds: between looks at a service that starts and at one that is up, for an answer, and of silence in all
#: after which one that lives but does not answer is started anew.
_STARTING_LOOK = 0.25
_LOOK = 10.0
_ANSWER = 10.0
_SILENCE = 90.0
#: How long a service without a probe must live to count as up.
_LIVED = 1.0


class Supervised:
    """``make`` is asked for the service at each start; ``changed`` is called when its state has."""

    def __init__(
        self, make: Callable[[], Service], log: RotatedLog, name: str, changed: Callable[[], None]
    ) -> None:
        self.state = ServiceState(name)
        self._make = make
        self._log = log
        self._changed = changed
        self._restarts = Restarts()
        self._process: asyncio.subprocess.Process | None = None
        self._service: Service | None = None
        self._stopping = False
        self._wanted_anew = False
        #: Whether it ever answered.
        self.was_up = False

    async def run(self) -> None:
        """Until it is stopped."""
        while not self._stopping:
            started = time.monotonic()
            try:
                await self._live()
            except OSError as error:
                self.state.last_words = str(error)
            self._set("waiting", None)
            if self._stopping:
                break
            if self._wanted_anew:
                self._wanted_anew = False
                continue
            delay = self._restarts.delay(started, time.monotonic())
            self.state.restarts = self._restarts.total
            self.state.last_words = self.state.last_words or " ".join(self._log.last_lines())
            logger.error(
                "%s has ended (%s); it is started again in %g s",
                self.state.name,
                self.state.last_words,
                delay,
            )
            self._changed()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped_meanwhile(), delay)
        self._set("stopped", None)
        self._log.close()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL where that does not help."""
        self._stopping = True
        await self._end()

    async def start_anew(self) -> None:
        """End it and start it at once, with what ``make`` says now."""
        self._wanted_anew = True
        await self._end()

    def differs(self) -> bool:
        """Whether ``make`` says something else than at the last start."""
        return self._service is not None and self._make() != self._service

    async def _live(self) -> None:
        self._service = service = self._make()
        self.state.last_words = ""
        self._process = process = await asyncio.create_subprocess_exec(
            *service.command,
            cwd=service.directory,
            env=dict(service.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # a Ctrl-C in the terminal is for the supervisor, which ends them in order
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self._set("starting", process.pid)
        watching = asyncio.create_task(self._watch(service, process))
        try:
            assert process.stdout is not None
            while data := await process.stdout.read(65536):
                self._log.write(data)
            await process.wait()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, service: Service, process: asyncio.subprocess.Process) -> None:
        silent_since = time.monotonic()
        while True:
            up = self.state.state == "up"
            await asyncio.sleep(_LOOK if up else _STARTING_LOOK)
            now = time.monotonic()
            if service.probe is None:
                well = now - silent_since >= _LIVED or up
            else:
                well = await asyncio.to_thread(_answers, service.probe)
            if well:
                if service.probe is not None:
                    silent_since = time.monotonic()
                if not up:
                    self.was_up = True
                    self._set("up", process.pid)
            elif service.probe is not None and now - silent_since > _SILENCE:
                logger.error("%s does not answer and is ended", service.name)
                self.state.last_words = f"no answer for {_SILENCE:g} seconds"
                process.kill()
                return

    async def _end(self) -> None:
        process, service = self._process, self._service
        if process is None or service is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), service.stop_timeout)
        except TimeoutError:
            logger.error("%s did not end in %g s and is killed", service.name, service.stop_timeout)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _stopped_meanwhile(self) -> None:
        while not self._stopping:
            await asyncio.sleep(0.1)

    def _set(self, state: str, pid: int | None) -> None:
        self.state.state, self.state.pid, self.state.created = state, pid, 0.0
        if pid is not None:
            with contextlib.suppress(psutil.Error):
                self.state.created = psutil.Process(pid).create_time()
        self._changed()


def _answers(probe: Probe) -> bool:
    request = urllib.request.Request(probe.url, headers=probe.headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_ANSWER) as response:
            return bool(response.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False
