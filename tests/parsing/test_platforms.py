from __future__ import annotations

import html
import json

import pytest

from jobspiders.bases.ats import AtsSpider, read_tenants, shipped_tenants
from jobspiders.parsing.page import Page
from jobspiders.parsing.platforms import PLATFORMS, Tenant, tenant_of, tenants_in
from tests.boards.cases import boards, spider_class

ADDRESSES = [
    ("https://boards.greenhouse.io/pelikan", "greenhouse", "pelikan"),
    ("https://job-boards.eu.greenhouse.io/pelikan/jobs/4100001?gh_src=x", "greenhouse", "pelikan"),
    ("https://boards.greenhouse.io/embed/job_board/js?for=pelikan", "greenhouse", "pelikan"),
    ("https://boards.greenhouse.io/embed/job_app?token=410&for=pelikan", "greenhouse", "pelikan"),
    ("https://boards-api.greenhouse.io/v1/boards/pelikan/jobs?content=true", "greenhouse", "pelikan"),
    ("https://jobs.lever.co/pelikan/7d1b6a5e-0000-4000-8000-000000000001", "lever", "pelikan"),
    ("https://jobs.eu.lever.co/pelikan", "lever", "eu:pelikan"),
    ("https://api.lever.co/v0/postings/pelikan?mode=json", "lever", "pelikan"),
    ("https://jobs.ashbyhq.com/Pelikan%20Robotics", "ashby", "Pelikan%20Robotics"),
    ("https://jobs.ashbyhq.com/Pelikan/embed?version=2", "ashby", "Pelikan"),
    ("https://api.ashbyhq.com/posting-api/job-board/Pelikan", "ashby", "Pelikan"),
    (
        "https://pelikan.wd5.myworkdayjobs.com/en-US/Careers/job/Hull/Rigger_R-1",
        "workday",
        "pelikan/wd5/Careers",
    ),
    ("https://pelikan.wd5.myworkdayjobs.com/wday/cxs/pelikan/Careers/jobs", "workday", "pelikan/wd5/Careers"),
    (
        "https://wd5.myworkdaysite.com/en-US/recruiting/pelikan/Careers",
        "workday",
        "pelikan/wd5.myworkdaysite.com/Careers",
    ),
    ("https://careers.smartrecruiters.com/Pelikan1", "smartrecruiters", "Pelikan1"),
    ("https://jobs.smartrecruiters.com/Pelikan1/743999000000001-rigger", "smartrecruiters", "Pelikan1"),
    (
        "https://jobs.smartrecruiters.com/oneclick-ui/company/Pelikan1/publication/x",
        "smartrecruiters",
        "Pelikan1",
    ),
    ("https://api.smartrecruiters.com/v1/companies/Pelikan1/postings", "smartrecruiters", "Pelikan1"),
    ("https://apply.workable.com/pelikan/j/0A1B2C3D4E/", "workable", "pelikan"),
    ("https://apply.workable.com/api/v1/widget/accounts/pelikan", "workable", "pelikan"),
    ("https://pelikan.workable.com/", "workable", "pelikan"),
    ("https://pelikan.recruitee.com/o/rigger", "recruitee", "pelikan"),
    ("https://pelikan.jobs.personio.de/job/4711", "personio", "pelikan"),
    ("https://pelikan.jobs.personio.com/?language=en", "personio", "pelikan.jobs.personio.com"),
    ("https://pelikan.bamboohr.com/careers", "bamboohr", "pelikan"),
    ("https://pelikan.teamtailor.com/jobs", "teamtailor", "pelikan"),
    ("https://pelikan.na.teamtailor.com/jobs", "teamtailor", "pelikan.na"),
    ("https://pelikan.breezy.hr/p/0123456789ab-rigger", "breezy", "pelikan"),
    ("https://pelikan.pinpointhq.com/en/postings/1", "pinpoint", "pelikan"),
    ("https://ats.rippling.com/en-GB/pelikan/jobs", "rippling", "pelikan"),
    ("https://api.rippling.com/platform/api/ats/v1/board/pelikan/jobs", "rippling", "pelikan"),
    (
        "https://pelikan.eightfold.ai/careers?query=x&domain=pelikan.example",
        "eightfold",
        "pelikan/pelikan.example",
    ),
    ("https://pelikan.eightfold.ai/careers", "eightfold", "pelikan"),
    ("https://careers-pelikan.icims.com/jobs/intro?hashed=-1", "icims", "careers-pelikan"),
    ("https://pelikan.jibeapply.com/api/jobs", "icims", "pelikan.jibeapply.com"),
    ("pelikan.recruitee.com", "recruitee", "pelikan"),
]


