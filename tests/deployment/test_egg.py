"""How a version is named: by its commit, by what differs from it, by its files where there is no git."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from jobspiders import __version__
from jobspiders.deployment.deployment_check import DeploymentError
from jobspiders.deployment.egg import build, sources_digest, version_of
from jobspiders.deployment.plain_names import plain_name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    (directory / "jobspiders").mkdir(parents=True)
    (directory / "jobspiders" / "__init__.py").write_text("")
    (directory / "pyproject.toml").write_text("[project]\n")
    (directory / "README.md").write_text("read me\n")
    return directory


def git(project: Path, *words: str) -> None:
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    subprocess.run(["git", "-C", str(project), *identity, *words], check=True, capture_output=True)


def test_a_commit_names_a_version_and_changes_are_told(project: Path) -> None:
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    clean = version_of(project)
    assert re.fullmatch(rf"{re.escape(__version__)}-r1-g[0-9a-f]{{10}}", clean.name)
    assert plain_name("version", clean.name) == clean.name
    (project / "notes.txt").write_text("not part of the egg")
    assert version_of(project) == clean
    (project / "jobspiders" / "__init__.py").write_text("changed = True\n")
    changed = version_of(project)
    assert changed.name == f"{clean.name}-s{sources_digest(project)[:10]}"
    assert changed.origin.endswith("with changes that are not committed")


def test_without_a_repository_or_without_git_the_files_name_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_files = f"{__version__}-s{sources_digest(project)[:10]}"
    no_repository = version_of(project)
    assert no_repository.name == by_files
    assert no_repository.origin == "no git repository: named after the package and its files"
    monkeypatch.setenv("PATH", str(tmp_path))
    no_git = version_of(project)
    assert no_git.name == by_files
    assert no_git.origin == "git is not installed: named after the package and its files"


def test_what_cannot_be_built_is_one_line(project: Path, tmp_path: Path) -> None:
    (project / "pyproject.toml").write_text("[project\n")
    directory = tmp_path / "build"
    directory.mkdir()
    with pytest.raises(DeploymentError, match=r"^the egg cannot be built: [^\n]+$"):
        build(project, directory)
    (project / "README.md").unlink()
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(DeploymentError, match=r"README.md is missing: an egg is built"):
        build(project, other)
