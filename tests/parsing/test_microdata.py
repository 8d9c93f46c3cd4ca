from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.microdata import postings_in_attributes
from jobspiders.parsing.page import Page

URL = "https://acme.example/jobs/7"
MICRODATA = """<html><body><div itemscope itemtype="http://schema.org/JobPosting" itemref="place">
<meta itemprop="datePosted" content="2026-08-01"><h1 itemprop="title">Rigger</h1>
<span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
 <a itemprop="url" href="https://acme.example"><b itemprop="name">Acme Ltd</b></a></span>
<div itemprop="description"><p>We <b>rig</b>. <span itemprop="name">No name</span></p></div>
<span itemprop="baseSalary" itemscope itemtype="http://schema.org/MonetaryAmount">
<meta itemprop="currency" content="GBP">
 <span itemprop="value" itemscope><meta itemprop="minValue" content="30000"><meta itemprop="maxValue" content="40000">
 <meta itemprop="unitText" content="YEAR"></span></span>
<span itemprop="employmentType" content="FULL_TIME">Full time</span><span itemprop="employmentType">INTERN</span>
<time itemprop="validThrough" datetime="2026-12-01">December</time></div>
<p id="place" itemprop="jobLocation" itemscope><i itemprop="address" itemscope>
<u itemprop="addressLocality">Hull</u></i></p>
</body></html>"""
RDFA = """<html><body vocab="https://schema.org/"><div typeof="JobPosting"><h1 property="title">Rigger</h1>
<div property="schema:hiringOrganization" typeof="Organization"><span property="name">Acme</span></div>
<time property="datePosted" datetime="2026-01-02">January</time><a property="url" href="/jobs/7">x</a></div>
</body></html>"""


def test_microdata_reads_as_json_ld_would() -> None:
    (found,) = Page(URL, MICRODATA.encode()).jsonld
    posting = posting_from_jsonld(found, URL)
    assert (posting.title, posting.company, posting.location_text) == ("Rigger", "Acme Ltd", "Hull")
    assert (posting.date_posted, posting.valid_through) == ("2026-08-01", "2026-12-01")
    assert posting.employment_types == ["FULL_TIME", "INTERN"]
    assert posting.salary is not None
    assert (posting.salary.min, posting.salary.max, posting.salary.currency, posting.salary.unit) == (
        30000,
        40000,
        "GBP",
        "year",
    )
    assert (posting.description_html or "").startswith("<p>We <b>rig</b>.")


def test_rdfa_reads_as_json_ld_would() -> None:
    (found,) = Page("https://acme.example/x", RDFA.encode()).jsonld
    posting = posting_from_jsonld(found, "https://acme.example/x")
    assert (posting.title, posting.company, posting.date_posted) == ("Rigger", "Acme", "2026-01-02")
    assert posting.url == URL


def test_a_list_of_items_is_read_and_others_are_not() -> None:
    cards = "".join(
        f'<li itemscope itemtype="https://schema.org/JobPosting/"><a itemprop="url" href="/jobs/{n}">'
        f'<span itemprop="title">Job {n}</span></a><b itemprop="datePosted">2026</b></li>'
        for n in (1, 2)
    )
    other = (
        '<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">JobPosting tool</b></div>'
    )
    empty = '<div itemscope itemtype="https://schema.org/JobPosting"></div>'
    found = postings_in_attributes(LexborHTMLParser(f"<ul>{cards}</ul>{other}{empty}"))
    assert [(item["title"], item["url"]) for item in found] == [("Job 1", "/jobs/1"), ("Job 2", "/jobs/2")]


def test_scripts_come_before_attributes() -> None:
    script = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Fitter"}</script>'
    assert [found.text("title") for found in Page(URL, (script + MICRODATA).encode()).jsonld] == ["Fitter"]
