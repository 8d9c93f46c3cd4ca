"""Whole crawls add what they did to the counters."""

from __future__ import annotations

import json
from pathlib import Path

from jobspiders.storage import database
from jobspiders.storage.metric_counters import all_counters
from tests.crawling import Crawl, run_crawls

JOBS = [
    {
        "id": number,
        "title": f"Clerk {number}",
        "absolute_url": f"https://acme.example/{number}",
        "content": "Files.",
    }
    for number in range(3)
]
PAGE = (
    "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true",
    json.dumps({"jobs": [*JOBS, {"id": 9, "absolute_url": "https://acme.example/9"}], "meta": {"total": 4}}),
)


def test_two_crawls_add_up(tmp_path: Path, database_url: str) -> None:
    crawl = Crawl("greenhouse", {"companies": "acme"}, [PAGE])
    run_crawls([crawl, crawl], tmp_path, database_url)
    with database.connect(database_url) as connection:
        found = {
            (name, label): value
            for name, board, label, value in all_counters(connection)
            if board == "greenhouse"
        }
    assert found["jobspiders_postings_total", "new"] == 3
    assert found["jobspiders_postings_total", "unchanged"] == 3
    assert sum(value for (name, _), value in found.items() if name == "jobspiders_rejected_rows_total") == 2
    assert sum(value for (name, _), value in found.items() if name == "jobspiders_crawls_total") == 2
