from __future__ import annotations

import json

import pytest

from jobspiders.parsing.jsonld import decode, is_job_posting, job_postings, listed_items, read_jsonld

POSTING = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Crane Operator"}


def page(*scripts: str) -> str:
    return "".join(f'<script id=x type="application/ld+json" data-y>{script}</script>' for script in scripts)


def titles(text: str) -> list[str]:
    return [posting["title"] for posting in job_postings(text)]


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(POSTING),
        json.dumps([{"@type": "Organization"}, POSTING]),
        json.dumps({"@graph": [{"@type": "WebPage"}, POSTING]}),
        json.dumps({"@type": "ItemList", "itemListElement": [{"item": POSTING}]}),
        json.dumps({**POSTING, "@type": ["JobPosting", "Thing"]}),
        json.dumps({**POSTING, "@type": "http://schema.org/JobPosting"}),
        json.dumps({**POSTING, "@type": "jobPosting"}),
        json.dumps(json.dumps(POSTING)),
        f"<!--\n{json.dumps(POSTING)}\n-->",
        f"//<![CDATA[\n{json.dumps(POSTING)}\n//]]>",
    ],
)
def test_every_shape_is_found(script: str) -> None:
    assert titles(page(script)) == ["Crane Operator"]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "JobPosting", "title": "Crane Operator",}',
        '{/* ours */ "@type": "JobPosting", // kind\n "title": "Crane Operator"}',
        "{'@type': 'JobPosting', 'title': 'Crane Operator'}",
        "{&quot;@type&quot;: &quot;JobPosting&quot;, &quot;title&quot;: &quot;Crane Operator&quot;}",
    ],
)
def test_malformed_json_is_repaired_and_said_to_be(script: str) -> None:
    assert titles(page(script)) == ["Crane Operator"]
    assert decode(script)[1] is True
    assert decode(json.dumps(POSTING))[1] is False


def test_repairs_are_counted_by_script() -> None:
    damaged = '{"@type": "JobPosting", "title": "Say "ahoy" to cranes"}'
    found, repaired = read_jsonld(page(json.dumps(POSTING), damaged, damaged, '{"@type": "WebSite",}'))
    assert [posting["title"] for posting in found] == ["Crane Operator"] + ['Say "ahoy" to cranes'] * 2
    assert repaired == 2


def test_several_values_in_one_script_are_a_list() -> None:
    assert titles(page(json.dumps(POSTING) * 2)) == ["Crane Operator", "Crane Operator"]


def test_the_type_of_the_script_may_be_escaped() -> None:
    text = f'<script type="application/ld&#x2B;json">{json.dumps(POSTING)}</script>'
    assert titles(text) == ["Crane Operator"]


def test_a_page_that_ends_after_its_data_is_read_and_one_that_ends_within_is_not() -> None:
    whole = page(json.dumps(POSTING)).removesuffix("</script>")
    assert titles(whole) == ["Crane Operator"]
    assert titles(whole[:-5]) == []


def test_long_names_and_values_read_as_short_ones() -> None:
    expanded = {
        "@type": "https://schema.org/JobPosting",
        "http://schema.org/title": {"@value": "Rigger", "@language": "en"},
        "schema:hiringOrganization": {"schema:name": "Dock & Sons"},
    }
    (posting,) = job_postings(page(json.dumps(expanded)))
    assert posting == {
        "@type": "https://schema.org/JobPosting",
        "title": "Rigger",
        "hiringOrganization": {"name": "Dock & Sons"},
    }


def test_nodes_that_a_posting_refers_to_are_put_in() -> None:
    company = {"@type": "Organization", "@id": "#us", "name": "Dock & Sons"}
    site = {"@graph": [company, {"@type": "WebSite", "publisher": {"@id": "#us"}}]}
    posting = {**POSTING, "hiringOrganization": {"@id": "#us"}, "jobLocation": [{"@id": "#nowhere"}]}
    main = {"@type": "WebPage", "mainEntity": {"@type": "JobPosting", "@id": "#posting"}}
    (found,) = job_postings(page(json.dumps(main), json.dumps(posting), json.dumps(site)))
    assert found["hiringOrganization"] == company
    assert found["jobLocation"] == [{"@id": "#nowhere"}]


def test_raw_newlines_in_strings_are_no_damage() -> None:
    assert titles(page('{"@type": "JobPosting", "title": "Crane Operator", "description": "a\nb"}')) == [
        "Crane Operator"
    ]


def test_several_postings_keep_their_order() -> None:
    second = {**POSTING, "title": "Rigger"}
    assert titles(page(json.dumps([POSTING, second])) + page(json.dumps({**POSTING, "title": "Pilot"}))) == [
        "Crane Operator",
        "Rigger",
        "Pilot",
    ]


def test_other_kinds_and_beyond_repair_give_nothing() -> None:
    assert titles(page('{"@type": "WebSite", "about": "JobPosting"}')) == []
    assert titles(page("JobPosting, but no object at all")) == []
    assert not is_job_posting({"@type": None})
    assert not is_job_posting({"@type": "SomeJobPosting"})
    assert is_job_posting({"type": "schema:JobPosting"})


def test_listed_items_are_read_in_both_of_their_forms() -> None:
    items = [
        {"@type": "ListItem", "position": 1, "name": "Rigger &amp; Co", "url": "https://board.example/1"},
        {"@type": "ListItem", "position": 2, "item": {"@id": "https://board.example/2", "name": "Welder"}},
        {"@type": "ListItem", "position": 3, "url": "https://board.example/nameless"},
        "https://board.example/bare",
    ]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": items[:1]}
    found = {"@type": "ItemList", "numberOfItems": 4, "itemListElement": items}
    assert list(listed_items(page(json.dumps(crumbs), json.dumps(found)))) == [
        ("Rigger & Co", "https://board.example/1"),
        ("Welder", "https://board.example/2"),
    ]
