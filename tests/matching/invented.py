"""Boards of invented companies, with postings that look alike and are other jobs."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timedelta

from benchmarks.nonsense import sentence
from jobspiders.items import JobPosting, Location, Salary
from tests.matching.variants import DAY, Labelled

_ROLES = (
    *("Backend Engineer", "Data Engineer", "Site Reliability Engineer", "Embedded Developer", "QA Analyst"),
    *("Account Executive", "Sales Manager", "Customer Success Partner", "Solutions Consultant", "Buyer"),
    *("Registered Nurse", "Care Assistant", "Physiotherapist", "Ward Clerk", "Pharmacist", "Radiographer"),
    *("Electrician", "Machine Operator", "Maintenance Technician", "Warehouse Lead", "Process Engineer"),
    *("Tax Accountant", "Paralegal", "Recruiter", "Payroll Clerk", "Copywriter", "Product Designer"),
)
_FIELDS = ("Payments", "Metering", "Night Shift", "Platform", "Tooling", "Export", "Growth", "Logistics")
_SIBLINGS = ("Alps", "Iberia", "Benelux", "Nordics")
_RANKS = ("", "", "", "Senior ", "Staff ", "Junior ", "Lead ")
_CITIES = (
    *("Leeds, United Kingdom", "Graz, Austria", "Porto, Portugal", "Denver, CO"),
    *("Austin, TX", "Lyon, France", "Utrecht, Netherlands", "Malmö, Sweden"),
    *("Toronto, ON", "Leipzig, Germany", "Remote - Europe", "Osaka, Japan"),
    *("Bristol, United Kingdom", "Turin, Italy", "Seville, Spain", "Boise, ID"),
    *("Kraków, Poland",),
)
_STARTS = (
    *("qui", "os", "peb", "tar", "velo", "grau", "is", "cal"),
    *("mor", "lin", "bru", "hex", "dor", "wy", "fen", "ulm"),
)
_MIDDLES = ("la", "ter", "no", "ri", "va", "chen", "do", "mi", "su", "gan", "pe", "th")
_ENDS = (
    *("mark", "haven", "field", "mira", "wacke", "bjorn"),
    *("dero", "stone", "lux", "rin", "dale", "vik"),
)


class Invented:
    """Boards of companies with one introduction each, several roles, and look-alikes among them."""

    def __init__(self, seed: int, places: Callable[[str], list[Location]], *, twins: bool = True) -> None:
        self.rng = random.Random(seed)
        self._places = places
        self._twins = twins
        self._number = 0
        self._words = [self._word() for _ in range(1500)]

    def _word(self) -> str:
        rng = self.rng
        return rng.choice(_STARTS) + "".join(rng.choices(_MIDDLES, k=rng.randint(0, 2))) + rng.choice(_ENDS)

    def _sentence(self) -> str:
        return sentence(self.rng, self._words, 5, 14)

    def _sentences(self, least: int, most: int) -> str:
        return " ".join(self._sentence() for _ in range(self.rng.randint(least, most)))

    def _text(self, frame: tuple[str, str], company: str, title: str) -> str:
        tasks = [self._sentence() for _ in range(self.rng.randint(8, 18))]
        wishes = [self._sentence() for _ in range(self.rng.randint(5, 12))]
        lines = [frame[0], f"As {title} at {company} you join a team of {self.rng.randint(3, 40)}.", *tasks]
        return "\n".join([*lines, "What you bring", *wishes, frame[1]])

    def _posting(self, company: str, title: str, place: str, text: str) -> JobPosting:
        self._number += 1
        tenant, number = re.sub(r"\W", "", company.lower()), 4_000_000 + self._number
        pay = self.rng.randrange(40, 190) * 1000.0
        return JobPosting(
            board="greenhouse",
            scope=tenant,
            external_id=str(number),
            url=f"https://boards.greenhouse.io/{tenant}/jobs/{number}",
            title=title,
            company=company,
            location_text=place,
            locations=self._places(place),
            description=text,
            date_posted=DAY + timedelta(days=self.rng.randrange(60)),
            salary=Salary(pay, pay * 1.2, "EUR", "year", pay, pay * 1.2, "stated")
            if self.rng.random() < 0.4
            else None,
        )

    def board(self, company: str, roles: int) -> list[Labelled]:
        """One company's postings, every one a job of its own; some differ by one thing only."""
        rng = self.rng
        introduction = f"{company} is at home in {rng.choice(self._words)}. {self._sentences(3, 7)}"
        frame = (
            introduction,
            f"{self._sentences(4, 9)} {company} welcomes everybody of any origin, age or faith.",
        )
        found: list[Labelled] = []

        def add(title: str, place: str, text: str, family: str) -> None:
            posting = self._posting(company, title, place, text)
            found.append(Labelled(posting, f"{posting.board}:{posting.external_id}", family))

        for _ in range(roles):
            role = f"{rng.choice(_RANKS)}{rng.choice(_ROLES)}"
            title, place = f"{role}, {rng.choice(_FIELDS)}", rng.choice(_CITIES)
            text = self._text(frame, company, title)
            add(title, place, text, "base")
            kind = rng.randrange(12)
            if kind == 0:
                add(title, rng.choice([city for city in _CITIES if city != place]), text, "other place")
            elif kind == 1:
                ranked = title.replace("Senior ", "Staff ") if "Senior" in title else f"Senior {title}"
                add(ranked, place, text.replace(title, ranked), "other rank")
            elif kind == 2 and self._twins:
                add(title, place, self._text(frame, company, title), "other text")
            elif kind == 3 and self._twins:
                add(title, place, text, "twin on one tenant")
            elif kind == 4:
                sibling = f"{role}, {rng.choice(_SIBLINGS)}"
                add(sibling, place, text.replace(title, sibling), "other title")
        return found

    def companies(self, count: int, roles: int) -> list[Labelled]:
        """Several boards."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[self._word().capitalize() + self.rng.choice(("", "", f" {self._word().capitalize()}"))] = (
                None
            )
        return [posting for name in names for posting in self.board(name, roles)]
