"""No posting is closed that is still there, whatever happens to crawls; what is gone is closed in the end."""

from __future__ import annotations

import asyncio
import random
import statistics
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.storage.crawling import config, day, rows, value
from tests.storage.simulation import Tenant, crawl, recheck, tenants


def simulate(
    url: str, home: Path, *, seed: int, number: int, days: int, at_once: int, rechecks: bool = False
) -> dict[str, Any]:
    """Crawl ``number`` tenants daily; wrong closings, delays in days of right ones, and what stays open."""
    rng = random.Random(seed)
    storage = config(url, home, matching=False, batch_size=500, search_time=0.0)
    all_tenants = tenants(number, days, rng)
    wrong: list[tuple[str, datetime]] = []
    delays: list[int] = []
    checked = day(-1)
    for today in range(days):
        for tenant in all_tenants:
            tenant.live(today, rng)
        for first in range(0, number, at_once):
            asyncio.run(crawl(storage, all_tenants[first : first + at_once], day(today), today, rng))
        if rechecks:
            asyncio.run(recheck(storage, url, all_tenants, day(today) + timedelta(hours=1), rng))
        closed = rows(url, "SELECT external_id, closed_at FROM postings WHERE closed_at > %s", checked)
        checked = max([checked, *(row["closed_at"] for row in closed)])
        ended = {key: on for tenant in all_tenants for key, on in tenant.ended.items()}
        for row in closed:
            key = row["external_id"]
            if key in ended:
                delays.append((row["closed_at"] - day(ended[key])).days)
            else:
                wrong.append((key, row["closed_at"]))
    return {"wrong": wrong, "delays": delays, "overdue": overdue(url, all_tenants, days)}


def overdue(url: str, all_tenants: list[Tenant], days: int) -> dict[str, int]:
    """Postings by their tenant's fate that went three weeks before the end and are open still."""
    still = {
        row["external_id"] for row in rows(url, "SELECT external_id FROM postings WHERE closed_at IS NULL")
    }
    found: dict[str, int] = {}
    for tenant in all_tenants:
        late = sum(key in still and on < days - 21 for key, on in tenant.ended.items())
        found[tenant.fate] = found.get(tenant.fate, 0) + late
    return found


def judge(result: dict[str, Any]) -> None:
    delays = sorted(result["delays"])
    print(
        f"{len(delays)} right closings, {len(result['wrong'])} wrong ones; days until closed: "
        f"median {statistics.median(delays)}, 95% {delays[len(delays) * 95 // 100]}, most {delays[-1]}; "
        f"open for three weeks too long: {result['overdue']}"
    )
    assert result["wrong"] == []
    assert len(delays) > 100
    assert statistics.median(delays) == 0
    assert all(late == 0 for fate, late in result["overdue"].items() if fate != "vanished")


def test_six_weeks_of_faults_close_nothing_that_is_there(database_url: str, tmp_path: Path) -> None:
    result = simulate(database_url, tmp_path, seed=20260901, number=20, days=45, at_once=20)
    judge(result)
    # a tenant that answers 404 closes nothing by that
    assert result["overdue"]["vanished"] > 0
    assert value(database_url, "SELECT count(*) FROM crawls WHERE finish_reason = 'killed'") > 0


def test_rechecks_close_what_a_vanished_tenant_leaves(database_url: str, tmp_path: Path) -> None:
    result = simulate(database_url, tmp_path, seed=7, number=20, days=40, at_once=20, rechecks=True)
    judge(result)
    assert result["overdue"]["vanished"] == 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_faults_closes_nothing_that_is_there(database_url: str, tmp_path: Path, seed: int) -> None:
    result = simulate(database_url, tmp_path, seed=seed, number=200, days=365, at_once=50, rechecks=seed == 1)
    judge(result)
    assert seed != 1 or result["overdue"]["vanished"] == 0
