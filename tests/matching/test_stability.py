"""Whatever comes, changes and goes in whatever order: a job keeps its id, and who leaves it is in the log."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.items import JobPosting
from jobspiders.matching.cluster import Plan
from jobspiders.matching.decision import decide
from tests.matching.builders import BATH, LEEDS, OTHER_TEXT, TEXT
from tests.matching.replay import Replay
from tests.matching.test_cluster import _pool

POOL = _pool()
#: What a posting may say another time: the same, less, or what makes it another job.
CHANGES = (
    {},
    {"description": TEXT[:700]},
    {"description": OTHER_TEXT, "title": "Editor"},
    {"title": "Senior Fitter"},
    {"locations": [BATH]},
    {"locations": [LEEDS]},
    {"locations": []},
    {"company": None},
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(POOL) - 1),
        st.sampled_from(["come", "come", "change", "go"]),
        st.sampled_from(CHANGES),
    ),
    min_size=5,
    max_size=40,
)


def moved_by(plan: Plan, number: int, before: object, after: object) -> bool:
    """Whether the log says why a posting is in another job."""
    return any((merge.absorbed, merge.kept) == (before, after) for merge in plan.merges) or any(
        (split.left, split.joined) == (before, after) and number in split.postings for split in plan.splits
    )


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_posting_changes_its_job_only_by_a_logged_merge_or_split(
    steps: list[tuple[int, str, dict[str, object]]],
) -> None:
    run, stored, seen = Replay(), set[tuple[str, str]](), set[object]()
    for index, step, said in steps:
        posting: JobPosting = replace(POOL[index], **said)  # type: ignore[arg-type]  # fields of a posting
        name = (posting.board, posting.external_id)
        before = run.jobs()
        plan = Plan()
        if step == "come" and name not in stored:
            plan = run.add([posting])
            stored.add(name)
        elif step == "change" and name in stored:
            plan = run.change(posting)
        elif step == "go" and name in stored:
            run.remove(name)
            stored.remove(name)
        after = run.jobs()
        for number, job in before.items():
            if number in after and after[number] != job:
                assert moved_by(plan, number, job, after[number])
        for merge in plan.merges:
            oldest = {job: min(n for n, each in before.items() if each == job) for job in before.values()}
            if merge.kept in oldest and merge.absorbed in oldest:
                assert oldest[merge.kept] < oldest[merge.absorbed]
        # the id of a job that is gone is never given to another
        assert seen.isdisjoint(set(after.values()) - set(before.values()))
        seen |= set(before.values()) - set(after.values())


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_job_ever_holds_postings_that_contradict_each_other(
    steps: list[tuple[int, str, dict[str, object]]],
) -> None:
    run, stored = Replay(), set[tuple[str, str]]()
    for index, step, said in steps:
        posting: JobPosting = replace(POOL[index], **said)  # type: ignore[arg-type]  # fields of a posting
        name = (posting.board, posting.external_id)
        if step == "come" and name not in stored:
            run.add([posting])
            stored.add(name)
        elif step == "change" and name in stored:
            run.change(posting)
        elif step == "go" and name in stored:
            run.remove(name)
            stored.remove(name)
    for members in run.members():
        for first, second in combinations(members, 2):
            assert not decide(first, second).veto
