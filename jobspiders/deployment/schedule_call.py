"""What a call of schedule.json may ask for. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jobspiders.deployment.plain_names import RefusedError, plain_name

#: Settings that a call may set for its crawl, and how a value must look. What a crawl does to a site (robots.txt,
#: concurrency, delays below the project's) and where it stores is the project's and the operator's to say.
ALLOWED_SETTINGS: Mapping[str, re.Pattern[str]] = {
    "CLOSESPIDER_ITEMCOUNT": re.compile(r"\d{1,9}"),
    "CLOSESPIDER_PAGECOUNT": re.compile(r"\d{1,9}"),
    "CLOSESPIDER_TIMEOUT": re.compile(r"\d{1,9}"),
    "CLOSESPIDER_TIMEOUT_NO_ITEM": re.compile(r"\d{1,9}"),
    "CONDITIONAL_REQUESTS_ENABLED": re.compile(r"(?i:true|false|0|1)"),
    "DOWNLOAD_DELAY": re.compile(r"\d{1,4}(\.\d{1,3})?"),
    "LISTING_MAX_PAGES": re.compile(r"[1-9]\d{0,5}"),
    "LOG_LEVEL": re.compile(r"DEBUG|INFO|WARNING|ERROR|CRITICAL"),
}
#: Bytes of all arguments and settings together; the system refuses a process with a few megabytes of them.
SIZE_LIMIT = 100_000
_ARGUMENT = re.compile(r"[a-z][a-z0-9_]{0,60}")
SIGNALS = ("INT", "TERM", "KILL")


@dataclass(frozen=True, slots=True)
class ScheduleCall:
    """A checked call, but for what only the project's own code can check: spider and argument values."""

    project: str
    spider: str
    job_id: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    priority: float = 0.0
    node: str | None = None


def read_call(form: Mapping[str, list[str]], new_job_id: str) -> ScheduleCall:
    """The call of a form's fields. Raises RefusedError, whose message names the field."""
    given = dict(form)

    def one(name: str) -> str | None:
        values = given.pop(name, [])
        if len(values) > 1:
            raise RefusedError(f"'{name}' is given {len(values)} times")
        return values[0].strip() if values and values[0].strip() else None

    project, spider = one("project"), one("spider")
    for name, value in (("project", project), ("spider", spider)):
        if value is None:
            raise RefusedError(f"'{name}' parameter is required")
    assert project is not None and spider is not None
    version, node = one("_version"), one("_node")
    settings = read_settings(given.pop("setting", []))
    job_id = one("jobid") or new_job_id
    priority = _priority(one("priority"))
    arguments = {}
    for name in list(given):
        if not _ARGUMENT.fullmatch(name):
            raise RefusedError(f"'{name.encode('unicode_escape').decode()}' is no name of an argument")
        value = one(name)
        if value is not None:
            arguments[name] = printable(name, value)
    _check_size(arguments, settings)
    return ScheduleCall(
        project=plain_name("project", project),
        spider=plain_name("spider", spider),
        job_id=plain_name("jobid", job_id),
        arguments=arguments,
        settings=settings,
        version=plain_name("_version", version) if version else None,
        priority=priority,
        node=plain_name("_node", node) if node else None,
    )


def read_settings(pairs: Iterable[str]) -> dict[str, str]:
    """The settings of NAME=VALUE pairs, all of them allowed. Raises RefusedError."""
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not equals:
            raise RefusedError(f"setting '{pair.encode('unicode_escape').decode()}' is not NAME=VALUE")
        form = ALLOWED_SETTINGS.get(name)
        if form is None:
            shown = name.encode("unicode_escape").decode()
            raise RefusedError(
                f"setting '{shown}' may not be set by a call (allowed: {', '.join(ALLOWED_SETTINGS)})"
            )
        if not form.fullmatch(value):
            raise RefusedError(f"setting {name} cannot be '{value.encode('unicode_escape').decode()}'")
        settings[name] = value
    return settings


def read_signal(text: str | None) -> str:
    """The signal of a cancel call: INT lets a crawl end in good order. Raises RefusedError."""
    name = (text or "INT").strip().upper().removeprefix("SIG")
    name = {"2": "INT", "15": "TERM", "9": "KILL"}.get(name, name)
    if name not in SIGNALS:
        raise RefusedError(
            f"signal '{name.encode('unicode_escape').decode()}' is none of {', '.join(SIGNALS)}"
        )
    return name


def printable(name: str, value: str) -> str:
    """``value`` where a command line can carry it. Raises RefusedError."""
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
        raise RefusedError(f"argument '{name}' holds control characters")
    return value


def _priority(text: str | None) -> float:
    if text is None:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e6:
        raise RefusedError("priority is no number between -1000000 and 1000000")
    return value


def _check_size(arguments: Mapping[str, str], settings: Mapping[str, str]) -> None:
    size = sum(len(name.encode()) + len(value.encode()) for name, value in arguments.items())
    size += sum(len(name) + len(value) for name, value in settings.items())
    if size > SIZE_LIMIT:
        raise RefusedError(f"the arguments are {size} bytes long; {SIZE_LIMIT} are allowed")
