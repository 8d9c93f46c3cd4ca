"""searches.toml: what to crawl and how often."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from jobspiders.deployment.plain_names import RefusedError, plain_name
from jobspiders.deployment.schedule_call import printable, read_settings

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, None: 1}
_KEYS = frozenset(
    ("name", "board", "arguments", "settings", "cron", "time_zone", "jitter", "priority", "node", "shards")
)
_DEFAULT_KEYS = frozenset(("time_zone", "jitter", "priority", "node", "settings"))
#: More shards than this are a slip of the pen.
_MOST_SHARDS = 1000


@dataclass(frozen=True, slots=True)
class Search:
    """One crawl to be repeated. ``jitter`` is in seconds; ``node`` None stands for any."""

    name: str
    board: str
    cron: str
    time_zone: str = "UTC"
    jitter: float = 0.0
    priority: float = 0.0
    node: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


class SearchesError(Exception):
    """searches.toml cannot be used; each of ``lines`` says one thing that is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def read_searches(text: str) -> list[Search]:
    """The searches of a TOML document, a sharded one as so many searches.

    Raises SearchesError with all that is wrong.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SearchesError([f"no TOML: {error}"]) from None
    wrong = [f"unknown table [{name}]" for name in document if name not in ("defaults", "search")]
    defaults = document.get("defaults", {})
    wrong += [f"[defaults] has no {name!r}" for name in defaults if name not in _DEFAULT_KEYS]
    entries = document.get("search", [])
    if not isinstance(entries, list):
        raise SearchesError(["write [[search]] with two brackets, one for each search"])
    searches: dict[str, Search] = {}
    for number, entry in enumerate(entries, start=1):
        label = str(entry.get("name") or f"search {number}")
        try:
            for search in _searches({**defaults, **entry}):
                if search.name in searches:
                    raise RefusedError("there is another search of that name")
                searches[search.name] = search
        except RefusedError as error:
            wrong.append(f"{label}: {error}")
    if wrong:
        raise SearchesError(wrong)
    return list(searches.values())


def _searches(entry: Mapping[str, Any]) -> list[Search]:
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise RefusedError(f"unknown {', '.join(unknown)} (known: {', '.join(sorted(_KEYS))})")
    for key in ("name", "board", "cron"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise RefusedError(f"{key} is missing")
    node = entry.get("node", "any")
    search = Search(
        name=plain_name("name", entry["name"]),
        board=plain_name("board", entry["board"]),
        cron=_cron(entry["cron"]),
        time_zone=_time_zone(entry.get("time_zone", "UTC")),
        jitter=_duration(entry.get("jitter", 0)),
        priority=_number("priority", entry.get("priority", 0)),
        node=None if node == "any" else plain_name("node", str(node)),
        arguments={name: printable(name, _text(name, value)) for name, value in _table("arguments", entry)},
        settings=read_settings(f"{name}={_text(name, value)}" for name, value in _table("settings", entry)),
    )
    return _shards(search, entry.get("shards", 1))


def _shards(search: Search, count: Any) -> list[Search]:
    if type(count) is not int or not 1 <= count <= _MOST_SHARDS:
        raise RefusedError(f"shards = {count!r} is no number from 1 to {_MOST_SHARDS}")
    if count == 1:
        return [search]
    if "shard" in search.arguments:
        raise RefusedError("give either shards, or one shard as an argument")
    return [
        replace(
            search,
            name=f"{search.name}.{index}-of-{count}",
            arguments={**search.arguments, "shard": f"{index}/{count}"},
        )
        for index in range(1, count + 1)
    ]


def _cron(text: str) -> str:
    try:
        next(CronSim(text, datetime(2026, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise RefusedError(f"cron = {text!r} cannot be read ({error})") from None
    except StopIteration:
        raise RefusedError(f"cron = {text!r} never comes") from None
    return text.strip()


def _time_zone(name: Any) -> str:
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise RefusedError(f"time_zone = {name!r} is none (such as Europe/Berlin)") from None
    return str(name)


def _duration(value: Any) -> float:
    match = _DURATION.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    if match is None:
        raise RefusedError(f"jitter = {value!r} is no time (such as 90s, 15m, 2h)")
    return float(match[1]) * _SECONDS[match[2]]


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e6:
        raise RefusedError(f"{name} = {value!r} is no number between -1000000 and 1000000")
    return float(value)


def _table(name: str, entry: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = entry.get(name, {})
    if not isinstance(found, dict):
        raise RefusedError(f"{name} is no table")
    return list(found.items())


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return ",".join(str(part) for part in value)
    if isinstance(value, str | int | float):
        return str(value)
    raise RefusedError(f"{name} is neither text, number, true or false, nor a list of them")
