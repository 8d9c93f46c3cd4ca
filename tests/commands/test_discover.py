from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobspiders.bases.ats import read_tenants
from jobspiders.bases.discovery import Check, Hit, Search
from jobspiders.commands.discover import HEADER, Row, rows_of, sites_in, table, write_tenants
from jobspiders.parsing.cassette import interaction, write_cassette
from jobspiders.parsing.platforms import Tenant
from tests.commands.running import scrapy

PAGE = "https://pelikan.example/careers"
TENANT = Tenant("lever", "pelikan")


def exchange(url: str, body: Any, status: int = 200) -> dict[str, Any]:
    data = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html; charset=utf-8" if data.startswith("<") else "text/plain"
    return interaction(
        "GET",
        url,
        status=status,
        headers={"Content-Type": [kind]},
        body=data.encode(),
        recorded_at=datetime.now(UTC),
    )


@pytest.fixture
def cassette(tmp_path: Path) -> list[str]:
    """Settings of a crawl of two companies, one with a board and one without, through every middleware."""
    job = {
        "id": 1,
        "title": "Rigger",
        "absolute_url": "https://x.example/1",
        "company_name": "Pelikan Robotics",
    }
    api = "https://boards-api.greenhouse.io"
    path = tmp_path / "cassette.json"
    write_cassette(
        path,
        [
            exchange("https://pelikan.example/robots.txt", "User-agent: *\nDisallow: /private\n"),
            exchange(
                "https://pelikan.example/", '<a href="/careers">Careers</a><a href="/private/jobs">x</a>'
            ),
            exchange(
                PAGE, '<script src="https://boards.greenhouse.io/embed/job_board/js?for=pelikan"></script>'
            ),
            exchange("https://walled.example/robots.txt", "User-agent: *\nDisallow: /\n"),
            exchange(f"{api}/robots.txt", "User-agent: *\nDisallow: /embed/\n"),
            exchange(f"{api}/v1/boards/pelikan/jobs?content=true", {"jobs": [job], "meta": {"total": 1}}),
        ],
    )
    settings = {
        "HTTPCACHE_ENABLED": "1",
        "HTTPCACHE_STORAGE": "jobspiders.middlewares.cassettes.CassetteStorage",
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.DummyPolicy",
        "HTTPCACHE_IGNORE_MISSING": "1",
        "CASSETTE": str(path),
    }
    return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def test_domains_become_a_tenants_file_and_a_table(tmp_path: Path, cassette: list[str]) -> None:
    sites, output = tmp_path / "sites.txt", tmp_path / "tenants.tsv"
    sites.write_text("# companies\nwalled.example, Walled Garden\n")
    ran = scrapy("discover", "pelikan.example", "--file", str(sites), "-o", str(output), *cassette)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].split() == ["site", "platform", "token", "company", "postings"]
    assert lines[1].split() == ["pelikan.example", "greenhouse", "pelikan", "Pelikan", "Robotics", "1"]
    assert lines[2].startswith("walled.example")
    assert "robots.txt forbids" in lines[2]
    assert lines[3] == f"{output}: 1 added"
    assert output.read_text() == f"{HEADER}\ngreenhouse\tpelikan\tPelikan Robotics\n"
    assert ran.err == ""


def test_nothing_found_is_said_and_is_exit_code_1(cassette: list[str]) -> None:
    ran = scrapy("discover", "walled.example", *cassette)
    assert ran.code == 1
    assert "robots.txt forbids" in ran.out
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name a site"),
        (["pelikan"], "site: 'pelikan' is no address of a web page"),
        (["--file", "/no/such"], "/no/such: No such file or directory"),
        (["pelikan.example", "-o", "/no/such/tenants.tsv"], "/no/such/tenants.tsv: there is no such folder"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(words: list[str], message: str) -> None:
    ran = scrapy("discover", *words)
    assert ran.code == 2
    assert ran.said == [line for line in ran.said if message in line]
    assert len(ran.said) == 1


def test_sites_of_a_file_are_the_first_words_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "\ufeffpelikan.example,Pelikan\n\n# all\nhttps://nordlicht.example/jobs\tNordlicht # new\n"
    )
    assert sites_in(path) == ["pelikan.example", "https://nordlicht.example/jobs"]


