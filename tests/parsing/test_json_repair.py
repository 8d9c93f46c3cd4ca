from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.json_repair import mended


def value(text: str) -> Any:
    (found,) = mended(text)
    return json.loads(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,, 3,], }', {"a": [1, 2, 3]}),
        ('{"a": "b" /* why */, // because\n "c": -1.5e3}', {"a": "b", "c": -1500}),
        ('{"a": "b"\n "c": "d"}', {"a": "b", "c": "d"}),
        ('{"a": [{"b": 1} {"b": 2}]}', {"a": [{"b": 1}, {"b": 2}]}),
        ('{"a": "one\ntwo\tthree\r"}', {"a": "one\ntwo\tthree\r"}),
        ('{"a": "say "ahoy", then "go"!", "b": 1}', {"a": 'say "ahoy", then "go"!', "b": 1}),
        ('{"a": ["a "b" c", "d"]}', {"a": ['a "b" c', "d"]}),
        ('{"a": "<p class="x">y</p>", "b": "z"}', {"a": '<p class="x">y</p>', "b": "z"}),
        ("{'a': 'it\\'s', 'b': 'isn't'}", {"a": "it's", "b": "isn't"}),
        ("{“a”: “b”, „c”: “d “e” f”}", {"a": "b", "c": "d “e” f"}),
        ('{a: "b", @type: "c"}', {"a": "b", "@type": "c"}),
        ("{'a': True, 'b': None, 'c': undefined, 'd': false}", {"a": True, "b": None, "c": None, "d": False}),
        ('{"a": , "b": }', {"a": None, "b": None}),
        ('<p>{<br />\n"a": "b",<br />\n"c": "d<br />e"<br />}</p>', {"a": "b", "c": "d<br />e"}),
        ("{&quot;a&quot;: &#34;b &amp; c&#34;}", {"a": "b & c"}),
        ('<!-- {\u00a0"a":\u00a0"\\d \\u00e9 \\n"}; -->', {"a": "\\d é \n"}),
        (
            '{"url": "https://a.example/b//c", "note": "/* no comment */",}',
            {"url": "https://a.example/b//c", "note": "/* no comment */"},
        ),
    ],
)
def test_damage_is_mended(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_several_values_stay_several() -> None:
    assert mended('{"a": 1}{"a": 2},\n[3]') == ['{"a":1}', '{"a":2}', "[3]"]


@pytest.mark.parametrize(
    "text", ["", "// nothing", '{"a": "cut', '{"a": [1', '{"a": 1]', "}", "hello", '{"a": hello}']
)
def test_what_is_beyond_repair_is_said_to_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|cut off|closes nothing"):
        mended(text)


words = st.text("abcXYZ01é. -()!?#+€", min_size=1, max_size=12)
objects = st.dictionaries(
    words,
    st.recursive(
        st.none() | st.booleans() | st.integers() | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(objects)
def test_sound_json_means_the_same_afterwards(found: Any) -> None:
    assert value(json.dumps(found, ensure_ascii=False)) == found


@given(st.text(alphabet="{}[]\"':,/*ab1<br> \n\\“;", max_size=60))
def test_any_text_is_mended_to_json_or_refused(text: str) -> None:
    try:
        found = mended(text)
    except ValueError:
        return
    for part in found:
        json.loads(part, strict=False)
