from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.parsing.page import Page
from jobspiders.parsing.streamed import Stream, objects_with

JOB = {"guid": "a-1", "title": 'Rigger "night" {shift}', "pay": "$$50+", "lead": "$undefined"}


def rows(*values: Any) -> str:
    return "".join(f"{number:x}:{json.dumps(value)}\n" for number, value in enumerate(values, start=5))


def page(stream: str, *, size: int = 40) -> str:
    """A page that streams the text in chunks that end anywhere."""
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    pushes = "".join(f"<script>self.__next_f.push([1,{json.dumps(chunk)}])</script>" for chunk in chunks)
    return f"<html><body><script>(self.__next_f=self.__next_f||[]).push([0])</script>{pushes}</body></html>"


def values(stream: Stream, key: str) -> list[Any]:
    return [found.value for found in stream.objects(key)]


def test_objects_are_found_over_the_borders_of_chunks() -> None:
    stream = rows(["$", "$L2", None, {"jobs": [JOB, {**JOB, "guid": "a-2"}]}])
    found = values(Page("https://board.example", page(stream, size=7).encode()).stream, "guid")
    assert [job["guid"] for job in found] == ["a-1", "a-2"]
    assert found[0]["title"] == 'Rigger "night" {shift}'


def test_markings_of_react_are_no_text_of_the_board() -> None:
    marked = {
        "guid": 1,
        "pay": "$$50+",
        "none": "$undefined",
        "lazy": "$L1f",
        "map": "$Q2",
        "date": "$D2026-08-30T08:00:00.000Z",
        "big": "$n12345678901234567890",
        "nan": "$NaN",
        "place": "CA$ 5",
    }
    assert values(Stream(page(rows(marked))), "guid") == [
        {
            "guid": 1,
            "pay": "$50+",
            "none": None,
            "lazy": None,
            "map": None,
            "date": "2026-08-30T08:00:00.000Z",
            "big": "12345678901234567890",
            "nan": None,
            "place": "CA$ 5",
        }
    ]


def test_references_to_texts_and_to_places_in_rows_are_followed() -> None:
    text = '<p>Grüße,\n1e:[] \u2013 "Kran"</p>'
    stream = f"1a:T{len(text.encode()):x},{text}" + rows(
        ["$", "section", None, {"company": {"name": "Dock & Sons"}}],
        {"guid": 1, "description": "$1a", "company": "$5:props:company", "gone": "$77", "odd": "$5:9:x"},
    )
    assert values(Stream(page(stream)), "guid") == [
        {"guid": 1, "description": text, "company": {"name": "Dock & Sons"}, "gone": None, "odd": None}
    ]


def test_a_row_that_refers_to_itself_ends() -> None:
    (found,) = values(Stream(page('5:{"guid":1,"parent":"$5"}\n')), "guid")
    assert found["guid"] == 1


def test_a_stream_cut_off_in_a_chunk_keeps_the_objects_before() -> None:
    stream = rows({"jobs": [{**JOB, "guid": f"a-{number}"} for number in range(10)]})
    whole = page(stream, size=len(stream))
    found = values(Stream(whole[: len(whole) // 2]), "guid")
    assert 3 <= len(found) < 10
    assert found[0]["title"] == JOB["title"]


def test_quoted_payloads_without_pushes_are_read() -> None:
    quoted = json.dumps(f'"k1":{json.dumps({"key": "k1", "pay": "CA$60"})}')
    assert values(Stream(f"<script>var payload = {quoted};</script>"), "key") == [
        {"key": "k1", "pay": "CA$60"}
    ]


def test_pages_without_a_stream_have_no_objects() -> None:
    assert values(Stream("<html><script>var x = {a: 1};</script></html>"), "guid") == []
    assert values(Stream(""), "guid") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(before=st.text(max_size=30), extra=st.dictionaries(st.text(max_size=5), JSON, max_size=4))
@settings(deadline=None)
def test_any_object_is_found_whatever_surrounds_it(before: str, extra: dict[str, Any]) -> None:
    value = {**extra, "guid": 7}
    # what stands before may hold the key too, which must not hide the object
    found = list(objects_with(f'{before}{{"guid":{json.dumps(value)}', "guid"))
    assert value in found


@given(st.text(max_size=200))
@settings(deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    Stream(f'self.__next_f.push([1,"{text}').objects("guid")
    Stream(page(text)).objects("guid")
