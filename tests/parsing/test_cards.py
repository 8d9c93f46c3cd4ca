"""Cards of HTML lists."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jobspiders.parsing.cards import card_around, labelled, link_title

LINKS = "a[href*='/jobs/']"


def card(html: str) -> LexborNode:
    node = LexborHTMLParser(html).css_first("div")
    assert node is not None
    return node


def test_a_card_is_the_list_item_around_its_link() -> None:
    page = LexborHTMLParser(
        "<ul><li id=a><p><a href=/jobs/1>x</a></p></li><li><a href=/jobs/2>y</a></li></ul>"
    )
    link = page.css_first(LINKS)
    assert link is not None
    assert card_around(link, LINKS).attributes["id"] == "a"


def test_a_card_without_list_item_ends_where_the_next_one_begins() -> None:
    page = LexborHTMLParser(
        "<div><div id=a><b><a href=/jobs/1>x</a></b><i>Ghent</i></div><div><a href=/jobs/2>y</a></div></div>"
    )
    link = page.css_first(LINKS)
    assert link is not None
    assert card_around(link, LINKS).attributes["id"] == "a"


def test_labels_are_read_from_definition_lists_and_from_hidden_spans() -> None:
    node = card(
        "<div><dl><div><dt>Category:</dt><dd><span>Sales</span></dd></div>"
        "<div><dt><span class=field-label>Type</span></dt><dd>Full time</dd></div></dl>"
        "<p><span class=field-label>Location</span>\n<span>Ghent</span></p>"
        "<p><span class=field-label>ID</span> 2026-7</p><p><span class=field-label>Empty</span></p></div>"
    )
    assert labelled(node) == {"category": "Sales", "type": "Full time", "location": "Ghent", "id": "2026-7"}


def test_the_whole_value_in_a_tooltip_counts_more_than_the_text() -> None:
    node = card(
        "<div><span class=field-label>Posted Date</span><span title='8/14/2026'>2 weeks ago</span></div>"
    )
    assert labelled(node) == {"posted date": "8/14/2026"}


def test_a_link_is_called_by_its_heading_its_text_or_its_tooltip() -> None:
    titles = [
        link_title(link)
        for link in LexborHTMLParser(
            "<div><a><span class=sr-only>Title</span><h3>Baker</h3></a>"
            "<a><span class=sr-only>Title</span>Baker</a><a title='12 - Baker'></a><a></a></div>"
        ).css("a")
    ]
    assert titles == ["Baker", "Baker", "Baker", None]
