"""The monitoring endpoint, asked over HTTP: what it says, to whom, and what a scrape costs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from jobspiders.deployment.exposition import exposition
from jobspiders.deployment.health_config import HealthConfig, token_of
from jobspiders.deployment.monitor import Monitor
from jobspiders.monitoring import metrics
from jobspiders.monitoring.health import Limits
from jobspiders.storage import health_facts
from jobspiders.storage.config import StorageConfig
from tests.deployment.nodes import free_port

TOKEN = {"Authorization": "Bearer let-me-in"}


@contextmanager
def monitor(home: Path, url: str | None) -> Iterator[str]:
    """The endpoint's address, served by a loop of its own."""
    config = HealthConfig(home, "127.0.0.1", free_port(), "let-me-in", Limits())
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    serving = Thread(
        target=lambda: loop.run_until_complete(Monitor(config, StorageConfig(home, url)).serve(stop))
    )
    serving.start()
    address = f"http://127.0.0.1:{config.port}"
    for _ in range(100):
        try:
            requests.get(f"{address}/live", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        serving.join()
        loop.close()


def fill(url: str) -> None:
    """A little of everything: boards with good and bad crawls, a node, jobs, circuits, counters, an alert."""
    with psycopg.connect(url, autocommit=True) as connection:
        for board, outcome in (("acme", "ok"), ("acme", "blocked"), ('o"dd\\\n', "empty"), ("pelikan", None)):
            connection.execute(
                "INSERT INTO crawls (id, board, started_at, updated_at, finished_at, outcome, new) VALUES (%s, %s, "
                "now() - interval '2 minutes', now(), CASE WHEN %s::text IS NULL THEN NULL ELSE now() END, %s, 40)",
                [uuid.uuid4(), board, outcome, outcome],
            )
        connection.execute(
            "INSERT INTO scrapyd_nodes (name, instance, slots, running, started_at, seen_at) "
            "VALUES ('one', gen_random_uuid(), 4, 1, now(), now() - interval '5 minutes')"
        )
        connection.execute(
            "INSERT INTO scrapyd_jobs (project, job_id, spider, state, queued_at) "
            "VALUES ('p', '1', 'acme', 'pending', now() - interval '90 seconds')"
        )
        connection.execute(
            "INSERT INTO host_states (host, state, updated_at) "
            'VALUES (\'acme.example\', \'{"circuit": {"circuit": "open"}}\', now())'
        )
        connection.execute(
            "INSERT INTO board_alerts (board, status, since, judged_at) VALUES ('acme', 'bad', now(), now())"
        )
        rows = [
            (metrics.REQUESTS.name, "acme", "ok", 100),
            (metrics.REQUESTS.name, "acme", "block", 3),
            (metrics.LATENCY.name, "acme", "0.5", 90),
            (metrics.LATENCY.name, "acme", "+Inf", 10),
            (metrics.LATENCY.name, "acme", "sum", 400.5),
            (metrics.BYTES.name, "acme", "", 12345),
            (metrics.DELIVERIES.name, "", "failed", 2),
            *((metrics.REJECTED.name, "acme", f"reason_{number}", 1) for number in range(200)),
        ]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO metric_counters VALUES (%s, %s, %s, %s)", rows)


@pytest.fixture
def filled(database_url: str) -> str:
    fill(database_url)
    return database_url


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_parse_and_say_what_the_database_holds(filled: str, tmp_path: Path) -> None:
    with monitor(tmp_path, filled) as address:
        answer = requests.get(f"{address}/metrics", headers=TOKEN, timeout=10)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.text)
    assert found["jobspiders_database_up", ()] == 1
    assert found["jobspiders_requests_total", (("board", "acme"), ("outcome", "ok"))] == 100
    assert found["jobspiders_request_duration_seconds_bucket", (("board", "acme"), ("le", "0.5"))] == 90
    assert found["jobspiders_request_duration_seconds_count", (("board", "acme"),)] == 100
    assert found["jobspiders_request_duration_seconds_sum", (("board", "acme"),)] == 400.5
    assert found["jobspiders_circuits", (("state", "open"),)] == 1
    assert found["jobspiders_queue_length", (("state", "pending"),)] == 1
    assert 85 < found["jobspiders_queue_age_seconds", ()] < 200
    assert found["jobspiders_node_heartbeat_age_seconds", (("node", "one"),)] >= 300
    assert found["jobspiders_board_bad", (("board", "acme"),)] == 1
    assert 15 < found["jobspiders_crawl_postings_per_minute", (("board", "pelikan"),)] < 25
    assert ("jobspiders_last_good_crawl_timestamp_seconds", (("board", 'o"dd\\\n'),)) in found
    rejected = [key for key in found if key[0] == "jobspiders_rejected_rows_total"]
    assert len(rejected) == 41, "values beyond a bound are one"
    assert sum(found[key] for key in rejected) == 200
    names = {name for name, _ in found}
    for metric in metrics.METRICS:
        if metric is not metrics.EMBEDDED_UP:
            assert {metric.name, f"{metric.name}_bucket"} & names or metric in metrics.COUNTERS, metric.name


