"""A log file of bounded size, fed with whatever a process writes."""

from __future__ import annotations

import os
from pathlib import Path


class RotatedLog:
    """``path`` and up to ``keep`` older ones (`.1` the newest), each at most ``limit`` bytes and a chunk."""

    def __init__(self, path: Path, *, limit: int = 10 << 20, keep: int = 5) -> None:
        self.path = path
        self._limit = limit
        self._keep = keep
        self._open()

    def write(self, data: bytes) -> None:
        """Append; what the disk does not take is lost, for the service goes before its log."""
        try:
            self._file.write(data)
            if self._file.tell() >= self._limit:
                self._rotate()
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def last_lines(self, count: int = 1) -> list[str]:
        """The last lines that say something."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            file.seek(max(0, size - 16384))
            lines = file.read().decode(errors="replace").splitlines()
        return [line.strip() for line in lines if line.strip()][-count:]

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # the console writes its password into its log
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "ab", buffering=0)

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._keep - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self.path.replace(self._numbered(1))
        self._open()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
