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
    "&#128;",
    "<",
    "]]>",
    "\r\n",
    "\x00",
    "\ud83d",
    "é",
)
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)


@given(TEXTS)
def test_it_is_the_standard_librarys(text: str) -> None:
    assert unescape(text) == html.unescape(text)


@given(TEXTS | st.text(), st.sampled_from(("plain ", "&lt;p&gt;", "é – ")))
def test_so_it_is_of_long_texts(text: str, filling: str) -> None:
    long = f"{filling * 400}{text}&amp;"
    assert unescape(long) == html.unescape(long)


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
