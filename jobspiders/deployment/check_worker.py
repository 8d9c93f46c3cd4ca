"""Answers, from the code of one version, what spiders there are and whether one takes these arguments.

A JSON question a line on standard input, a JSON answer a line on standard output.
"""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO

import orjson
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader
from scrapy.utils.project import get_project_settings

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.board import BoardSpider


def answer(question: dict[str, Any], settings: Settings, loader: SpiderLoaderProtocol) -> dict[str, Any]:
    """The answer to one question: {"spiders": [...]}, {"taken": true} or {"refused": one line}."""
    names = sorted(loader.list())
    if "list" in question:
        return {"spiders": names}
    if question["spider"] not in names:
        return {"refused": f"spider '{question['spider']}' not found"}
    spider = loader.load(question["spider"])
    given = settings.copy()
    given.setdict(question["settings"], priority="cmdline")
    if issubclass(spider, BoardSpider):
        try:
            spider.check_arguments(question["arguments"])
            spider.check_settings(given)
        except ArgumentError as error:
            return {"refused": " ".join(str(error).split())}
        except (OSError, UnicodeError) as error:
            return {"refused": f"{spider.name}: {error}"}
    return {"taken": True}


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    settings = get_project_settings()
    loader = get_spider_loader(settings)
    for line in questions:
        answers.write(orjson.dumps(answer(orjson.loads(line), settings, loader)) + b"\n")
        answers.flush()


if __name__ == "__main__":
    # whatever else prints must not come between the answers
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, channel)