@pytest.mark.parametrize(("url", "platform", "token"), ADDRESSES)
def test_an_address_tells_platform_and_token(url: str, platform: str, token: str) -> None:
    assert tenant_of(url) == Tenant(platform, token)


@pytest.mark.parametrize(("url", "platform", "token"), ADDRESSES)
def test_tokens_have_the_form_that_the_platforms_spider_takes(url: str, platform: str, token: str) -> None:
    spider = spider_class(platform)
    assert issubclass(spider, AtsSpider)
    assert spider.tenant(token) == token


def test_every_platform_is_known() -> None:
    assert {board for board in boards() if issubclass(spider_class(board), AtsSpider)} == PLATFORMS


@pytest.mark.parametrize(
    "url",
    [
        "https://www.greenhouse.io/pricing",
        "https://boards.greenhouse.io/embed/job_board",
        "https://support.greenhouse.io/hc",
        "https://www.lever.co/blog",
        "https://www.workable.com/pricing",
        "https://apply.workable.com/j/0A1B2C3D4E",
        "https://app.teamtailor.com/companies/x",
        "https://scripts.teamtailor-cdn.com/widgets/jobs.js",
        "https://www.bamboohr.com/",
        "https://help.breezy.hr/en",
        "https://assets-cdn.breezy.hr/x.js",
        "https://app.eightfold.ai/careers",
        "https://cdn01.icims.com/jobs/x.css",
        "https://pelikan.wd5.myworkdayjobs.com/",
        "https://pelikan.wd5.myworkdayjobs.com/wday/authgwy/x",
        "https://pelikan.example/careers",
        "not an address",
        "https://[odd",
        "",
    ],
)
def test_a_platforms_own_pages_and_other_sites_are_nobodys_board(url: str) -> None:
    assert tenant_of(url) is None


def test_each_shipped_token_is_found_in_an_address_of_its_board() -> None:
    hosts = {
        "ashby": "https://jobs.ashbyhq.com/{}",
        "greenhouse": "https://boards.greenhouse.io/{}",
        "smartrecruiters": "https://jobs.smartrecruiters.com/{}",
        "recruitee": "https://{}.recruitee.com/",
        "bamboohr": "https://{}.bamboohr.com/careers",
        "breezy": "https://{}.breezy.hr",
        "pinpoint": "https://{}.pinpointhq.com/",
        "workable": "https://apply.workable.com/{}/",
        "rippling": "https://ats.rippling.com/{}/jobs",
        "icims": "https://{}.icims.com/jobs",
    }
    for platform, address in hosts.items():
        tokens = [
            token
            for token in read_tenants(shipped_tenants(), platform)
            if "." not in token or platform == "ashby"
        ]
        assert [token for token in tokens if tenant_of(address.format(token)) != (platform, token)] == []


def page(body: str, url: str = "https://pelikan.example/careers", head: str = "") -> Page:
    return Page(url, f"<html><head>{head}</head><body>{body}</body></html>".encode())


