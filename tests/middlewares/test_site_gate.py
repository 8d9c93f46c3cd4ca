"""A whole crawl of a board whose site is known to refuse: nothing is sent, and the record says why."""

from __future__ import annotations

import time

import psycopg
import pytest

from jobspiders.storage.host_states import HostState
from tests.commands.running import scrapy
from tests.storage.test_host_states import save

HOST = "boards-api.greenhouse.io"


@pytest.mark.parametrize(("cause", "outcome"), [("blocked", "blocked"), ("throttled", "throttled")])
def test_a_board_whose_circuit_is_open_is_not_asked(cause: str, outcome: str, database_url: str) -> None:
    now = time.time()
    circuit = {
        "circuit": "open",
        "opened_until": now + 3600,
        "probe_until": 0.0,
        "cause": cause,
        "openings": 1,
        "changed_at": now,
    }
    save(database_url, HostState(HOST, circuit=circuit, opened_until=now + 3600))
    began = time.monotonic()
    ran = scrapy("crawl", "greenhouse", "-a", "companies=acme", environment={"DATABASE_URL": database_url})
    assert time.monotonic() - began < 60
    with psycopg.connect(database_url) as connection:
        crawl = connection.execute("SELECT outcome, requests FROM crawls").fetchone()
        scope = connection.execute("SELECT outcome, evidence FROM crawl_scopes").fetchone()
    assert crawl == (outcome, 0)
    assert scope is not None
    assert scope[0] == outcome
    assert "not to be asked before" in scope[1]
    assert "not to be asked before" in ran.err
    assert "Traceback" not in ran.err
