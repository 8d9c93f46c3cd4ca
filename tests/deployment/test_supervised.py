"""A service that is kept running: started again when it ends, ended when it is silent, stopped when it must."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from jobspiders.deployment import supervised
from jobspiders.deployment.restarts import Restarts
from jobspiders.deployment.rotated_log import RotatedLog
from jobspiders.deployment.services import Probe, Service
from jobspiders.deployment.supervised import Supervised

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"


class Kept:
    """One supervised service made of a line of Python."""

    def __init__(
        self, directory: Path, code: str, probe: Probe | None = None, stop_timeout: float = 5
    ) -> None:
        self.code, self.probe, self.stop_timeout = code, probe, stop_timeout
        self.directory = directory
        self.log = RotatedLog(directory / "service.log")
        self.states: list[str] = []
        self.service = Supervised(self.make, self.log, "service", self.changed)
        self.service._restarts = Restarts(base=0.05, cap=0.2)

    def make(self) -> Service:
        words = (sys.executable, "-c", self.code)
        return Service("service", words, self.directory, dict(os.environ), self.probe, self.stop_timeout)

    def changed(self) -> None:
        self.states.append(self.service.state.state)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.02)


def supervise(kept: Kept, do: Callable[[], Awaitable[None]]) -> None:
    """Run ``do`` while the service is kept running, and stop it then."""

    async def run() -> None:
        running = asyncio.create_task(kept.service.run())
        try:
            await do()
        finally:
            await kept.service.stop()
            await running

    asyncio.run(run())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervised, "_LIVED", 0.05)
    monkeypatch.setattr(supervised, "_STARTING_LOOK", 0.02)
    monkeypatch.setattr(supervised, "_LOOK", 0.05)


def test_one_that_ends_is_started_again_and_its_last_words_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "_LIVED", 60.0)
    kept = Kept(tmp_path, "print('no such file: x.conf'); raise SystemExit(3)")

    async def watch() -> None:
        await kept.until(lambda: kept.service.state.restarts >= 3)
        assert not kept.service.was_up

    supervise(kept, watch)
    assert (tmp_path / "service.log").read_text().count("no such file: x.conf") >= 3
    assert kept.service.state.state == "stopped"
    assert "up" not in kept.states


def test_kill_of_one_that_is_up_brings_another(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "import time; time.sleep(99)")

    async def kill() -> None:
        await kept.until(lambda: kept.service.state.state == "up")
        first = kept.service.state.pid
        psutil.Process(first).kill()
        await kept.until(lambda: kept.service.state.state == "up" and kept.service.state.pid != first)

    supervise(kept, kill)
    assert kept.service.state.restarts == 1


def test_one_that_will_not_end_is_killed(tmp_path: Path) -> None:
    kept = Kept(tmp_path, STUBBORN, stop_timeout=0.2)

    pids: list[int] = []

    async def look() -> None:
        await kept.until(lambda: b"up" in (tmp_path / "service.log").read_bytes())
        assert kept.service.state.pid is not None
        pids.append(kept.service.state.pid)

    supervise(kept, look)
    assert not psutil.pid_exists(pids[0])


def test_one_that_lives_but_does_not_answer_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "_SILENCE", 0.3)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        probe = Probe(f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        kept = Kept(tmp_path, "import time; time.sleep(99)", probe)

        async def watch() -> None:
            await kept.until(lambda: kept.service.state.restarts >= 1)

        supervise(kept, watch)
    assert "up" not in kept.states


def test_a_program_that_is_not_there_is_tried_again_and_said(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "")
    kept.make = lambda: Service("service", ("/no/such/program",), tmp_path, {})  # type: ignore[method-assign]  # the case
    kept.service._make = kept.make

    async def watch() -> None:
        await kept.until(lambda: kept.service.state.restarts >= 2)
        assert "/no/such/program" in kept.service.state.last_words

    supervise(kept, watch)


def test_one_whose_configuration_changed_is_started_anew_at_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "import time; time.sleep(99)")

    async def change() -> None:
        await kept.until(lambda: kept.service.state.state == "up")
        first = kept.service.state.pid
        assert not kept.service.differs()
        kept.code += " #"
        assert kept.service.differs()
        await kept.service.start_anew()
        await kept.until(lambda: kept.service.state.state == "up" and kept.service.state.pid != first)
        assert not kept.service.differs()

    supervise(kept, change)
    assert kept.service.state.restarts == 0
