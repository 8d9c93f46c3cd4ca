from __future__ import annotations

import json

from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, child_text, holder, inner_html, node_fields, node_text

HTML = """<html><head><script id="__NEXT_DATA__" type="application/json">{"props": {"n": 1}}</script></head>
<body><article data-id=" 7 "><h2>Crane
  <b>Operator</b></h2><time datetime="2026-08-01">yesterday</time><p></p><div><i>a</i>b</div></article></body></html>"""


def page(text: str, url: str = "https://example.com/jobs/") -> Page:
    return Page(url, text.encode())


def test_json_is_read_only_from_json() -> None:
    assert page('\ufeff {"a": 1}').json == {"a": 1}
    assert page("[1]").json == [1]
    assert page("<html>").json is None
    assert page("{broken").json is None
    assert page("[1]").record.get("a") is None


def test_next_data_and_assignments() -> None:
    assert page(HTML).next_data.integer("props", "n") == 1
    assert page("<p>").next_data.value is None
    assert page('<script>a.b={"c": 2};</script>').assigned("a.b").integer("c") == 2


def test_elements_are_read_with_blanks_folded() -> None:
    card = page(HTML).first("article")
    assert card is not None
    assert child_text(card, "h2") == "Crane Operator"
    assert child_text(card, "p") is None
    assert attribute(card, "data-id") == "7"
    assert attribute(None, "x") is None
    assert node_text(None) is None
    assert inner_html(card.css_first("div")) == "<i>a</i>b"
    fields = node_fields(
        card, {"title": "h2", "date_posted": "time@datetime", "company": ".none", "url": "h2@href"}
    )
    assert fields == {"title": "Crane Operator", "date_posted": "2026-08-01"}
    assert page(HTML).fields({"title": "h2"}) == {"title": "Crane Operator"}


def test_bare_table_rows_stay_rows() -> None:
    assert (
        len(page(' <tr class="job"><td>a</td></tr><tr class="job"><td>b</td></tr>').html.css("tr.job td"))
        == 2
    )


def test_addresses_become_absolute() -> None:
    assert page("").absolute(" 7?x=1") == "https://example.com/jobs/7?x=1"
    assert page("").absolute("/7") == "https://example.com/7"
    assert page("").absolute(" ") is None


def test_elements_that_fit_several_selectors_come_once_and_in_order() -> None:
    found = page('<p class="a b">1</p><p class=b>2</p><i class=a>3</i>').all(".b, .a")
    assert [node_text(node) for node in found] == ["1", "2", "3"]


def test_the_nearest_element_around_that_holds_something_is_found() -> None:
    tree = page("<div id=x><h2>Dock</h2><div id=y><p><a>Rigger</a></p></div></div><h2>other</h2>")
    link = tree.first("a")
    assert attribute(holder(link, "h2"), "id") == "x"
    assert holder(link, "h3") is None
    assert holder(None, "h2") is None


def test_jsonld_of_a_body_that_is_json() -> None:
    body = '[{"@type": "JobPosting", "title": "Rigger"}, {"@type": "Place"}, {"a": {"@type": "JobPosting"}}]'
    assert [posting.text("title") for posting in page(body).jsonld] == ["Rigger", None]


def test_numbers_of_scripts_plain_and_quoted() -> None:
    assert page('<script>{"totalJobs": 12, "totalJobs": 13}</script>').number("totalJobs") == 12
    assert page('<script>push([1,"{\\"totalJobs\\":\\"7\\"}"])</script>').number("totalJobs") is None
    assert page('<script>push([1,"{\\"totalJobs\\":7}"])</script>').number("totalJobs") == 7
    assert page('{"totalJobs": null}').number("totalJobs") is None


def test_styles_and_scripts_are_no_text() -> None:
    card = page(
        "<h2><style>.x{color:red}</style><b>Crane</b> <noscript>?</noscript>Operator<script>1</script></h2>"
    )
    assert card.text_of("h2") == "Crane Operator"
    row = page("<tr><td><style>.x{}</style>Crane</td><td>Bremen</td></tr>")
    assert row.text_of("tr") == "Crane Bremen"
    assert page("<p><style>.x{}</style></p>").text_of("p") is None


