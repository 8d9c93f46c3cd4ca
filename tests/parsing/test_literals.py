from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.literals import holds

FEW = st.lists(st.sampled_from([b"a", b"b", b"ab", b"\x00", b"\xff"]), max_size=30).map(b"".join)


@given(FEW, FEW.filter(bool))
def test_it_says_what_in_says(page: bytes, word: bytes) -> None:
    assert holds(page, word) == (word in page)


def test_a_word_at_either_end_of_a_long_page_is_found() -> None:
    filling = b"turnstil" * 10_000
    assert holds(b"captcha" + filling, b"captcha")
    assert holds(filling + b"captcha", b"captcha")
    assert not holds(filling, b"captcha")
