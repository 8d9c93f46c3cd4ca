"""How pay is chosen, bounded and made sound; companies and sentences are invented."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.items import Salary
from jobspiders.normalise.currency import ISO_CODES
from jobspiders.normalise.money_ranges import find_figures
from jobspiders.normalise.pay_period import ANNUAL_FACTORS
from jobspiders.normalise.salary import find_salaries, normalise_salary, parse_salary
from tests.shared import shared_path

POSTING = (
    "Harrow & Finch makes garden tools in two small workshops, and has done so for a long time.\n{}\n"
    "We look forward to hearing from you, whatever your background may be."
)


def read(
    sentence: str, country: str | None = None
) -> tuple[float | None, float | None, str | None, str | None]:
    salary = parse_salary(POSTING.format(sentence), country=country)
    assert salary is not None
    return salary.min, salary.max, salary.currency, salary.unit


def test_the_matched_passage_is_kept_with_its_introduction() -> None:
    salary = parse_salary(POSTING.format("The base pay range is $18.50 - $22.00 per hour, paid weekly."))
    assert salary is not None
    assert salary.text == "The base pay range is $18.50 - $22.00 per hour"
    assert salary.source == "text"


def test_pay_is_annualised_by_the_one_table() -> None:
    salary = parse_salary("$20 - $25 per hour")
    assert salary is not None
    assert (salary.annual_min, salary.annual_max) == (41_600, 52_000)
    assert ANNUAL_FACTORS == {"hour": 2080, "day": 260, "week": 52, "month": 12, "year": 1}


def test_a_ceiling_promises_no_minimum_and_a_floor_is_the_figure_itself() -> None:
    assert read("Salary up to $90,000 per year") == (None, 90_000, "USD", "year")
    assert read("Stundenlohn ab 16,20 €") == (16.2, 16.2, "EUR", "hour")


def test_base_is_preferred_to_on_target_earnings_whichever_comes_first() -> None:
    assert read("OTE $160,000 - $180,000. Base salary $90,000 - $100,000.")[:2] == (90_000, 100_000)
    assert read("Base salary $90,000 - $100,000. OTE $160,000 - $180,000.")[:2] == (90_000, 100_000)
    assert read("OTE $160,000 - $180,000")[:2] == (160_000, 180_000)


def test_ranges_by_place_are_all_kept_and_the_widest_is_stored() -> None:
    text = POSTING.format(
        "The salary range depends on the place:\nAlder Bay: $120,000 - $140,000\nPine Hill: $105,000 - $125,000\n"
        "Maple (Canada): CA$110,000 - CA$130,000"
    )
    found = [(one.min, one.max, one.currency) for one in find_salaries(text)]
    assert found == [(120_000, 140_000, "USD"), (105_000, 125_000, "USD"), (110_000, 130_000, "CAD")]
    stored = parse_salary(text)
    assert stored is not None
    assert (stored.min, stored.max, stored.currency) == (105_000, 140_000, "USD")
    assert stored.text is not None
    assert "Alder Bay" in stored.text
    assert "Pine Hill" in stored.text


def test_the_pay_of_the_postings_own_country_is_preferred() -> None:
    sentence = "Base pay: US$120,000 - US$140,000 in Oregon, CA$110,000 - CA$130,000 in Ontario."
    assert read(sentence, "CA") == (110_000, 130_000, "CAD", "year")
    assert read(sentence, "US") == (120_000, 140_000, "USD", "year")


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("$80,000 - $90,000", None, "USD"),
        ("$80,000 - $90,000", "AU", "AUD"),
        ("$80,000 - $90,000", "DE", "USD"),
        ("US$80,000 - US$90,000", "CA", "USD"),
        ("$80,000 - $90,000 NZD", "US", "NZD"),
        ("40 000 - 50 000 kr", None, None),
        ("40 000 - 50 000 kr", "DK", "DKK"),
        ("Rs 50,000 - 60,000 per month", None, "INR"),
        ("Rs 50,000 - 60,000 per month", "LK", "LKR"),
        ("¥30,000 - ¥40,000 per month", None, None),
        ("¥30,000 - ¥40,000 per month", "CN", "CNY"),
        ("60,000 - 70,000 per year", None, None),
        ("60,000 - 70,000 per year", "GB", "GBP"),
    ],
)
def test_the_country_settles_an_ambiguous_sign_and_nothing_is_guessed(
    text: str, country: str | None, currency: str | None
) -> None:
    salary = parse_salary(text, country=country)
    assert salary is not None
    assert salary.currency == currency


def test_a_stated_unit_wins_over_the_size() -> None:
    assert read("Pay: $900 - $1,100 per week")[3] == "week"
    assert read("Salary: €4,000 per year for two hours a week")[3] == "year"


def test_weekly_hours_are_not_the_unit_of_pay() -> None:
    assert read("40 hours per week, salary $52,000")[3] == "year"
    assert read("Scheduled weekly hours: 20. Pay: $18 - $22")[3] == "hour"


def test_pay_far_below_a_living_in_its_currency_is_an_extra() -> None:
    assert parse_salary(POSTING.format("Your salary and, on top, $80 monthly")) is None


def test_the_end_of_a_very_long_description_is_read() -> None:
    text = "We prune roses. " * 70_000 + "\nSalary: $61,000 - $72,000"
    salary = parse_salary(text)
    assert salary is not None
    assert (salary.min, salary.max) == (61_000, 72_000)


@pytest.mark.parametrize(
    "unit", ["$9 - ", "1,", "9 ", "$", "k-", "$90,000 to ", "salary $9/", "2000 ", "\u00a09", "€9 per per "]
)
def test_the_work_on_a_huge_text_is_bounded(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    parse_salary(text)
    assert len(find_figures(text[:60_000])) <= 64


# fmt: off
ATOMS = st.sampled_from([
    "$", "€", "£", "¥", "kr", "Rs.", "R$", "USD", "EUR", "CAD", "PLN", "k", "K", "M", "LPA", "Lacs", "-",
    "–", "—", "/", "(", ")", "+", "%", ",", ".", "'", "to", "bis", "à", "and", "between", "per", "year",
    "hour", "/h", "p.a.", "salary", "Gehalt", "bonus", "plus", "OTE", "base", "up", "zu", "ab", "from",
    "brutto", "0", "1", "9", "15", "120", "401", "2024", "1.5", "120,000", "12.345,67", "1'200", "31,2k",
    "999999999999999999999", "円", "万", "²", "٣",
    "\u00a0", "\u202f", "\n", "\x00", " ",
])
# fmt: on
TEXTS = st.one_of(
    st.text(), st.lists(ATOMS, max_size=25).map(" ".join), st.lists(ATOMS, max_size=25).map("".join)
)
COUNTRIES = st.one_of(
    st.none(), st.sampled_from(["US", "CA", "DE", "IN", "SE", "JP", "XX", "", "us"]), st.text(max_size=3)
)


@settings(deadline=None)
@given(TEXTS, COUNTRIES)
def test_no_text_gives_an_unsound_salary(text: str, country: str | None) -> None:
    found = find_salaries(text, country=country)
    chosen = parse_salary(text, country=country)
    assert (chosen is None) == (not found)
    for salary in [*found, *([chosen] if chosen else [])]:
        assert salary.max is not None
        assert 0 < (salary.min or salary.max) <= salary.max
        assert salary.currency is None or salary.currency in ISO_CODES
        assert (salary.annual_max is None) == (salary.unit is None)
        assert salary.text
        assert len(salary.text) <= 200


FLOATS = st.one_of(st.none(), st.floats(), st.integers(-5, 10**7).map(float))


@settings(deadline=None)
@given(
    FLOATS,
    FLOATS,
    st.one_of(st.none(), st.text(max_size=4), st.sampled_from(["USD", "eur", "$", "kr"])),
    COUNTRIES,
)
def test_no_stated_figures_come_out_unsound(
    low: float | None, high: float | None, currency: str | None, country: str | None
) -> None:
    salary = normalise_salary(Salary(min=low, max=high, currency=currency), country=country)
    if salary is None:
        return
    figures = [figure for figure in (salary.min, salary.max) if figure is not None]
    assert figures
    assert figures == sorted(figures)
    assert all(math.isfinite(figure) and figure > 0 for figure in figures)
    assert salary.currency is None or salary.currency in ISO_CODES


def test_zero_means_unknown_in_a_boards_own_figures() -> None:
    assert normalise_salary(Salary(min=0, max=0, currency="USD")) is None
    salary = normalise_salary(Salary(min=0, max=120_000, currency="USD", unit="year"))
    assert salary is not None
    assert (salary.min, salary.max, salary.annual_min, salary.annual_max) == (None, 120_000, None, 120_000)
    assert salary.source == "stated"


def test_swapped_ends_are_put_right() -> None:
    salary = normalise_salary(Salary(min=90_000, max=70_000, currency="EUR", unit="year"))
    assert salary is not None
    assert (salary.min, salary.max) == (70_000, 90_000)


def test_a_missing_unit_is_taken_from_the_size_where_that_is_unmistakable() -> None:
    hourly = normalise_salary(Salary(min=30, max=30, currency="USD"))
    yearly = normalise_salary(Salary(min=350_700, max=474_400, currency="PLN"))
    open_to_doubt = normalise_salary(Salary(min=3000, max=5000, currency="USD"))
    assert hourly is not None
    assert yearly is not None
    assert open_to_doubt is not None
    assert (hourly.unit, yearly.unit, open_to_doubt.unit) == ("hour", "year", None)
    assert hourly.annual_max == 62_400


def test_figures_nobody_is_paid_are_dropped() -> None:
    assert normalise_salary(Salary(min=1, max=1, currency="USD", unit="year")) is None
    salary = normalise_salary(Salary(min=1, max=95_000, currency="USD", unit="year"))
    assert salary is not None
    assert (salary.min, salary.max) == (None, 95_000)
    assert normalise_salary(Salary(min=80_000, max=90_000, currency="USD", unit="hour")) is None


def test_a_boards_estimate_and_its_text_stay_as_they_are() -> None:
    salary = normalise_salary(
        Salary(min=20, max=25, currency="£", unit="hour", source="estimated", text="£20 - £25 an hour (est.)")
    )
    assert salary is not None
    assert (salary.currency, salary.source, salary.text) == ("GBP", "estimated", "£20 - £25 an hour (est.)")


def test_a_boards_symbol_is_read_with_the_country() -> None:
    salary = normalise_salary(Salary(min=50_000, max=60_000, currency="$", unit="year"), country="CA")
    unknown = normalise_salary(Salary(min=50_000, max=60_000, currency="coins", unit="year"))
    assert salary is not None
    assert unknown is not None
    assert (salary.currency, unknown.currency) == ("CAD", None)


def _close(one: float | None, other: float | None) -> bool:
    return one is other is None or (one is not None and other is not None and abs(one - other) < 1)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "least"), [("en", 0.97), ("de", 0.95), ("fr", 0.95), ("es", 0.95)])
def test_labelled_postings_are_read(name: str, least: float) -> None:
    path = shared_path("labelled", f"salary_{name}.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = false = 0
    for row in rows:
        got, want = parse_salary(row["text"]), row["expect"]
        if want is None:
            right += got is None
            false += got is not None
        elif got is not None:
            ends = _close(got.min, want["min"]) and _close(got.max, want.get("max") or want["min"])
            right += ends and got.unit == want["interval"]
    assert right / len(rows) >= least
    assert false <= (1 if name == "en" else 0)


@pytest.mark.corpus
@pytest.mark.parametrize("board", ["Crusoe", "ashby", "cohere", "notion", "browserbase"])
def test_summaries_agree_with_the_figures_beside_them(board: str) -> None:
    jobs = json.loads(shared_path("corpus", "ashby", f"{board}.json").read_text(encoding="utf-8"))["jobs"]
    for job in jobs:
        compensation = job.get("compensation") or {}
        stated = [
            part
            for part in compensation.get("summaryComponents") or []
            if part.get("compensationType") == "Salary" and part.get("maxValue")
        ]
        summary = compensation.get("compensationTierSummary")
        if not summary or len(stated) != 1:
            continue
        got = parse_salary(summary)
        assert got is not None, summary
        assert (got.max, got.currency) == (stated[0]["maxValue"], stated[0]["currencyCode"]), summary
        assert got.min in (stated[0]["minValue"], None), summary
