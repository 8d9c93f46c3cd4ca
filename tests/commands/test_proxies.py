from __future__ import annotations

from pathlib import Path

import pytest

from jobspiders.storage.host_states import HostState
from tests.commands.in_process import CommandRunner
from tests.fault_server import proxy as proxies
from tests.fault_server.behaviours import BEHAVIOURS
from tests.fault_server.proxy import LocalProxies
from tests.fault_server.server import FaultServer
from tests.storage.test_host_states import save


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_without_a_list_it_says_that_requests_go_straight(scrapy: CommandRunner) -> None:
    done = scrapy("proxies")
    assert done.code == 0
    assert "no proxies" in done.output


def test_it_shows_how_each_proxy_did_at_each_site_and_no_credentials(
    scrapy: CommandRunner, database_url: str
) -> None:
    health = {"ok": 7, "failed": 2, "banned": 1, "score": 0.61, "latency": 0.5, "state": "refused"}
    save(database_url, HostState("jobs.example.com", proxies={"10.0.0.1:80": health}))
    listed = "http://ann:s3cret@10.0.0.1:80,10.0.0.2:80"
    done = scrapy("proxies", JOBSPIDERS_PROXIES=listed, DATABASE_URL=database_url)
    assert done.code == 0
    used, unused = done.output.splitlines()
    assert used.split() == [
        "10.0.0.1:80",
        "jobs.example.com",
        "refused",
        "7",
        "ok",
        "2",
        "failed",
        "1",
        "refused",
        "score",
        "0.61",
        "0.50",
        "s",
    ]
    assert unused.split() == ["10.0.0.2:80", "not", "used", "yet"]
    assert "s3cret" not in done.output + done.errors


def test_it_tells_which_proxies_work(scrapy: CommandRunner, tmp_path: Path) -> None:
    fine = BEHAVIOURS["fine"]
    with (
        FaultServer([fine], tmp_path) as server,
        LocalProxies(good=proxies.forward, bad=proxies.refuse, dropping=proxies.drop) as pool,
    ):
        listed = ",".join(url.replace("//", "//ann:s3cret@") for url in pool.urls)
        done = scrapy("proxies", "--test", "--url", server.url(fine, "/"), JOBSPIDERS_PROXIES=listed)
        none = scrapy("proxies", "--test", "--url", server.url(fine, "/"), JOBSPIDERS_PROXIES=pool["bad"].url)
    told = {line.split()[0]: line.split()[1] for line in done.output.splitlines()}
    assert told == {
        f"127.0.0.1:{pool['good'].port}": "works",
        f"127.0.0.1:{pool['bad'].port}": "fails",
        f"127.0.0.1:{pool['dropping'].port}": "fails",
    }
    assert (done.code, none.code) == (0, 1)
    assert "s3cret" not in done.output + done.errors


def test_a_list_without_a_proxy_is_an_error_that_names_lines(scrapy: CommandRunner) -> None:
    done = scrapy("proxies", JOBSPIDERS_PROXIES="nonsense,socks5://10.0.0.1:80")
    assert done.code == 1
    assert "line 1, 2" in done.errors
    assert "nonsense" not in done.errors
