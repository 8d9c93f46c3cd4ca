"""What becomes of a job whose process has ended, by how it ended and what its crawl says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.deployment.job_end import REFUSED, Again, Ended, after_exit

CASES = [
    ({"exit_code": 0, "signal": None, "finish_reason": "finished"}, Ended("finished")),
    # its work is done, whatever became of its process then
    ({"exit_code": None, "signal": 9, "finish_reason": "finished"}, Ended("finished")),
    ({"exit_code": 1, "signal": None, "finish_reason": "shutdown", "cancelled": True}, Ended("cancelled")),
    ({"exit_code": None, "signal": 9, "finish_reason": None, "cancelled": True}, Ended("cancelled")),
    (
        {"exit_code": 1, "signal": None, "finish_reason": "shutdown", "stopping": True},
        Again(0.0, counted=False),
    ),
    ({"exit_code": None, "signal": 9, "finish_reason": None}, Again(1.0)),
    ({"exit_code": REFUSED, "signal": None, "finish_reason": None}, Ended("refused")),
    ({"exit_code": 1, "signal": None, "finish_reason": None}, Again(15.0)),
    ({"exit_code": 0, "signal": None, "finish_reason": None}, Ended("finished")),
    ({"exit_code": 1, "signal": None, "finish_reason": "database"}, Again(30.0)),
    ({"exit_code": 1, "signal": None, "finish_reason": "blocked"}, Ended("blocked")),
]


@pytest.mark.parametrize(("given_", "end"), CASES)
def test_an_end_by_its_causes(given_: dict[str, object], end: Ended | Again) -> None:
    assert after_exit(**given_) == end  # type: ignore[arg-type]  # the cases are typed loosely


@given(
    st.one_of(st.none(), st.integers(0, 255)),
    st.one_of(st.none(), st.integers(1, 31)),
    st.one_of(st.none(), st.sampled_from(["finished", "shutdown", "killed", "database", "blocked"])),
    st.booleans(),
)
def test_a_cancelled_job_never_comes_back_and_a_stopped_node_loses_none(
    exit_code: int | None, signal: int | None, reason: str | None, stopping: bool
) -> None:
    cancelled = after_exit(
        exit_code=exit_code, signal=signal, finish_reason=reason, cancelled=True, stopping=stopping
    )
    assert isinstance(cancelled, Ended)
    if stopping and reason != "finished":
        kept = after_exit(exit_code=exit_code, signal=signal, finish_reason=reason, stopping=True)
        assert kept == Again(0.0, counted=False)
