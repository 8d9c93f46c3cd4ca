from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.crawl import ROWS, is_good, summary
from jobspiders.commands.refusal import check_board
from jobspiders.parsing.cassette import interaction, write_cassette
from tests.commands.running import scrapy
from tests.crawling import Crawl, run_crawls

API = "https://boards-api.greenhouse.io/v1/boards"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["crawl", "grenhouse"], "there is no board 'grenhouse'; did you mean greenhouse?"),
        (["crawl"], "name one board"),
        (["crawl", "remoteok", "-a", "querry=x"], "remoteok has no argument 'querry'; did you mean 'query'?"),
        (["crawl", "indeed", "-a", "query=x", "-a", "max_results=-1"], "max_results=-1 is below 1"),
        (["crawl", "indeed", "-a", "query=x", "-a", "radius_km=far"], "radius_km=far is no whole number"),
        (["crawl", "indeed"], "indeed needs -a query=..."),
        (
            ["crawl", "greenhouse", "-a", "companies_file=/no/such"],
            "companies_file=/no/such: there is no such file",
        ),
        (["crawl", "usajobs", "-a", "query=x"], "usajobs needs USAJOBS_API_KEY"),
        (["extract", "indeed", "/no/such.html"], "/no/such.html: No such file or directory"),
        (["import", "/no/such.jsonl"], "/no/such.jsonl: No such file or directory"),
    ],
)
def test_a_users_mistake_is_one_clear_line_and_exit_code_2(words: list[str], message: str) -> None:
    ran = scrapy(*words)
    assert ran.code == 2
    assert len(ran.said) == 1
    assert message in ran.said[0]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://user:s3cret@127.0.0.1:1/jobs", "127.0.0.1"),
        ("mysql://user:s3cret@localhost/jobs", "DATABASE_URL"),
    ],
)
def test_a_wrong_database_is_one_clear_line_without_the_password(
    url: str, message: str, tmp_path: Path
) -> None:
    cassette = tmp_path / "c.json"
    write_cassette(cassette, [])
    environment = {"DATABASE_URL": url, "JOBSPIDERS_HOME": str(tmp_path)}
    ran = scrapy("crawl", "remoteok", *_replaying(cassette), environment=environment)
    assert ran.code == 2
    assert len(ran.said) == 1
    assert "s3cret" not in ran.err + ran.out
    assert "Traceback" not in ran.err
    assert [line for line in ran.said if message in line], ran.err


def _replaying(cassette: Path) -> list[str]:
    settings = {
        "HTTPCACHE_ENABLED": "1",
        "HTTPCACHE_STORAGE": "jobspiders.middlewares.cassettes.CassetteStorage",
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.DummyPolicy",
        "HTTPCACHE_IGNORE_MISSING": "1",
        "CASSETTE": str(cassette),
        "CRAWL_CLOCK": "2026-09-01T08:00:00+00:00",
    }
    return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def job(number: int, **more: Any) -> dict[str, Any]:
    url = f"https://job-boards.greenhouse.io/acme/jobs/{number}"
    return {
        "id": number,
        "title": f"Rigger {number}",
        "absolute_url": url,
        "location": {"name": "Hull"},
        **more,
    }


def listing(*jobs: Any) -> str:
    return json.dumps({"jobs": list(jobs)})


def test_a_full_disk_ends_the_crawl_with_one_line_and_loses_no_row_before_it(
    tmp_path: Path, database_url: str
) -> None:
    cassette = tmp_path / "c.json"
    body = listing(*(job(number, content="x" * 20_000) for number in range(200)))
    recorded = interaction(
        "GET", f"{API}/acme/jobs?content=true", body=body.encode(), recorded_at=datetime.now(UTC)
    )
    write_cassette(cassette, [recorded])
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")}
    ran = scrapy(
        *("crawl", "greenhouse", "-a", "companies=acme", "-L", "ERROR"),
        *_replaying(cassette),
        environment=environment,
        limit="ulimit -f 1000;",
    )
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert any("journal" in line.lower() for line in ran.said), ran.err
    with psycopg.connect(database_url) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM postings").fetchone() or (0,)
        (open_,) = connection.execute("SELECT count(*) FROM postings WHERE closed_at IS NULL").fetchone() or (
            0,
        )
        outcomes = connection.execute("SELECT outcome FROM crawls").fetchall()
    assert 0 < kept < 200
    assert open_ == kept
    assert outcomes == [("failed",)]


