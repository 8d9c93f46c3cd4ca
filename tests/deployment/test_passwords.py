"""Passwords are made once, kept for their owner only, and never replaced by what was only given."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jobspiders.deployment.passwords import FILE, Account, PasswordError, load, load_or_make

NONE: dict[str, str | None] = {}


def test_made_once_and_anew_on_request(tmp_path: Path) -> None:
    first, made = load_or_make(tmp_path, NONE)
    assert made
    assert first.scrapyd.password != first.scrapydweb.password
    assert len(first.scrapyd.password) >= 20
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert load_or_make(tmp_path, NONE) == (first, False)
    assert load(tmp_path, NONE) == first
    renewed, made = load_or_make(tmp_path, NONE, renew=True)
    assert made
    assert renewed.scrapyd.password != first.scrapyd.password


def test_given_ones_win_and_are_not_written_down(tmp_path: Path) -> None:
    given: dict[str, str | None] = {"SCRAPYD_USERNAME": "operator", "SCRAPYD_PASSWORD": "given one"}
    passwords, _ = load_or_make(tmp_path, given)
    assert passwords.scrapyd == Account("operator", "given one")
    assert "given one" not in (tmp_path / FILE).read_text()
    assert "given one" not in repr(passwords)
    assert load(tmp_path / "elsewhere", given).scrapyd == passwords.scrapyd


def test_a_file_that_others_could_read_is_closed(tmp_path: Path) -> None:
    load_or_make(tmp_path, NONE)
    (tmp_path / FILE).chmod(0o644)
    load_or_make(tmp_path, NONE)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        PasswordError, match=r"^no passwords in .*: `scrapy up` makes them, or set SCRAPYD_USER"
    ):
        load(tmp_path, NONE)
    with pytest.raises(PasswordError, match="SCRAPYD_USERNAME holds a colon"):
        load_or_make(tmp_path, {"SCRAPYD_USERNAME": "a:b"})
    (tmp_path / FILE).write_text("{")
    with pytest.raises(PasswordError, match="is damaged: remove it"):
        load_or_make(tmp_path, NONE)
    with pytest.raises(PasswordError, match="passwords cannot be kept in"):
        load_or_make(tmp_path / FILE, NONE, renew=True)
