"""Logs of services stay of bounded size."""

from __future__ import annotations

import stat
from pathlib import Path

from jobspiders.deployment.rotated_log import RotatedLog


def test_old_parts_move_up_and_the_oldest_goes(tmp_path: Path) -> None:
    log = RotatedLog(tmp_path / "logs" / "service.log", limit=100, keep=2)
    for number in range(12):
        log.write(f"{number:02} {'x' * 46}\n".encode())
    log.write(b"last words\n\n")
    log.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert [path.name for path in files] == ["service.log", "service.log.1", "service.log.2"]
    assert files[0].read_bytes() == b"last words\n\n"
    assert files[1].read_bytes().startswith(b"10 ")
    assert files[2].read_bytes().startswith(b"08 ")
    assert log.last_lines() == ["last words"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_what_was_there_is_kept_and_a_full_disk_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "service.log"
    path.write_bytes(b"before\n")
    log = RotatedLog(path)
    log.write(b"after\n")
    assert path.read_bytes() == b"before\nafter\n"
    log.close()
    if Path("/dev/full").exists():
        full = RotatedLog(Path("/dev/full"))
        full.write(b"lost")
        full.close()
