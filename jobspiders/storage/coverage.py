"""Which fields of a posting are filled: what an analyst filters by, one bit each."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from jobspiders.items import JobPosting

COVERED = (
    "company",
    "location_text",
    "description",
    "date_posted",
    "valid_through",
    "salary",
    "locations",
    "workplace",
    "employment_types",
    "seniority",
    "skills",
    "experience",
    "education",
    "language",
    "apply_url",
)
#: The bit of a posting that came with its description.
DESCRIBED = 1 << COVERED.index("description")

_values = attrgetter(*COVERED)
_FILLED = {
    "locations": "p.locations <> '[]'",
    "employment_types": "p.employment_types <> '{}'",
    "skills": "p.skills <> '{}'",
    "experience": "num_nonnulls(p.experience_min, p.experience_max) > 0",
    "salary": "num_nonnulls(p.salary_min, p.salary_max, p.salary_currency, p.salary_unit, p.salary_annual_min, "
    "p.salary_annual_max, p.salary_source, p.salary_passage) > 0",
}
#: The bits of a row ``p`` of ``postings``, the first of COVERED being the lowest.
BITS = " | ".join(
    f"(({_FILLED.get(name, f'p.{name} IS NOT NULL')})::int << {place})" for place, name in enumerate(COVERED)
)


def places_of(posting: JobPosting) -> Iterable[int]:
    """The places in COVERED of the fields that ``posting`` has."""
    return (place for place, value in enumerate(_values(posting)) if value)


def places_in(bits: int) -> Iterable[int]:
    """The places in COVERED that ``bits`` names."""
    return (place for place in range(len(COVERED)) if bits >> place & 1)
