"""Counting for metrics: nothing twice, nothing lost, whatever the database does in between."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.monitoring.metrics import (
    COUNTERS,
    METRICS,
    OTHER,
    POSTINGS,
    REQUESTS,
    Deltas,
    totals_of,
    with_few_values,
)

STEPS = st.lists(
    st.tuples(st.sampled_from(["count", "total", "stored", "failed"]), st.integers(0, 5)), max_size=40
)


@given(STEPS)
def test_what_is_stored_adds_up_to_what_was_counted(steps: list[tuple[str, int]]) -> None:
    deltas, stored, counted = Deltas(), {}, 0
    totals = {(POSTINGS.name, "new"): 0.0}
    for step, number in [*steps, ("stored", 0)]:
        if step == "count":
            deltas.count(REQUESTS.name, "ok", number)
            counted += number
        elif step == "total":
            totals[(POSTINGS.name, "new")] += number
        else:
            now = dict(totals)
            due = deltas.due(now)
            # while the database answers, more is counted
            deltas.count(REQUESTS.name, "ok")
            counted += 1
            if step == "stored":
                for key, value in due.items():
                    stored[key] = stored.get(key, 0) + value
                deltas.stored(now)
    for key, value in deltas.due(totals).items():
        stored[key] = stored.get(key, 0) + value
    assert stored.get((REQUESTS.name, "ok"), 0) == counted
    assert stored.get((POSTINGS.name, "new"), 0) == totals[(POSTINGS.name, "new")]


def test_what_an_earlier_process_of_the_crawl_counted_is_not_counted_again() -> None:
    earlier = totals_of({}, {"new": 100})
    assert Deltas(earlier).due(totals_of({}, {"new": 103})) == {(POSTINGS.name, "new"): 3.0}


def test_stats_become_counters_with_their_label() -> None:
    found = totals_of(
        {"postings/rejected": 3, "postings/rejected/title_is_missing": 3, "blocks/last": "x"}, {}
    )
    assert found == {("jobspiders_rejected_rows_total", "title_is_missing"): 3}


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(1, 9)), max_size=200))
def test_a_label_has_few_values_and_loses_nothing(values: list[tuple[str, int]]) -> None:
    found = with_few_values([("a_total", "b", label, float(number)) for label, number in values])
    assert len(found) <= 41
    assert sum(row[3] for row in found) == sum(number for _, number in values)
    assert all(row[2] == OTHER or row[2] in {label for label, _ in values} for row in found)


def test_names_follow_the_conventions_of_prometheus() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"jobspiders_[a-z_]+[a-z]", metric.name)
        assert (metric.name.endswith("_total")) == (metric.kind == "counter")
        assert metric in COUNTERS or metric.kind == "gauge"
