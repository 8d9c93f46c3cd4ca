"""`scrapy deploy` and addversion.json: real eggs, checked before they become what jobs run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest

from tests.conftest import fresh_database
from tests.deployment.nodes import LOGIN, ROOT, ScrapydNode, running
from tests.deployment.recorded_sites import RecordedSites, greenhouse

CONF = {"max_proc": "1", "poll_interval": "0.2", "heartbeat_interval": "1", "versions_kept": "2"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, embedded_home: Path) -> Iterator[ScrapydNode]:
    with (
        fresh_database(embedded_home) as url,
        RecordedSites(tmp_path_factory.mktemp("sites"), (), greenhouse(2)) as sites,
    ):
        home = tmp_path_factory.mktemp("home")
        made = ScrapydNode(
            home,
            url,
            conf=CONF,
            job_settings={"AUTOTHROTTLE_ENABLED": "False"},
            environment=sites.environment,
        )
        with running(made):
            yield made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without git, in which tests may break things."""
    directory = tmp_path_factory.mktemp("project")
    left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("pyproject.toml", "README.md", "scrapy.cfg", "scrapyd.conf"):
        shutil.copy2(ROOT / name, directory / name)
    shutil.copytree(ROOT / "jobspiders", directory / "jobspiders", ignore=left_out)
    # a few boards' cases are enough here
    for board in ("greenhouse", "remoteok"):
        case = Path("tests") / "boards" / board / "crawl"
        shutil.copytree(ROOT / case, directory / case)
    return directory


def deploy(
    node: ScrapydNode, project: Path, *words: str, password: str = LOGIN[1]
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in node.environment.items() if name != "PYTHONPATH"}
    environment |= {"SCRAPYD_PASSWORD": password, "SCRAPYD_HTTP_PORT": str(node.port)}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "deploy", *words],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def versions(node: ScrapydNode) -> list[str]:
    found: list[str] = node.get("listversions.json", project="jobspiders")["versions"]
    return found


def test_a_deployed_version_is_what_jobs_run_and_an_old_one_comes_back_by_deploying_it(
    node: ScrapydNode, project: Path
) -> None:
    marked = project / "jobspiders" / "__init__.py"
    original = marked.read_text()
    marked.write_text(original.replace('__version__ = "', '__version__ = "7.'))
    done = deploy(node, project)
    marked.write_text(original)
    assert done.returncode == 0, done.stderr
    assert "no git repository: named after the package and its files" in done.stdout
    assert "the default version of all nodes now" in done.stdout
    (first,) = versions(node)
    job = node.schedule("greenhouse", companies="egg")
    node.wait_finished(job)
    assert crawl_version(node, job).startswith("7.")
    assert "greenhouse" in node.get("listspiders.json", project="jobspiders", _version=first)["spiders"]

    assert deploy(node, project, "--name", "second").returncode == 0
    assert versions(node) == [first, "second"]
    job = node.schedule("greenhouse", companies="pinned", _version=first)
    node.wait_finished(job)
    assert crawl_version(node, job).startswith("7.")
    job = node.schedule("greenhouse", companies="newest")
    node.wait_finished(job)
    assert not crawl_version(node, job).startswith("7.")


def crawl_version(node: ScrapydNode, job: str) -> str:
    with psycopg.connect(node.environment["DATABASE_URL"]) as connection:
        [(version,)] = connection.execute("SELECT version FROM crawls WHERE job_id = %s", [job]).fetchall()
    return str(version)


def test_code_that_does_not_work_is_not_deployed(node: ScrapydNode, project: Path) -> None:
    before = versions(node)
    reader = project / "jobspiders" / "parsing" / "boards" / "remoteok.py"
    original = reader.read_text()
    try:
        reader.write_text(original + "\nimport no_such_module\n")
        done = deploy(node, project)
        assert done.returncode == 2
        assert done.stderr.strip() == (
            "scrapy: error: `scrapy selfcheck` fails: ModuleNotFoundError: No module named 'no_such_module'"
        )
        reader.write_text(original.replace('"position"', '"headline"'))
        done = deploy(node, project)
        assert done.returncode == 2
        assert "remoteok: its recorded crawl gives other postings" in done.stderr
    finally:
        reader.write_text(original)
    assert versions(node) == before


def test_scrapyd_checks_an_egg_itself_before_it_takes_it(node: ScrapydNode) -> None:
    before = versions(node)
    egg = BytesIO()
    with zipfile.ZipFile(egg, "w") as archive:
        archive.writestr("jobspiders/__init__.py", "raise RuntimeError('broken on purpose')\n")
    answer = node.session.post(
        f"{node.url}/addversion.json",
        data={"project": "jobspiders", "version": "broken"},
        files={"egg": egg.getvalue()},
        timeout=120,
    ).json()
    assert answer["status"] == "error"
    assert answer["message"].startswith("version 'broken' is not taken: `scrapy list` fails:")
    assert "broken on purpose" in answer["message"]
    assert versions(node) == before


def test_a_wrong_password_and_a_scrapyd_that_is_not_there_are_one_line(
    node: ScrapydNode, project: Path
) -> None:
    done = deploy(node, project, password="wrong")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == f"scrapy: error: Scrapyd at {node.url} refuses this user name or password"
    done = deploy(node, project, "--url", "http://127.0.0.1:9")
    assert done.stderr.strip() == (
        "scrapy: error: Scrapyd does not answer at http://127.0.0.1:9 (`scrapy up` starts it)"
    )


def test_deleting_the_default_version_makes_the_one_before_it_the_default(node: ScrapydNode) -> None:
    *_, before, last = versions(node)
    assert node.post("delversion.json", project="jobspiders", version=last)["status"] == "ok"
    assert versions(node)[-1] == before
    again = node.post("delversion.json", project="jobspiders", version=last)
    assert again["message"] == f"version '{last}' not found"
