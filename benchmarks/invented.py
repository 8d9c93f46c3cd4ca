"""Invented postings: seeded, as long and as varied as real ones, about 7.6 KB of HTML each.

A posting is made of its company's own paragraphs, which all postings of the company share, of sentences drawn
from a large pool, and of the sentences that normalisers look for: years, degrees, skills, pay.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def _words(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


_VERBS = _words(
    "design build review maintain operate document plan improve measure automate test deliver coordinate "
    "analyse extend support migrate monitor simplify prototype ship debug schedule audit present negotiate"
)
_ADJECTIVES = _words(
    "reliable regional internal distributed seasonal financial clinical commercial robust public accessible "
    "complex long-running cross-functional secure daily quarterly customer-facing early regulated modern large"
)
_NOUNS = _words(
    "services pipelines warehouses reports contracts campaigns schedules dashboards suppliers patients vessels "
    "deployments interfaces budgets forecasts audits partners sensors turbines classrooms ledgers archives "
    "payments catalogues shipments routes incidents standards prototypes experiments migrations tenders"
)
_PLACES = _words(
    "across three continents|in our warehouses|for our customers|with the product group|at the harbour|"
    "inside a small team|under tight deadlines|before each release|together with finance|from day one|"
    "on the factory floor|in the field|during the winter season|with our research partners",
    "|",
)
_FRAMES = (
    "You will {v} {a} {n} {p} and {v2} the {n2} that depend on them.",
    "Together with colleagues from {n} you {v} {a} {n2} {p}.",
    "We expect you to {v} and {v2} {a} {n}, and to explain why {n2} matter {p}.",
    "Your work decides how {a} {n} reach our {n2} {p}.",
    "Each quarter the team has to {v} {n} {p}; you {v2} what is learned from {a} {n2}.",
    "Nobody here believes that {a} {n} look after themselves: you {v} them, {v2} them and care for {n2}.",
    "A good week ends with {n} that others can {v}, {n2} that need no {a} heroics, and time to {v2}.",
)
_SKILLS = _words(
    "Python Excel AWS Linux Java Git Docker Kubernetes PostgreSQL React TypeScript Azure Salesforce Terraform "
    "SAP Kafka Spark Tableau Jenkins Airflow Figma Rust Redis Snowflake Ansible dbt Go GraphQL Scala"
)
#: The tenth skill is a twentieth as common as the first.
_RARITY = [place**-1.3 for place in range(1, len(_SKILLS) + 1)]
_ROLES = _words(
    "Data Engineer|Backend Engineer|Frontend Developer|Product Manager|Account Executive|Site Reliability "
    "Engineer|Machine Learning Engineer|Accountant|Nurse|Electrician|Warehouse Associate|Recruiter|Financial "
    "Analyst|Security Engineer|Sales Manager|Customer Support Specialist|Mechanical Engineer|Data Analyst|"
    "Marketing Manager|Legal Counsel|Technician|Teacher|Project Manager|QA Engineer|UX Designer|Welder",
    "|",
)
_LEVELS = ("", "", "", "Senior ", "Senior ", "Junior ", "Lead ", "Staff ", "Principal ", "Director, ")
_TEAMS = _words(
    "Payments|Logistics|Search|Growth|Platform|Billing|Fleet|Risk|Mobile|Infrastructure|Claims|Energy|"
    "Partnerships|Onboarding|Robotics|Pricing|Identity|Inventory|Compliance|Public Sector",
    "|",
)
_CITIES = _words(
    "Berlin, Germany|London, United Kingdom|New York, NY|San Francisco, CA|Austin, TX|Paris, France|Madrid, "
    "Spain|Toronto, Ontario, Canada|Amsterdam, Netherlands|Bengaluru, Karnataka, India|Remote - US|Remote, "
    "Germany|Chicago, IL|Seattle, WA|Munich, Germany|Dublin, Ireland|Sydney, Australia|Warsaw, Poland|Lisbon, "
    "Portugal|Stockholm, Sweden|Denver, CO|Boston, MA|Manchester, United Kingdom|Zurich, Switzerland",
    "|",
)
_NAMES = _words(
    "Pelikan Dock Harbour Lantern Quarry Juniper Cobalt Meridian Alder Tidewater Copper Fern Granite Larch "
    "Orchard Sable Thistle Umber Vesper Willow Zephyr Beacon Cedar Drift Ember Flint Grove Heron Indigo"
)
_KINDS = _words(
    "Robotics Logistics Health Energy Foods Software Analytics Motors Insurance Labs Systems Works Air"
)
_PAY = (
    "The salary range for this role is ${low:,} - ${high:,} per year.",
    "We pay between €{low:,} and €{high:,} a year, depending on experience.",
    "Compensation: £{low:,} to £{high:,} per annum plus benefits.",
)
_DEGREES = (
    "A bachelor's degree in computer science or a related field.",
    "A master's degree is welcome but not required.",
    "A completed apprenticeship or comparable practice.",
    "High school diploma or equivalent.",
)


@dataclass(frozen=True, slots=True)
class Company:
    """An invented employer with the paragraphs that all its postings share."""

    name: str
    token: str
    intro: str
    ending: str


@dataclass(frozen=True, slots=True)
class Invented:
    """One posting as its employer wrote it; ``html`` is the description."""

    number: int
    company: Company
    title: str
    location: str
    team: str
    html: str
    posted: datetime
    remote: bool


class Inventor:
    """Makes postings; the same seed makes the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._pool = [self._sentence() for _ in range(20_000)]
        self._start = datetime(2026, 9, 1, 8, tzinfo=UTC)

    def _sentence(self) -> str:
        draw = self._random.choice
        return draw(_FRAMES).format(
            v=draw(_VERBS),
            v2=draw(_VERBS),
            a=draw(_ADJECTIVES),
            n=draw(_NOUNS),
            n2=draw(_NOUNS),
            p=draw(_PLACES),
        )

    def company(self, number: int) -> Company:
        """The company of this number."""
        drawn = random.Random(number * 7919 + 5)
        name = f"{drawn.choice(_NAMES)} {drawn.choice(_KINDS)} {number}"
        intro = " ".join(drawn.choices(self._pool, k=6))
        ending = " ".join(drawn.choices(self._pool, k=5))
        return Company(
            name,
            name.lower().replace(" ", ""),
            f"<h2><strong>About {name}</strong></h2><p>{intro}</p>",
            "<p><strong>Equal opportunity</strong></p><p>All qualified applicants are considered without regard "
            f"to origin, belief, age or disability.&nbsp;{ending}</p>",
        )

    def postings(self, company: Company, first: int, count: int) -> Iterator[Invented]:
        """``count`` postings of a company, numbered from ``first``."""
        for number in range(first, first + count):
            yield self.posting(company, number)

    def posting(self, company: Company, number: int) -> Invented:
        """The posting of this number; what it says depends on the number alone."""
        drawn = random.Random(number)
        draw = drawn.choice
        team, location = draw(_TEAMS), draw(_CITIES)
        years = drawn.randint(1, 12)
        skills = list(dict.fromkeys(drawn.choices(_SKILLS, _RARITY, k=drawn.randint(2, 7))))
        low = drawn.randint(40, 180) * 1000
        duties = drawn.choices(self._pool, k=max(8, round(drawn.gauss(23, 6))))
        wishes = drawn.choices(self._pool, k=max(6, round(drawn.gauss(18, 5))))
        parts = [
            company.intro,
            f"<h3>The role</h3>\n<p>{' '.join(drawn.choices(self._pool, k=6))}</p>",
            "<h3>What you will do</h3>\n<ul>\n",
            *(f'<li><span style="font-weight: 400;">{duty}</span></li>\n' for duty in duties),
            "</ul>\n<h3>What you bring</h3>\n<ul>\n",
            f"<li>{years}+ years of experience with {' &amp; '.join(skills)}.</li>\n",
            f"<li>{draw(_DEGREES)}</li>\n",
            *(f"<li>{wish}</li>\n" for wish in wishes),
            "</ul>\n",
        ]
        if number % 3 == 0:
            parts.append(f"<p>{draw(_PAY).format(low=low, high=low + 30_000)}</p>")
        parts.append(company.ending)
        return Invented(
            number=number,
            company=company,
            title=f"{draw(_LEVELS)}{draw(_ROLES)}, {team}",
            location=location,
            team=team,
            html="".join(parts),
            posted=self._start - timedelta(minutes=number % 80_000),
            remote="Remote" in location,
        )
