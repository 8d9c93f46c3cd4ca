from __future__ import annotations

import pytest

from jobspiders.matching.company import SameCompany, company_stem, same_company


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("harrow mill", "harrow mill", SameCompany.SAME),
        ("harrow", "harrow technologies", SameCompany.NEAR),
        ("harrow software", "harrow group", SameCompany.NEAR),
        ("back market", "backmarket", SameCompany.NEAR),
        ("harrow mill", "harrow mill spinning", SameCompany.NEAR),
        ("harrow", "harrow spinning", SameCompany.OTHER),
        ("harrow", "brightwater recruitment", SameCompany.OTHER),
        ("", "harrow", SameCompany.UNKNOWN),
        ("", "", SameCompany.UNKNOWN),
    ],
)
def test_how_companies_stand_to_each_other(first: str, second: str, expected: SameCompany) -> None:
    assert same_company(first, second) is expected
    assert same_company(second, first) is expected


def test_one_word_of_a_name_always_stays() -> None:
    assert company_stem("technologies") == "technologies"
    assert company_stem("group holding") == "group"
