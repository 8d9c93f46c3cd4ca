from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.embedded import javascript_object, loads, object_after, walk


def test_an_assigned_object_ends_where_its_value_ends() -> None:
    text = 'x; window._data = {"a": "}; </script>", "b": [1, {"c": "\\"};"}]}; window._data2={"a": 2};'
    assert object_after(text, "window._data") == {"a": "}; </script>", "b": [1, {"c": '"};'}]}
    assert object_after(text, "window._data2") == {"a": 2}


def test_a_marker_that_is_only_mentioned_is_passed_over() -> None:
    assert object_after("if (window._data) { } window._data={'k': 1,}", "window._data") == {"k": 1}
    assert object_after("nothing here", "window._data") is None
    assert object_after('window._data={"cut": [1, 2', "window._data") in (None, {"cut": [1, 2]})


def test_javascript_literals_are_read() -> None:
    assert javascript_object("{a: 'b', c: [1, 2,],} more") == {"a": "b", "c": [1, 2]}
    assert javascript_object("no object") is None


def test_lenient_decoding_of_what_boards_really_send() -> None:
    assert loads('{"t": "\\ud800"}') == {"t": "\ud800"}
    assert loads(b'\xef\xbb\xbf{"t": 1}') == {"t": 1}
    assert loads('{"t": "line\nbreak"}') == {"t": "line\nbreak"}
    with pytest.raises(ValueError):
        loads("{")
    with pytest.raises(ValueError):
        loads("[" * 200_000)


def test_walk_gives_outer_objects_first_and_in_order() -> None:
    value = {"n": 1, "list": [{"n": 2}, {"n": 3, "in": {"n": 4}}]}
    assert [found["n"] for found in walk(value)] == [1, 2, 3, 4]


json_objects = st.dictionaries(
    st.text(max_size=5), st.text(max_size=20) | st.integers() | st.none(), max_size=4
)


@given(json_objects, st.text(max_size=30))
def test_an_embedded_object_is_found_whatever_follows_it(value: dict[str, Any], after: str) -> None:
    assert object_after(f"head data={json.dumps(value)};{after}", "data") == value


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    object_after(f"data={{{text}", "data")


def test_a_backslash_that_escapes_nothing_is_read_as_itself() -> None:
    assert loads(r'{"mail": "write to\someone", "path": "C:\\dir", "line": "a\nb"}') == {
        "mail": r"write to\someone",
        "path": "C:\\dir",
        "line": "a\nb",
    }


def test_an_escaped_apostrophe_is_one() -> None:
    assert loads(r'{"a": "dock\'s"}') == {"a": "dock's"}
