"""The recorded cases of each board: `tests/boards/BOARD/CASE/{cassette,case}.json` and `expected.jsonl`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.replay import Replay, replay
from jobspiders.middlewares.cassettes import CassetteStorage

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One recorded crawl of one board."""

    board: str
    name: str

    @property
    def folder(self) -> Path:
        return HERE / self.board / self.name

    @property
    def meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = json.loads((self.folder / "case.json").read_text())
        return meta

    def expected(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "expected.jsonl").read_text().splitlines()]

    def storage(self) -> CassetteStorage:
        storage = CassetteStorage(Settings({"CASSETTE": str(self.folder / "cassette.json")}))
        storage.open_spider(None)  # type: ignore[arg-type]  # not looked at
        return storage

    def spider(self) -> BoardSpider:
        meta = self.meta
        spider = spider_class(self.board)(**meta["arguments"])
        spider.frozen_now = datetime.fromisoformat(meta["now"])
        spider.keys = {name: meta.get("settings", {}).get(name, "") for name in spider.required_settings}
        return spider

    def run(self, counted: Counter[str] | None = None) -> Replay:
        spider, storage = self.spider(), self.storage()
        if counted is not None:
            spider._count = lambda stat: counted.update([stat])  # type: ignore[method-assign]
        return replay(spider, lambda request: storage.retrieve_response(spider, request))


@cache
def loader() -> SpiderLoader:
    return SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["jobspiders.spiders"]}))


def spider_class(board: str) -> type[BoardSpider]:
    found = loader().load(board)
    assert issubclass(found, BoardSpider)
    return found


def boards() -> list[str]:
    return sorted(loader().list())


def cases(board: str | None = None) -> list[Case]:
    found = [Case(path.parent.parent.name, path.parent.name) for path in sorted(HERE.glob("*/*/case.json"))]
    return [case for case in found if board in (None, case.board)]
