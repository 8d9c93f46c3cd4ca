from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.matching.signature import SKETCH_SIZE, Overlap, Signature, overlap, sign, sign_all
from tests.matching.builders import OTHER_TEXT, TEXT


def shares(first: str, second: str) -> Overlap:
    one, two = sign(first), sign(second)
    return overlap(one.sketch, two.sketch)


def test_no_text_has_an_empty_signature() -> None:
    assert sign(None) == sign("") == Signature()
    assert sign("...").sketch == b""
    assert sign("too short").letters == 8


def long_text(words: int) -> list[str]:
    rng = random.Random(7)
    return ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(2, 9))) for _ in range(words)]


def test_a_sketch_is_sorted_distinct_and_bounded() -> None:
    sketch = list(memoryview(sign(" ".join(long_text(3000) * 2)).sketch).cast("I"))
    assert len(sketch) == SKETCH_SIZE
    assert sketch == sorted(set(sketch))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace(" ", "\n\t "),
        lambda text: text.replace(".", " •"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("the ", "<the> "),
    ],
)
def test_case_spacing_and_punctuation_do_not_change_a_signature(change) -> None:
    changed = sign(change(TEXT))
    assert changed.sketch == sign(TEXT).sketch
    assert changed.anchors == sign(TEXT).anchors


def test_apostrophes_and_dashes_of_all_kinds_are_one() -> None:
    plain = "We're a team that doesn't stop - and you'll find that it's worth it. " * 3
    typographic = plain.replace("'", "’").replace("-", "—")
    assert sign(plain).sketch == sign(typographic).sketch


def test_a_snippet_is_contained_in_its_text_though_the_text_is_hardly_in_the_snippet() -> None:
    long = TEXT + OTHER_TEXT
    found = shares(TEXT[:450], long)
    assert found.of_first > 0.9
    assert found.of_second < 0.3


def test_unrelated_texts_share_nothing() -> None:
    found = shares(TEXT, OTHER_TEXT)
    assert found.of_first < 0.05
    assert found.of_second < 0.05


def test_reordered_paragraphs_keep_the_shares() -> None:
    half = len(TEXT) // 2
    found = shares(TEXT, TEXT[half:] + " " + TEXT[:half])
    assert min(found.of_first, found.of_second) > 0.95


def test_share_of_a_long_text_is_estimated_from_the_sketch() -> None:
    words = long_text(6000)
    whole, part = " ".join(words), " ".join(words[:3000])
    found = shares(part, whole)
    assert found.of_first > 0.9
    assert 0.35 < found.of_second < 0.65


def test_a_cut_text_meets_its_whole_in_an_anchor_and_an_opening_snippet_in_the_opening() -> None:
    whole = sign(TEXT)
    assert set(sign(TEXT[: len(TEXT) // 2]).anchors) & set(whole.anchors)
    assert set(sign("Apply on our site. " + TEXT[:400]).opening) & set(whole.opening)


@pytest.mark.parametrize(
    "text",
    [
        "データエンジニアとして、分析基盤の設計と運用を担当していただきます。大規模なデータを扱います。" * 3,
        "Мы ищем разработчика, который будет отвечать за надёжность платёжной системы и её развитие. " * 3,
        "우리는 결제 시스템의 안정성과 발전을 책임질 백엔드 개발자를 찾고 있습니다. " * 3,
        "نبحث عن مهندس برمجيات لتطوير منصة الدفع وصيانتها مع فريق صغير ومتعاون " * 3,
    ],
)
def test_other_scripts_are_sampled_too(text: str) -> None:
    found = shares(text[: len(text) // 2], text)
    assert found.samples_first >= 3
    assert found.of_first > 0.8


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [TEXT, None, "", OTHER_TEXT, "short", TEXT[:300], OTHER_TEXT * 40]
    assert sign_all(texts) == [sign(text) for text in texts]


def test_many_texts_are_signed_in_their_order() -> None:
    texts = [f"{number} " + TEXT[number : number + 600] for number in range(300)]
    signed = sign_all(texts)
    assert len(signed) == 300
    assert signed[170] == sign(texts[170])


@given(st.text(max_size=3000))
def test_any_text_can_be_signed_and_contains_itself(text: str) -> None:
    signature = sign(text)
    assert len(signature.sketch) % 4 == 0
    if signature.sketch:
        found = shares(text, text)
        assert found.of_first == found.of_second == 1.0


@given(st.lists(st.one_of(st.none(), st.text(max_size=400)), max_size=8))
def test_any_batch_is_the_single_texts(texts: list[str | None]) -> None:
    assert sign_all(texts) == [sign(text) for text in texts]
