"""Spiders are listed from their sources and imported one by one."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from jobspiders import settings as project
from jobspiders.bases.spider_loader import LazySpiderLoader, spider_names


def names_in(source: str) -> dict[str, str] | None:
    return spider_names(textwrap.dedent(source))


def test_it_lists_what_scrapys_own_loader_lists() -> None:
    settings = Settings({"SPIDER_MODULES": project.SPIDER_MODULES})
    theirs, ours = SpiderLoader.from_settings(settings), LazySpiderLoader.from_settings(settings)
    assert sorted(ours.list()) == sorted(theirs.list())
    assert all(ours.load(name) is theirs.load(name) for name in theirs.list())
    request = Request("https://boards-api.greenhouse.io/v1/boards/pelikan/jobs")
    assert ours.find_by_request(request) == theirs.find_by_request(request) == ["greenhouse"]


def test_an_unknown_name_is_a_key_error() -> None:
    loader = LazySpiderLoader.from_settings(Settings({"SPIDER_MODULES": project.SPIDER_MODULES}))
    with pytest.raises(KeyError, match="Spider not found: pelikan"):
        loader.load("pelikan")


def test_literal_names_are_read() -> None:
    source = """
        from jobspiders.bases.feed import FeedSpider
        KINDS = {"a": 1}
        class Row: ...
        class OneSpider(FeedSpider):
            homepage = "https://one.example"
            name = "one"
        class TwoSpider(FeedSpider):
            name: str = "two"
        """
    assert names_in(source) == {"one": "OneSpider", "two": "TwoSpider"}


@pytest.mark.parametrize(
    "source",
    [
        "class OneSpider(FeedSpider):\n    name = PREFIX + 'one'",
        "class OneSpider(FeedSpider):\n    pass",
        "if FAST:\n    class OneSpider(FeedSpider):\n        name = 'one'",
        "class One(Feed):\n    name = 'one'",
        "class OneSpider(FeedSpider",
        None,
    ],
)
def test_what_the_source_does_not_tell_is_left_to_the_import(source: str | None) -> None:
    assert spider_names(source) is None


def test_only_the_module_that_is_asked_for_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lazily_listed"
    package.mkdir()
    (package / "__init__.py").touch()
    spider = "import scrapy\n\n\nclass {0}Spider(scrapy.Spider):\n    name = {1}\n"
    (package / "sound.py").write_text(spider.format("Sound", '"sound"'))
    (package / "broken.py").write_text("import no_such_module\n" + spider.format("Broken", '"broken"'))
    (package / "computed.py").write_text(spider.format("Computed", '"com" + "puted"'))
    monkeypatch.syspath_prepend(tmp_path)
    loader = LazySpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["lazily_listed"]}))
    assert sorted(loader.list()) == ["broken", "computed", "sound"]
    assert loader.load("sound").name == "sound"
    assert loader.load("computed").name == "computed"
    assert "lazily_listed.broken" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        loader.load("broken")


def test_two_spiders_of_one_name_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "twice_listed"
    package.mkdir()
    (package / "__init__.py").touch()
    for module in ("a", "b"):
        (package / f"{module}.py").write_text(
            "import scrapy\nclass OneSpider(scrapy.Spider):\n    name = 'one'\n"
        )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.warns(UserWarning, match="several spiders with the same name"):
        LazySpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["twice_listed"]}))
