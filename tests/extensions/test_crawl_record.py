from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg

from jobspiders import settings as defaults
from tests.crawling import Crawl, run_crawls

LIST = "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true"


class FaultyPipeline:
    """Has a fault that one posting meets."""

    async def process_item(self, item: Any) -> Any:
        if getattr(item, "external_id", None) == "2":
            raise KeyError("no such thing")
        return item


def listing(*numbers: int) -> str:
    jobs = [
        {
            "id": number,
            "title": f"Rigger {number}",
            "absolute_url": f"https://boards.greenhouse.io/acme/jobs/{number}",
            "location": {"name": "Hull"},
        }
        for number in numbers
    ]
    return json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}})


def test_a_posting_lost_to_a_fault_of_ours_fails_its_scope_and_is_not_taken_for_gone(
    tmp_path: Path, database_url: str
) -> None:
    faulty = {**defaults.ITEM_PIPELINES, "tests.extensions.test_crawl_record.FaultyPipeline": 150}
    crawls = [
        Crawl("greenhouse", {"companies": "acme"}, [(LIST, listing(1, 2, 3))]),
        Crawl(
            "greenhouse",
            {"companies": "acme"},
            [(LIST, listing(1, 2, 3))],
            now="2026-09-02T08:00:00+00:00",
            settings={"ITEM_PIPELINES": faulty, "LOG_LEVEL": "CRITICAL"},
        ),
    ]
    first, second = run_crawls(crawls, tmp_path, database_url)
    assert first["crawl/outcome"] == "ok"
    assert second["crawl/outcome"] == "failed"
    assert second["storage/lost"] == 1
    with psycopg.connect(database_url) as connection:
        (closed,) = connection.execute(
            "SELECT count(*) FROM postings WHERE closed_at IS NOT NULL"
        ).fetchone() or (-1,)
        scopes = connection.execute(
            "SELECT outcome, evidence FROM crawl_scopes ORDER BY finished_at"
        ).fetchall()
    assert closed == 0
    assert scopes == [("ok", None), ("failed", "a posting was lost to KeyError('no such thing')")]


def test_the_row_of_a_crawl_says_what_it_did(tmp_path: Path, database_url: str) -> None:
    run_crawls([Crawl("greenhouse", {"companies": "acme"}, [(LIST, listing(1, 2))])], tmp_path, database_url)
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT board, arguments, outcome, finish_reason, new, requests, coverage, "
            "version IS NOT NULL, node IS NOT NULL "
            "FROM crawls"
        ).fetchone()
    assert row is not None
    board, arguments, outcome, reason, new, requests, coverage, *said = row
    assert (board, outcome, reason, new, requests) == ("greenhouse", "ok", "finished", 2, 1)
    assert arguments == {"companies": ["acme"]}
    assert coverage["postings"] == coverage["location_text"] == 2
    assert coverage["salary"] == 0
    assert said == [True, True]
