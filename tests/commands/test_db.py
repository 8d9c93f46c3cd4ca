from __future__ import annotations

from pathlib import Path

import pytest

from jobspiders.storage import embedded, schema
from tests.commands.in_process import CommandRunner
from tests.storage.crawling import config, crawl, posting, value


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_upgrade_status_and_reset_of_a_database(
    scrapy: CommandRunner, empty_database_url: str, tmp_path: Path
) -> None:
    url, home = empty_database_url, str(tmp_path)
    head = schema.revisions()[-1]
    status = scrapy("db", "status", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert status.code == 0
    assert "none" in status.output
    assert "secret" not in status.output
    upgrade = scrapy("db", "upgrade", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert (upgrade.code, upgrade.output) == (0, f"from revision none to {head}\n")
    again = scrapy("db", "upgrade", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert again.output == f"revision {head}: nothing to do\n"

    crawl(config(url, tmp_path), [posting(1), posting(2)])
    status = scrapy("db", "status", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert "postings   2, 2 of them open, of 1 companies on 1 boards" in status.output
    refused = scrapy("db", "reset", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert refused.code == 1
    assert value(url, "SELECT count(*) FROM postings") == 2
    reset = scrapy("db", "reset", "--yes", DATABASE_URL=url, JOBSPIDERS_HOME=home)
    assert reset.code == 0
    assert value(url, "SELECT count(*) FROM postings") == 0


@pytest.mark.parametrize("action", ["upgrade", "status", "reset"])
def test_a_database_of_a_newer_version_is_left_alone(
    scrapy: CommandRunner, database_url: str, tmp_path: Path, action: str
) -> None:
    with_newer = "UPDATE alembic_version SET version_num = '9999' RETURNING version_num"
    assert value(database_url, with_newer) == "9999"
    arguments = ("--yes",) if action == "reset" else ()
    done = scrapy("db", action, *arguments, DATABASE_URL=database_url, JOBSPIDERS_HOME=str(tmp_path))
    assert done.code == 1
    assert "newer jobspiders" in done.output + done.errors
    assert value(database_url, "SELECT count(*) FROM postings") == 0


def test_an_unreachable_database_is_one_line_without_the_password(
    scrapy: CommandRunner, tmp_path: Path
) -> None:
    for action in ("upgrade", "status", "reset"):
        done = scrapy("db", action, "--yes", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/jobs")
        assert done.code == 1
        assert len(done.errors.splitlines()) == 1
        assert "secret" not in done.errors


def test_an_unknown_action_is_exit_2(scrapy: CommandRunner) -> None:
    done = scrapy("db", "drop")
    assert done.code == 2
    assert "upgrade" in done.errors.splitlines()[-1]


def test_the_embedded_server_outlives_the_command_that_printed_its_url(
    scrapy: CommandRunner, own_home: Path
) -> None:
    environment = {"DATABASE_URL": "", "JOBSPIDERS_HOME": str(own_home)}
    assert "not made yet" in scrapy("db", "status", **environment).output
    printed = scrapy("db", "url", **environment)
    assert printed.code == 0, printed.errors
    url = printed.output.strip()
    assert value(url, "SELECT 1") == 1
    assert scrapy("db", "url", **environment).output.strip() == url
    assert "embedded" in scrapy("db", "status", **environment).output
    assert scrapy("db", "stop", **environment).output == "stopped\n"
    assert not embedded.is_running(own_home)
    assert scrapy("db", "stop", **environment).output == "no embedded server was running\n"
    assert "stopped" in scrapy("db", "status", **environment).output
