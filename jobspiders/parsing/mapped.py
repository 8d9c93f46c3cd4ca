"""A board's record as a posting, by a map of where each field stands in it."""

from __future__ import annotations

from collections.abc import Mapping

from jobspiders.items import JobPosting
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.pay import pay_in
from jobspiders.parsing.place import place_in
from jobspiders.parsing.record import Record, as_text


def mapped_posting(record: Record, paths: Mapping[str, str]) -> JobPosting:
    """A posting with the fields of ``paths``, which are dotted with alternatives (see ``Record.fields``).

    Beside the names of text fields a map may have ``place.PART`` and ``salary.PART`` with parts named as the
    fields of Location and Salary, ``workplace`` for an enumerated value, and ``tags`` and ``language``, of
    which the alternatives of ``tags`` are all read, and lists whole.
    """
    plain = {name: path for name, path in paths.items() if "." not in name and name != "tags"}
    found = record.fields(plain)
    workplace = workplace_of(found.pop("workplace", None))
    place = place_in(record, _part(paths, "place."))
    language = found.pop("language", "")[:2].lower()
    return JobPosting(
        **found,
        workplace=workplace,
        language=language or None,
        locations=[place] if place else [],
        salary=pay_in(record, _part(paths, "salary.")),
        tags=_tags(record, paths.get("tags", "")),
    )


def _part(paths: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): path for name, path in paths.items() if name.startswith(prefix)}


def _tags(record: Record, paths: str) -> list[str]:
    found = [record.get(*path.split(".")) for path in paths.split("|") if path]
    values = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys(text for value in values if (text := as_text(value))))
