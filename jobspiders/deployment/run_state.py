"""What is on disk while a supervisor runs: a lock that goes with it, its process id, and how its services are."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
import psutil

#: Seconds by which the start of a process may seem to differ when it is asked for twice.
_CLOCK_TOLERANCE = 2.0


@dataclass(slots=True)
class ServiceState:
    """``state``: waiting, starting, up or stopped; ``created`` is the start of ``pid``, seconds since the epoch."""

    name: str
    state: str = "waiting"
    pid: int | None = None
    created: float = 0.0
    restarts: int = 0
    last_words: str = ""


@dataclass(slots=True)
class Snapshot:
    """All services of a supervisor. ``complaint``: why it gave up, if it did."""

    services: list[ServiceState] = field(default_factory=list)
    complaint: str = ""

    @property
    def all_up(self) -> bool:
        """Whether everything that is to run does."""
        return bool(self.services) and all(service.state == "up" for service in self.services)


class RunState:
    """The directory ``run`` of a home."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._descriptor: int | None = None

    @property
    def pid_file(self) -> Path:
        """The supervisor's process id, for whoever wants to signal it."""
        return self.directory / "supervisor.pid"

    @property
    def state_file(self) -> Path:
        """How the services are."""
        return self.directory / "state.json"

    def acquire(self) -> bool:
        """Become the supervisor of this home until this process ends; False where another is. Raises OSError."""
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self.pid_file.write_text(f"{os.getpid()}\n")
        return True

    def release(self) -> None:
        """Be it no more."""
        self.pid_file.unlink(missing_ok=True)
        self.state_file.unlink(missing_ok=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_held(self) -> bool:
        """Whether a supervisor lives. Raises OSError."""
        if not (self.directory / "lock").exists():
            return False
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def supervisor_pid(self) -> int | None:
        """What the pid file says, which may be stale."""
        with contextlib.suppress(OSError, ValueError):
            return int(self.pid_file.read_text())
        return None

    def write(self, snapshot: Snapshot) -> None:
        """Tell how the services are. Raises OSError."""
        made = self.state_file.with_suffix(".new")
        made.write_bytes(orjson.dumps(asdict(snapshot)))
        made.replace(self.state_file)

    def read(self) -> Snapshot:
        """How the services are; an empty snapshot where nobody has said yet."""
        try:
            found = orjson.loads(self.state_file.read_bytes())
            services = [ServiceState(**service) for service in found["services"]]
            return Snapshot(services, found["complaint"])
        except (OSError, ValueError, TypeError, KeyError):
            return Snapshot()

    def clear_stale(self, patience: float) -> list[str]:
        """Remove what a killed supervisor left, its services too; one line for each thing. Waits for their end."""
        said = []
        pid = self.supervisor_pid()
        if pid is not None:
            said.append(f"removed the stale pid file of process {pid}, which is gone or another program")
        left = [process for service in self.read().services if (process := _alive(service)) is not None]
        for process in left:
            said.append(f"ended process {process.pid}, which had outlived its supervisor")
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, stubborn = psutil.wait_procs(left, timeout=patience)
        for process in stubborn:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.pid_file.unlink(missing_ok=True)
        self.state_file.unlink(missing_ok=True)
        return said

    def _open(self) -> int:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _alive(service: ServiceState) -> psutil.Process | None:
    if service.pid is None:
        return None
    try:
        process = psutil.Process(service.pid)
        if abs(process.create_time() - service.created) > _CLOCK_TOLERANCE:
            return None
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.Error:
        return None
