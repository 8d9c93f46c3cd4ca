"""The log of a whole crawl, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from jobspiders.extensions.logs import ShortLogFormatter
from jobspiders.items import JobPosting
from tests.commands.running import scrapy

#: Nobody listens there.
SITE = "http://127.0.0.1:9/jobs"


def test_a_log_that_is_no_terminal_is_json_and_shows_no_password(tmp_path: Path, database_url: str) -> None:
    ran = scrapy(
        *("crawl", "careersite", "-a", f"url={SITE}", "-s", "RETRY_ENABLED=0", "-L", "DEBUG"),
        *("-s", "PROXY_LIST=http://me:Hx92kqLp77@127.0.0.1:9", "-s", "FTP_TOKEN=Jt55mmQa12"),
        environment={"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path)},
    )
    entries = [json.loads(line) for line in ran.err.splitlines()]
    messages = {entry["message"].split(":")[0]: entry for entry in entries}
    assert messages["Spider opened"]["board"] == "careersite"
    assert len(messages["Spider opened"]["crawl"]) == 36
    assert "Hx92kqLp77" not in ran.err
    assert "Jt55mmQa12" not in ran.err


def test_a_log_file_has_scrapys_own_format(tmp_path: Path, database_url: str) -> None:
    log = tmp_path / "job.log"
    scrapy(
        *("crawl", "careersite", "-a", f"url={SITE}", "-s", "RETRY_ENABLED=0", "--logfile", str(log)),
        *("-s", "PROXY_LIST=http://me:Hx92kqLp77@127.0.0.1:9", "-s", "PROXY_MAX_WAIT=1"),
        environment={"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path)},
    )
    text = log.read_text()
    assert "] INFO: Spider opened [crawl=" in text
    assert "] INFO: Spider closed (" in text
    assert "Traceback" not in text
    assert "Hx92kqLp77" not in text
    assert "] WARNING: Disabled" not in text


def test_a_component_that_a_mistake_disables_is_a_warning_and_its_secret_is_not_shown(
    tmp_path: Path, database_url: str
) -> None:
    log = tmp_path / "job.log"
    scrapy(
        *("crawl", "careersite", "-a", f"url={SITE}", "-s", "RETRY_ENABLED=0", "--logfile", str(log)),
        *("-s", "ALERT_URLS=Hx92kqLp77"),
        environment={"JOBSPIDERS_HOME": str(tmp_path), "DATABASE_URL": database_url},
    )
    text = log.read_text()
    assert "] ERROR: Nobody is told of bad boards: ALERT_URLS: number 1 is no URL" in text
    assert "] WARNING: Disabled jobspiders.extensions.alerts.AlertsExtension" in text
    assert "Hx92kqLp77" not in text


@pytest.mark.parametrize(
    ("level", "made"), [("DEBUG", True), (10, True), ("INFO", False), ("WARNING", False)]
)
def test_no_record_is_made_of_each_page_and_posting_above_debug(level: str | int, made: bool) -> None:
    crawler = get_crawler(Spider, {"LOG_LEVEL": level})
    formatter = ShortLogFormatter.from_crawler(crawler)
    request = Request("https://pelikan.example/")
    page = Response(request.url, request=request)
    spider = Spider("pelikan")
    assert (formatter.crawled(request, page, spider) is not None) is made
    assert (formatter.scraped(JobPosting(), page, spider) is not None) is made
