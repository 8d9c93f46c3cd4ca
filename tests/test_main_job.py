"""The main job on captured pages: crawled through every middleware and pipeline into PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.parsing.embedded import object_after
from tests.crawling import Crawl, run_crawls
from tests.shared import SHARED, shared_path

pytestmark = pytest.mark.corpus

API = "https://boards-api.greenhouse.io/v1/boards"
#: Captured boards of one date, with the number of postings in the file.
TENANTS = {
    "mongodb": 404,
    "okta": 335,
    "janestreet": 234,
    "datadog": 442,
    "suitsupply": 170,
    "10xgenomics": 5,
    "bold": 1,
}


def capture(*parts: str) -> bytes:
    return Path(shared_path("corpus", *parts)).read_bytes()


def greenhouse(tenant: str, file: str, now: str = "2026-09-01T08:00:00+00:00") -> Crawl:
    page = (f"{API}/{tenant}/jobs?content=true", capture("greenhouse", file))
    return Crawl("greenhouse", {"companies": tenant}, [page], now)


def stored(database_url: str, board: str, scope: str | None = None) -> dict[str, str]:
    """Titles by id of what is stored."""
    with psycopg.connect(database_url) as connection:
        query = "SELECT external_id, title FROM postings WHERE board = %s AND coalesce(scope = %s, true)"
        return dict(connection.execute(query, (board, scope)).fetchall())


def one_line(title: str) -> str:
    return " ".join(title.split())


def test_greenhouse_boards_are_stored_whole_with_their_ids_and_titles(
    database_url: str, tmp_path: Path
) -> None:
    crawls = [greenhouse(tenant, f"{tenant}.json") for tenant in TENANTS]
    crawls.append(greenhouse("catawiki", "catawiki_content.json"))
    for stats in run_crawls(crawls, tmp_path, database_url):
        assert stats["crawl/outcome"] == "ok"
        assert stats.get("postings/rejected", 0) == 0
    for tenant, count in {**TENANTS, "catawiki": 50}.items():
        name = "catawiki_content.json" if tenant == "catawiki" else f"{tenant}.json"
        jobs = json.loads(capture("greenhouse", name))["jobs"]
        assert len(jobs) == count
        assert stored(database_url, "greenhouse", tenant) == {
            str(job["id"]): one_line(job["title"]) for job in jobs
        }


def test_remoteok_is_stored_whole_but_for_the_row_without_a_title(database_url: str, tmp_path: Path) -> None:
    body = capture("remoteok", "api_full.json")
    (stats,) = run_crawls(
        [Crawl("remoteok", {}, [("https://remoteok.com/api", body)])], tmp_path, database_url
    )
    rows = [row for row in json.loads(body) if "legal" not in row]
    assert len(rows) == 97
    titled = {row["id"]: one_line(row["position"]) for row in rows if row["position"].strip()}
    assert set(stored(database_url, "remoteok")) == set(titled)
    assert stats["postings/rejected"] == 1
    with psycopg.connect(database_url) as connection:
        rejected = connection.execute(
            "SELECT external_id, reason, raw->>'position' FROM rejected_postings"
        ).fetchall()
        notices = connection.execute(
            "SELECT count(*) FROM postings WHERE raw->>'legal' LIKE '%link back%'"
        ).fetchone()
    assert rejected == [("1130784", "title is missing", "")]
    assert notices == (96,)


@pytest.mark.parametrize("name", ["search_data-analyst_portland.html", "search_python_remote_a.html"])
def test_indeed_pages_are_stored_without_sponsored_repeats(
    database_url: str, tmp_path: Path, name: str
) -> None:
    body = capture("indeed", name)
    data = object_after(body.decode(), 'window.mosaic.providerData["mosaic-provider-jobcards"]')
    cards: list[dict[str, Any]] = data["metaData"]["mosaicProviderJobCardsModel"]["results"]
    pages = [("https://www.indeed.com/jobs?q=x", body), ("https://www.indeed.com/jobs?q=x&start=10", body)]
    crawl = Crawl("indeed", {"query": "x", "details": "false"}, pages)
    (stats,) = run_crawls([crawl], tmp_path, database_url)
    assert stored(database_url, "indeed") == {
        card["jobkey"]: one_line(card["displayTitle"]) for card in cards
    }
    assert stats["postings/duplicates"] == len(cards)
    assert stats["pagination/repeated_page"] == 1


def series() -> dict[tuple[str, str], list[str]]:
    """The files of every board that was captured on dates of its own (`tenant@date.json`), by board and tenant."""
    index = SHARED / "corpus" / "index.jsonl"
    found: dict[tuple[str, str], list[str]] = {}
    for line in index.read_text(encoding="utf-8").splitlines() if index.exists() else ():
        board, _, name = json.loads(line)["file"].partition("/")
        if "@" in name:
            found.setdefault((board, name.partition("@")[0]), []).append(name)
    if ("greenhouse", "janestreet") in found:
        found["greenhouse", "janestreet"].append("janestreet.json")
    return {key: sorted(names, key=date_of) for key, names in sorted(found.items())}


def date_of(name: str) -> str:
    return name.partition("@")[2].removesuffix(".json") or "2026-08-20"


SERIES = series()


def jobs_of(board: str, name: str) -> dict[str, dict[str, Any]]:
    """The postings of a captured list by their ids."""
    captured = json.loads(capture(board, name))
    return {str(job["id"]): job for job in (captured["jobs"] if board == "greenhouse" else captured)}


def said(board: str, job: dict[str, Any]) -> list[Any]:
    """What a reader of the posting would see change, taken from the captured file alone."""
    return said_by_lever(job) if board == "lever" else said_by_greenhouse(job)


def said_by_greenhouse(job: dict[str, Any]) -> list[Any]:
    words = [job["title"], (job["location"] or {}).get("name") or "", job.get("content", "")]
    extra = {field["name"].lower(): field["value"] for field in job.get("metadata") or []}
    kinds = ("employment type", "time type", "worker sub-type")
    kind = next((extra[name] for name in kinds if extra.get(name)), None)
    return [
        " ".join(word.replace("&amp;nbsp;", " ").replace("&lt;p&gt; &lt;/p&gt;", " ").split())
        for word in words
    ] + [kind]


def said_by_lever(job: dict[str, Any]) -> list[Any]:
    places = job["categories"]
    parts = [
        job["text"],
        job["descriptionPlain"],
        job["additionalPlain"],
        job.get("workplaceType"),
        job.get("country"),
    ]
    parts += [section[name] for section in job["lists"] for name in ("text", "content")]
    parts += [places.get(name) for name in ("commitment", "department", "team", "location")]
    parts += [*sorted(places.get("allLocations") or []), json.dumps(job.get("salaryRange"))]
    return [" ".join((part or "").split()) for part in parts]


def crawl_of(board: str, tenant: str, name: str) -> Crawl:
    now = f"{date_of(name)}T06:00:00+00:00"
    if board == "greenhouse":
        return greenhouse(tenant, name, now)
    url = f"https://api.lever.co/v0/postings/{tenant}?mode=json"
    pages = [
        (f"{url}&skip=0&limit=100", capture(board, name)),
        (f"{url}&skip={len(jobs_of(board, name))}&limit=100", "[]"),
    ]
    return Crawl("lever", {"companies": tenant}, pages, now)


def test_the_series_of_both_boards_are_found() -> None:
    shared_path()
    assert {board for board, _ in SERIES} == {"greenhouse", "lever"}
    assert sum(len(names) for names in SERIES.values()) >= 16


@pytest.mark.parametrize(("board", "tenant"), SERIES)
def test_series_of_one_board_counts_what_really_changed(
    board: str, tenant: str, database_url: str, tmp_path: Path
) -> None:
    names = SERIES[board, tenant]
    results = run_crawls([crawl_of(board, tenant, name) for name in names], tmp_path, database_url)
    before: dict[str, dict[str, Any]] = {}
    last_said: dict[str, list[Any]] = {}
    for name, stats in zip(names, results, strict=True):
        jobs = jobs_of(board, name)
        known = jobs.keys() & last_said.keys()
        changed = sum(said(board, jobs[key]) != last_said[key] for key in known)
        expected = {
            "new": len(jobs.keys() - last_said.keys()),
            "changed": changed,
            "unchanged": len(known) - changed,
            "closed": len(before.keys() - jobs.keys()),
            "reopened": len(known - before.keys()),
        }
        print(board, tenant, date_of(name), expected)
        assert {count: stats[f"postings/{count}"] for count in expected} == expected, name
        before = jobs
        last_said |= {key: said(board, job) for key, job in jobs.items()}
    with psycopg.connect(database_url) as connection:
        opened = connection.execute("SELECT external_id FROM postings WHERE closed_at IS NULL").fetchall()
        versions = connection.execute("SELECT count(*) FROM posting_versions").fetchone()
    assert {key for (key,) in opened} == set(before)
    assert versions == (sum(stats["postings/changed"] for stats in results),)
