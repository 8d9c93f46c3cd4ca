from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobspiders.items import RejectedPosting
from tests.commands.in_process import CommandRunner
from tests.storage.crawling import config, crawl, value


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_counts_first_and_removes_then(scrapy: CommandRunner, database_url: str, tmp_path: Path) -> None:
    old = datetime.now(UTC) - timedelta(days=91)
    crawl(config(database_url, tmp_path), [RejectedPosting("b", "no title", raw={"a": 1}, fetched_at=old)])
    tried = scrapy("prune", "--dry-run", DATABASE_URL=database_url)
    assert (tried.code, tried.errors) == (0, "")
    assert tried.output.splitlines()[0].split() == ["kept", "for", "would", "go"]
    assert "rejected rows                       90 days         1" in tried.output
    assert value(database_url, "SELECT count(*) FROM rejected_postings") == 1
    done = scrapy("prune", DATABASE_URL=database_url)
    assert done.output.splitlines()[0].split() == ["kept", "for", "removed"]
    assert "closed postings                        ever         0" in done.output
    assert "rejected rows                       90 days         1" in done.output
    assert value(database_url, "SELECT count(*) FROM rejected_postings") == 0


def test_mistakes_get_one_line_and_exit_code_2(scrapy: CommandRunner, database_url: str) -> None:
    done = scrapy("prune", "everything")
    assert (done.code, done.errors) == (
        2,
        "scrapy: error: unexpected argument 'everything': scrapy prune takes none\n",
    )
    done = scrapy("prune", "-s", "RETENTION_RAW=soon", DATABASE_URL=database_url)
    assert done.code == 2
    assert done.errors == (
        "scrapy: error: RETENTION_RAW takes a number of days above 0, or None for ever, not 'soon'\n"
    )


def test_a_database_that_is_away_is_one_line(scrapy: CommandRunner) -> None:
    done = scrapy("prune", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert done.code == 1
    assert len(done.errors.splitlines()) == 1
    assert done.output == ""
