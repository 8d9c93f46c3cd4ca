from __future__ import annotations

from jobspiders.parsing.page import Page
from jobspiders.spiders.stackoverflow import StackoverflowSpider

FEED = "https://stackoverflow.com/jobs/feed"


def test_a_gone_feed_says_that_the_board_is_closed() -> None:
    spider = StackoverflowSpider()
    for page in (Page(FEED, b"", status=404), Page(FEED, b"\n<!DOCTYPE html><html></html>")):
        fault = spider.judge(page)
        assert fault is not None
        assert fault[0] == "not_found"
        assert "closed its job board in March 2022" in fault[1]


def test_a_refusal_does_not_say_that_the_board_is_closed() -> None:
    fault = StackoverflowSpider().judge(Page(FEED, b"<html></html>", status=403))
    assert fault is not None and fault[0] == "blocked"
    assert StackoverflowSpider().judge(Page(FEED, b"<?xml version='1.0'?><rss></rss>")) is None
