from __future__ import annotations

import pytest

from jobspiders.matching.company import SameCompany
from jobspiders.matching.evidence import (
    salary_agreement,
    weigh_apply_address,
    weigh_board,
    weigh_dates,
    weigh_place,
    weigh_requisition,
    weigh_text,
    weigh_title,
)
from jobspiders.matching.fingerprint import Fingerprint
from jobspiders.matching.place import Nearness
from jobspiders.matching.signature import NO_OVERLAP, Overlap

PLAIN = Fingerprint("indeed", "1", title="fitter")


def text_of(letters: int) -> Fingerprint:
    return Fingerprint("indeed", "1", letters=letters)


@pytest.mark.parametrize(
    ("share", "letters", "samples", "least", "most"),
    [
        (1.0, 3000, 60, 2.0, 2.5),
        (0.7, 3000, 60, 0.0, 1.0),
        (0.45, 3000, 60, -3.5, -2.0),
        (0.45, 1500, 30, -2.0, -1.0),
        (0.8, 400, 9, 0.8, 1.2),
        (0.7, 300, 9, 0.5, 1.2),
        (0.1, 400, 9, -2.0, -1.0),
        (1.0, 150, 3, 0.3, 0.6),
    ],
)
def test_a_share_weighs_by_the_length_of_the_shorter_text(
    share: float, letters: int, samples: int, least: float, most: float
) -> None:
    texts = Overlap(share, share / 3, samples, 128)
    weight = weigh_text(texts, text_of(letters), text_of(5000), SameCompany.SAME, 900)
    assert least <= weight.value <= most
    mirrored = Overlap(share / 3, share, 128, samples)
    assert weigh_text(mirrored, text_of(5000), text_of(letters), SameCompany.SAME, 900) == weight


def test_only_two_whole_texts_can_contradict_each_other() -> None:
    texts = Overlap(0.1, 0.1, 100, 100)
    assert weigh_text(texts, text_of(3000), text_of(3000), SameCompany.SAME, 900).veto
    assert not weigh_text(texts, text_of(3000), text_of(1500), SameCompany.SAME, 900).veto


def test_without_a_company_a_text_weighs_more_and_its_absence_too() -> None:
    texts = Overlap(1.0, 1.0, 100, 100)
    named = weigh_text(texts, text_of(3000), text_of(3000), SameCompany.SAME, 900)
    hidden = weigh_text(texts, text_of(3000), text_of(3000), SameCompany.UNKNOWN, 900)
    assert hidden.value > named.value
    assert weigh_text(NO_OVERLAP, PLAIN, PLAIN, SameCompany.UNKNOWN, 900).value < 0
    assert weigh_text(NO_OVERLAP, PLAIN, PLAIN, SameCompany.SAME, 900).value == 0


def test_words_that_one_title_has_alone_weigh_against_it() -> None:
    assert weigh_title(PLAIN, PLAIN, [], SameCompany.SAME).value > 0
    assert weigh_title(PLAIN, PLAIN, ["boiler"], SameCompany.SAME).value < 0


@pytest.mark.parametrize(
    ("first", "second", "value", "veto"),
    [
        ((50_000, 60_000, "GBP"), (50_500, 60_000, "GBP"), 0.7, False),
        ((50_000, 60_000, "GBP"), (55_000, 90_000, "GBP"), 0.0, False),
        ((50_000, 60_000, "GBP"), (80_000, 90_000, "GBP"), -4.0, True),
        ((50_000, 60_000, "GBP"), (80_000, 90_000, "EUR"), 0.0, False),
        ((50_000, 60_000, "GBP"), (None, None, None), 0.0, False),
        ((0, 0, "GBP"), (0, 0, "GBP"), 0.7, False),
    ],
)
def test_salaries_agree_touch_or_contradict(
    first: tuple[float, float, str], second: tuple[float, float, str], value: float, veto: bool
) -> None:
    one, two = (
        Fingerprint("indeed", "1", salary_min=low, salary_max=high, currency=currency)
        for low, high, currency in (first, second)
    )
    for weight in (salary_agreement(one, two), salary_agreement(two, one)):
        assert (weight.value, weight.veto) == (value, veto)


def test_requisitions_of_two_systems_say_nothing() -> None:
    one, two = Fingerprint("a", "1", requisition="jr100"), Fingerprint("b", "1", requisition="4711")
    assert weigh_requisition(one, two, SameCompany.SAME).value == 0
    assert weigh_requisition(one, one, SameCompany.SAME).value > 0
    assert weigh_requisition(one, one, SameCompany.OTHER).value == 0


def test_an_apply_address_counts_where_both_have_it() -> None:
    one = Fingerprint("a", "1", apply_hash=7)
    assert weigh_apply_address(one, one).value > 0
    assert weigh_apply_address(one, PLAIN).value == weigh_apply_address(PLAIN, PLAIN).value == 0


def test_the_further_apart_the_days_the_less_they_weigh() -> None:
    values = [weigh_dates(100, 100 + days).value for days in (0, 2, 10, 30, 90, 400)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
    assert weigh_dates(None, 100).value == 0


def test_remote_on_both_stands_in_for_a_place() -> None:
    remote = Fingerprint("a", "1", remote=True)
    assert (
        weigh_place(Nearness.UNKNOWN, remote, remote).value
        > weigh_place(Nearness.UNKNOWN, remote, PLAIN).value
    )


def test_one_board_repeats_itself_only_word_for_word() -> None:
    alike, partly = Overlap(1.0, 1.0, 100, 100), Overlap(1.0, 0.3, 100, 100)
    word_for_word = weigh_board(PLAIN, PLAIN, alike, Nearness.SAME, SameCompany.SAME).value
    assert weigh_board(PLAIN, PLAIN, partly, Nearness.SAME, SameCompany.SAME).value < word_for_word < 0
    assert weigh_board(PLAIN, Fingerprint("b", "1"), partly, Nearness.SAME, SameCompany.SAME).value == 0
