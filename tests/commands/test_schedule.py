"""`scrapy schedule`: a file with faults changes nothing; what is due is queued once, by however many processes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.commands.in_process import ROOT, CommandRunner, Done
from tests.commands.running import scrapy


class Schedules:
    """The schedules of one database."""

    def __init__(self, command: CommandRunner, url: str, directory: Path) -> None:
        self.url = url
        self._command = command
        self._file = directory / "searches.toml"
        self._home = str(directory / "home")

    def sync(self, text: str) -> Done:
        self._file.write_text(text)
        return self("sync", str(self._file))

    def __call__(self, *words: str, **environment: str) -> Done:
        return self._command(
            "schedule", *words, DATABASE_URL=self.url, JOBSPIDERS_HOME=self._home, **environment
        )

    def rows(self, query: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return (
                connection.execute(query, values).fetchall()
                if query.startswith("SELECT")
                else [connection.execute(query, values)]
            )

    def make_due(self, ago: timedelta = timedelta(minutes=1)) -> None:
        self.rows("UPDATE crawl_schedules SET next_at = now() - %s", ago)

    def jobs(self) -> list[Any]:
        return self.rows(
            "SELECT spider, schedule, arguments, priority, wanted_node FROM scrapyd_jobs ORDER BY 2"
        )


@pytest.fixture
def schedules(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str, tmp_path: Path
) -> Schedules:
    return Schedules(CommandRunner(monkeypatch, capsys), database_url, tmp_path)


def search(name: str = "one", board: str = "remoteok", cron: str = "0 3 * * *", more: str = "") -> str:
    return f'[[search]]\nname = "{name}"\nboard = "{board}"\ncron = "{cron}"\n{more}\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (search(board="monstre"), "one: there is no board 'monstre'"),
        (search(cron="61 * * * *"), "one: cron = '61 * * * *' cannot be read"),
        (search(cron="0 0 31 2 *"), "one: cron = '0 0 31 2 *'"),
        (search(cron=""), "one: cron is missing"),
        (search(more='time_zone = "Berlin"'), "one: time_zone = 'Berlin' is none (such as Europe/Berlin)"),
        (search(more='time_zone = "../../etc/passwd"'), "one: time_zone = '../../etc/passwd' is none"),
        (search(more='arguments = { colour = "red" }'), "one: remoteok has no argument 'colour'"),
        (search(board="greenhouse"), "one: greenhouse needs companies=TOKEN,..."),
        (search(more="arguments = { max_results = 0.5 }"), "one: max_results=0.5 is no whole number"),
        (
            search(more="settings = { ROBOTSTXT_OBEY = false }"),
            "one: setting 'ROBOTSTXT_OBEY' may not be set",
        ),
        (search(more='jitter = "soon"'), "one: jitter = 'soon' is no time (such as 90s, 15m, 2h)"),
        (search(more='priority = "high"'), "one: priority = 'high' is no number"),
        (search(more="shards = 0"), "one: shards = 0 is no number from 1 to 1000"),
        (search(more='node = "../x"'), "one: node '../x' is not a plain name"),
        (search(more='colour = "red"'), "one: unknown colour (known: "),
        (search(name="a b"), "a b: name 'a b' is not a plain name"),
        (search() + search(), "one: there is another search of that name"),
        ("[searches]\n", "unknown table [searches]"),
        ("[defaults]\ncron = '* * * * *'\n", "[defaults] has no 'cron'"),
        ("[search]\nname = 'x'\n", "write [[search]] with two brackets"),
        ("[[search]\n", "no TOML: "),
    ],
)
def test_each_fault_of_a_file_is_a_line_and_nothing_is_changed(
    schedules: Schedules, text: str, fault: str
) -> None:
    assert schedules.sync(search(name="kept")).code == 0
    done = schedules.sync(text)
    assert done.code == 2
    assert f": {fault}" in done.errors
    assert done.errors.splitlines()[-1].startswith("scrapy: error: nothing was changed: 1 fault in")
    assert schedules.rows("SELECT name FROM crawl_schedules") == [("kept",)]


def test_all_faults_are_said_at_once_and_a_file_that_is_not_there_is_one_line(schedules: Schedules) -> None:
    done = schedules.sync(search("a", cron="x") + search("b", more='time_zone = "x"'))
    assert len(done.errors.splitlines()) == 3
    gone = schedules("sync", "/nowhere/searches.toml")
    assert gone.code == 2
    assert gone.errors == "scrapy: error: /nowhere/searches.toml cannot be read: No such file or directory\n"


def test_sync_adds_changes_and_removes_and_keeps_the_time_of_what_is_the_same(schedules: Schedules) -> None:
    assert "2 added" in schedules.sync(search("a") + search("b", cron="0 4 * * *")).output
    schedules.make_due()
    due = schedules.rows("SELECT next_at FROM crawl_schedules WHERE name = 'a'")
    done = schedules.sync(search("a", more="priority = 3") + search("c"))
    assert done.output == "2 schedules: 1 added, 1 changed, 0 unchanged, 1 removed\n"
    assert schedules.rows("SELECT next_at FROM crawl_schedules WHERE name = 'a'") == due
    assert "1 unchanged" in schedules.sync(search("c")).output
    assert "c     remoteok  0 3 * * *  UTC" in schedules("list").output


def test_the_example_is_taken(schedules: Schedules) -> None:
    done = schedules("sync", str(ROOT / "searches.example.toml"))
    assert (done.code, done.output) == (0, "7 schedules: 7 added, 0 changed, 0 unchanged, 0 removed\n")
    schedules.make_due()
    assert schedules("run-due").output.count(": queued, next at ") == 7
    shards = [arguments["shard"] for board, _, arguments, *_ in schedules.jobs() if board == "lever"]
    assert shards == ["1/4", "2/4", "3/4", "4/4"]


def test_after_a_pause_each_schedule_is_crawled_once_and_not_all_in_a_burst(schedules: Schedules) -> None:
    schedules.sync("".join(search(f"s{number}", cron="*/5 * * * *") for number in range(5)))
    schedules.make_due(timedelta(days=3))
    first = schedules("run-due", SCHEDULE_BURST="2")
    assert first.output.count("queued") == 2
    assert schedules("run-due", "-s", "SCHEDULE_BURST=2").output.count("queued") == 2
    assert schedules("run-due").output.count("queued") == 1
    assert schedules("run-due").output == "nothing is due\n"
    assert len(schedules.jobs()) == 5
    ((soonest,),) = schedules.rows("SELECT min(next_at) FROM crawl_schedules")
    assert soonest > datetime.now(UTC)


def test_a_burst_that_is_no_number_is_one_line(schedules: Schedules) -> None:
    done = schedules("run-due", "-s", "SCHEDULE_BURST=many")
    assert (done.code, done.errors) == (2, "scrapy: error: SCHEDULE_BURST = many is no number above 0\n")


def test_a_schedule_whose_last_crawl_has_not_ended_is_skipped(schedules: Schedules) -> None:
    schedules.sync(search())
    schedules.make_due()
    schedules("run-due")
    schedules.make_due()
    assert "one: skipped: its last crawl has not ended" in schedules("run-due").output
    assert len(schedules.jobs()) == 1
    schedules.rows("UPDATE scrapyd_jobs SET state = 'ended'")
    schedules.make_due()
    assert "one: queued" in schedules("run-due").output
    assert "queued" in schedules("list").output


def test_a_site_whose_breaker_is_open_is_skipped_until_it_opens(schedules: Schedules) -> None:
    schedules.sync(search())
    ((sites,),) = schedules.rows("SELECT sites FROM crawl_schedules")
    assert sites == ["remoteok.com"]
    schedules.rows(
        "INSERT INTO host_states (host, opened_until, updated_at) VALUES (%s, now() + interval '1 hour', now())",
        sites[0],
    )
    schedules.make_due()
    done = schedules("run-due")
    assert "one: skipped: the breaker of remoteok.com is open until" in done.output
    assert schedules.jobs() == []
    schedules.rows("UPDATE host_states SET opened_until = now() - interval '1 second'")
    schedules.make_due()
    assert "one: queued" in schedules("run-due").output


def test_two_processes_at_once_queue_each_time_once(schedules: Schedules, tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(8)]
    schedules.sync("".join(search(name) for name in names))
    schedules.make_due()
    code = (
        "import sys; from tests.commands.in_process import ROOT; from scrapy.cmdline import execute;"
        "from scrapy.utils.project import get_project_settings as settings;"
        "execute(['scrapy', 'schedule', 'run-due'], settings())"
    )
    environment = {**os.environ, "DATABASE_URL": schedules.url, "JOBSPIDERS_HOME": str(tmp_path / "other")}
    running = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = b"".join(process.communicate(timeout=120)[0] for process in running).decode()
    assert [process.returncode for process in running] == [0, 0]
    assert said.count(": queued") == 8
    assert [name for _, name, *_ in schedules.jobs()] == names


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    done = scrapy(
        "schedule",
        "run-due",
        environment={"DATABASE_URL": "postgresql://x@127.0.0.1:9/x", "JOBSPIDERS_HOME": str(tmp_path)},
    )
    assert done.code in (1, 2)
    assert len(done.said) == 1


@pytest.mark.parametrize(
    "words", [(), ("now",), ("list", "x"), ("sync", "a", "b"), ("run-due", "--every", "0")]
)
def test_what_is_no_action_is_one_line(schedules: Schedules, words: tuple[str, ...]) -> None:
    done = schedules(*words)
    assert done.code == 2
    assert len(done.errors.strip().splitlines()) == 1