def test_odd_postings_cost_only_themselves(tmp_path: Path, database_url: str) -> None:
    odd = [
        job(1, title="Nul\x00 byte"),
        job(2, title="Lone \ud800 surrogate", content="\udfff"),
        job(3, title="x" * 5_000_000),
        job(4, content="&lt;div&gt;&lt;p&gt;never closed &lt;b&gt;"),
        job(5, first_published="0000-01-01T00:00:00Z", application_deadline="9999-12-31T23:59:59Z"),
        job(6, id="6", internal_job_id="a", metadata="text", departments=None, offices=7),
        job(7, location=None, metadata=[None, 3], departments=[None], company_name=["Acme"]),
        None,
        "text",
        [],
        job(8, title=None),
        job(9, absolute_url="/relative"),
    ]
    body = json.dumps({"jobs": odd + [job(number) for number in range(100, 199)]})
    crawl = Crawl("greenhouse", {"companies": "acme"}, [(f"{API}/acme/jobs?content=true", body)])
    (stats,) = run_crawls([crawl], tmp_path, database_url)
    with psycopg.connect(database_url) as connection:
        titles = dict(connection.execute("SELECT external_id, title FROM postings").fetchall())
        dates = connection.execute(
            "SELECT date_posted, valid_through FROM postings WHERE external_id = '5'"
        ).fetchone()
        text = connection.execute("SELECT description FROM postings WHERE external_id = '4'").fetchone()
        reasons = connection.execute("SELECT reason FROM rejected_postings ORDER BY reason").fetchall()
    assert len(titles) == 99 + 6
    assert titles["1"] == "Nul byte"
    assert titles["2"].startswith("Lone ")
    assert dates == (None, None)
    assert text == ("never closed",)
    assert [reason for (reason,) in reasons] == [
        "external_id is missing",
        "external_id is missing",
        "external_id is missing",
        "title is longer than 1000 characters",
        "title is missing",
        "url is not absolute",
    ]
    assert stats["postings/rejected"] == 6
    assert stats["crawl/outcome"] == "ok"


def test_of_a_hundred_postings_one_broken_leaves_ninety_nine(tmp_path: Path, database_url: str) -> None:
    body = listing(*(job(number) for number in range(99)), {"id": {"odd": 1}, "title": ["x"]})
    crawl = Crawl("greenhouse", {"companies": "acme"}, [(f"{API}/acme/jobs?content=true", body)])
    (stats,) = run_crawls([crawl], tmp_path, database_url)
    assert (stats["postings/new"], stats["postings/rejected"]) == (99, 1)


def test_a_tenant_that_does_not_exist_leaves_the_others_alone(tmp_path: Path, database_url: str) -> None:
    pages = [
        (f"{API}/nobody/jobs?content=true", '{"status":404,"error":"Job not found"}', 404),
        (f"{API}/acme/jobs?content=true", listing(job(1))),
    ]
    (stats,) = run_crawls([Crawl("greenhouse", {"companies": "nobody,acme"}, pages)], tmp_path, database_url)
    assert (stats["scopes/not_found"], stats["scopes/ok"], stats["postings/new"]) == (1, 1, 1)
    assert is_good(stats)
    with psycopg.connect(database_url) as connection:
        scopes = dict(connection.execute("SELECT scope, outcome FROM crawl_scopes").fetchall())
    assert scopes == {"nobody": "not_found", "acme": "ok"}


def test_a_live_run_prints_the_table_and_exports_a_feed(tmp_path: Path, database_url: str) -> None:
    cassette, feed = tmp_path / "c.json", tmp_path / "out.jsonl"
    body = listing(job(1), job(2, title=None)).encode()
    recorded = interaction("GET", f"{API}/acme/jobs?content=true", body=body, recorded_at=datetime.now(UTC))
    write_cassette(cassette, [recorded])
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")}
    words = [
        "crawl",
        "greenhouse",
        "-a",
        "companies=acme",
        "-L",
        "ERROR",
        "-O",
        str(feed),
        *_replaying(cassette),
    ]
    ran = scrapy(*words, environment=environment)
    assert ran.code == 0, ran.err
    head, row = ran.out.strip().splitlines()
    figures = dict(zip(head.split(), row.split(), strict=True))
    assert (figures["board"], figures["new"], figures["rejected"], figures["outcome"]) == (
        "greenhouse",
        "1",
        "1",
        "ok",
    )
    (line,) = feed.read_text().splitlines()
    assert json.loads(line)["title"] == "Rigger 1"


def test_unknown_boards_are_met_with_the_nearest_names() -> None:
    check_board("indeed", ["indeed"])
    with pytest.raises(ArgumentError, match="scrapy boards"):
        check_board("zzz", ["indeed"])


def test_the_table_names_scopes_and_filters_only_where_they_say_more() -> None:
    one = {"crawl/outcome": "ok", "scopes/ok": 1, "postings/new": 3, "downloader/request_count": 2}
    two = {"crawl/outcome": "blocked", "scopes/ok": 1, "scopes/blocked": 2, "postings/filtered/query": 7}
    head, first, second = summary([("a", one), ("longer", two)]).splitlines()
    assert head.split() == ["board", *ROWS, "requests", "outcome"]
    assert first.split() == ["a", "3", "0", "0", "0", "0", "0", "2", "ok"]
    assert second.endswith("blocked (1 ok, 2 blocked, 7 filtered by query)")


def test_exit_codes_follow_the_parts_of_a_crawl() -> None:
    assert is_good({"crawl/outcome": "blocked", "scopes/ok": 1})
    assert is_good({"crawl/outcome": "empty"})
    assert not is_good({"crawl/outcome": "failed", "scopes/failed": 3})
    assert not is_good({})