def test_json_is_read_from_the_page_that_a_browser_shows_it_in() -> None:
    shown = (
        '<html><head></head><body><pre style="word-wrap: break-word">{"a": "&lt;b&gt;"}</pre></body></html>'
    )
    assert page(shown).json == {"a": "<b>"}
    assert page("<html><body><pre>no data</pre></body></html>").json is None


def test_a_page_gives_its_own_address_in_a_link_or_for_those_who_share_it() -> None:
    link = b"<link rel=canonical href='/jobs/7'><meta property='og:url' content='/shared'>"
    assert Page("https://example.com/x?y=1", link).canonical == "https://example.com/jobs/7"
    shared = b"<meta property='og:url' content='https://example.com/jobs/8'>"
    assert Page("https://example.com/x", shared).canonical == "https://example.com/jobs/8"
    assert Page("https://example.com/x", b"<p>").canonical is None


def test_postings_are_found_in_the_data_of_scripts_where_the_page_has_no_json_ld() -> None:
    posting = {"@context": "https://schema.org", "@type": "JobPosting", "title": 'Say "hi"'}
    props = json.dumps({"props": {"pageProps": {"seo": [{"@type": "WebSite"}, posting]}}})
    row = json.dumps("5:" + json.dumps(["$", "script", None, {"__html": json.dumps(posting)}]) + "\n")
    for script in (
        f'<script id="__NEXT_DATA__" type="application/json">{props}</script>',
        f"<script>self.__next_f.push([1,{row}])</script>",
        f"<script>inject({json.dumps(posting)})</script>",
    ):
        (found,) = Page("https://x.example/", f"<html>{script}</html>".encode()).jsonld
        assert found.text("title") == 'Say "hi"'


def test_selectors_between_bars_are_tried_in_their_order() -> None:
    page = Page("https://x.example/", b"<div><h2>Second</h2><a href='/a'></a><h1> </h1><b>Third</b></div>")
    assert page.fields({"title": "h1 | h2 | b", "url": "h1@href | a@href"}) == {
        "title": "Second",
        "url": "/a",
    }


def test_an_element_that_comes_late_is_the_first_of_its_class_all_the_same() -> None:
    filler = "<p>dock</p>" * 20
    for text, expected in (
        (f"{filler}<div><p class='note'>1</p></div><p>x</p>", "1"),
        (f"{filler}<p class='note'>1</p><p class='note'>2</p>", "1"),
        (f"{filler}<div class='note'>1</div>", "1"),
        # an element that is closed too late is there twice
        (f"{filler}<p><b class='note'>1<div>2</p>3</div>", "1"),
        (f"<html class='{'x' * 400} note'><body>all", "all"),
        (f"{filler}<p class='notes'>1</p>", None),
    ):
        assert page(text).text_of(".note") == expected


def test_what_stands_around_an_element_is_all_there_is_or_all_is_looked_for() -> None:
    section = "<section><h2>Crane</h2><ul><li class='fact'>1</li><li class='fact'>2</li></ul></section>"
    for text, expected in (
        (section, ["1", "2"]),
        (section + "<p class='fact'>3</p>", ["1", "2", "3"]),
        (section + "<p id='fact'>3</p>", ["1", "2"]),
        ("<section><h2>Crane</h2></section><p class='fact'>3</p>", ["3"]),
        ("<section><i class='fact'>1</section><p>2</p></i>", ["1", "2"]),
    ):
        read = page(text)
        found = read.around(read.first("section"), ".fact")
        assert [node_text(node) for node in found] == expected
    assert page("<p>").around(None, ".fact") == []


def test_a_page_is_read_on_from_a_word_whatever_stands_before_it() -> None:
    assert page('<p>abc<code id="x">1').since('id="x"') == 'id="x">1'
    assert 'id="x">1' in page('<p>Kräne für Zürich €<code id="x">1<code id="x">2').since('id="x"')
    assert page("<p>").since('id="x"') == ""


def test_media_types_and_attributes_are_known_in_any_spelling() -> None:
    script = '<script type="Application/LD+JSON">{"@type": "JobPosting", "title": "Rigger"}</script>'
    assert [found.text("title") for found in page(script).jsonld] == ["Rigger"]
    title, text = '<h1 itemprop="title">Rigger</h1>', '<p itemprop="description">Rigs</p>'
    item = f'<div itemscope itemTYPE="https://schema.org/JobPosting">{title}{text}</div>'
    assert [found.text("title") for found in page(item).jsonld] == ["Rigger"]
