"""Entities come out as the standard library resolves them."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.entities import unescape

PIECES = (
    "&",
    "amp;",
    "lt;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&#39;",
    "&#x27;",
    "&amp;",
    "&nbsp;",
    "&#38;",
    ";",
    "#39;",
    "a",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_it_is_the_standard_librarys(text: str) -> None:
    assert unescape(text) == html.unescape(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "&lt;p&gt;R&amp;amp;D &amp;nbsp; &quot;x&quot; &#39;y&#39;&lt;/p&gt;",
            "<p>R&amp;D &nbsp; \"x\" 'y'</p>",
        ),
        ("Fish & chips", "Fish & chips"),
        ("AT&ampT &eacute;", "AT&T é"),
    ],
)
def test_one_level_is_resolved(text: str, expected: str) -> None:
    assert unescape(text) == expected
