from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jobspiders.storage.errors import JournalError, JournalTakenError
from jobspiders.storage.journal import Journal, JournalReader
from jobspiders.storage.segments import Kind
from tests.shared import unmeasured

ROOT = Path(__file__).resolve().parents[2]


def bodies(journal: Journal, after: int = 0, size: int = 3) -> list[bytes]:
    reader = JournalReader(journal, after)
    found = []
    while records := reader.read(size, 1 << 20):
        assert len(records) <= size
        found += [bytes(record.body) for record in records]
    reader.close()
    return found


def test_records_come_back_over_segments_restarts_and_gaps(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", meta={"a": 1}, segment_bytes=200)
    for number in range(20):
        assert journal.append(Kind.POSTING, b"%d" % number * 10) == number + 1
    assert len(journal.paths()) > 2
    assert bodies(journal) == [b"%d" % number * 10 for number in range(20)]
    assert bodies(journal, after=18) == [b"18" * 10, b"19" * 10]
    journal.release()
    journal = Journal(tmp_path / "j", segment_bytes=200)
    assert journal.last == 20
    journal.start(after=100)
    assert journal.append(Kind.SCOPE, b"later") == 101
    assert bodies(journal, after=19) == [b"19" * 10, b"later"]
    journal.discard()
    assert not (tmp_path / "j").exists()


def test_a_reader_follows_what_is_being_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", segment_bytes=100)
    reader = JournalReader(journal, 0)
    seen = []
    for number in range(30):
        journal.append(Kind.POSTING, b"%d" % number)
        if number % 4 == 0:
            seen += [bytes(record.body) for record in reader.read(2, 1 << 20)]
    while records := reader.read(100, 1 << 20):
        seen += [bytes(record.body) for record in records]
    assert seen == [b"%d" % number for number in range(30)]
    reader.rewind(28)
    assert [bytes(record.body) for record in reader.read(9, 9)] == [b"28", b"29"]
    journal.discard()


def test_stored_segments_go_and_the_newest_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", segment_bytes=100)
    for number in range(30):
        journal.append(Kind.POSTING, b"%d" % number * 10)
    before = len(journal.paths())
    journal.trim(15)
    assert 1 < len(journal.paths()) < before
    assert bodies(journal, after=15)[0] == b"15" * 10
    journal.trim(30)
    assert len(journal.paths()) == 1
    journal.discard()


@pytest.mark.parametrize("cut", [1, 5, 13, 14])
def test_a_torn_record_is_cut_off_and_kept_beside(tmp_path: Path, cut: int) -> None:
    journal = Journal(tmp_path / "j")
    journal.append(Kind.POSTING, b"whole")
    journal.append(Kind.POSTING, b"torn")
    journal.release()
    [path] = (tmp_path / "j").glob("*.segment")
    path.write_bytes(path.read_bytes()[:-cut])
    journal = Journal(tmp_path / "j")
    assert bodies(journal) == [b"whole"]
    assert len(list((tmp_path / "j").glob("*.damaged"))) == 1
    assert journal.append(Kind.POSTING, b"next") == 2
    assert bodies(journal) == [b"whole", b"next"]
    journal.release()


def test_a_segment_without_a_whole_header_is_none(tmp_path: Path) -> None:
    (tmp_path / "j").mkdir()
    (tmp_path / "j" / f"{1:020d}.segment").write_bytes(b"JSJ1\x05")
    journal = Journal(tmp_path / "j")
    assert (journal.last, journal.paths()) == (0, [])
    journal.append(Kind.POSTING, b"first")
    assert bodies(journal) == [b"first"]
    journal.release()


def test_a_journal_has_one_owner_who_may_die(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from jobspiders.storage.journal import Journal
from jobspiders.storage.segments import Kind
journal = Journal(Path(sys.argv[1]))
for number in range(100):
    journal.append(Kind.POSTING, b"%d" % number)
print("ready", flush=True)
sys.stdin.read(1)
os.kill(os.getpid(), signal.SIGKILL)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "j")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=unmeasured() | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    with pytest.raises(JournalTakenError) as raised:
        Journal(tmp_path / "j")
    assert "\n" not in str(raised.value)
    process.communicate(b"x")
    journal = Journal(tmp_path / "j")
    assert bodies(journal, size=1000) == [b"%d" % number for number in range(100)]
    journal.discard()


def test_a_full_disk_is_one_line_and_leaves_no_half_record(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from jobspiders.storage.errors import JournalError
from jobspiders.storage.journal import Journal
from jobspiders.storage.segments import Kind
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
journal = Journal(Path(sys.argv[1]))
written = 0
for number in range(40):
    try:
        journal.append(Kind.POSTING, b"%d" % number * 500)
        written += 1
    except JournalError as error:
        assert "\\n" not in str(error), error
        last = error
print(written, last)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "j")],
        capture_output=True,
        text=True,
        env=unmeasured() | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    written, _, said = done.stdout.partition(" ")
    assert "JOBSPIDERS_HOME" in said
    journal = Journal(tmp_path / "j")
    assert not list((tmp_path / "j").glob("*.damaged"))
    found = bodies(journal, size=1000)
    assert len(found) == int(written) > 5
    assert all(body == body[:1] * 500 or body == body[:2] * 500 for body in found)
    journal.discard()


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError) as raised:
        Journal(tmp_path / "file" / "journal")
    assert "\n" not in str(raised.value)
