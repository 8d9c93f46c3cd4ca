from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.job_addresses import (
    canonical,
    company_label,
    is_about_jobs,
    job_likelihood,
    posting_key,
    same_company,
    site_of,
    strong_key,
)

SITE = "https://pelikan.example"


@pytest.mark.parametrize(
    ("path", "likelihood"),
    [
        ("/", 0),
        ("/products/crane", 0),
        ("/careers", 1),
        ("/en/careers/", 1),
        ("/karriere/", 1),
        ("/careers?gh_jid=4711", 1),
        ("/careers/senior-engineer", 2),
        ("/jobs/12345", 2),
        ("/stellenangebote/kranfuehrer-mwd.html", 2),
        ("/offres-d-emploi/grutier", 2),
        ("/open_positions/rigger", 2),
        ("/%E6%8E%A1%E7%94%A8/rigger", 2),
        ("/blog/how-we-fill-jobs", 0),
        ("/careers/benefits", 0),
        ("/jobs/12345/apply", 0),
        ("/jobs/logo.png", 0),
        ("/jobseeker-tips", 0),
    ],
)
def test_likelihood_by_the_path(path: str, likelihood: int) -> None:
    assert job_likelihood(SITE + path) == likelihood


def test_a_host_for_jobs_makes_every_page_of_it_likely() -> None:
    assert job_likelihood("https://jobs.pelikan.example/hull/rigger") == 2
    assert job_likelihood("https://karriere.pelikan.example/") == 1


def test_what_a_link_is_called_counts_where_its_address_says_nothing() -> None:
    assert job_likelihood(f"{SITE}/team", "Open positions") == 1
    assert job_likelihood(f"{SITE}/team", "Our team") == 0


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/jobs/12345", "12345"),
        ("/jobs/12345/rigger", "12345"),
        ("/jobs/12345-rigger/", "12345"),
        ("/jobs/rigger-12345.html", "12345"),
        ("/jobs/12345/rigger/job", "12345"),
        ("/jobs/Rigger_R-10234-1", "R-10234-1"),
        ("/job/7d1b6a5e-0000-4000-8000-000000000001/apply", "7d1b6a5e-0000-4000-8000-000000000001"),
        ("/jobs/Details/12345/Pelikan/Rigger", "12345"),
        ("/careers?gh_jid=4711&utm_source=x", "4711"),
        ("/job.php?lang=en&jobId=J77", "J77"),
        ("/jobs/rigger-2026", None),
        ("/jobs/2026/05/rigger", None),
        ("/company/12345/jobs/rigger", None),
        ("/jobs/rigger", None),
        ("/jobs?id=all", None),
    ],
)
def test_ids_in_addresses(path: str, key: str | None) -> None:
    assert strong_key(SITE + path) == key


def test_without_an_id_the_path_is_the_key() -> None:
    assert posting_key("https://www.pelikan.example/jobs/rigger/?utm_source=x&lang=de") == "jobs/rigger"
    assert posting_key(f"{SITE}/hull/jobs/rigger") != posting_key(f"{SITE}/bonn/jobs/rigger")


def test_without_a_telling_path_a_hash_is_the_key() -> None:
    keys = {
        posting_key(url)
        for url in (
            f"{SITE}/",
            f"{SITE}/job?t=a",
            f"{SITE}/job?t=b",
            f"{SITE}/jobs#rigger",
            f"{SITE}/{'x' * 300}",
        )
    }
    assert len(keys) == 5
    assert all(len(key) == 16 for key in keys)


def test_canonical_addresses_leave_out_what_means_nothing() -> None:
    assert canonical("https://www.Pelikan.example/a/?b=2&gclid=x&a=1") == "pelikan.example/a?a=1&b=2"
    assert canonical("http://pelikan.example/a?a=1&b=2") == "pelikan.example/a?a=1&b=2"
    assert canonical("no address") == "no address"


def test_sitemaps_that_are_called_after_jobs() -> None:
    assert is_about_jobs(f"{SITE}/job_listing-sitemap.xml.gz")
    assert is_about_jobs("https://jobs.pelikan.example/sitemap1.xml")
    assert not is_about_jobs(f"{SITE}/post-sitemap.xml")


def test_hosts_of_one_company() -> None:
    assert same_company("https://www.pelikan.example", "https://jobs.pelikan.example/x")
    assert same_company("https://pelikan.co.uk", "https://jobs.pelikan.co.uk")
    assert not same_company("https://pelikan.co.uk", "https://nordlicht.co.uk")
    assert not same_company("http://127.0.0.1:1/", "http://10.0.0.1:1/")
    assert not same_company("https://[odd", "https://[odd")
    assert site_of("https://www.pelikan.example:8443/x") == "pelikan.example"


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://jobs.pelikan.co.uk/x", "pelikan"),
        ("https://careers.ibm.com", "ibm"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("no address", ""),
    ],
)
def test_the_part_of_a_host_that_names_the_company(url: str, label: str) -> None:
    assert company_label(url) == label


@given(st.text(max_size=40))
def test_no_address_raises(text: str) -> None:
    for url in (text, f"https://{text}", f"https://pelikan.example/{text}"):
        assert job_likelihood(url, text) in (0, 1, 2)
        assert posting_key(url) == posting_key(url)