EMBEDS = [
    (
        '<script src="https://boards.greenhouse.io/embed/job_board/js?for=pelikan"></script>',
        "greenhouse",
        "pelikan",
    ),
    (
        '<iframe src="https://boards.greenhouse.io/embed/job_board?b=x&amp;for=pelikan"></iframe>',
        "greenhouse",
        "pelikan",
    ),
    (
        "<script>window.leverJobsOptions = {accountName: 'pelikan', includeCss: true};</script>",
        "lever",
        "pelikan",
    ),
    ('<script src="https://jobs.ashbyhq.com/pelikan/embed"></script>', "ashby", "pelikan"),
    ('<script>whr_embed(457000, {detail: "titles"});</script>', "workable", "457000"),
    (
        '<script>widget({"company_code": "Pelikan1", "locale": "en"})</script><a href="//smartrecruiters.com">',
        "smartrecruiters",
        "Pelikan1",
    ),
    (
        '<div id="BambooHR" data-domain="pelikan.bamboohr.com" data-version="1.0.0"></div>',
        "bamboohr",
        "pelikan",
    ),
    (
        f"<script>{json.dumps({'u': 'https://pelikan.recruitee.com/api'}).replace('/', chr(92) + '/')}</script>",
        "recruitee",
        "pelikan",
    ),
    ('<a href="/out?to=https%3A%2F%2Fjobs.lever.co%2Fpelikan%2F1">Jobs</a>', "lever", "pelikan"),
    (html.escape('<a href="https://jobs.lever.co/pelikan">'), "lever", "pelikan"),
]


@pytest.mark.parametrize(("body", "platform", "token"), EMBEDS)
def test_embeds_links_and_scripts_tell_the_tenant(body: str, platform: str, token: str) -> None:
    assert tenants_in(page(body)) == [Tenant(platform, token)]


@pytest.mark.parametrize(
    ("head", "token"),
    [
        ('<meta property="og:image" content="https://careers.recruiteecdn.com/image/x.png">', "recruitee"),
        ('<script src="https://assets-aws.teamtailor-cdn.com/assets/careersite.js"></script>', "teamtailor"),
        ('<script src="https://app.jibecdn.com/prod/search/app.js"></script>', "icims"),
    ],
)
def test_a_platforms_page_under_the_companys_own_host_is_the_tenant(head: str, token: str) -> None:
    assert tenants_in(page("", "https://jobs.pelikan.example/", head)) == [
        Tenant(token, "jobs.pelikan.example")
    ]
    spider = spider_class(token)
    assert issubclass(spider, AtsSpider)
    assert spider.tenant("jobs.pelikan.example") == "jobs.pelikan.example"


def test_eightfold_knows_a_company_by_a_domain_that_its_page_names() -> None:
    script = '<script>window._EF_GROUP_ID = "pelikan.example";</script>'
    assert tenants_in(page("", "https://jobs.pelikan.example/careers", script)) == [
        Tenant("eightfold", "jobs.pelikan.example/pelikan.example")
    ]
    assert tenants_in(page("", "https://jobs.pelikan.example/careers", "<script>_EF_GROUP_ID</script>")) == []


def test_pictures_of_a_platform_elsewhere_on_a_page_say_nothing_of_its_host() -> None:
    assert tenants_in(page('<img src="https://careers.recruiteecdn.com/image/x.png">')) == []


def test_the_pages_own_address_counts_most_then_embeds_then_the_number_of_links() -> None:
    links = (
        '<a href="https://jobs.lever.co/nordlicht/1"></a>' * 3
        + '<a href="https://jobs.lever.co/pelikan"></a>'
    )
    frame = '<iframe src="https://murmel.recruitee.com/"></iframe>'
    found = tenants_in(page(links + frame, "https://quartz.breezy.hr/"))
    assert found == [
        Tenant("breezy", "quartz"),
        Tenant("recruitee", "murmel"),
        Tenant("lever", "nordlicht"),
        Tenant("lever", "pelikan"),
    ]
    assert found[0].command == "scrapy crawl breezy -a companies=quartz"
