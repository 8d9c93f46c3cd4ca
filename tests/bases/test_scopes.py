from __future__ import annotations

import pytest

from jobspiders.bases.scopes import FAULTS, Outcome, Scope, ScopeLedger, crawl_outcome


def read(**more: int | bool) -> Scope:
    scope = Scope("tenant", pages=1)
    for name, value in more.items():
        setattr(scope, name, value)
    return scope


def test_rows_make_a_scope_ok_and_none_make_it_empty() -> None:
    assert read(rows=3).outcome(finished=True) == ("ok", None)
    assert read(rows=0).outcome(finished=True) == ("empty", None)
    assert Scope("tenant", not_modified=True).outcome(finished=True) == ("ok", None)


def test_a_scope_that_was_never_read_is_failed_not_empty() -> None:
    outcome, evidence = Scope("tenant").outcome(finished=True)
    assert (outcome, evidence) == ("failed", "no page of it was read")


def test_a_stopped_crawl_leaves_what_it_had_not_read_wholly_failed() -> None:
    assert read(rows=3, pending=1).outcome(finished=False)[0] == "failed"
    assert read(rows=3, pending=-1).outcome(finished=False)[0] == "failed"
    assert read(rows=3, pending=1).outcome(finished=True)[0] == "failed"
    assert Scope("tenant").outcome(finished=False) == ("failed", "the crawl ended before it was read")
    assert read(rows=3).outcome(finished=False) == ("ok", None)


def test_what_an_earlier_run_has_read_is_not_ended_again() -> None:
    ledger = ScopeLedger()
    for key in ("earlier", "read", "waiting"):
        ledger.open(key, complete=True)
    ledger.get("read").pages = 1
    ledger.get("waiting").pending = 1
    for key in ("earlier", "read", "waiting", "unheard of"):
        ledger.forget_unread(key)
    assert [scope.key for scope in ledger] == ["read", "waiting"]


def test_a_resumed_crawl_may_answer_requests_of_an_earlier_run() -> None:
    scope = Scope("tenant", details_read=3, pending=-3)
    assert scope.outcome(finished=True) == ("ok", None)


def test_a_fault_outweighs_what_was_read_and_the_gravest_is_told() -> None:
    scope = read(rows=3)
    scope.fault("failed", "timeout")
    scope.fault("blocked", "cloudflare")
    scope.fault("layout_changed", "no list")
    assert scope.outcome(finished=True) == ("blocked", "cloudflare")


def test_many_failed_details_make_a_scope_failed() -> None:
    assert read(rows=9, details_read=5, details_failed=4).outcome(finished=True)[0] == "ok"
    assert read(rows=9, details_read=3, details_failed=6).outcome(finished=True)[0] == "failed"


def test_faults_kept_are_bounded() -> None:
    scope = Scope("tenant")
    for number in range(50):
        scope.fault("failed", str(number))
    assert len(scope.faults) == 10


def test_a_scope_known_only_from_a_request_is_not_complete() -> None:
    ledger = ScopeLedger()
    ledger.open("a", complete=True)
    assert ledger.get("a").complete
    assert not ledger.get("b").complete
    assert [scope.key for scope in ledger] == ["a", "b"]
    assert len(ledger) == 2


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], "failed"),
        (["ok", "empty"], "ok"),
        (["empty", "empty"], "empty"),
        (["ok", "not_found"], "not_found"),
        (["ok", "failed", "throttled"], "throttled"),
    ],
)
def test_a_crawl_ends_as_its_worst_scope(outcomes: list[Outcome], expected: Outcome) -> None:
    assert crawl_outcome(outcomes) == expected


def test_every_fault_has_a_rank() -> None:
    assert set(FAULTS) == {"blocked", "throttled", "layout_changed", "not_found", "failed"}
