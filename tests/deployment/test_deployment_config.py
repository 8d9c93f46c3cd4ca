"""Addresses, ports and logins: settings first, then the environment, then scrapyd.conf; mistakes are one line."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest
from scrapy.settings import Settings

from jobspiders.deployment import console, services
from jobspiders.deployment.deployment_config import DeploymentConfig
from jobspiders.deployment.passwords import Account, Passwords
from jobspiders.deployment.scrapyd_config import ConfigurationError
from tests.deployment.machine import FOREIGN

PASSWORDS = Passwords(Account("operator", "first"), Account("viewer", "second"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith((*FOREIGN, "SCHEDULE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JOBSPIDERS_HOME", str(tmp_path))


def config(**given: object) -> DeploymentConfig:
    return DeploymentConfig.from_settings(Settings(given))


def test_what_is_said_nearest_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (config().scrapyd_address, config().scrapyd_port) == ("127.0.0.1", 6800)
    monkeypatch.setenv("SCRAPYD_HTTP_PORT", "6801")
    monkeypatch.setenv("SCRAPYD_MAX_PROC", "3")
    assert config().scrapyd_url == "http://127.0.0.1:6801"
    assert config().slots == "3"
    assert config(SCRAPYDWEB_PORT=5001).console_url == "http://127.0.0.1:5001"
    assert config(SCRAPYD_NODE_NAME="two").node_name == "two"


def test_a_node_that_listens_everywhere_is_reached_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPYD_BIND_ADDRESS", "0.0.0.0")
    assert config().node_address == f"{platform.node()}:6800"
    assert config().scrapyd_url == "http://127.0.0.1:6800"
    monkeypatch.setenv("SCRAPYD_NODE_ADDRESS", "10.0.0.2:6800")
    assert config().node_address == "10.0.0.2:6800"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SCRAPYD_HTTP_PORT", "0", "http_port = 0 is no port"),
        ("SCRAPYDWEB_PORT", "web", "SCRAPYDWEB_PORT = web is no port"),
        ("SCRAPYD_NODE_NAME", "../x", "node_name '../x' is not a plain name"),
        ("SCRAPYD_MAX_PROC", "-1", "max_proc = -1 is no whole number"),
        ("UP_TIMEOUT", "soon", "UP_TIMEOUT = soon is no number of seconds"),
        ("SCHEDULE_INTERVAL", "0", "SCHEDULE_INTERVAL = 0 is no number of seconds"),
        ("SCHEDULE_BURST", "0", "SCHEDULE_BURST = 0 is no number above 0"),
    ],
)
def test_mistakes_are_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=said):
        config()


def test_the_console_knows_all_nodes_and_calls_them_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "intranet.example")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    made = services.scrapydweb(config(), PASSWORDS, ["node-two:6800"])
    assert made.environment["no_proxy"] == "intranet.example,127.0.0.1,localhost,node-two"
    assert '"node-two"' in made.environment["SCRAPYD_SERVERS"]
    assert "DATABASE_URL" not in made.environment
    assert "second" not in repr(made)
    assert "second" not in (made.directory / console.SETTINGS_FILE).read_text()


def test_scrapyd_and_its_jobs_are_told_where_everything_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPYDWEB_PASSWORD", "of the console")
    monkeypatch.setenv("DATABASE_URL", "postgresql://operator@db.example/jobs")
    made = services.scrapyd(config(), PASSWORDS)
    assert made.environment["SCRAPYD_PASSWORD"] == "first"
    assert made.environment["DATABASE_URL"] == "postgresql://operator@db.example/jobs"
    assert "SCRAPYDWEB_PASSWORD" not in made.environment
    assert made.stop_timeout > config().stop_timeout
    assert "first" not in repr(made)
