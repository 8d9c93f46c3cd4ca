"""Reading loosely typed JSON without surprises: what is missing or of another kind reads as nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any


class Record:
    """A JSON object whose fields are read by path; a wrong or missing step gives None, never an error.

    Steps are keys or list positions: ``Record(job).text("offices", 0, "name")``.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def get(self, *path: str | int) -> Any:
        """What stands at ``path``, as it is, or None."""
        value = self.value
        for step in path:
            if isinstance(step, str):
                value = value.get(step) if isinstance(value, dict) else None
            elif isinstance(value, list) and -len(value) <= step < len(value):
                value = value[step]
            else:
                return None
            if value is None:
                return None
        return value

    def text(self, *path: str | int) -> str | None:
        """Text without outer blanks, numbers as text; empty text reads as None."""
        return as_text(self.get(*path))

    def number(self, *path: str | int) -> float | None:
        """A finite number, also from a numeric string such as ``"60000"``."""
        return as_number(self.get(*path))

    def integer(self, *path: str | int) -> int | None:
        """A whole number, also from a numeric string; fractions are cut."""
        number = as_number(self.get(*path))
        return None if number is None else int(number)

    def boolean(self, *path: str | int) -> bool | None:
        """True or False from a boolean, 0/1 or their names in text; anything else is None."""
        value = self.get(*path)
        if isinstance(value, bool):
            return value
        word = as_text(value)
        return (
            None if word is None else {"true": True, "1": True, "false": False, "0": False}.get(word.lower())
        )

    def record(self, *path: str | int) -> Record:
        """The object at ``path``; an empty record where there is none."""
        value = self.get(*path)
        return Record(value if isinstance(value, dict) else None)

    def items(self, *path: str | int) -> list[Any]:
        """The list at ``path``; empty where there is none."""
        value = self.get(*path)
        return value if isinstance(value, list) else []

    def records(self, *path: str | int) -> Iterator[Record]:
        """The objects of the list at ``path``; what is no object is passed over."""
        return (Record(item) for item in self.items(*path) if isinstance(item, dict))

    def texts(self, *path: str | int) -> list[str]:
        """The texts of the list at ``path``; a single text reads as a list of one."""
        value = self.get(*path)
        found = (as_text(item) for item in (value if isinstance(value, list) else [value]))
        return [text for text in found if text is not None]

    def fields(self, paths: Mapping[str, str]) -> dict[str, Any]:
        """Texts by name, ready to be a posting's fields; what is not there is left out.

        A path is dotted, with alternatives: ``{"title": "displayTitle|title", "city": "offices.0.name"}``.
        """
        found: dict[str, Any] = {}
        for name, alternatives in paths.items():
            for path in _steps(alternatives):
                text = as_text(self.get(*path))
                if text is not None:
                    found[name] = text
                    break
        return found

    def __bool__(self) -> bool:
        return bool(self.value)


@cache
def _steps(alternatives: str) -> tuple[tuple[str | int, ...], ...]:
    return tuple(
        tuple(int(step) if step.isdecimal() else step for step in path.split("."))
        for path in alternatives.split("|")
    )


def as_text(value: Any) -> str | None:
    """Text without outer blanks; numbers as text; None for empty text and other kinds."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() else str(value)
    return None


def as_number(value: Any) -> float | None:
    """A finite number from a number or a plain numeric string (``"60000"``, ``"60,000.50"``)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = _float(value)
    elif isinstance(value, str):
        number = _float(value.strip().replace(",", ""))
    else:
        return None
    return number if number is not None and math.isfinite(number) else None


def _float(value: int | float | str) -> float | None:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def joined(*parts: str | None, separator: str = ", ") -> str | None:
    """The parts that are there, joined, each once; None when there are none."""
    kept = list(dict.fromkeys(part for part in parts if part))
    return separator.join(kept) or None


def rows_in(value: Any, *keys: str) -> list[Any] | None:
    """The rows of an answer: the value itself or what stands under the first of ``keys`` that is a list.

    None where the answer holds no list.
    """
    if isinstance(value, list):
        return value
    found = (value.get(key) for key in keys) if isinstance(value, dict) else ()
    return next((rows for rows in found if isinstance(rows, list)), None)
