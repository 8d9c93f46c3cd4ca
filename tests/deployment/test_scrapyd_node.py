"""One real Scrapyd with our components, crawling recorded pages on loopback into PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import requests

from tests.conftest import fresh_database
from tests.deployment.nodes import ScrapydNode, running, wait_until
from tests.deployment.recorded_sites import RecordedSites, greenhouse

API = "boards-api.greenhouse.io"
QUICK = {"AUTOTHROTTLE_START_DELAY": "0.01", "DOWNLOAD_DELAY": "0", "ADZUNA_APP_KEY": "a-secret-key"}
CONF = {"max_proc": "2", "poll_interval": "0.2", "heartbeat_interval": "1", "stop_timeout": "20"}


@pytest.fixture(scope="module")
def database(embedded_home: Path) -> Iterator[str]:
    with fresh_database(embedded_home) as url:
        yield url


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedSites]:
    directory = tmp_path_factory.mktemp("sites")
    with RecordedSites(directory, ("greenhouse", "indeed"), greenhouse(3)) as found:
        yield found


@pytest.fixture(scope="module")
def node(
    tmp_path_factory: pytest.TempPathFactory, database: str, sites: RecordedSites
) -> Iterator[ScrapydNode]:
    home = tmp_path_factory.mktemp("home")
    made = ScrapydNode(home, database, conf=CONF, job_settings=QUICK, environment=sites.environment)
    with running(made):
        yield made


def rows(url: str, query: str, *values: Any) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def test_scheduled_crawls_bring_rows_and_their_lists_logs_and_records_agree(
    node: ScrapydNode, database: str
) -> None:
    greenhouse_job = node.schedule("greenhouse", companies="pelikan,nordlicht")
    indeed_job = node.schedule("indeed", query="crane", location="Savannah", jobid="cranes-1")
    assert indeed_job == "cranes-1"
    node.wait_finished(greenhouse_job, indeed_job)
    counts = dict(rows(database, "SELECT board, count(*) FROM postings GROUP BY board"))
    assert counts["greenhouse"] > 1
    assert counts["indeed"] > 1
    assert {greenhouse_job, indeed_job} <= set(node.jobs("finished"))
    assert rows(
        database, "SELECT job_id, outcome, finish_reason, node FROM crawls WHERE job_id = 'cranes-1'"
    ) == [("cranes-1", "ok", "finished", "first")]
    assert "indeed ended ok" in node.job_log("indeed", "cranes-1")
    assert not list((node.home / "scrapyd" / "jobs").rglob("requests.sqlite")), "no JOBDIR is left"


def test_a_wrong_or_missing_password_gets_nothing(node: ScrapydNode) -> None:
    for login in (None, ("tester", "wrong"), ("nobody", "correct horse")):
        answer = requests.get(f"{node.url}/daemonstatus.json", auth=login, timeout=30)
        assert answer.status_code == 401
        assert requests.post(f"{node.url}/schedule.json", auth=login, timeout=30).status_code == 401


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"jobid": "../../x"}, "jobid '../../x' is not a plain name"),
        ({"jobid": "a\0b"}, "jobid 'a\\x00b' is not a plain name"),
        ({"jobid": "x" * 200}, "jobid is longer than 120 characters"),
        ({"jobid": ".."}, "jobid '..' is not a plain name"),
        ({"spider": "../greenhouse"}, "spider '../greenhouse' is not a plain name"),
        ({"spider": "monster"}, "spider 'monster' not found"),
        ({"project": "../.."}, "project '../..' is not a plain name"),
        ({"project": "other"}, "project 'other' not found"),
        ({"_version": "../1"}, "_version '../1' is not a plain name"),
        ({"_version": "9"}, "version '9' not found"),
        ({"_node": "nowhere"}, "node 'nowhere' not found"),
        ({"companies": ""}, "greenhouse needs companies=TOKEN,..."),
        ({"companies": "a/b"}, "companies: 'a/b' is neither a greenhouse token"),
        ({"max_results": "many"}, "max_results=many is no whole number"),
        ({"colour": "red"}, "greenhouse has no argument 'colour'"),
        ({"query": "a\nb"}, "argument 'query' holds control characters"),
        ({"query": "x" * 200_000}, "bytes long; 100000 are allowed"),
        ({"Query": "x"}, "'Query' is no name of an argument"),
        ({"setting": "ROBOTSTXT_OBEY=False"}, "setting 'ROBOTSTXT_OBEY' may not be set by a call"),
        ({"setting": "LOG_FILE=/etc/passwd"}, "setting 'LOG_FILE' may not be set by a call"),
        ({"setting": "LOG_LEVEL"}, "setting 'LOG_LEVEL' is not NAME=VALUE"),
        ({"setting": "CLOSESPIDER_TIMEOUT=soon"}, "setting CLOSESPIDER_TIMEOUT cannot be 'soon'"),
        ({"priority": "high"}, "priority is no number"),
        ({"priority": "nan"}, "priority is no number"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line_and_costs_no_slot(
    node: ScrapydNode, fields: dict[str, str], message: str
) -> None:
    call = {"project": "jobspiders", "spider": "greenhouse", "companies": "pelikan"} | fields
    answer = node.post("schedule.json", **call)
    assert answer["status"] == "error"
    assert message in answer["message"]
    assert "\n" not in answer["message"]
    assert node.jobs("pending") == []
    assert node.get("daemonstatus.json")["running"] == 0


def test_all_slots_are_still_there_after_refusals(node: ScrapydNode, sites: RecordedSites) -> None:
    sites.hold(API)
    try:
        jobs = [node.schedule("greenhouse", companies=f"slots{number}") for number in range(2)]
        wait_until(lambda: len(node.jobs("running")) == 2, "both slots at work")
    finally:
        sites.release(API)
    node.wait_finished(*jobs)


def test_the_other_services_refuse_names_that_are_paths(node: ScrapydNode) -> None:
    assert "not a plain name" in node.post("cancel.json", project="jobspiders", job="../x")["message"]
    assert (
        "none of INT, TERM, KILL"
        in node.post("cancel.json", project="jobspiders", job="x", signal="HUP")["message"]
    )
    assert "not a plain name" in node.get("listjobs.json", project="../..")["message"]
    assert "not a plain name" in node.get("listspiders.json", project="jobspiders", _version="..")["message"]
    assert "not a plain name" in node.get("status.json", job="a/b")["message"]
    assert "not a plain name" in node.post("addversion.json", project="..", version="1", egg="x")["message"]
    assert "not a plain name" in node.post("delversion.json", project="jobspiders", version="../1")["message"]
    assert "not a ZIP file" in node.post("addversion.json", project="x", version="1", egg="no zip")["message"]


def test_settings_of_the_node_reach_its_jobs_and_are_not_for_everybody_to_see(
    node: ScrapydNode, sites: RecordedSites
) -> None:
    sites.hold(API)
    try:
        job = node.schedule("greenhouse", companies="secret", setting="DOWNLOAD_DELAY=0.5")
        (running,) = wait_until(lambda: node.get("listjobs.json")["running"], "a running job")
        assert "a-secret-key" not in " ".join(psutil.Process(running["pid"]).cmdline())
    finally:
        sites.release(API)
    node.wait_finished(job)
    log = node.job_log("greenhouse", job)
    assert "'AUTOTHROTTLE_START_DELAY': '0.01'" in log
    assert "'DOWNLOAD_DELAY': '0.5'" in log, "what a call says wins"
    assert "a-secret-key" not in node.log.read_text()


def test_a_job_id_is_used_once(node: ScrapydNode) -> None:
    node.schedule("greenhouse", companies="once", jobid="once")
    again = node.post(
        "schedule.json", project="jobspiders", spider="greenhouse", companies="once", jobid="once"
    )
    assert again["message"] == "there is a job 'once' already"
    node.wait_finished("once")


def test_pages_of_other_sites_cannot_call_it_with_the_browsers_login(node: ScrapydNode) -> None:
    call = {"project": "jobspiders", "spider": "greenhouse", "companies": "pelikan"}
    url = f"{node.url}/schedule.json"
    foreign = node.session.post(url, data=call, headers={"Origin": "https://evil.example"}, timeout=30).json()
    assert foreign["message"] == "not from pages of https://evil.example"
    own = node.session.post(url, data=call, headers={"Origin": node.url}, timeout=30).json()
    assert own["status"] == "ok"
    node.wait_finished(own["jobid"])


def test_higher_priority_runs_first_and_waiting_jobs_can_be_cancelled(
    node: ScrapydNode, sites: RecordedSites, database: str
) -> None:
    sites.hold(API)
    try:
        blocking = [node.schedule("greenhouse", companies=f"blocking{number}") for number in range(2)]
        wait_until(lambda: len(node.jobs("running")) == 2, "both slots at work")
        low = node.schedule("greenhouse", companies="low", jobid="low", priority="-1")
        plain = node.schedule("greenhouse", companies="plain", jobid="plain")
        dropped = node.schedule("greenhouse", companies="dropped", jobid="dropped", priority="3")
        high = node.schedule("greenhouse", companies="high", jobid="high", priority="5")
        assert node.jobs("pending") == ["high", "dropped", "plain", "low"]
        assert node.post("cancel.json", project="jobspiders", job=dropped)["prevstate"] == "pending"
        assert node.jobs("pending") == ["high", "plain", "low"]
        assert node.post("cancel.json", project="jobspiders", job="unheard-of")["prevstate"] is None
    finally:
        sites.release(API)
    node.wait_finished(*blocking, high, plain, low)
    started = rows(
        database,
        "SELECT job_id FROM scrapyd_jobs WHERE job_id IN ('high', 'plain', 'low') ORDER BY started_at",
    )
    assert started == [("high",), ("plain",), ("low",)]
    assert rows(database, "SELECT count(*) FROM crawls WHERE job_id = 'dropped'") == [(0,)]


def test_a_cancelled_crawl_ends_in_good_order_and_is_not_begun_again(
    node: ScrapydNode, sites: RecordedSites, database: str
) -> None:
    before = len(sites.hits[API])
    sites.hold(API)
    try:
        job = node.schedule("greenhouse", companies="cancelled1,cancelled2,cancelled3")
        assert sites.wait_for(API, before + 1)
        assert node.post("cancel.json", project="jobspiders", job=job)["prevstate"] == "running"
    finally:
        sites.release(API)
    node.wait_finished(job)
    assert node.status(job)["result"] == "cancelled"
    assert rows(database, "SELECT finish_reason FROM crawls WHERE job_id = %s", job) == [("shutdown",)]
    assert job in node.jobs("finished")
    assert node.jobs("pending") == node.jobs("running") == []


def test_the_pages_of_scrapyd_itself_work_with_the_shared_queue(node: ScrapydNode) -> None:
    jobs = node.session.get(f"{node.url}/jobs", timeout=30)
    assert jobs.status_code == 200
    assert "cranes-1" in jobs.text
    assert "jobspiders" in node.session.get(f"{node.url}/", timeout=30).text


def test_nodes_are_listed(node: ScrapydNode) -> None:
    (first,) = node.get("nodes.json")["nodes"]
    assert first["name"] == "first"
    assert first["alive"] is True
    assert first["address"] == f"127.0.0.1:{node.port}"
