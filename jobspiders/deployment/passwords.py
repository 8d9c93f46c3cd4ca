"""User names and passwords of Scrapyd and of the console: made at the first start, kept below the home."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

FILE = "passwords.json"
USERNAME = "jobspiders"


class PasswordError(Exception):
    """The passwords cannot be read, kept or used; the message is one line."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in. The password is not part of its text."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.username!r})"


@dataclass(frozen=True, slots=True)
class Passwords:
    """The accounts of both services."""

    scrapyd: Account
    scrapydweb: Account


def load_or_make(
    home: Path, given: Mapping[str, str | None], *, renew: bool = False
) -> tuple[Passwords, bool]:
    """The accounts, and whether passwords were made just now. Raises PasswordError.

    ``given`` holds SCRAPYD_USERNAME, SCRAPYD_PASSWORD, SCRAPYDWEB_USERNAME and SCRAPYDWEB_PASSWORD where settings
    or environment say them; those win and are not written down.
    """
    path = home / FILE
    kept = None if renew else _read(path)
    made = kept is None
    if kept is None:
        kept = Passwords(
            Account(USERNAME, secrets.token_urlsafe(18)), Account(USERNAME, secrets.token_urlsafe(18))
        )
        _write(path, kept)
    used = _with_given(kept, given)
    return used, made and (used.scrapyd == kept.scrapyd or used.scrapydweb == kept.scrapydweb)


def load(home: Path, given: Mapping[str, str | None]) -> Passwords:
    """The accounts of what was started before. Raises PasswordError where there are none."""
    kept = _read(home / FILE)
    if kept is None:
        if not given.get("SCRAPYD_PASSWORD"):
            raise PasswordError(
                f"no passwords in {home / FILE}: `scrapy up` makes them, or set SCRAPYD_USERNAME and SCRAPYD_PASSWORD"
            )
        kept = Passwords(Account(USERNAME, ""), Account(USERNAME, ""))
    return _with_given(kept, given)


def _with_given(kept: Passwords, given: Mapping[str, str | None]) -> Passwords:
    return Passwords(_given(given, "SCRAPYD", kept.scrapyd), _given(given, "SCRAPYDWEB", kept.scrapydweb))


def _given(given: Mapping[str, str | None], prefix: str, kept: Account) -> Account:
    account = Account(
        given.get(f"{prefix}_USERNAME") or kept.username, given.get(f"{prefix}_PASSWORD") or kept.password
    )
    if ":" in account.username:
        raise PasswordError(f"{prefix}_USERNAME holds a colon, which HTTP logins cannot carry")
    return account


def _read(path: Path) -> Passwords | None:
    try:
        mode = path.stat().st_mode & 0o777
        found = orjson.loads(path.read_bytes())
        passwords = Passwords(Account(**found["scrapyd"]), Account(**found["scrapydweb"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PasswordError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise PasswordError(
            f"{path} is damaged: remove it, and the next `scrapy up` makes new passwords"
        ) from None
    if mode & 0o077:
        path.chmod(0o600)
    return passwords


def _write(path: Path, passwords: Passwords) -> None:
    text = orjson.dumps(asdict(passwords), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    made = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.unlink(missing_ok=True)
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        made.replace(path)
    except OSError as error:
        raise PasswordError(f"passwords cannot be kept in {path}: {error.strerror}") from None
