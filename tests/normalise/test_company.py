from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.company import company_key

NAMES = (
    "Weverloom|WEVERLOOM|Weverloom Inc.|Weverloom, Inc|Weverloom L.L.C.|Weverloom GmbH"
    "|Weverloom GmbH & Co. KG|Weverloom AG|Weverloom UG (haftungsbeschränkt)|Weverloom S.A."
    "|Weverloom SAS|Weverloom S.A. de C.V.|Weverloom S.p.A.|Weverloom S.r.l.|Weverloom Sp. z o.o."
    "|Weverloom s.r.o.|Weverloom A/S|Weverloom AB (publ)|Weverloom Oy|Weverloom B.V."
    "|Weverloom Pty Ltd|Weverloom Pvt. Ltd.|Weverloom Sdn Bhd|Weverloom d.o.o.|PT Weverloom Tbk"
    "|ООО Weverloom|株式会社Weverloom|The Weverloom Company|Weverloom (Remote)|Weverloom (YC S21)"
    "|Weverloom via Hirefast|Weverloom c/o Hirefast|Weverloom - Remote|Weverloom®"
    "|Hirefast on behalf of Weverloom|Loomco LLC dba Weverloom|weverloom.com|www.weverloom.io"
    "|Weverloom.com Ltd|(Weverloom)"
)

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize("name", NAMES.split("|"))
def test_legal_forms_agencies_and_places_do_not_matter(name: str) -> None:
    assert company_key(name) == "weverloom"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "Muller und Sohne"),
        ("Loom &amp; Thread", "The Loom and Thread Co., Ltd."),
        ("McWeave's Corporation", "McWeave’s"),
        ("J.P. Weaver", "JP Weaver"),
        ("U.S. Loom", "US Loom"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert company_key(one) == company_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Loom Labs", "Loom"), ("Loom AI", "Loom"), ("Red Loom", "Blue Loom")]
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_a_name_that_is_itself_a_legal_form_stays() -> None:
    assert company_key("SE") == "se"
    assert company_key("AB Inc") == "ab"


@pytest.mark.parametrize(
    "name", [None, "", "  ", "!!!", "Confidential", "N/A", "Anonymous Employer", "Our Client", "Company"]
)
def test_nobody_has_no_key(name: str | None) -> None:
    assert company_key(name) == ""


PIECES = "Loom|The|GmbH|&|Co.|KG|(|)|via|.com|S.A.|-|Remote|株式会社|ß|İ|LLC"


@given(TEXT | st.lists(st.sampled_from(PIECES.split("|"))).map(" ".join))
def test_any_name_gives_a_key_that_is_its_own_key(name: str) -> None:
    key = company_key(name)
    assert key == " ".join(key.split())
