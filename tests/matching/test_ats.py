from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.matching.ats import AtsPosting, are_two, of_board, resolve

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://boards.greenhouse.io/acme/jobs/4001?gh_src=abc", "greenhouse:acme:4001"),
        ("https://job-boards.eu.greenhouse.io/acme/jobs/4001", "greenhouse:acme:4001"),
        ("https://boards.greenhouse.io/embed/job_app?token=4001&for=acme", "greenhouse:acme:4001"),
        ("https://boards.greenhouse.io/embed/job_app?for=acme&token=4001", "greenhouse:acme:4001"),
        ("https://boards-api.greenhouse.io/v1/boards/acme/jobs/4001", "greenhouse:acme:4001"),
        ("https://acme.example/careers/search?gh_jid=4001", "greenhouse::4001"),
        (f"https://jobs.lever.co/acme/{UUID}/apply?lever-source=x", f"lever:acme:{UUID}"),
        (f"https://jobs.eu.lever.co/acme/{UUID}", f"lever:acme:{UUID}"),
        (f"https://jobs.ashbyhq.com/Rose%20Rocket/{UUID}/application", f"ashby:rose-rocket:{UUID}"),
        (f"https://acme.example/jobs?ashby_jid={UUID}", f"ashby::{UUID}"),
        (
            "https://acme.wd5.myworkdayjobs.com/en-US/External/job/Leeds/Site-Engineer_JR-1234/apply",
            "workday:acme:jr-1234",
        ),
        ("https://acme.wd1.myworkdayjobs.com/Ext/job/Site_Engineer_R0099", "workday:acme:r0099"),
        ("https://wd5.myworkdaysite.com/recruiting/acme/Ext/job/Leeds/Cook_R-1", "workday:acme:r-1"),
        (
            "https://jobs.smartrecruiters.com/AcmeInc/743999706414750-cook",
            "smartrecruiters:acmeinc:743999706414750",
        ),
        (
            "https://api.smartrecruiters.com/v1/companies/AcmeInc/postings/743999706414750",
            "smartrecruiters:acmeinc:743999706414750",
        ),
        ("https://acme.recruitee.com/o/cook-in-leeds/c/new", "recruitee:acme:cook-in-leeds"),
        ("https://acme.jobs.personio.de/job/1234?language=en", "personio:acme:1234"),
        ("https://acme.teamtailor.com/jobs/5551-cook", "teamtailor:acme:5551"),
        ("https://acme.bamboohr.com/careers/82", "bamboohr:acme:82"),
        ("https://acme.bamboohr.com/jobs/view.php?id=82", "bamboohr:acme:82"),
        ("https://acme.breezy.hr/p/e1aeb81c2d3f-cook", "breezy:acme:e1aeb81c2d3f"),
        ("https://apply.workable.com/acme/j/AB12CD34EF/", "workable:acme:ab12cd34ef"),
        ("https://apply.workable.com/j/AB12CD34EF", "workable::ab12cd34ef"),
        ("https://careers-acme.icims.com/jobs/1234/cook/job", "icims:acme:1234"),
        (f"https://ats.rippling.com/en-GB/acme-ltd/jobs/{UUID}", f"rippling:acme-ltd:{UUID}"),
        ("https://acme.eightfold.ai/careers?pid=771&domain=acme.example", "eightfold:acme:771"),
        (
            "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/2345",
            "oracle:acme:2345",
        ),
        (
            f"https://track.example/c?to=1&url=https%3A%2F%2Fjobs.lever.co%2Facme%2F{UUID}%3Fx%3D1",
            f"lever:acme:{UUID}",
        ),
    ],
)
def test_addresses_of_postings_are_resolved(url: str, key: str) -> None:
    found = resolve(url)
    assert str(found) == key
    assert AtsPosting.of(key) == found


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "no address",
        "http://[broken",
        "https://boards.greenhouse.io/acme",
        "https://jobs.lever.co/acme",
        "https://acme.example/jobs/4001",
        "https://evilgreenhouse.io/acme/jobs/4001",
        "https://a.example/?url=https%3A%2F%2Fb.example",
        "https://a.example/?gh_jid=abc",
    ],
)
def test_other_addresses_are_not(url: str | None) -> None:
    assert resolve(url) is None


def test_a_tracking_link_that_leads_to_itself_ends() -> None:
    inner = "https://a.example/?url=http"
    for _ in range(6):
        inner = "https://a.example/?url=" + inner.replace(":", "%3A").replace("?", "%3F").replace("&", "%26")
    assert resolve(inner) is None


def test_an_embedded_posting_is_the_one_on_the_platform() -> None:
    embedded, own = (
        resolve("https://acme.example/job?gh_jid=7"),
        resolve("https://boards.greenhouse.io/acme/jobs/7"),
    )
    assert embedded is not None
    assert own is not None
    assert embedded.identity == own.identity


def test_ids_of_a_tenant_only_need_the_tenant() -> None:
    assert AtsPosting("bamboohr", "acme", "7").identity != AtsPosting("bamboohr", "other", "7").identity


def test_rows_of_first_party_boards_are_ats_postings_of_their_scope_or_company() -> None:
    assert str(of_board("greenhouse", "acme", "7", "acme mills")) == "greenhouse:acme:7"
    assert str(of_board("ats", None, "7f", "acme mills")) == "ats:acme-mills:7f"
    assert of_board("linkedin", None, "7", "acme") is None


def test_two_ids_of_one_tenant_are_two_postings() -> None:
    one, two = AtsPosting("lever", "acme", "1"), AtsPosting("lever", "acme", "2")
    assert are_two(one, two, same_company=False)
    assert not are_two(one, one, same_company=True)
    assert not are_two(one, AtsPosting("lever", "other", "2"), same_company=True)


def test_an_unnamed_tenant_is_the_same_where_the_company_is() -> None:
    named, unnamed = AtsPosting("greenhouse", "acme", "1"), AtsPosting("greenhouse", "", "2")
    assert are_two(named, unnamed, same_company=True)
    assert not are_two(named, unnamed, same_company=False)


def test_ids_of_different_kinds_may_name_one_posting() -> None:
    assert not are_two(
        AtsPosting("recruitee", "acme", "1234"), AtsPosting("recruitee", "acme", "cook"), same_company=True
    )


@given(st.text(max_size=200))
def test_any_text_can_be_asked_for(url: str) -> None:
    resolve(url)
    resolve(f"https://{url}?url=https://{url}")
