from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobspiders.bases.reading_code import code_hash
from tests.boards.cases import spider_class

PACKAGE = Path(__file__).resolve().parents[2] / "jobspiders"
SAY = (
    "from jobspiders.bases.reading_code import code_hash; from jobspiders.spiders.remoteok import RemoteOkSpider;"
    "print(code_hash(RemoteOkSpider))"
)


def said(root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SAY],
        cwd=root.parent,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def test_each_board_has_a_hash_of_its_own_that_stays() -> None:
    remoteok, lever = spider_class("remoteok"), spider_class("lever")
    assert code_hash(remoteok) == code_hash(remoteok) != code_hash(lever)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, root / "jobspiders", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_it_is_the_same_wherever_the_same_code_lies_even_in_an_egg(copied: Path, tmp_path: Path) -> None:
    egg = shutil.make_archive(str(tmp_path / "jobspiders"), "zip", copied)
    assert said(copied) == said(Path(egg)) == code_hash(spider_class("remoteok"))


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("spiders/remoteok.py", True),
        ("parsing/boards/remoteok.py", True),
        ("normalise/salary.py", True),
        ("data/tenants.tsv", True),
        ("items.py", True),
        ("pipelines/normalisation.py", True),
        ("spiders/lever.py", False),
        ("commands/export.py", False),
        ("matching/title.py", False),
    ],
)
def test_what_reads_a_row_is_in_it_and_the_rest_is_not(name: str, matters: bool, copied: Path) -> None:
    before = said(copied)
    file = copied / "jobspiders" / name
    original = file.read_bytes()
    file.write_bytes(original + b"\n# altered\n")
    try:
        assert (said(copied) != before) is matters
    finally:
        file.write_bytes(original)