@pytest.mark.skipif(
    not os.environ.get("CI") and shutil.which("promtool") is None, reason="promtool is not installed"
)
def test_promtool_has_nothing_to_say_of_the_metrics(filled: str, tmp_path: Path) -> None:
    with monitor(tmp_path, filled) as address:
        text = requests.get(f"{address}/metrics", headers=TOKEN, timeout=10).text
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_health_fails_while_something_fails_and_names_it(filled: str, tmp_path: Path) -> None:
    with monitor(tmp_path, filled) as address:
        answer = requests.get(f"{address}/health", headers=TOKEN, timeout=10)
        assert answer.status_code == 503
        checks = {check["name"]: check["status"] for check in answer.json()["checks"]}
        assert checks["node one"] == "failing"
        assert checks["circuits"] == checks["board acme"] == "warning"
        with psycopg.connect(filled, autocommit=True) as connection:
            connection.execute("DELETE FROM scrapyd_nodes")
        assert requests.get(f"{address}/health", headers=TOKEN, timeout=10).json()["status"] == "warning"


@pytest.mark.parametrize("path", ["/health", "/metrics", "/", "/metrics/../health"])
def test_nobody_sees_anything_without_the_token(path: str, database_url: str, tmp_path: Path) -> None:
    with monitor(tmp_path, database_url) as address:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Basic !"},
            {"Authorization": "é"},
        ):
            encoded = {name: value.encode() for name, value in headers.items()}
            answer = requests.get(f"{address}{path}", headers=encoded, timeout=10)
            assert answer.status_code in (400, 401)
            assert "jobspiders_" not in answer.text
        assert requests.get(f"{address}/health", auth=("any", "let-me-in"), timeout=10).status_code == 200


def test_without_a_database_it_answers_and_says_so_without_the_password(tmp_path: Path) -> None:
    with monitor(tmp_path, "postgresql://me:Hx92kqLp@127.0.0.1:9/jobs") as address:
        health = requests.get(f"{address}/health", headers=TOKEN, timeout=30)
        text = requests.get(f"{address}/metrics", headers=TOKEN, timeout=30).text
    assert health.status_code == 503
    assert "Connection refused" in health.text
    assert "Hx92kqLp" not in health.text
    assert samples(text)["jobspiders_database_up", ()] == 0


