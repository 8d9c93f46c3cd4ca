from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.middlewares.proxy_pool import PoolConfig, ProxyPool

CONFIG = PoolConfig(base=10, cap=100)
NAMES = ["a:1", "b:1", "c:1"]
SITE, OTHER = "jobs.example.com", "careers.example.org"


def pool(names: list[str] = NAMES) -> ProxyPool:
    return ProxyPool(names, CONFIG, random.Random(5).uniform)


def test_a_failing_proxy_rests_for_all_sites_and_comes_back() -> None:
    proxies = pool()
    proxies.failed("a:1", SITE, 100)
    assert proxies.available(SITE, 101) == ["b:1", "c:1"]
    assert proxies.available(OTHER, 101) == ["b:1", "c:1"]
    assert proxies.state("a:1", SITE, 101) == "failing"
    assert proxies.available(SITE, 111) == NAMES


def test_a_refused_proxy_rests_for_that_site_only() -> None:
    proxies = pool()
    proxies.refused("a:1", SITE, 100)
    assert proxies.available(SITE, 101) == ["b:1", "c:1"]
    assert proxies.available(OTHER, 101) == NAMES
    assert proxies.state("a:1", SITE, 101) == "refused"


def test_its_rest_grows_with_each_failure_in_a_row_and_success_forgives() -> None:
    proxies, now, rests = pool(["a:1"]), 100.0, []
    for _ in range(8):
        proxies.failed("a:1", SITE, now)
        back = proxies.next_back(SITE, now)
        assert back is not None
        rests.append(back - now)
        now = back
        assert proxies.available(SITE, now) == ["a:1"]
    assert rests[0] <= 10 < rests[2]
    assert 50 <= rests[-1] <= 100
    proxies.succeeded("a:1", SITE)
    proxies.failed("a:1", SITE, now)
    assert (proxies.next_back(SITE, now) or 0) - now <= 10


def test_with_all_resting_there_is_none_and_the_first_return_is_known() -> None:
    proxies = pool()
    for name in NAMES:
        proxies.failed(name, SITE, 100)
    assert proxies.pick(SITE, 101) is None
    back = proxies.next_back(SITE, 101)
    assert back is not None
    assert 101 < back <= 110
    assert proxies.pick(SITE, back) is not None
    assert ProxyPool([], CONFIG, random.uniform).next_back(SITE, 1) is None


def test_a_proxy_that_came_back_gets_one_request_on_trial() -> None:
    proxies = pool(["a:1"])
    proxies.failed("a:1", SITE, 100)
    assert proxies.pick(SITE, 111) == "a:1"
    assert proxies.pick(SITE, 111) is None
    assert proxies.next_back(SITE, 111) == 111.25
    proxies.succeeded("a:1", SITE)
    assert [proxies.pick(SITE, 112) for _ in range(3)] == ["a:1"] * 3


def test_a_trial_without_an_outcome_is_given_up() -> None:
    proxies = pool(["a:1"])
    proxies.failed("a:1", SITE, 100)
    assert proxies.pick(SITE, 111) == "a:1"
    assert proxies.pick(SITE, 170) is None
    assert proxies.pick(SITE, 172) == "a:1"


def test_a_session_keeps_its_proxy_until_that_rests() -> None:
    proxies = pool()
    first = proxies.pick(SITE, 100, session="s")
    assert first is not None
    assert {proxies.pick(SITE, 100, session="s") for _ in range(30)} == {first}
    proxies.refused(first, SITE, 100)
    second = proxies.pick(SITE, 101, session="s")
    assert second not in (first, None)
    assert {proxies.pick(SITE, 101, session="s") for _ in range(30)} == {second}


def test_the_proxy_that_just_failed_is_avoided_unless_it_is_the_only_one() -> None:
    assert "a:1" not in {pool().pick(SITE, 100, avoid="a:1") for _ in range(30)}
    assert pool(["a:1"]).pick(SITE, 100, avoid="a:1") == "a:1"


def test_healthy_and_fast_proxies_are_taken_more_often_but_none_is_left_out() -> None:
    proxies = pool(["bad:1", "fine:1", "slow:1"])
    for _ in range(20):
        proxies.succeeded("fine:1", SITE, 0.1)
        proxies.succeeded("slow:1", SITE, 1.0)
        proxies.succeeded("bad:1", SITE, 0.1)
        proxies.refused("bad:1", SITE, 1)
    taken = Counter(proxies.pick(SITE, 10_000) for _ in range(3000))
    assert taken["fine:1"] > 2 * taken["slow:1"] > 0
    assert taken["fine:1"] > 2 * taken["bad:1"] > 0


def test_another_list_keeps_what_is_known() -> None:
    proxies = pool()
    proxies.failed("a:1", SITE, 100)
    proxies.refused("b:1", SITE, 100)
    assert proxies.replace(["a:1", "b:1", "d:1"]) == (1, 1)
    assert proxies.available(SITE, 101) == ["d:1"]
    assert proxies.replace(["d:1"]) == (0, 2)
    assert proxies.labels == ["d:1"]


@given(st.lists(st.tuples(st.sampled_from("gfrpx"), st.integers(0, 3), st.integers(0, 30))))
def test_no_resting_proxy_is_ever_picked(steps: list[tuple[str, int, int]]) -> None:
    proxies, now = pool(), 1.0
    for what, which, wait in steps:
        now += wait
        label = (*NAMES, "gone:1")[which]
        if what == "g":
            proxies.succeeded(label, SITE)
        elif what == "f":
            proxies.failed(label, SITE, now)
        elif what == "r":
            proxies.refused(label, SITE, now)
        elif what == "x":
            proxies.replace([*NAMES[: which + 1]])
        back = proxies.next_back(SITE, now)
        picked = proxies.pick(SITE, now)
        assert (picked is None) is (back is None or back > now)
        if picked is not None:
            assert picked in proxies.labels
            assert proxies.state(picked, SITE, now) in ("good", "unchecked")
