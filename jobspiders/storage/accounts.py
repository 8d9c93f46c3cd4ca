"""Which operating system account the embedded server runs as, and what it must be let through to.

PostgreSQL refuses to run as root. Below root it runs as the owner of its data or as a system account made for
it, which then must pass the directories above its data and its programs, often closed ones (mode 0700).
"""

from __future__ import annotations

import logging
import os
import pwd
import stat
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from jobspiders.storage.errors import DatabaseError

logger = logging.getLogger(__name__)

#: The account made for the server, and the one taken where none can be made.
NAMES = ("pgserver", "nobody")

_ACCESS_ACL = "system.posix_acl_access"
# linux/posix_acl_xattr.h: a version, then (tag, permissions, id) per entry, in this order of tags.
_ACL_VERSION = 2
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _GROUP_OWNER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_EXECUTE = 1


class ProcessArguments(TypedDict, total=False):
    """Arguments of subprocess.run that make a program run as another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system; ``is_other`` where it is not the one we run as."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def process_arguments(self) -> ProcessArguments:
        """For subprocess.run; nothing where no change of account is needed."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(directory: Path) -> Account:
    """Who runs a server on ``directory``: ourselves, or below root its owner or the system account.

    Raises DatabaseError where the directory belongs to an account that we cannot become.
    """
    owner = directory.stat().st_uid
    user = os.geteuid()
    if user == 0:
        return _named(owner) if owner != 0 else _system_account()
    if owner != user:
        raise DatabaseError(
            f"the embedded database in {directory} belongs to {_name(owner)}: run as {_name(owner)} or root, "
            "or set JOBSPIDERS_HOME or DATABASE_URL"
        )
    return _named(user)


def make_accessible(account: Account, path: Path, *, tree: Path | None = None) -> None:
    """Let ``account`` through the directories above ``path``, and read ``tree`` where it may not yet.

    Each directory in the way is opened to that one account by an access control list, or where the file
    system has none by the bit that lets everybody pass but not list. Raises DatabaseError where it cannot be.
    """
    if not account.is_other:
        return
    try:
        if tree is not None and not _allows(tree.stat(), account, 0o5):
            _open_tree(tree)
        for directory in reversed(path.resolve().parents):
            if not _allows(directory.stat(), account, 0o1) and not _lets_through(directory, account.uid):
                _let_through(directory, account)
    except OSError as error:
        raise DatabaseError(
            f"{account.name} cannot be let through to {path} ({error.strerror}): "
            "set JOBSPIDERS_HOME or DATABASE_URL"
        ) from error


def _allows(status: os.stat_result, account: Account, bits: int) -> bool:
    if status.st_uid == account.uid:
        return (status.st_mode >> 6) & bits == bits
    if status.st_gid == account.gid:
        return (status.st_mode >> 3) & bits == bits
    return status.st_mode & bits == bits


def _let_through(directory: Path, account: Account) -> None:
    logger.info("Letting %s pass %s", account.name, directory)
    try:
        os.setxattr(directory, _ACCESS_ACL, _with_entry(directory, account.uid))
    except (OSError, AttributeError):
        directory.chmod(stat.S_IMODE(directory.stat().st_mode) | stat.S_IXOTH)


def _entries(directory: Path) -> Iterator[tuple[int, int, int]]:
    """The access control list as (tag, permissions, id), made from the mode where there is none."""
    try:
        packed = os.getxattr(directory, _ACCESS_ACL)
    except (OSError, AttributeError):
        mode = directory.stat().st_mode
        yield (_OWNER, (mode >> 6) & 7, _NO_ID)
        yield (_GROUP_OWNER, (mode >> 3) & 7, _NO_ID)
        yield (_OTHER, mode & 7, _NO_ID)
    else:
        yield from _ENTRY.iter_unpack(packed[4:])


def _lets_through(directory: Path, uid: int) -> bool:
    """Whether an entry for that account counts; a chmod since then may have masked it."""
    entries = list(_entries(directory))
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), 7)
    return any(tag == _USER and which == uid and bits & mask & _EXECUTE for tag, bits, which in entries)


def _with_entry(directory: Path, uid: int) -> bytes:
    """The list of ``directory`` with one more entry, and a mask that covers it."""
    entries = [entry for entry in _entries(directory) if entry[0] != _MASK and entry[::2] != (_USER, uid)]
    entries.append((_USER, _EXECUTE, uid))
    mask = 0
    for tag, bits, _ in entries:
        if tag in {_USER, _GROUP_OWNER, _GROUP}:
            mask |= bits
    entries.append((_MASK, mask, _NO_ID))
    entries.sort(key=lambda entry: (entry[0], entry[2]))
    return struct.pack("<I", _ACL_VERSION) + b"".join(_ENTRY.pack(*entry) for entry in entries)


def _open_tree(tree: Path) -> None:
    """Make installed programs readable, as an installation with an open umask would have left them."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        execute = stat.S_IXGRP | stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | execute)


def _system_account() -> Account:
    for name in NAMES:
        try:
            return _from_entry(pwd.getpwnam(name))
        except KeyError:
            if name == NAMES[0] and _add_account(name):
                return _from_entry(pwd.getpwnam(name))
    raise DatabaseError("PostgreSQL does not run as root: run as a plain user, or set DATABASE_URL")


def _add_account(name: str) -> bool:
    try:
        command = [
            "useradd",
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/bin/false",
            name,
        ]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        return False
    # 9: the name is taken, by another process that got here first
    return done.returncode in {0, 9}


def _named(uid: int) -> Account:
    try:
        return _from_entry(pwd.getpwuid(uid))
    except KeyError:
        raise DatabaseError(
            f"user {uid} has no entry in the password database, which PostgreSQL needs: set DATABASE_URL"
        ) from None


def _from_entry(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
