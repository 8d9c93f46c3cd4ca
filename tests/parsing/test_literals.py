from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.literals import Beginnings, Spellings, holds, places

FEW = st.lists(st.sampled_from([b"a", b"b", b"ab", b"\x00", b"\xff"]), max_size=30).map(b"".join)


@given(FEW, FEW.filter(bool))
def test_it_says_what_in_says(page: bytes, word: bytes) -> None:
    assert holds(page, word) == (word in page)


def test_a_word_at_either_end_of_a_long_page_is_found() -> None:
    filling = b"turnstil" * 10_000
    assert holds(b"captcha" + filling, b"captcha")
    assert holds(filling + b"captcha", b"captcha")
    assert not holds(filling, b"captcha")


def test_all_places_of_a_word() -> None:
    assert places(b"ab cab ab", b"ab") == [0, 4, 7]
    assert places(b"", b"ab") == []


def test_words_are_found_in_any_spelling() -> None:
    spellings = Spellings(b"/ld", b"emty")
    assert spellings.in_page(b"application/LD+json")
    assert spellings.in_page(b"<p iTemTYpe=x>")
    assert not spellings.in_page(b"<p item type=/l/d>")


def test_names_are_found_at_once_also_where_one_begins_another() -> None:
    names = Beginnings([b"card", b"card__title", b"card__title--long", b"foot"])
    assert names.in_page(b"<p class='card__title--long'>") == {b"card", b"card__title", b"card__title--long"}
    assert names.in_page(b"<p class='card foot'>") == {b"card", b"foot"}
    assert names.in_page(b"<p>") == frozenset()
    assert Beginnings([]).in_page(b"card") == frozenset()
