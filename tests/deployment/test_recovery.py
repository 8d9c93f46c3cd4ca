"""kill -9 of a job, of Scrapyd, of both: crawls go on where they were, and all records agree."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.deployment.nodes import ScrapydNode, running, wait_until
from tests.deployment.recorded_sites import RecordedSites, greenhouse

API = "boards-api.greenhouse.io"
TENANTS = [f"tenant{number}" for number in range(6)]
POSTINGS = 3
CONF = {
    "max_proc": "1",
    "poll_interval": "0.2",
    "heartbeat_interval": "0.5",
    "dead_after": "4",
    "stop_timeout": "20",
}
QUICK = {
    "AUTOTHROTTLE_ENABLED": "False",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
    "STORAGE_BATCH_INTERVAL": "0.05",
    "CRAWL_RECORD_INTERVAL": "0.2",
}


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[RecordedSites]:
    with RecordedSites(tmp_path, (), greenhouse(POSTINGS)) as found:
        yield found


def make(home: Path, database_url: str, sites: RecordedSites, name: str = "first") -> ScrapydNode:
    return ScrapydNode(
        home, database_url, name=name, conf=CONF, job_settings=QUICK, environment=sites.environment
    )


def rows(url: str, query: str, *values: Any) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def begin(node: ScrapydNode, sites: RecordedSites) -> str:
    """A crawl that has stored its first tenants and waits for an answer for another."""
    job = node.schedule("greenhouse", companies=",".join(TENANTS))
    assert sites.wait_for(API, 4)
    sites.hold(API)
    return job


def job_process(node: ScrapydNode, job: str) -> psutil.Process:
    (found,) = [each for each in node.get("listjobs.json")["running"] if each["id"] == job]
    return psutil.Process(found["pid"])


def check_complete(url: str, job: str, *, crawls: int = 1) -> None:
    """Every posting once, the job finished, and its crawl too; whatever else there was is over."""
    assert rows(url, "SELECT count(*), count(DISTINCT external_id) FROM postings") == [
        (len(TENANTS) * POSTINGS, len(TENANTS) * POSTINGS)
    ]
    assert rows(url, "SELECT state, result FROM scrapyd_jobs WHERE job_id = %s", job) == [
        ("ended", "finished")
    ]
    ends = rows(url, "SELECT finish_reason, outcome FROM crawls WHERE job_id = %s ORDER BY started_at", job)
    assert len(ends) == crawls
    assert ends[-1] == ("finished", "ok")
    assert [end[0] for end in ends].count("finished") == 1
    assert rows(url, "SELECT count(*) FROM crawls WHERE finished_at IS NULL") == [(0,)]


def test_a_killed_job_goes_on_in_its_jobdir(tmp_path: Path, database_url: str, sites: RecordedSites) -> None:
    with running(make(tmp_path, database_url, sites)) as node:
        job = begin(node, sites)
        job_process(node, job).kill()
        wait_until(lambda: node.jobs("running") == [], "the end of the killed process")
        sites.release(API)
        node.wait_finished(job)
        check_complete(database_url, job)
        assert node.jobs("finished") == [job]
        assert "Resuming the crawl" in node.job_log("greenhouse", job)


def test_after_kill_of_scrapyd_its_jobs_end_and_go_on_with_the_next_start(
    tmp_path: Path, database_url: str, sites: RecordedSites
) -> None:
    with running(make(tmp_path, database_url, sites)) as node:
        job = begin(node, sites)
        waiting = node.schedule("greenhouse", companies=TENANTS[0], jobid="waiting")
        process = job_process(node, job)
        node.kill()
        sites.release(API)
        process.wait(60)
        node.start()
        node.wait_finished(job, waiting)
        check_complete(database_url, job)
        assert set(node.jobs("finished")) == {job, waiting}
        assert node.get("daemonstatus.json")["running"] == 0


def _runs(process: psutil.Process) -> bool:
    """Whether it has not ended; whoever inherited it may not have asked how yet."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_orphans_that_nothing_ended_are_ended_by_the_next_start(
    tmp_path: Path, database_url: str, sites: RecordedSites
) -> None:
    with running(make(tmp_path, database_url, sites)) as node:
        job = begin(node, sites)
        process = job_process(node, job)
        # stopped, it does not see that its parent has died
        process.suspend()
        node.kill()
        assert process.is_running()
        sites.release(API)
        os.kill(process.pid, signal.SIGCONT)
        node.start()
        node.wait_finished(job)
        assert not _runs(process)
        check_complete(database_url, job)


def test_a_stopped_node_lets_its_jobs_end_in_good_order_and_resumes_them(
    tmp_path: Path, database_url: str, sites: RecordedSites
) -> None:
    with running(make(tmp_path, database_url, sites)) as node:
        job = begin(node, sites)
        assert node.process is not None
        node.process.terminate()
        wait_until(lambda: "Received SIGTERM" in node_log(node, job), "the job's word of its end")
        sites.release(API)
        assert node.process.wait(60) == -signal.SIGTERM, "twistd dies of the signal, when all is done"
        assert rows(database_url, "SELECT state, attempts FROM scrapyd_jobs") == [("pending", 0)]
        assert rows(database_url, "SELECT finish_reason FROM crawls") == [("shutdown",)]
        assert rows(database_url, "SELECT count(*) FROM scrapyd_nodes") == [(0,)]
        node.start()
        node.wait_finished(job)
        check_complete(database_url, job)


def node_log(node: ScrapydNode, job: str) -> str:
    return (node.home / "scrapyd" / "logs" / "jobspiders" / "greenhouse" / f"{job}.log").read_text()


def test_the_jobs_of_a_node_that_dies_go_to_another(
    tmp_path: Path, database_url: str, sites: RecordedSites
) -> None:
    """The other one has a disk of its own: it begins anew, and the first crawl is on record as killed."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with running(make(tmp_path / "one", database_url, sites, "one")) as one:
        job = begin(one, sites)
        process = job_process(one, job)
        one.kill()
        process.kill()
        with running(make(tmp_path / "two", database_url, sites, "two")) as two:
            sites.release(API)
            two.wait_finished(job)
            check_complete(database_url, job, crawls=2)
            assert two.status(job)["node"] == "two"
            dead = {node["name"]: node["alive"] for node in two.get("nodes.json")["nodes"]}
            assert dead == {"one": False, "two": True}


def test_two_nodes_of_one_name_or_one_directory_are_refused(
    tmp_path: Path, database_url: str, sites: RecordedSites
) -> None:
    with running(make(tmp_path, database_url, sites)) as node:
        twin = make(tmp_path, database_url, sites)
        twin.directory = node.directory
        with pytest.raises(AssertionError, match="another Scrapyd works in"):
            twin.start()
        (tmp_path / "elsewhere").mkdir()
        namesake = make(tmp_path / "elsewhere", database_url, sites)
        # whether it answers before it gives up is a matter of moments
        with suppress(AssertionError), running(namesake):
            pass
        assert namesake.process is not None
        assert namesake.process.wait(60) is not None
        assert "another node named first is alive" in namesake.log.read_text()
        assert node.get("daemonstatus.json")["status"] == "ok"
