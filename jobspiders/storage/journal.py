"""The write-ahead file of one crawl: what is in it survives the death of the process.

One directory per crawl below ``JOBSPIDERS_HOME/journal``, held by a lock that goes with its process; in it
segments named after the sequence number of their first record. Records go out whole and unbuffered.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from jobspiders.storage import segments
from jobspiders.storage.errors import JournalError, JournalTakenError
from jobspiders.storage.segments import Header, Kind, Record

logger = logging.getLogger(__name__)

_SUFFIX = ".segment"
_LOCK = "lock"
#: Bytes that are read at once.
CHUNK = 512 << 10


class Journal:
    """The journal in ``directory``, for its one owner. Raises JournalError where another process has it.

    ``meta`` goes into the header of every segment that this process begins. Call ``start`` before ``append``.
    """

    def __init__(self, directory: Path, *, meta: dict[str, Any] | None = None, segment_bytes: int = 64 << 20):
        self.directory = directory
        self._meta = meta or {}
        self._segment_bytes = segment_bytes
        self._file: int | None = None
        self._size = 0
        self._lock = _acquire(directory)
        self.next_sequence = self._recover()

    @property
    def last(self) -> int:
        """The sequence number of the newest record; 0 where there was none."""
        return self.next_sequence - 1

    @property
    def size(self) -> int:
        """Bytes of the segment that is being written."""
        return self._size

    def paths(self) -> list[Path]:
        """The segments, oldest first."""
        return sorted(self.directory.glob(f"*{_SUFFIX}"))

    def start(self, after: int) -> None:
        """Number what is appended from now on behind ``after`` and behind all that is there."""
        self.next_sequence = max(self.next_sequence, after + 1)

    def append(self, kind: Kind, body: bytes) -> int:
        """The sequence number of the record, which is on its way to the disk. Raises JournalError."""
        if self._file is None or self._size >= self._segment_bytes:
            self._begin_segment()
        self._write(*segments.encode_frame(self.next_sequence, kind, body))
        self.next_sequence += 1
        return self.next_sequence - 1

    def trim(self, committed: int) -> None:
        """Remove the segments all of whose records are stored, the one being written excepted."""
        found = self.paths()
        for path, following in pairwise(found):
            if first_sequence(following) > committed + 1:
                return
            path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the journal, all of which is stored, and let go of it."""
        self._close_segment()
        for path in self.paths():
            path.unlink(missing_ok=True)
        (self.directory / _LOCK).unlink(missing_ok=True)
        try:
            self.directory.rmdir()
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                logger.warning("%s cannot be removed: %s", self.directory, error.strerror)
        os.close(self._lock)

    def release(self) -> None:
        """Let go of the journal and leave it to the next start."""
        self._close_segment()
        os.close(self._lock)

    def _begin_segment(self) -> None:
        self._close_segment()
        path = self.directory / f"{self.next_sequence:020d}{_SUFFIX}"
        try:
            self._file = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise _journal_error(self.directory, error) from error
        self._size = 0
        try:
            self._write(segments.encode_header(self.next_sequence, self._meta))
        except JournalError:
            self._close_segment()
            path.unlink(missing_ok=True)
            raise

    def _close_segment(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, *parts: bytes) -> None:
        """All of ``parts`` or nothing: what a full disk took of them is cut off again."""
        assert self._file is not None
        size = sum(map(len, parts))
        written = 0
        try:
            written += os.writev(self._file, parts)
            while written < size:
                written += os.write(self._file, b"".join(parts)[written:])
        except OSError as error:
            if written:
                os.ftruncate(self._file, self._size)
            raise _journal_error(self.directory, error) from error
        self._size += size

    def _recover(self) -> int:
        """Cut off what a dead process left unfinished, keep it beside, and say which number comes next."""
        following = 1
        for path in self.paths():
            with closing(SegmentReader(path)) as reader:
                deque(reader.records(), maxlen=0)
                following = max(following, reader.sequence)
                end = reader.offset
            excess = path.stat().st_size - end
            if not excess:
                continue
            logger.warning("Cutting %d unreadable bytes off %s", excess, path)
            with path.open("r+b") as file:
                file.seek(end)
                path.with_suffix(".damaged").write_bytes(file.read())
                file.truncate(end)
            if not end:
                path.unlink()
        return following


class SegmentReader:
    """Reads a segment, also one that is being written; ``header`` is None where it has no readable one."""

    def __init__(self, path: Path):
        self.path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        data = os.pread(self._file, CHUNK, 0)
        self.header: Header | None = segments.decode_header(data)
        self.sequence = self.header.first if self.header else 0
        self.offset = self.header.size if self.header else 0

    def records(self) -> Iterator[Record]:
        """The intact records behind those that were read before."""
        if self.header is None:
            return
        wanted = CHUNK
        while True:
            base = self.offset
            data = os.pread(self._file, wanted, base)
            for record in segments.records(data, self.sequence, base):
                self.sequence, self.offset = record.sequence + 1, record.end
                yield record
            if self.offset > base:
                wanted = CHUNK
                continue
            needed = segments.frame_length(data)
            if needed is None or needed <= len(data) or len(data) < wanted:
                return
            wanted = needed

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


class JournalReader:
    """Reads the records behind ``position`` over all segments of a journal, as they come in."""

    def __init__(self, journal: Journal, position: int):
        self._journal = journal
        self._reader: SegmentReader | None = None
        self._finished: Path | None = None
        self.position = position

    @property
    def meta(self) -> dict[str, Any]:
        """What the header of the segment that was read last says."""
        return self._reader.header.meta if self._reader and self._reader.header else {}

    def read(self, max_records: int, max_bytes: int) -> list[Record]:
        """The next records, all of one segment; none where everything was read."""
        while self.position < self._journal.last and self._open():
            found: list[Record] = []
            size = 0
            assert self._reader is not None
            for record in self._reader.records():
                if record.sequence <= self.position:
                    continue
                found.append(record)
                size += len(record.body)
                if len(found) >= max_records or size >= max_bytes:
                    break
            if found:
                self.position = found[-1].sequence
                return found
            self._finished = self._reader.path
            self.close()
        return []

    def rewind(self, position: int) -> None:
        """Read on behind ``position``, which the database says is the last that it has."""
        self.close()
        self._finished = None
        self.position = position

    def close(self) -> None:
        """Let go of the segment."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _open(self) -> bool:
        """Have the segment open that holds the next record, or after a gap in the numbers the next one."""
        if self._reader is None:
            chosen: Path | None = None
            for path in self._journal.paths():
                if self._finished is not None and path <= self._finished:
                    continue
                if chosen is None or first_sequence(path) <= self.position + 1:
                    chosen = path
            if chosen is not None:
                self._reader = SegmentReader(chosen)
        return self._reader is not None


def first_sequence(path: Path) -> int:
    """The sequence number of the first record of the segment ``path``."""
    return int(path.name.removesuffix(_SUFFIX))


def _acquire(directory: Path) -> int:
    """The descriptor that holds the lock of ``directory``; the lock goes with the process."""
    while True:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _journal_error(directory, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise JournalTakenError(
                    f"another process has the journal {directory}: is the crawl running?"
                ) from None
            raise _journal_error(directory, error) from error
        try:
            if os.path.samestat(os.fstat(lock), (directory / _LOCK).stat()):
                return lock
        except FileNotFoundError:
            pass
        # its former owner removed the file between our opening and locking it
        os.close(lock)


def _journal_error(directory: Path, error: OSError) -> JournalError:
    return JournalError(
        f"the journal {directory} cannot be written: {error.strerror} (free some space, or set JOBSPIDERS_HOME)"
    )
