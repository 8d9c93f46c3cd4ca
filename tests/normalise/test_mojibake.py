from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.mojibake import mend


def damage(text: str, codec: str = "latin-1") -> str:
    return text.encode("utf-8").decode(codec)


@pytest.mark.parametrize(
    "text",
    [
        "München",
        "café naïve",
        "don’t – “stop” …",
        "Łódź i Kraków",
        "Привет, мир",
        "Ελλάδα",
        "日本語で話す",
        "😀 fun",
        "30 °C, £5, €6",
    ],
)
def test_double_encoded_text_is_mended(text: str) -> None:
    assert mend(damage(text)) == text


def test_windows_spelling_and_threefold_encoding_are_mended() -> None:
    assert mend("donâ€™t â€“ cafÃ©") == "don’t – café"
    assert mend(damage(damage("Köln"))) == "Köln"
    assert mend("ÃƒÂ¼ber") == "über"


def test_only_the_damaged_part_of_a_line_is_mended() -> None:
    assert mend("MÃ¼nchen, Köln and “Wien”") == "München, Köln and “Wien”"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "SÃO PAULO",
        "Ã",
        "the letter “Ã”",
        "IRMÃ – MÃE",
        "passé…»",
        "«Ärzte» und »Größe«",
        "”Å” och ”Ä”",
        "¿Qué? ESPAÑA",
        "ROMÂNIA",
        "Ünïcödé “quotes” – dashes … 日本語",
    ],
)
def test_sound_text_stays(text: str) -> None:
    assert mend(text) == text


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=["Cs", "Cc"]), min_size=1))
def test_mending_undoes_the_damage_of_any_latin_text(text: str) -> None:
    broken = damage(text)
    if mend(text) == text:
        assert mend(broken) in {text, broken}


@given(st.text(alphabet="ÃÂâ€™©¼–” ab\nÐŸðŸ˜€\x80\x9f"))
def test_any_text_is_mended_once_for_all(text: str) -> None:
    assert mend(mend(text)) == mend(text)
