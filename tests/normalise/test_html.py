from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.html import html_to_text, safe_html

PIECES = """<p>|</p>|<li>|<ul>|</ul>|<b|<a href="|'|>|<!--|-->|<script>|</script>|<br/>|&amp;|&#0;|&#xd800;|
| |\xa0|<div>|</div>|<a href=javascript:x>|<a href="https://e.example">|<td colspan=2>|\x02|\x04"""
MARKUP = st.lists(st.sampled_from(PIECES.split("|")), max_size=20).map("".join)

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>First</p><p>Second</p>", "First\n\nSecond"),
        ("<div>First</div><div>Second</div>", "First\nSecond"),
        ("First<br>Second<br/>Third", "First\nSecond\nThird"),
        ("<h2>You</h2><ul><li>knit</li><li>purl</li></ul><p>End</p>", "You\n- knit\n- purl\n\nEnd"),
        ("<ul><li><p>knit</p></li><li>\n  <b>purl</b> well</li></ul>", "- knit\n- purl well"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n- b\n- c"),
        ("<ul><li></li><li>a</li></ul>", "- a"),
        ("<table><tr><td>Pay</td><td>good</td></tr><tr><td>Place</td></tr></table>", "Pay good\nPlace"),
        ("<p>one\ntwo</p>", "one two"),
        ("<P>One</P><LI>Two</LI>", "One\n- Two"),
        ("wo<b>rd</b>s <em>stay</em> together", "words stay together"),
        ("<p>a -> b</p><p>1 > 0</p>", "a -> b\n\n1 > 0"),
        ("<p>a <b</p><p>c</p>", "a\n\nc"),
        ("<p>a</p><p>&nbsp;</p><p>b&nbsp;</p><p>&#32;</p>c", "a\n\nb\n\nc"),
        ("<p>a</p><p>&#0;</p><p>b</p>", "a\n\nb"),
        ("<p>a&#10;b&#32;</p><p>&#9;c</p>", "a\nb\n\nc"),
    ],
)
def test_blocks_become_lines_and_items_become_bullets(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_text_without_tags_keeps_its_lines() -> None:
    assert html_to_text("Role:\n  a < b and c\n\n\n\nEnd &amp; out\r\n") == "Role:\na < b and c\n\nEnd & out"


def test_html_without_line_breaking_elements_keeps_its_lines() -> None:
    assert html_to_text("<b>Role</b>\nBaker") == "Role\nBaker"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>R&amp;amp;D</p>", "R&amp;D"),
        ("AT&amp;T", "AT&T"),
        ("<p>a&nbsp;b&nbsp&nbsp c</p>", "a b c"),
        ("<p>&#x41;&#66;&#150;&euro;5&#0;&#xD800;</p>", "AB–€5\ufffd"),
        ("<p>x?a=1&copy=2 &unknown; &</p>", "x?a=1&copy=2 &unknown; &"),
    ],
)
def test_entities_are_resolved_once(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<p>keep</p><script>if (a<b) { x('</p>') }</script>",
        "<style>p > a {color: red}</style><p>keep</p>",
        "<p>keep</p><img src='https://pixel.example/1.gif' alt='spy'>",
        "<p>keep<!-- <p>secret</p> --></p>",
        "<!DOCTYPE html><html><head><title>Page</title></head><body>keep</body></html>",
        "<svg><title>icon</title><path d='M0'/></svg>keep",
        "<Script>no</SCRIPT>keep",
        '<p title="a > b">keep</p>',
        "<p>keep</p><!-- never closed <p>x</p>",
        '<p>keep</p><a href="https://never',
        "\ufeffke\u200bep<o:p></o:p>",
    ],
)
def test_what_is_not_content_is_left_out(html: str) -> None:
    assert html_to_text(html) == "keep"


def test_nothing_gives_nothing() -> None:
    assert html_to_text(None) == html_to_text("") == html_to_text("<br>&nbsp;") == ""
    assert safe_html(None) == safe_html("") == ""


def test_what_utf8_or_postgresql_cannot_hold_is_repaired() -> None:
    assert html_to_text("<p>a\x00b \ud83d\ude00 \ud83d.</p>") == "ab \U0001f600 \ufffd."


@given(TEXT | MARKUP)
def test_any_input_gives_tidy_storable_text(html: str) -> None:
    text = html_to_text(html)
    text.encode("utf-8")
    assert "\x00" not in text
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "  " not in text


@given(TEXT | MARKUP)
def test_safe_html_holds_only_allowed_balanced_tags(html: str) -> None:
    safe = safe_html(html)
    safe.encode("utf-8")
    open_tags: list[str] = []
    for slash, name, attributes in re.findall(r"<(/?)([a-z0-9]+)((?: [^<>]*)?)>", safe):
        assert name not in {"script", "style", "img", "iframe"}
        assert not attributes or re.fullmatch(
            r' href="(https?://|mailto:)[^"<>\s]+" rel="[a-z ]+"| (col|row)span="\d+".*', attributes
        )
        if slash:
            assert open_tags.pop() == name
        elif name not in {"br", "hr"}:
            open_tags.append(name)
    assert not open_tags
    assert safe.count("<") == len(re.findall(r"</?[a-z0-9]+(?: [^<>]*)?>", safe))


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<p class="x" onclick="steal()">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="java&#115;cript:alert(1)">x</a>', "<a>x</a>"),
        (
            '<a href=" https://e.example/?a=1&amp;b=2 ">x</a>',
            '<a href="https://e.example/?a=1&amp;b=2" rel="nofollow noopener noreferrer">x</a>',
        ),
        ("<img src=x onerror=alert(1)>ok<iframe src='//e'></iframe>", "ok"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<td colspan=2 style='x'>a</td>", '<td colspan="2">a</td>'),
        ("a < b\n\nc", "<p>a &lt; b</p><p>c</p>"),
        ("</p></div>a", "a"),
    ],
)
def test_safe_html_builds_anew_from_the_allow_list(html: str, safe: str) -> None:
    assert safe_html(html) == safe


def test_safe_html_limits_nesting_but_keeps_the_text() -> None:
    safe = safe_html("<div>" * 5000 + "deep" + "</div>" * 5000)
    assert "deep" in safe
    assert safe.count("<div>") == safe.count("</div>") < 100
