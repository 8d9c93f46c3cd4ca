"""README and docs name only what exists: commands, options, settings, arguments, tables and columns."""

from __future__ import annotations

import ast
import re
import shlex
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.settings import Settings

from jobspiders import settings as defaults
from jobspiders.bases.arguments import describe
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.storage.tables import metadata
from tests.boards.cases import boards, spider_class

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
CONSOLE = re.compile(r"^\$ (.+)$", re.MULTILINE)
LINES = [
    (name, line.split("  #")[0].strip()) for name, text in TEXT.items() for line in CONSOLE.findall(text)
]
SCRAPY = [(name, line) for name, line in LINES if line.startswith(".venv/bin/scrapy ")]


def options_of(command: str) -> set[str]:
    import argparse

    made = _get_commands_dict(Settings({"COMMANDS_MODULE": "jobspiders.commands"}), inproject=True)[command]
    made.settings = Settings()
    parser = argparse.ArgumentParser()
    made.add_options(parser)
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize(("page", "line"), SCRAPY)
def test_documented_commands_options_boards_and_arguments_exist(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    command = words[0]
    known = options_of(command)
    assert {word for word in words if word.startswith("-")} <= known
    board = words[1] if command in ("crawl", "extract", "record") else None
    if board is not None and board != "myboard":
        assert board in boards()
        taken = {argument.name for argument in describe(spider_class(board).arguments_type)}
        given = [words[place + 1] for place, word in enumerate(words) if word == "-a"]
        assert {pair.partition("=")[0] for pair in given} <= taken


@pytest.mark.parametrize(("page", "line"), [(page, line) for page, line in LINES if line.startswith("make ")])
def test_documented_make_targets_exist(page: str, line: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in shlex.split(line)[1:]:
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE) or "=" in target


def test_every_common_argument_is_documented() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", TEXT["README.md"], re.MULTILINE))
    assert {argument.name for argument in describe(BoardArguments)} <= documented


def test_documented_settings_are_read_somewhere() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "jobspiders").rglob("*.py"))
    for name, text in TEXT.items():
        for setting in re.findall(r"^\| `([A-Z][A-Z_]+)` \|", text, re.MULTILINE):
            assert f'"{setting}"' in source or hasattr(defaults, setting), f"{name}: {setting}"


def test_documented_queries_run(database_url: str) -> None:
    from jobspiders.storage import database

    with database.connect(database_url) as connection:
        for text in TEXT.values():
            for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL):
                for query in block.split(";"):
                    if query.strip():
                        connection.execute(query)


def test_documented_classes_exist() -> None:
    for base, name in (("search", "SearchSpider"), ("ats", "AtsSpider"), ("feed", "FeedSpider")):
        assert name in TEXT["README.md"]
        assert hasattr(import_module(f"jobspiders.bases.{base}"), name)


def test_documented_outcomes_are_those_of_the_code() -> None:
    from typing import get_args

    from jobspiders.bases.scopes import Outcome

    assert all(f"`{outcome}`" in TEXT["README.md"] for outcome in get_args(Outcome))


def test_tables_named_in_the_readme_exist() -> None:
    for table in ("postings", "posting_versions", "rejected_postings", "crawls", "crawl_scopes"):
        assert table in metadata.tables
        assert table in TEXT["README.md"]


def counted_in_code() -> set[str]:
    """Names of stats in calls that count, with * for what varies."""
    names = set()
    counting = {"inc_value", "set_value", "max_value", "_count", "count", "_inc"}
    for path in (ROOT / "jobspiders").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "func", None)
            name = getattr(called, "attr", getattr(called, "id", None))
            if isinstance(node, ast.Call) and name in counting and node.args:
                given = node.args[0]
                ends = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                names |= {
                    stat for end in ends if re.fullmatch(r"[a-z_*]+(/[a-z_*]+)+", stat := _pattern(end))
                }
    return names


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) for part in node.values)
    return "*" if isinstance(node, ast.FormattedValue) else ""


def test_every_stat_is_documented_and_every_documented_stat_is_counted() -> None:
    names = re.findall(r"`([a-z_A-Z]+(?:/[a-z_A-Z]+)+)`", TEXT["stats.md"])
    documented = {re.sub(r"[A-Z]+", "*", name) for name in names}
    counted = counted_in_code()
    # where the end of a stat varies the docs may name each end, or the other way round
    assert not [
        stat for stat in counted if not any(fnmatchcase(stat, n) or fnmatchcase(n, stat) for n in documented)
    ]
    source = "\n".join(path.read_text() for path in (ROOT / "jobspiders").rglob("*.py"))
    assert not [
        name
        for name in documented
        if f'"{name.partition("*")[0]}' not in source
        and not any(fnmatchcase(name, stat) for stat in counted if "*" in stat)
    ]
