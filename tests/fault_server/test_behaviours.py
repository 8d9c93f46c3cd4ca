"""One crawl meets every behaviour at once; then each is judged for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault_server.behaviours import BEHAVIOURS, Behaviour
from tests.fault_server.crawl import Finished, crawl
from tests.fault_server.server import FaultServer

Ended = tuple[Finished, FaultServer]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    directory: Path = tmp_path_factory.mktemp("faults")
    with FaultServer(BEHAVIOURS.values(), directory) as server:
        requests = [
            {"name": behaviour.name, "url": server.url(behaviour, path), **behaviour.request}
            for behaviour in BEHAVIOURS.values()
            for path in behaviour.paths
        ]
        finished = crawl(requests, environment={"SSL_CERT_FILE": str(server.authority_file)})
        yield finished, server


def test_there_are_enough_of_them() -> None:
    assert len(BEHAVIOURS) >= 40


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_its_requests_end_as_expected(behaviour: Behaviour, ended: Ended) -> None:
    finished, _ = ended
    assert finished.results[behaviour.name] == behaviour.expected.results


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_it_gets_as_many_requests_as_expected(behaviour: Behaviour, ended: Ended) -> None:
    _, server = ended
    expected = behaviour.expected.hits
    low, high = expected if isinstance(expected, tuple) else (expected, expected)
    assert low <= len(server.hits[behaviour.name]) <= high


@pytest.mark.parametrize(
    "behaviour", [each for each in BEHAVIOURS.values() if each.expected.apart], ids=lambda each: each.name
)
def test_its_requests_are_as_far_apart_as_it_asks(behaviour: Behaviour, ended: Ended) -> None:
    _, server = ended
    assert behaviour.expected.apart is not None
    first, second, seconds = behaviour.expected.apart
    moments = [moment for moment, _ in server.hits[behaviour.name]]
    assert moments[second - 1] - moments[first - 1] >= seconds


def test_the_stats_are_the_sum_of_what_each_counts(ended: Ended) -> None:
    finished, _ = ended
    sums: Counter[str] = Counter()
    for behaviour in BEHAVIOURS.values():
        sums.update(behaviour.expected.stats)
    # A site that is down for some time is asked as often as that takes.
    for name in ("retry/count", "retry/cause/connection", "breaker/open"):
        assert finished.stats[name] >= sums.pop(name)
    assert {name: finished.stats.get(name) for name in sums} == dict(sums)


def test_the_crawl_ends_in_order_and_in_bounded_memory(ended: Ended) -> None:
    finished, _ = ended
    assert finished.reason == "finished"
    assert finished.peak_memory < 400_000_000
    assert "Traceback" not in finished.log
