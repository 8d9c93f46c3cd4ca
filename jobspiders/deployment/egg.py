"""Builds the egg of a project and names its version; leaves nothing behind in the project."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from jobspiders import __version__
from jobspiders.deployment.deployment_check import DeploymentError

#: What the egg is made from.
SOURCES = ("pyproject.toml", "README.md", "jobspiders")
_UNPACKED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@dataclass(frozen=True, slots=True)
class Version:
    """``origin`` says in words where ``name`` comes from."""

    name: str
    origin: str


def version_of(project: Path) -> Version:
    """The package's version with the commit that is checked out and, where files differ from it, their digest.

    Without git: with the digest of the files.
    """
    digest = sources_digest(project)[:10]
    try:
        _git(project, "ls-files", "--error-unmatch", "pyproject.toml")
        count = _git(project, "rev-list", "--count", "HEAD")
        commit = _git(project, "rev-parse", "--short=10", "HEAD")
        changed = _git(project, "status", "--porcelain", "--", *SOURCES)
    except FileNotFoundError:
        return Version(
            f"{__version__}-s{digest}", "git is not installed: named after the package and its files"
        )
    except subprocess.CalledProcessError:
        return Version(f"{__version__}-s{digest}", "no git repository: named after the package and its files")
    name = f"{__version__}-r{count}-g{commit}"
    if changed:
        return Version(f"{name}-s{digest}", f"commit {commit} with changes that are not committed")
    return Version(name, f"commit {commit}")


def sources_digest(project: Path) -> str:
    """A digest of everything that goes into the egg."""
    digest = hashlib.sha256()
    for name in SOURCES:
        root = project / name
        files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else [root]
        for path in files:
            if path.exists() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(project)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def build(project: Path, directory: Path) -> Path:
    """Build the egg below ``directory``; its path. Raises DeploymentError."""
    source = directory / "source"
    source.mkdir()
    for name in SOURCES:
        path = project / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=_UNPACKED)
        elif path.exists():
            shutil.copy2(path, source / name)
        else:
            raise DeploymentError(f"{path} is missing: an egg is built from the project's directory")
    command = [sys.executable, "-c", "from setuptools import setup; setup()"]
    done = subprocess.run(
        [*command, "--quiet", "bdist_egg", "--dist-dir", str(directory / "eggs")],
        cwd=source,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    eggs = sorted((directory / "eggs").glob("*.egg"))
    if done.returncode or not eggs:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise DeploymentError(f"the egg cannot be built: {lines[-1] if lines else 'no egg was made'}")
    return eggs[0]


def _git(project: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(project), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
