from __future__ import annotations

import json
import shutil
from pathlib import Path

from scrapy.settings import Settings

from jobspiders.commands.record import read_meta, recording_settings, replay_case, write_case
from jobspiders.middlewares.cassettes import CassetteStorage
from tests.boards.cases import Case, spider_class
from tests.commands.running import scrapy
from tests.local_board.server import LocalBoard, serving


def test_a_replayed_case_writes_the_expectation_that_is_committed(tmp_path: Path) -> None:
    case = Case("greenhouse", "crawl")
    folder = tmp_path / "crawl"
    shutil.copytree(case.folder, folder)
    (folder / "expected.jsonl").unlink()
    meta = read_meta(folder)
    write_case(folder, meta, replay_case(spider_class("greenhouse"), folder, meta))
    written = [json.loads(line) for line in (folder / "expected.jsonl").read_text().splitlines()]
    assert written == case.expected()
    assert read_meta(folder)["outcomes"] == case.meta["outcomes"]


def test_a_live_crawl_is_recorded_without_being_stored(tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.json"
    settings = recording_settings(cassette, "2026-09-01T08:00:00+00:00") | {
        "SPIDER_MODULES": "tests.local_board",
        "LOG_LEVEL": "ERROR",
        "AUTOTHROTTLE_ENABLED": False,
    }
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    with serving(LocalBoard(postings=3)) as board:
        environment = {"LOCAL_BOARD": board.address, "JOBSPIDERS_HOME": str(tmp_path / "home")}
        ran = scrapy("crawl", "localboard", *words, environment=environment)
        assert ran.code == 0, ran.err
    storage = CassetteStorage(Settings({"CASSETTE": str(cassette)}))
    recorded = json.loads(cassette.read_text())["http_interactions"]
    assert {entry["request"]["uri"].removeprefix(board.address) for entry in recorded} >= {
        "/rows?offset=0",
        "/job/0",
    }
    assert not (tmp_path / "home").exists()
    assert storage.path == cassette


def test_a_case_that_is_not_there_is_one_line() -> None:
    ran = scrapy("record", "greenhouse", "nosuchcase", "--replay")
    assert ran.code == 2
    assert len(ran.said) == 1 and "nothing to replay" in ran.said[0]