@pytest.mark.parametrize(
    ("check", "embedded", "note", "listed"),
    [
        (Check("pelikan", "ok", None, 3, "Pelikan BV"), False, "", True),
        (Check("pelikan", "empty"), False, "no postings at present", True),
        (Check("pelikan", "not_found"), True, "no such board", False),
        (Check("pelikan", "blocked", "HTTP 403"), True, "not checked: HTTP 403", False),
        (
            Check("nordlicht", "ok", None, 3, "Nordlicht"),
            False,
            f"another company's name (linked from {PAGE})",
            False,
        ),
        (Check("nordlicht", "ok", None, 3, "Nordlicht"), True, "", True),
    ],
)
def test_what_a_row_says_of_a_board(check: Check, embedded: bool, note: str, listed: bool) -> None:
    search = Search("pelikan.example", "https://pelikan.example/", hits={TENANT: Hit(TENANT, PAGE, embedded)})
    (row,) = rows_of(search, {TENANT: check})
    assert (row.note, row.listed) == (note, listed)


def test_the_company_is_named_as_the_board_has_it_else_as_the_site_has_it_else_by_the_token() -> None:
    search = Search("pelikan.example", "https://pelikan.example/", hits={TENANT: Hit(TENANT, PAGE, True)})
    named = Check("pelikan", "ok", None, 1, "Pelikan BV")
    by_token = Check("pelikan", "ok", None, 1, "pelikan")
    assert rows_of(search, {TENANT: named})[0].company == "Pelikan BV"
    assert rows_of(search, {TENANT: by_token})[0].company == "pelikan"
    search.name = "Pelikan\tRobotics"
    assert rows_of(search, {TENANT: by_token})[0].company == "Pelikan Robotics"


@pytest.mark.parametrize(
    ("search", "note"),
    [
        (Search("x", "x", pages=3), "no board found on 3 pages"),
        (Search("x", "x", faults=["failed: OSError", "more"]), "failed: OSError"),
        (
            Search("x", "x", pages=1, own_postings=PAGE),
            f"postings on its own pages: scrapy crawl careersite -a url={PAGE}",
        ),
    ],
)
def test_a_site_without_a_board_says_why(search: Search, note: str) -> None:
    assert [row.note for row in rows_of(search, {})] == [note]


def test_the_table_has_columns() -> None:
    rows = [
        Row("a.example", "lever", "a", "A", "12", "", listed=True),
        Row("bb.example", "", "", "", "", "nothing"),
    ]
    assert table(rows).splitlines() == [
        "site        platform  token  company  postings",
        "a.example   lever     a      A        12",
        "bb.example                                      nothing",
    ]


def test_a_tenants_file_keeps_what_it_has_and_its_order(tmp_path: Path) -> None:
    path = tmp_path / "tenants.tsv"
    path.write_text(
        "# ours\nlever\tZebra\tZebra\nashby\tb\tB by hand\n#? not checked: HTTP 403\tlever\tmurmel\tMurmel\n"
    )
    rows = [
        Row("s", "ashby", "b", "B", "1", "", listed=True),
        Row("s", "lever", "murmel", "Murmel Labs", "1", "", listed=True),
        Row("s", "ashby", "Acme", "Acme", "1", "", listed=True),
        Row(
            "s", "smartrecruiters", "Pelikan", "Pelikan", "", "not checked: robots.txt", is_open_question=True
        ),
        Row("s", "lever", "gone", "Gone", "", "no such board"),
    ]
    assert write_tenants(path, rows) == 2
    assert path.read_text() == (
        "# ours\nashby\tAcme\tAcme\nashby\tb\tB by hand\nlever\tmurmel\tMurmel Labs\nlever\tZebra\tZebra\n"
        "#? not checked: robots.txt\tsmartrecruiters\tPelikan\tPelikan\n"
    )
    assert read_tenants(path.read_text(), "lever") == ["murmel", "Zebra"]
    assert read_tenants(path.read_text(), "smartrecruiters") == []
    before = path.read_text()
    assert write_tenants(path, rows) == 0
    assert path.read_text() == before
