"""What a supervisor leaves on disk: alive, gone in order, or killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from jobspiders.deployment.run_state import RunState, ServiceState, Snapshot


def test_one_supervisor_at_a_time_and_nothing_is_left_when_it_goes(tmp_path: Path) -> None:
    run = RunState(tmp_path / "run")
    assert not run.is_held()
    assert run.acquire()
    other = RunState(tmp_path / "run")
    assert other.is_held()
    assert not other.acquire()
    run.write(Snapshot([ServiceState("scrapyd", "up", 1, 2.0)]))
    assert other.read().all_up
    run.release()
    assert not other.is_held()
    assert other.supervisor_pid() is None
    assert other.read() == Snapshot()
    assert other.clear_stale(1.0) == []


def test_what_a_killed_supervisor_left_is_ended_and_said(tmp_path: Path) -> None:
    run = RunState(tmp_path)
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
    created = psutil.Process(left.pid).create_time()
    run.pid_file.write_text("999999\n")
    run.write(
        Snapshot(
            [
                ServiceState("scrapyd", "up", left.pid, created),
                # the number is another program's by now
                ServiceState("scrapydweb", "up", psutil.Process().pid, created - 1000),
                ServiceState("logparser", "waiting"),
            ]
        )
    )
    assert run.clear_stale(10.0) == [
        "removed the stale pid file of process 999999, which is gone or another program",
        f"ended process {left.pid}, which had outlived its supervisor",
    ]
    assert left.wait(10) is not None
    assert list(tmp_path.iterdir()) == []


def test_damaged_files_are_as_none(tmp_path: Path) -> None:
    run = RunState(tmp_path)
    run.pid_file.write_text("?")
    run.state_file.write_text('{"services": [{"colour": "red"}]}')
    assert run.supervisor_pid() is None
    assert run.read() == Snapshot()
    assert not run.read().all_up
