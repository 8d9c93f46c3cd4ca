"""Whole crawls: a board that turns bad is heard of when its crawl ends, and so is a database that is gone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.running import scrapy
from tests.crawling import Crawl, run_crawls
from tests.extensions.receivers import webhook

LIST = "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true"
JOBS = [
    {
        "id": number,
        "title": f"Clerk {number}",
        "absolute_url": f"https://acme.example/{number}",
        "content": "Files.",
    }
    for number in range(8)
]
GOOD = (LIST, json.dumps({"jobs": JOBS, "meta": {"total": 8}}))
REFUSED = (LIST, "<html><title>Access denied</title>You have been blocked</html>", 403)


def test_a_blocked_board_is_heard_of_once_and_again_when_it_is_well(
    tmp_path: Path, database_url: str
) -> None:
    with webhook() as receiver:
        settings = {
            "ALERT_URLS": f"json://me:Hx92kqLp77@127.0.0.1:{receiver.port}/",
            "RETRY_ENABLED": False,
            "CONDITIONAL_REQUESTS_ENABLED": False,
        }
        crawls = [
            Crawl("greenhouse", {"companies": "acme"}, [page], f"2026-09-0{day}T08:00:00+00:00", settings)
            for day, page in enumerate((GOOD, REFUSED, REFUSED, GOOD), start=1)
        ]
        stats = run_crawls(crawls, tmp_path, database_url)
        assert [title.split(":")[1] for title in receiver.titles] == [
            " greenhouse is bad",
            " greenhouse is well again",
        ]
        body = receiver.messages[0][1]
        assert "Outcome: blocked" in body
        assert "Next step: " in body
        assert str(stats[1]["crawl/id"]) in body
    assert [crawl.get("alerts/sent", 0) for crawl in stats] == [0, 1, 0, 1]


def test_a_database_that_is_gone_is_heard_of_once_a_machine(tmp_path: Path, database_url: str) -> None:
    with webhook() as receiver:
        environment = {
            "DATABASE_URL": "postgresql://me:Hx92kqLp77@127.0.0.1:9/jobs",
            "JOBSPIDERS_HOME": str(tmp_path),
            "ALERT_URLS": f"json://127.0.0.1:{receiver.port}/",
        }
        for _ in range(2):
            scrapy("crawl", "remoteok", environment=environment)
        [(title, body)] = receiver.messages
        assert "the database is out of reach" in title
        assert "Connection refused" in body
        assert "Hx92kqLp77" not in body
        site = ("crawl", "careersite", "-a", "url=http://127.0.0.1:9/jobs", "-s", "RETRY_ENABLED=0")
        scrapy(*site, environment={**environment, "DATABASE_URL": database_url})
        assert any("the database is in reach" in title for title in receiver.titles)
