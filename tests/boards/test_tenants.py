"""The project's own list of public boards."""

from __future__ import annotations

from collections import Counter

from jobspiders.bases.ats import AtsSpider, company_names, read_tenants, shipped_tenants
from tests.boards.cases import boards, spider_class


def rows() -> list[list[str]]:
    lines = shipped_tenants().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def test_each_line_has_platform_token_and_company_without_outer_blanks() -> None:
    assert [
        row for row in rows() if len(row) != 3 or any(not part or part != part.strip() for part in row)
    ] == []


def test_each_board_is_there_once() -> None:
    counted = Counter((platform, token) for platform, token, _ in rows())
    assert [key for key, count in counted.items() if count > 1] == []


def test_the_list_is_in_order() -> None:
    keys = [(platform, token.lower(), token) for platform, token, _ in rows()]
    assert keys == sorted(keys)


def test_each_platform_is_a_board_of_ours_and_each_token_one_of_its_form() -> None:
    for platform, token, _ in rows():
        spider = spider_class(platform)
        assert issubclass(spider, AtsSpider), platform
        assert spider.tenant(token) == token


def test_every_platform_has_a_tenant_that_all_stands_for() -> None:
    platforms = [board for board in boards() if issubclass(spider_class(board), AtsSpider)]
    assert [board for board in platforms if not read_tenants(shipped_tenants(), board)] == []
    for board in platforms:
        spider_class(board).check_arguments({"companies": "all"})


def test_companies_are_found_by_platform_and_token() -> None:
    assert company_names()["ashby", "Rose%20Rocket"] == "Rose Rocket"
    assert len(company_names()) == len(rows())
