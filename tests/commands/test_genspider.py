from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobspiders.commands.genspider import kinds, templates, values_of
from tests.commands.in_process import ROOT, CommandRunner

#: Rooms of which a copy of the project has its own, since boards are written there.
OWN = {"spiders", "parsing"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def project_without_boards(folder: Path) -> Path:
    """A copy of the project without its boards; what boards are not written to is linked."""
    package = folder / "jobspiders"
    package.mkdir(parents=True)
    for path in (ROOT / "jobspiders").iterdir():
        if path.name not in OWN and path.name != "__pycache__":
            (package / path.name).symlink_to(path)
    (package / "spiders").mkdir()
    (package / "spiders" / "__init__.py").touch()
    (package / "parsing" / "boards").mkdir(parents=True)
    (package / "parsing" / "boards" / "__init__.py").touch()
    for path in (ROOT / "jobspiders" / "parsing").glob("*.py"):
        (package / "parsing" / path.name).symlink_to(path)
    tests = folder / "tests" / "boards"
    tests.mkdir(parents=True)
    (folder / "tests" / "__init__.py").touch()
    for name in ("__init__.py", "cases.py", "test_contract.py"):
        shutil.copy(ROOT / "tests" / "boards" / name, tests)
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


#: Runs commands one after the other: each process of its own would import the whole project again.
COMMANDS = """
import json, sys
from scrapy.cmdline import execute
for words in json.loads(sys.argv[1]):
    try:
        execute(["scrapy", *words])
    except SystemExit as ended:
        assert not ended.code, words
"""


def called(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_board_of_each_kind_keeps_the_contract_as_it_was_written(tmp_path: Path) -> None:
    folder = project_without_boards(tmp_path / "project")
    names = {kind: f"my_{kind.replace('-', '_')}" for kind in kinds()}
    commands = [
        ["genspider", "-t", kind, name, f"https://www.{kind}.example/jobs"] for kind, name in names.items()
    ]
    done = called(folder, "-c", COMMANDS, json.dumps(commands))
    assert done.returncode == 0, done.stderr
    for name in names.values():
        assert f"Edit them, then: pytest tests/boards -k {name}" in done.stdout
        meta = json.loads((folder / "tests" / "boards" / name / "crawl" / "case.json").read_text())
        assert set(meta["outcomes"].values()) == {"ok"}
        assert "missing" not in meta
        assert (folder / "tests" / "boards" / name / "crawl" / "expected.jsonl").read_text().count("\n") >= 2
        assert len((folder / "jobspiders" / "spiders" / f"{name}.py").read_text().splitlines()) <= 45
    done = called(folder, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/boards")
    assert done.returncode == 0, done.stdout[-4000:]
    made = [
        str(path)
        for room in ("spiders", "parsing/boards")
        for path in (folder / "jobspiders" / room).glob("my_*.py")
    ]
    # a company's own pages need no reader
    assert len(made) == 2 * len(names) - 1
    assert not [path for path in made if not Path(path).is_relative_to(folder)]
    for check in (("check",), ("format", "--check")):
        done = called(folder, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml"), *made)
        assert done.returncode == 0, done.stdout


def test_each_kind_says_what_it_is_for(run: CommandRunner) -> None:
    done = run("genspider", "--list")
    assert done.code == 0
    assert [line.split()[0] for line in done.output.splitlines()] == list(kinds())
    assert all(len(line.split()) > 4 for line in done.output.splitlines())
    assert all(templates().joinpath(kind, "spider.py.tmpl").is_file() for kind in kinds())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-t", "nope", "x", "x.example"], "there is no kind 'nope'; there are ats, "),
        (["-t", "feed", "remoteok", "x.example"], "there is a board 'remoteok' already"),
        (["-t", "feed", "remote-ok", "x.example"], "'remote-ok' is no name of a board"),
        (["-t", "feed", "class", "x.example"], "'class' is no name of a board"),
        (["-t", "feed", "myboard", "x"], "URL: 'x' is no address of a web page"),
        (["-t", "feed", "myboard"], "name a kind, a board and its address"),
        (["myboard", "x.example"], "name a kind, a board and its address"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(
    words: list[str], message: str, run: CommandRunner
) -> None:
    done = run("genspider", *words)
    assert done.code == 2
    assert len(done.errors.splitlines()) == 1
    assert message in done.errors
    assert done.output == ""


def test_placeholders_of_a_board() -> None:
    assert values_of("my_board", "https://user@www.my-board.example:8443/jobs?x=1") == {
        "name": "my_board",
        "classname": "MyBoardSpider",
        "title": "My board",
        "homepage": "https://www.my-board.example:8443",
        "domain": "my-board.example",
        "pattern": r"my\-board\.example",
    }
