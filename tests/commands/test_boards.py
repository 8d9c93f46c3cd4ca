from __future__ import annotations

import json

import pytest

from jobspiders.commands.boards import describe_board, details, table
from tests.boards.cases import boards, spider_class
from tests.commands.running import scrapy

NOWHERE = {"DATABASE_URL": "", "JOBSPIDERS_HOME": "/nonexistent"}


def test_every_board_is_listed_with_what_a_user_must_know() -> None:
    ran = scrapy("boards", "--json", environment=NOWHERE)
    assert ran.code == 0, ran.err
    listed = {board["name"]: board for board in map(json.loads, ran.out.splitlines())}
    assert sorted(listed) == boards()
    assert listed["indeed"]["required"] == ["query"]
    assert listed["greenhouse"]["kind"] == "ATS platform"
    assert "companies" in listed["greenhouse"]["arguments"]
    assert "four calls a day" in listed["remotive"]["terms"]
    assert "link back" in listed["remoteok"]["terms"]


def test_there_are_at_least_thirty_eight_boards() -> None:
    assert len(boards()) >= 38


@pytest.mark.parametrize("board", boards())
def test_the_table_and_the_details_name_kind_sources_and_arguments(board: str) -> None:
    described = describe_board(spider_class(board), "2026-09-01 08:00 ok")
    row = table([described]).splitlines()[1]
    assert row.startswith(board) and described.kind in row and "2026-09-01 08:00 ok" in row
    told = details(described, spider_class(board))
    assert all(argument in told for argument in described.arguments)
    assert described.robots in told


def test_an_unknown_board_is_one_line() -> None:
    ran = scrapy("boards", "indeeed", environment=NOWHERE)
    assert (ran.code, ran.said) == (2, ["scrapy: error: there is no board 'indeeed'; did you mean indeed?"])
