"""`make up` and `make down` with real processes: what a first start says, and what no mishap may break."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from jobspiders.deployment.run_state import RunState
from jobspiders.storage.embedded import EmbeddedServer
from tests.commands.in_process import CommandRunner
from tests.deployment.machine import FOREIGN, Machine, machine
from tests.deployment.nodes import ROOT, wait_until
from tests.deployment.recorded_sites import RecordedSites


@pytest.fixture
def here(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Machine]:
    """A machine whose embedded database is its own."""
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    with machine(own_home, CommandRunner(monkeypatch, capsys)) as found:
        yield found


def test_up_keeps_everything_running_until_down(here: Machine) -> None:
    first = here.up("--no-console")
    assert first.out.count(here.account[1]) == 1
    assert "The passwords are shown only this once" in first.out
    kept = here.home / "passwords.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert here.call("daemonstatus.json")["status"] == "ok"
    assert here.get(f"{here.url}/daemonstatus.json", (here.account[0], "wrong")).status_code == 401

    supervisor = here.supervisor()
    again = here.up("--no-console")
    assert f"already running (process {supervisor.pid}): nothing to do" in again.out
    assert here.account[1] not in again.out
    assert here.url in again.out
    assert "scrapydweb" not in again.out, "there is no console"

    here.kill("schedules")
    here.kill("scrapyd")
    wait_until(lambda: here.call("daemonstatus.json")["status"] == "ok", "an answer of the new Scrapyd")
    postmaster = int((EmbeddedServer(here.home).data / "postmaster.pid").read_text().split()[0])
    psutil.Process(postmaster).kill()
    wait_until(lambda: here.call("nodes.json").get("nodes"), "another start of the database")
    status = here.run("up", "--status")
    assert "started again 1 times" in status.out

    services = [psutil.Process(here.service(name).pid) for name in ("scrapyd", "schedules")]
    supervisor.kill()
    psutil.wait_procs(services, timeout=30)
    after = here.up("--no-console")
    assert after.err == (
        f"removed the stale pid file of process {supervisor.pid}, which is gone or another program\n"
    )
    assert here.account[1] not in after.out, "the passwords are those of the first start"
    assert here.call("daemonstatus.json")["status"] == "ok"

    down = here.run("down")
    assert (down.code, down.out, down.err) == (0, "stopped\n", "")
    assert not here.supervisor_files()
    twice = here.run("down")
    assert (twice.code, twice.out, twice.err) == (0, "nothing was running\n", "")


def test_a_port_that_is_taken_is_one_line_and_starts_nothing(here: Machine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", here.scrapyd_port))
        other.listen()
        said = here.run("up", "--no-console")
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith(f"scrapy: error: port {here.scrapyd_port} on 127.0.0.1 is taken by process ")
    assert said.err.endswith("free it, or set SCRAPYD_HTTP_PORT\n")
    assert not RunState(here.home / "run").is_held()


def test_up_deploy_and_schedule_bring_rows_and_what_is_wrong_costs_no_slot(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way of an operator, from nothing to rows, over HTTP."""
    with (
        RecordedSites(tmp_path, ("greenhouse", "indeed")) as sites,
        machine(
            own_home,
            CommandRunner(monkeypatch, capsys),
            **sites.environment,
            SCRAPYD_MAX_PROC="1",
        ) as here,
    ):
        here.up("--no-console")
        wrong = here.run("deploy", SCRAPYD_PASSWORD="wrong")
        assert (wrong.code, wrong.err) == (
            2,
            f"scrapy: error: Scrapyd at {here.url} refuses this user name or password\n",
        )
        monkeypatch.delenv("SCRAPYD_PASSWORD")
        deployed = here.run("deploy")
        assert deployed.code == 0, deployed
        (version,) = here.call("listversions.json", project="jobspiders")["versions"]
        assert f"jobspiders {version}:" in deployed.out

        for bad in (
            {"jobid": "../../x"},
            {"spider": "monster"},
            {"colour": "red"},
            {"setting": "LOG_FILE=/x"},
        ):
            call = {"project": "jobspiders", "spider": "greenhouse", "companies": "pelikan"} | bad
            assert here.post("schedule.json", **call)["status"] == "error"
        jobs = [
            here.post(
                "schedule.json", project="jobspiders", spider="greenhouse", companies="pelikan,nordlicht"
            ),
            here.post(
                "schedule.json", project="jobspiders", spider="indeed", query="crane", location="Savannah"
            ),
        ]
        assert {job["status"] for job in jobs} == {"ok"}
        ids = {job["jobid"] for job in jobs}

        def finished() -> bool:
            return {job["id"] for job in here.call("listjobs.json")["finished"]} == ids

        wait_until(finished, "the end of both crawls")
        with psycopg.connect(here.run("db", "url").out.strip()) as connection:
            counts = dict(
                connection.execute("SELECT board, count(*) FROM postings GROUP BY board").fetchall()
            )
            ends = connection.execute("SELECT job_id, outcome, version FROM crawls").fetchall()
        assert counts.keys() == {"greenhouse", "indeed"}
        assert min(counts.values()) > 1
        assert {(job, outcome) for job, outcome, _ in ends} == {(job, "ok") for job in ids}
        log = here.get(f"{here.url}/logs/jobspiders/greenhouse/{jobs[0]['jobid']}.log", here.account)
        assert "greenhouse ended ok" in log.text


@pytest.mark.parametrize("target", ["up", "down", "deploy"])
def test_make_has_a_target_for_each(target: str) -> None:
    # this test itself may be run by make, whose flags are no concern of it
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", target]
    said = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == f".venv/bin/scrapy {target}"
