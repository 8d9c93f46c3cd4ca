from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.commands.in_process import CommandRunner
from tests.commands.running import ROOT
from tests.shared import unmeasured
from tests.storage.crawling import config, crawl, value
from tests.storage.test_renormalisation import SPOILED, normalised


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_says_what_changed_by_field(scrapy: CommandRunner, database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(n) for n in range(3)])
    value(database_url, SPOILED)
    tried = scrapy("renormalise", "--dry-run", DATABASE_URL=database_url)
    assert tried.output.startswith("3 postings read, 3 would change\n")
    done = scrapy("renormalise", DATABASE_URL=database_url)
    assert (done.code, done.errors) == (0, "")
    lines = done.output.splitlines()
    assert lines[0] == "3 postings read, 3 changed"
    assert [line.split() for line in lines[1:4]] == [
        ["field", "filled", "replaced", "emptied"],
        ["locations", "3", "0", "0"],
        ["workplace", "3", "0", "0"],
    ]
    assert scrapy("renormalise", DATABASE_URL=database_url).output == "0 postings read, 0 changed\n"
    assert scrapy("renormalise", "--all", "--limit", "2", DATABASE_URL=database_url).output.startswith("2 ")


def test_an_empty_database_has_nothing_to_do(scrapy: CommandRunner, empty_database_url: str) -> None:
    done = scrapy("renormalise", DATABASE_URL=empty_database_url)
    assert (done.code, done.output) == (0, "0 postings read, 0 changed\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--limit", "some"), "--limit takes a number, not 'some'"),
        (("everything",), "unexpected argument 'everything'"),
        (("--board", "grenhouse"), "no posting of the board 'grenhouse' is stored"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(
    scrapy: CommandRunner, database_url: str, words: tuple[str, ...], expected: str
) -> None:
    done = scrapy("renormalise", *words, DATABASE_URL=database_url)
    assert done.code == 2
    assert expected in done.errors + done.output
    assert "Traceback" not in done.errors


def test_no_database_gets_one_line_and_exit_code_1(scrapy: CommandRunner) -> None:
    done = scrapy("renormalise", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.code == 1
    assert done.errors.startswith("scrapy renormalise: cannot connect to nobody@127.0.0.1:1/none")
    assert done.errors.count("\n") == 1


WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def test_progress_on_a_terminal_and_ctrl_c(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path, batch_size=500, matching=False), [normalised(n) for n in range(700)])
    value(database_url, SPOILED)
    terminal, far_end = pty.openpty()
    with psycopg.connect(database_url) as other:
        # a crawl holds a posting of the second batch, so that the first is all that can be done
        held = "SELECT id FROM postings ORDER BY id OFFSET 300 LIMIT 1"
        other.execute(f"SELECT FROM postings WHERE id = ({held}) FOR UPDATE")
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "renormalise", "-s", "MATCHING_ENABLED=False"],
            cwd=ROOT,
            env=unmeasured() | {"DATABASE_URL": database_url},
            stdout=subprocess.PIPE,
            stderr=far_end,
            text=True,
        )
        os.close(far_end)
        shown = b""
        while b" of 700 postings (" not in shown:
            shown += os.read(terminal, 1000)
        while value(database_url, "SELECT count(*) FROM postings WHERE country = 'FR'") < 200:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    rest = os.read(terminal, 10_000)
    os.close(terminal)
    assert process.returncode == 130, output
    assert b"stopped; the next run goes on from here" in rest
    assert b"Traceback" not in shown + rest
    done = value(database_url, "SELECT count(*) FROM postings WHERE country = 'FR'")
    assert output.startswith(f"{done} postings read, {done} changed\n")
    assert 200 <= done < 700
