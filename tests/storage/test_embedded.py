from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobspiders.storage import embedded
from jobspiders.storage.errors import DatabaseError
from tests.storage.crawling import value

ROOT = Path(__file__).resolve().parents[2]


def test_a_server_that_was_killed_starts_again_with_its_data(own_home: Path) -> None:
    url = embedded.start(own_home)
    value(url, "CREATE TABLE kept AS SELECT 7 AS n")
    kill_server(own_home)
    assert not embedded.is_running(own_home)
    assert embedded.start(own_home) == url
    assert value(url, "SELECT n FROM kept") == 7

    # the number of the dead server is now another program's
    kill_server(own_home)
    pid_file = embedded.EmbeddedServer(own_home).data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
            assert not embedded.is_running(own_home)
            assert not embedded.stop(own_home)
            assert embedded.start(own_home) == url
            assert other.poll() is None
        finally:
            other.kill()


def test_a_long_path_with_odd_characters_gets_a_short_socket() -> None:
    with tempfile.TemporaryDirectory(prefix="jobspiders-tests-") as directory:
        home = Path(directory) / ("a path, with 'quotes' and spaces " * 3).strip() / "home"
        server = embedded.EmbeddedServer(home)
        try:
            url = embedded.start(home)
            assert server.socket_directory != server.root
            assert value(url, "SELECT 1") == 1
        finally:
            embedded.stop(home)
            shutil.rmtree(server.socket_directory, ignore_errors=True)


def test_the_server_is_one_for_processes_that_start_together(own_home: Path) -> None:
    program = (
        "import sys, pathlib; from jobspiders.storage import embedded; "
        "print(embedded.start(pathlib.Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(own_home)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for _ in range(3)
    ]
    urls = {process.communicate(timeout=120)[0].strip() for process in started}
    assert urls == {embedded.EmbeddedServer(own_home).url}


def test_what_cannot_start_says_so_in_one_line(own_home: Path, tmp_path: Path) -> None:
    embedded.start(own_home)
    embedded.stop(own_home)
    server = embedded.EmbeddedServer(own_home)
    (server.data / "global" / "pg_control").unlink()
    with pytest.raises(DatabaseError) as raised:
        embedded.start(own_home)
    assert "\n" not in str(raised.value)
    assert str(server.log) in str(raised.value)

    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(DatabaseError) as raised:
        embedded.start(in_the_way / "home")
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_and_plain_user_each_below_a_closed_directory(plain_user: pwd.struct_passwd) -> None:
    for owner in (None, plain_user):
        with tempfile.TemporaryDirectory(prefix="jobspiders-tests-") as directory:
            closed = Path(directory)
            if owner is not None:
                os.chown(closed, owner.pw_uid, owner.pw_gid)
            closed.chmod(0o700)
            home = closed / "home"
            try:
                url = run_as(owner, "print(embedded.start(home))", home)
                assert url == embedded.EmbeddedServer(home).url
                assert value(url, "SELECT 1") == 1
                others = closed.stat().st_mode & 0o006
                assert others == 0, "only the way through may be opened, not the list of what is in it"
                if owner is None:
                    said = run_as(plain_user, "embedded.start(home)", home)
                    assert said.startswith("DatabaseError: ")
            finally:
                embedded.stop(home)
            assert not embedded.is_running(home)


@pytest.fixture
def plain_user() -> Iterator[pwd.struct_passwd]:
    """Some account that is neither root's nor the server's."""
    yield pwd.getpwnam("daemon")


def run_as(owner: pwd.struct_passwd | None, statement: str, home: Path) -> str:
    """What a process of that account prints; a DatabaseError as its text."""
    program = f"""
import os, sys
from pathlib import Path
from jobspiders.storage import embedded
from jobspiders.storage.errors import DatabaseError
if sys.argv[2]:
    os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
home = Path(sys.argv[1])
try:
    {statement}
except DatabaseError as error:
    print("DatabaseError:", error)
"""
    ids = ["", ""] if owner is None else [str(owner.pw_uid), str(owner.pw_gid)]
    done = subprocess.run(
        [sys.executable, "-c", program, str(home), *ids],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "xx_XX.nonsense", "PGHOST": "nowhere.invalid"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kill_server(home: Path) -> None:
    """kill -9 the server and wait for its processes to be gone."""
    pid = int((embedded.EmbeddedServer(home).data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.01)