def test_a_lost_connection_is_made_anew(filled: str, tmp_path: Path) -> None:
    with monitor(tmp_path, filled) as address:
        requests.get(f"{address}/metrics", headers=TOKEN, timeout=10)
        with psycopg.connect(filled, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        requests.get(f"{address}/metrics", headers=TOKEN, timeout=10)
        again = requests.get(f"{address}/metrics", headers=TOKEN, timeout=10)
    assert samples(again.text)["jobspiders_database_up", ()] == 1


def test_the_token_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    config = HealthConfig(tmp_path, "127.0.0.1", 1, None, Limits())
    token = token_of(config)
    assert len(token) >= 32
    assert token_of(config) == token
    assert (tmp_path / "health_token").stat().st_mode & 0o777 == 0o600


def test_journals_are_counted_with_size_and_age(database_url: str, tmp_path: Path) -> None:
    directory = tmp_path / "journal" / "one"
    directory.mkdir(parents=True)
    (directory / "00000000000000000001.segment").write_bytes(b"x" * 1000)
    facts = health_facts.gather(StorageConfig(tmp_path, database_url))
    assert (facts.journals, facts.journal_bytes) == (1, 1000)
    assert 0 <= facts.journal_age < 60
    assert facts.database is not None


@pytest.mark.soak
def test_a_scrape_is_quick_at_a_million_postings(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO postings (board, external_id, url, title, content_hash, value_hash, first_seen, last_seen) "
            "SELECT 'board' || n % 30, n::text, 'https://jobs.example/' || n, 'Clerk ' || n, '', 0, now(), now() "
            "FROM generate_series(1, 1000000) AS n"
        )
        connection.execute(
            "INSERT INTO crawls (id, board, started_at, finished_at, outcome, stats) "
            "SELECT gen_random_uuid(), 'board' || n % 30, now() - n * interval '2 minutes', now(), "
            "CASE WHEN n % 30 = 7 THEN 'blocked' ELSE 'ok' END, jsonb_build_object('x', repeat('y', 2000)) "
            "FROM generate_series(1, 260000) AS n"
        )
        connection.execute(
            "INSERT INTO metric_counters SELECT name, 'board' || n, label, n FROM generate_series(1, 30) AS n, "
            "unnest(%s::text[]) AS name, unnest(%s::text[]) AS label",
            [
                [metric.name for metric in metrics.COUNTERS if metric is not metrics.DELIVERIES],
                ["0.1", "0.5", "2.5", "10", "+Inf", "sum"],
            ],
        )
        connection.execute("ANALYZE")
        for query in (health_facts._BOARDS, health_facts._SERVER, health_facts._RUNNING.replace("%s", "120")):
            plan = "\n".join(str(row[0]) for row in connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}"))
            print(plan)
            assert "Seq Scan on postings" not in plan
            assert "Seq Scan on crawls" not in plan
    config = HealthConfig(tmp_path, "127.0.0.1", 1, "let-me-in", Limits())
    asked = Monitor(config, StorageConfig(tmp_path, database_url))
    # in psycopg's terms a statement is prepared when it comes again
    for _ in range(10):
        text = exposition(*asked.ask())
    with psycopg.connect(database_url) as connection:
        [(pid,)] = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND application_name = 'jobspiders'"
        ).fetchall()
    before = _cpu(pid)
    for _ in range(50):
        text = exposition(*asked.ask())
    client, server = (round((after - start) * 20, 1) for after, start in zip(_cpu(pid), before, strict=True))
    print(
        f"{len(text.splitlines())} lines; CPU of a scrape: {client} ms of the endpoint, {server} ms of the server"
    )
    wall = []
    with monitor(tmp_path, database_url) as address, requests.Session() as session:
        for _ in range(50):
            began = time.perf_counter()
            session.get(f"{address}/metrics", headers=TOKEN, timeout=30)
            wall.append((time.perf_counter() - began) * 1000)
    print(f"over HTTP, other load included: median {sorted(wall)[25]:.1f} ms, best {min(wall):.1f} ms")
    assert client + server < 20


def _cpu(pid: int) -> tuple[float, float]:
    """Seconds of this process, and of the database's process that serves it."""
    times = psutil.Process(pid).cpu_times()
    return time.process_time(), times.user + times.system
