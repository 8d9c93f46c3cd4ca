from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Experience
from jobspiders.normalise.experience import MOST_YEARS, parse_experience

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5+ years of experience", 5, None),
        ("+3 years of experience", 3, None),
        ("3-5 years of experience", 3, 5),
        ("3 – 5 yrs experience", 3, 5),
        ("3 to 5+ years of experience", 3, None),
        ("0-2 years of experience", 0, 2),
        ("at least two years of relevant experience", 2, None),
        ("One (1) year of experience", 1, None),
        ("a minimum of three (3) years' experience", 3, None),
        ("five to seven years' experience", 5, 7),
        ("5 or more years of experience", 5, None),
        ("four or more years of hands-on experience with looms", 4, None),
        ("Three or more years in weaving", 3, None),
        ("Exp - 4 to 8 yrs", 4, 8),
        ("5 years or more of experience", 5, None),
        ("1.5 years of experience", 1, None),
        ("up to 2 years of experience", None, 2),
        ("less than 2 years of hands-on experience", None, 2),
        ("6 months of experience", 0, None),
        ("18 months experience in retail", 1, None),
        ("7+ YOE", 7, None),
        ("Experience: 2 - 4 Years", 2, 4),
        ("Proven experience (2+ years) in weaving", 2, None),
        ("2+ years working with looms", 2, None),
        ("- 1-3 years in weaving", 1, 3),
        ("At least 2 years in weaving", 2, None),
        ("Experience:\n- Weaving: 1 year (Required)", 1, None),
        ("You have 8 years of experience in our industry", 8, None),
        ("20+ years of experience in weaving", 20, None),
        ("2 years' post qualification experience", 2, None),
    ],
)
def test_english(text: str, low: int | None, high: int | None) -> None:
    assert parse_experience(text) == Experience(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("mindestens 3 Jahre Berufserfahrung", 3, None),
        ("Mind. 3-jährige Berufserfahrung", 3, None),
        ("eine dreijährige Erfahrung", 3, None),
        ("3 bis 5 Jahre Erfahrung im Einkauf", 3, 5),
        ("Sie bringen mehr als 5 Jahre Erfahrung mit", 5, None),
        ("3 à 5 ans d'expérience", 3, 5),
        ("Expérience de 3 ans minimum", 3, None),
        ("une expérience d’au moins 5 ans", 5, None),
        ("experiencia mínima de 2 años", 2, None),
        ("Entre 2 y 4 años de experiencia", 2, 4),
        ("más de 5 años de experiencia", 5, None),
        ("almeno 3 anni di esperienza", 3, None),
        ("da 3 a 5 anni di esperienza", 3, 5),
        ("mínimo de 3 anos de experiência", 3, None),
        ("minimaal 3 jaar ervaring", 3, None),
        ("3 tot 5 jaar werkervaring", 3, 5),
        ("co najmniej 2 lata doświadczenia", 2, None),
        ("2-3 lat doświadczenia", 2, 3),
        ("minst 3 års erfarenhet", 3, None),
        ("опыт работы от 3 лет", 3, None),
        ("от 2 до 4 лет опыта", 2, 4),
        ("1-3年工作经验", 1, 3),
        ("3年以上の経験", 3, None),
        ("경력 3년 이상", 3, None),
    ],
)
def test_other_languages(text: str, low: int | None, high: int | None) -> None:
    assert parse_experience(text) == Experience(low, high)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "20 years in business",
        "With over 15 years of experience, we weave the finest cloth",
        "For 12 years our company has woven cloth",
        "Founded 5 years ago",
        "Winner of the award 3 years in a row",
        "Wir haben 12 Jahre Erfahrung im Markt",
        "Seit über 10 Jahren weben wir",
        "depuis 15 ans, notre entreprise tisse",
        "hace 10 años fundamos la empresa",
        "Must be 18 years of age",
        "You are at least 18 years old",
        "candidates between 18 and 35 years",
        "Du bist mindestens 18 Jahre alt",
        "Befristet auf 2 Jahre",
        "contract length: 2 years",
        "2 years fixed term contract",
        "Durée du contrat : 2 ans",
        "B2B contract (12+ months, signed with the company)",
        "a 4 year degree",
        "Our stock vests over 4 years with a 1-year cliff",
        "a 3-year vesting schedule",
        "within 3 years you will lead a team",
        "paid leave after 2 years of service",
        "the average tenure is 3+ years",
        "24 months warranty",
        "3 times a year",
        "2024 years of experience",
        "experience of a lifetime, all year round",
        "10-5 years of experience",
    ],
)
def test_other_years_are_no_experience(text: str | None) -> None:
    assert parse_experience(text) is None


def test_the_experience_named_first_is_the_principal_one() -> None:
    text = "For 40 years we have woven cloth.\n- 6+ years of experience in weaving, with 2+ years as a lead\n"
    assert parse_experience(text) == Experience(6, None)


PIECES = "5|12|one|+|-| |to|years|year|months|of|experience|Jahre|Erfahrung|at least|up to|(|)|3-5|1.5|.|\n|we|ans|年"


@given(TEXT | st.lists(st.sampled_from(PIECES.split("|")), max_size=25).map(" ".join))
def test_any_text_gives_sound_bounds_or_none(text: str) -> None:
    asked = parse_experience(text)
    if asked is not None:
        assert asked.min is not None or asked.max is not None
        assert 0 <= (asked.min or 0) <= MOST_YEARS
        assert asked.max is None or (asked.min or 0) <= asked.max <= MOST_YEARS
