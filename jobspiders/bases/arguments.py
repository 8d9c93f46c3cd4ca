"""Spider arguments as typed dataclasses: checked before the first request, listed by ``scrapy boards``."""

from __future__ import annotations

import difflib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pycountry


class ArgumentError(ValueError):
    """A spider argument that cannot be used; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Part ``index`` of ``count`` of a list of tenants, written ``i/n`` with ``1 <= i <= n``."""

    index: int
    count: int

    def takes(self, position: int) -> bool:
        """Whether the tenant at this position (from 0) belongs to the shard."""
        return position % self.count == self.index - 1


class Country(str):
    """An ISO 3166-1 alpha-2 code in capitals."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Argument:
    """What ``scrapy boards`` tells of one argument."""

    name: str
    help: str
    required: bool


T = TypeVar("T")


def argument(
    help: str, *, required: bool = False, minimum: int | None = None, choices: tuple[str, ...] = ()
) -> Any:
    """A field of an arguments dataclass; without ``required`` its default is None."""
    metadata = {"help": help, "required": required, "minimum": minimum, "choices": choices}
    return field(default=None, metadata=metadata)


def parse_arguments(kind: type[T], given: Mapping[str, Any], *, board: str) -> T:
    """Build the arguments dataclass ``kind`` from ``-a`` texts.

    Raises ArgumentError for an unknown name, a value of the wrong type, and a required one that is missing.
    """
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]  # any dataclass will do
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ArgumentError(f"{board} has no argument {name!r}{hint} It takes: {', '.join(known)}")
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, spec in known.items():
        text = given.get(name)
        if text is None or (isinstance(text, str) and not text.strip()):
            if spec.metadata.get("required"):
                raise ArgumentError(f"{board} needs -a {name}=... ({spec.metadata['help']})")
            if text is not None and spec.default is MISSING:
                raise ArgumentError(f"{name} is empty")
            continue
        values[name] = _convert(name, text, _bare(hints[name]), spec.metadata)
    return kind(**values)


def describe(kind: type[Any]) -> list[Argument]:
    """The arguments of a dataclass made with ``argument()``, in their order."""
    return [
        Argument(name=f.name, help=f.metadata.get("help", ""), required=bool(f.metadata.get("required")))
        for f in fields(kind)
    ]


def _bare(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(option for option in get_args(hint) if option is not type(None))
    return hint


def _convert(name: str, given: Any, kind: Any, metadata: Mapping[str, Any]) -> Any:
    text = str(given).strip()
    value: Any = text
    if kind is int:
        value = _whole_number(name, text, metadata.get("minimum"))
    elif kind is bool:
        value = _boolean(name, text)
    elif get_origin(kind) is tuple:
        value = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    elif kind is Path:
        value = Path(text)
        if not value.is_file():
            raise ArgumentError(f"{name}={text}: there is no such file")
    elif kind is Shard:
        value = _shard(name, text)
    elif kind is Country:
        value = _country(name, text)
    choices = metadata.get("choices") or ()
    if choices and value not in choices:
        raise ArgumentError(f"{name}={text} is none of {', '.join(choices)}")
    return value


def _whole_number(name: str, text: str, minimum: int | None) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ArgumentError(f"{name}={text} is no whole number") from None
    if minimum is not None and number < minimum:
        raise ArgumentError(f"{name}={text} is below {minimum}")
    return number


def _boolean(name: str, text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    try:
        return words[text.lower()]
    except KeyError:
        raise ArgumentError(f"{name}={text} is neither true nor false") from None


def _shard(name: str, text: str) -> Shard:
    index, slash, count = text.partition("/")
    if slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count):
        return Shard(int(index), int(count))
    raise ArgumentError(f"{name}={text} is not of the form i/n with 1 <= i <= n, such as 2/4")


def _country(name: str, text: str) -> Country:
    code = {"UK": "GB", "USA": "US"}.get(text.upper(), text.upper())
    if pycountry.countries.get(alpha_2=code) is None:
        raise ArgumentError(f"{name}={text} is no country code (two letters, ISO 3166-1)")
    return Country(code)
