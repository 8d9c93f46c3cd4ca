"""A schema.org JobPosting object (JSON-LD) as a JobPosting item. See https://schema.org/JobPosting"""

from __future__ import annotations

import html
import re
from typing import Any, get_args

from jobspiders.items import EMPLOYMENT_TYPES, JobPosting, Location, Salary, SalaryUnit
from jobspiders.parsing.record import Record, as_text, joined

_UNITS = {"HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year", "ANNUAL": "year"}
#: What boards write where they have no place.
_NOWHERE = frozenset(
    {"anywhere", "worldwide", "remote", "n/a", "na", "none", "null", "undefined", "-", "xxxx"}
)
_WORD = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"<[a-zA-Z/!]")


def posting_from_jsonld(data: Record, url: str) -> JobPosting:
    """The posting that a JSON-LD object describes, on the page at ``url``."""
    organisation = _named(data, "hiringOrganization")
    places = _locations(data)
    telecommute = any("TELECOMMUTE" in text.upper() for text in data.texts("jobLocationType"))
    requirements = _names(data.get("applicantLocationRequirements"))
    address = data.text("url") or data.text("mainEntityOfPage") or data.text("@id")
    external_id = data.text("identifier", "value") or data.text("identifier")
    return JobPosting(
        external_id=external_id or "",
        url=address if address and address.startswith(("http://", "https://")) else url,
        title=html.unescape(data.text("title") or data.text("name") or ""),
        company=html.unescape(organisation.text("name") or "") or None,
        company_url=organisation.text("sameAs") or organisation.text("url"),
        company_logo=organisation.text("logo") or organisation.text("logo", "url"),
        location_text="; ".join(place.text for place in places if place.text) or joined(*requirements),
        locations=places,
        workplace_text=joined(*data.texts("jobLocationType")),
        workplace="remote" if telecommute else None,
        remote_countries=[name.upper() for name in requirements if len(name) == 2] if telecommute else [],
        employment_text=joined(*data.texts("employmentType")),
        employment_types=[
            kind for text in data.texts("employmentType") if (kind := text.upper()) in EMPLOYMENT_TYPES
        ],
        salary=salary_from_jsonld(data),
        salary_text=data.text("baseSalary") or data.text("baseSalary", "value") or data.text("salary"),
        description_html=_description(data),
        date_posted=data.text("datePosted"),
        valid_through=data.text("validThrough"),
        department=joined(*(text for text in data.texts("occupationalCategory") if _WORD.search(text))),
        tags=[tag for key in ("skills", "industry") for text in data.texts(key) for tag in _split(text)],
        source="jsonld",
        raw=data.value,
    )


def salary_from_jsonld(data: Record) -> Salary | None:
    """Pay from ``baseSalary`` or ``estimatedSalary``: MonetaryAmount, QuantitativeValue or a bare number."""
    for key, source in (("baseSalary", "stated"), ("estimatedSalary", "estimated")):
        amount = data.record(key) or data.record(key, 0)
        value = amount.record("value") or amount
        low = value.number("minValue")
        high = value.number("maxValue")
        single = value.number("value") or amount.number("value") or data.number(key)
        low, high = (low or high or single), (high or low or single)
        if not low or not high:
            continue
        currency = (
            amount.text("currency") or value.text("currency") or data.text("salaryCurrency") or ""
        ).upper()
        unit = _UNITS.get((value.text("unitText") or amount.text("unitText") or "").upper())
        assert unit is None or unit in get_args(SalaryUnit)
        return Salary(
            min(low, high),
            max(low, high),
            currency if re.fullmatch("[A-Z]{3}", currency) else None,
            unit,  # type: ignore[arg-type]  # checked above
            source=source,  # type: ignore[arg-type]  # one of two literals
        )
    return None


def _description(data: Record) -> str | None:
    text = data.text("description")
    if text and "&lt;" in text and not _TAG.search(text):
        text = html.unescape(text)
    return text


def _named(data: Record, key: str) -> Record:
    """An organisation given as object, list of one, or bare name."""
    value = data.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    return Record({"name": value} if isinstance(value, str) else value)


def _names(value: Any) -> list[str]:
    """Names of places given as text, object or list of either."""
    items = value if isinstance(value, list) else [value]
    return [name for item in items if (name := Record(item).text("name") or as_text(item))]


def _locations(data: Record) -> list[Location]:
    value = data.get("jobLocation")
    places = (_location(Record(item)) for item in (value if isinstance(value, list) else [value]))
    return [place for place in places if place is not None]


def _location(place: Record) -> Location | None:
    bare = as_text(place.value)
    if bare is not None:
        return Location(text=bare)
    address = place.record("address") or place.record("address", 0) or place
    plain = place.text("address")
    cities, regions, countries = (
        [name for name in _names(address.get(key)) if _place(name)]
        for key in ("addressLocality", "addressRegion", "addressCountry")
    )
    # several cities of one address are told in its text; none of them is the city
    city, region, country = (names[0] if len(names) == 1 else None for names in (cities, regions, countries))
    text = plain or joined(*cities, *regions, *countries) or _place(place.text("name"))
    if text is None:
        return None
    code = country.upper() if country and len(country) == 2 else None
    return Location(
        text=html.unescape(text),
        city=html.unescape(city) if city else None,
        region=html.unescape(region) if region else None,
        country=code,
        latitude=place.number("geo", "latitude") or place.number("latitude"),
        longitude=place.number("geo", "longitude") or place.number("longitude"),
    )


def _place(text: str | None) -> str | None:
    return None if text is None or text.lower() in _NOWHERE else text


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|]", text) if part.strip()] if len(text) < 400 else []
