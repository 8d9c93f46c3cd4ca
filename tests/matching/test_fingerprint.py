from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.matching.fingerprint import Fingerprint, read_fingerprint
from jobspiders.matching.signature import Signature, sign
from tests.matching.builders import TEXT, posting


def read(**said: object) -> Fingerprint:
    made = posting(**said)
    return read_fingerprint(made, sign(made.description))


def test_an_empty_posting_has_a_fingerprint() -> None:
    assert read_fingerprint(JobPosting(), Signature()) == Fingerprint("", "")


def test_addresses_are_kept_once_for_one_posting() -> None:
    made = read(
        board="greenhouse",
        scope="harrow",
        external_id="77",
        url="https://harrow.example/jobs?gh_jid=77",
        apply_url="https://boards.greenhouse.io/harrow/jobs/77",
    )
    assert len(made.ats.split()) == 1
    assert made.ats.endswith(":77")


def test_blanks_in_a_scope_do_not_break_the_addresses_apart() -> None:
    assert read(board="lever", scope="harrow mill", external_id="a b").ats == "lever:harrow-mill:a-b"


def test_apply_addresses_are_one_without_case_fragment_and_last_slash() -> None:
    one = read(apply_url="https://harrow.example/Apply/7/#form").apply_hash
    assert one == read(apply_url="https://harrow.example/apply/7").apply_hash
    assert one is not None
    assert -(1 << 63) <= one < 1 << 63


def test_an_estimated_salary_is_no_evidence() -> None:
    stated = Salary(50_000, 60_000, "GBP", "year", 50_000, 60_000, "stated")
    assert read(salary=stated).salary_min == 50_000
    estimated = Salary(50_000, 60_000, "GBP", "year", 50_000, 60_000, "estimated")
    assert read(salary=estimated).salary_min is None


def test_a_single_figure_is_both_ends() -> None:
    made = read(salary=Salary(50_000, None, "GBP", "year", 50_000, None, "stated"))
    assert (made.salary_min, made.salary_max) == (50_000, 50_000)


def test_requisitions_are_compared_without_marks() -> None:
    assert read(requisition_id="JR-00 12").requisition == "jr0012"


@pytest.mark.parametrize(
    ("said", "remote"),
    [
        ({"workplace": "remote"}, True),
        ({"workplace": "onsite", "title": "Remote Sensing Analyst"}, False),
        ({"location_text": "Remote - Europe"}, True),
        ({"location_text": "Leeds"}, False),
    ],
)
def test_remote_is_what_the_board_says_else_what_the_texts_say(said: dict[str, str], remote: bool) -> None:
    assert read(**said).remote is remote


def test_dates_are_days() -> None:
    assert read(date_posted=datetime(1970, 1, 3, 23, tzinfo=UTC)).posted == 2
    assert read(date_posted="2026-01-01").posted is None


def test_a_stored_fingerprint_is_small() -> None:
    made = read(locations=[Location("Leeds", "Leeds", "England", "GB")] * 3, description=TEXT * 3)
    size = sum(
        len(value) if isinstance(value, str | bytes) else 8
        for value in (getattr(made, each.name) for each in fields(made))
    )
    assert size <= 800


@given(
    st.builds(
        JobPosting,
        board=st.sampled_from(["", "lever", "indeed"]),
        external_id=st.text(max_size=8),
        url=st.text(max_size=40),
        apply_url=st.none() | st.text(max_size=40),
        requisition_id=st.none() | st.text(max_size=8),
        title=st.text(max_size=40),
        company=st.none() | st.text(max_size=20),
        scope=st.none() | st.text(max_size=8),
        location_text=st.none() | st.text(max_size=30),
        description=st.none() | st.text(max_size=200),
    )
)
def test_any_posting_has_a_fingerprint(made: JobPosting) -> None:
    fingerprint = read_fingerprint(made, sign(made.description))
    assert all(address.count(":") >= 2 for address in fingerprint.ats.split())
