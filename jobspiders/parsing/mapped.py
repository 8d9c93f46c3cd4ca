"""A board's record as a posting, by a map of where each field stands in it."""

from __future__ import annotations

from collections.abc import Mapping

from jobspiders.items import JobPosting
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.pay import pay_in
from jobspiders.parsing.record import Record, as_text


def mapped_posting(record: Record, paths: Mapping[str, str]) -> JobPosting:
    """A posting with the fields of ``paths``, which are dotted with alternatives (see ``Record.fields``).

    Beside the names of text fields a map may have ``salary.PART`` with parts named as the fields of Salary,
    ``workplace`` for an enumerated value, ``language``, and ``tags``, of which all alternatives are read, and
    lists whole.
    """
    plain = {name: path for name, path in paths.items() if "." not in name and name != "tags"}
    found = record.fields(plain)
    workplace = workplace_of(found.pop("workplace", None))
    pay = {name[7:]: path for name, path in paths.items() if name.startswith("salary.")}
    language = found.pop("language", "")[:2].lower()
    return JobPosting(
        **found,
        workplace=workplace,
        language=language or None,
        salary=pay_in(record, pay),
        tags=_tags(record, paths.get("tags", "")),
    )


def _tags(record: Record, paths: str) -> list[str]:
    found = [record.get(*path.split(".")) for path in paths.split("|") if path]
    values = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys(text for value in values if (text := as_text(value))))
