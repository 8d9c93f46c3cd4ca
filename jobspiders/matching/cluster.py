"""Postings into jobs, a batch at a time: assignments, merges and splits that keep job ids stable.

What a new posting touches is clustered afresh, best pair first. A pair joins two groups when it is the same
job and no pair across the groups contradicts that; so A~B~C does not chain. A posting that fits two jobs which
cannot be one joins the better, and neither when it fits both alike. Pairs are taken by score and then by the
names of the postings, never by arrival: the order in which postings came does not change the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from math import log

from jobspiders.matching.decision import DEFAULT_CONTEXT, Context, Decision, Relation, decide
from jobspiders.matching.fingerprint import Candidate

#: Log odds by which a posting must fit one job better than another that contradicts it.
TIE = 0.01
#: Members of one job that take part when it meets others. Storage loads no more: the oldest and the newest.
MAX_MEMBERS = 8
#: Postings that are clustered all against all. What hangs together beyond that (a staffing firm's one text for
#: a hundred places) stays in the jobs that it has, and only pairs that share a key are looked at.
MAX_COMPONENT = 12

JobId = Hashable
Group = list[Candidate]


@dataclass(frozen=True, slots=True)
class Link:
    """Why two postings belong together (or follow each other, for a repost)."""

    first: int
    second: int
    relation: Relation
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Jobs that proved to be one; ``kept`` is the oldest."""

    kept: JobId
    absorbed: JobId


@dataclass(frozen=True, slots=True)
class Split:
    """Postings that left a job for another."""

    left: JobId
    joined: JobId
    postings: tuple[int, ...]


@dataclass(slots=True)
class Plan:
    """What a batch changes. ``assignments`` has every posting whose job id is another than before.

    A link of two postings that no longer share a job is void; ``links`` holds those to add.
    """

    assignments: dict[int, JobId] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)


def _name(candidate: Candidate) -> tuple[str, str]:
    return candidate.fingerprint.board, candidate.fingerprint.external_id


class _Decisions:
    """Each pair is decided once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: dict[tuple[int, int], Decision] = {}

    def of(self, first: Candidate, second: Candidate) -> Decision:
        pair = (first.id, second.id) if first.id < second.id else (second.id, first.id)
        made = self._made.get(pair)
        if made is None:
            made = self._made[pair] = decide(first, second, self._context, explain=False)
        return made

    def contradict(self, group: Group, other: Group) -> bool:
        return any(self.of(a, b).veto for a, b in product(_heard(group), _heard(other)))


class _Met:
    """Which candidates share keys; laid out only where postings contradict each other, which few do."""

    def __init__(self, candidates: Mapping[int, Candidate], pairs: Iterable[tuple[int, int]]) -> None:
        self._candidates = candidates
        self._pairs = pairs
        self._beside: dict[int, Group] = {}

    def beside(self, member: Candidate) -> Group:
        """Those that share a key with ``member``."""
        if not self._beside:
            for one, other in self._pairs:
                self._beside.setdefault(one, []).append(self._candidates[other])
                self._beside.setdefault(other, []).append(self._candidates[one])
        return self._beside.get(member.id, [])

    def among(self, members: Group) -> list[tuple[Candidate, Candidate]] | None:
        """The pairs among ``members`` that share a key, where these are too many to be compared one with another."""
        if len(members) <= MAX_COMPONENT:
            return None
        inside = {member.id for member in members}
        return [
            (member, other)
            for member in members
            for other in self.beside(member)
            if other.id in inside and member.id < other.id
        ]


def _heard(group: Group) -> Group:
    """The members of ``group`` that take part."""
    half = MAX_MEMBERS // 2
    return group if len(group) <= MAX_MEMBERS else [*group[:half], *group[-half:]]


def _odds(decision: Decision) -> float:
    return log(decision.score / (1.0 - decision.score))


def _link(first: Candidate, second: Candidate, decision: Decision) -> Link:
    low, high = sorted((first.id, second.id))
    return Link(low, high, decision.relation, decision.score, tuple(decision.reasons))


def _components(jobs: Mapping[JobId, Group], ties: Iterable[tuple[JobId, JobId]]) -> list[Group]:
    """The members of the jobs that are tied together, directly or through others."""
    root: dict[JobId, JobId] = {}

    def find(job: JobId) -> JobId:
        while root.setdefault(job, job) != job:
            root[job] = job = root[root[job]]
        return job

    for one, other in ties:
        root[find(one)] = find(other)
    sets: dict[JobId, Group] = {}
    for job in list(root):
        sets.setdefault(find(job), []).extend(jobs[job])
    return list(sets.values())


def _joined(members: Group, matched: Collection[int], decisions: _Decisions) -> list[Link] | None:
    """Links of new postings that all belong to one job that stays as it is; None where there is more to it.

    What most new postings meet; the members that are stored need not be compared with each other again.
    """
    fresh = [member for member in members if member.id in matched]
    stored = [member for member in members if member.id not in matched]
    if len({member.job_id for member in stored}) > 1:
        return None
    if len({member.job_id for member in members}) != len(fresh) + bool(stored):
        return None
    links = []
    for number, member in enumerate(fresh):
        others = [*stored, *fresh[:number]]
        made = [(decisions.of(member, other), other) for other in others]
        if any(decision.veto for decision, _ in made):
            return None
        alike = [(decision.score, _name(other), other, decision) for decision, other in made if decision.same]
        if alike:
            _, _, other, decision = max(alike, key=lambda item: item[:2])
            links.append(_link(member, other, decision))
    return links


def _rivals(members: Group, jobs: Mapping[JobId, Group], met: _Met, decisions: _Decisions) -> list[JobId]:
    """Jobs that share keys with new postings among the members, and that a member fits though they do not."""
    inside = {member.job_id for member in members}
    near = {other.job_id for member in members for other in met.beside(member)} - inside
    return [job for job in near if any(decisions.of(a, b).same for a, b in product(members, jobs[job]))]


def _closed(
    components: list[Group],
    jobs: Mapping[JobId, Group],
    met: _Met,
    matched: Collection[int],
    decisions: _Decisions,
) -> list[tuple[Group, list[Link] | None]]:
    """Each component, grown by its rivals where postings contradict each other, with its links where not."""
    owners = {member.job_id: number for number, group in enumerate(components) for member in group}
    closed: dict[int, tuple[Group, list[Link] | None]] = {}
    for number, group in enumerate(components):
        members, links = list(group), None
        while len(members) <= MAX_COMPONENT:
            links = _joined(members, matched, decisions)
            rivals = _rivals(members, jobs, met, decisions) if links is None else []
            if not rivals:
                break
            for job in rivals:
                owner = owners.get(job)
                if owner == number:
                    continue
                taken = jobs[job]
                if owner is not None:
                    taken = closed.pop(owner)[0] if owner in closed else components[owner]
                    components[owner] = []
                members += taken
                owners.update({member.job_id: number for member in taken})
        if members:
            closed[number] = members, links
    return list(closed.values())


class _Clustering:
    """Groups of one component while pairs join them: ``pairs`` of what its jobs are, or all of what is single."""

    def __init__(
        self,
        members: Group,
        decisions: _Decisions,
        pairs: Iterable[tuple[Candidate, Candidate]] | None = None,
    ) -> None:
        self._decisions = decisions
        if pairs is None:
            self._group = {member.id: [member] for member in members}
            pairs = combinations(members, 2)
        else:
            jobs: dict[JobId, Group] = {}
            for member in members:
                jobs.setdefault(member.job_id, []).append(member)
            self._group = {member.id: jobs[member.job_id] for member in members}
        edges = []
        for first, second in pairs:
            decision = decisions.of(first, second)
            if decision.same:
                names = sorted((_name(first), _name(second)))
                edges.append((-decision.score, names, first, second, decision))
        edges.sort(key=lambda edge: edge[:2])
        self._edges = [(first, second, decision) for _, _, first, second, decision in edges]
        self.links: list[Link] = []

    def run(self) -> list[Group]:
        """The groups that are left when no pair joins any two."""
        for first, second, decision in self._edges:
            group, other = self._group[first.id], self._group[second.id]
            if group is other or self._decisions.contradict(group, other):
                continue
            if self._is_tie(group, other, decision) or self._is_tie(other, group, decision):
                continue
            group.extend(other)
            for member in other:
                self._group[member.id] = group
            self.links.append(_link(first, second, decision))
        return list({id(group): group for group in self._group.values()}.values())

    def _is_tie(self, group: Group, wanted: Group, decision: Decision) -> bool:
        """Whether ``group`` fits a rival of ``wanted`` as well."""
        least = _odds(decision) - TIE
        inside = {member.id for member in group}
        for first, second, other in self._edges:
            if _odds(other) < least:
                return False
            if (first.id in inside) == (second.id in inside):
                continue
            rival = self._group[(second if first.id in inside else first).id]
            if (
                rival is not wanted
                and self._decisions.contradict(rival, wanted)
                and not self._decisions.contradict(rival, group)
            ):
                return True
        return False


def _heirs(groups: list[Group]) -> dict[JobId, int]:
    """Which group keeps each job's id: the one with most of its members, then the one with its oldest."""
    shares: dict[JobId, dict[int, Group]] = {}
    for number, group in enumerate(groups):
        for member in group:
            shares.setdefault(member.job_id, {}).setdefault(number, []).append(member)
    return {
        job: max(parts, key=lambda number: (len(parts[number]), -min(m.id for m in parts[number])))
        for job, parts in shares.items()
    }


def _settle_one(group: Group, new: Collection[int], plan: Plan) -> None:
    """Give all of ``group`` the job of its oldest member and note in ``plan`` what that changes.

    What is stored is older than what is new, whichever process got its numbers first.
    """
    group = sorted(group, key=lambda member: (member.id in new, member.id))
    kept = group[0].job_id
    absorbed: set[JobId] = set()
    for member in group:
        if member.job_id == kept:
            continue
        plan.assignments[member.id] = kept
        if member.id not in new and member.job_id not in absorbed:
            absorbed.add(member.job_id)
            plan.merges.append(Merge(kept, member.job_id))


def _settle(groups: list[Group], new: Collection[int], mint: Callable[[], JobId], plan: Plan) -> None:
    """Give each group a job id and note in ``plan`` what that changes."""
    if len(groups) == 1:
        _settle_one(groups[0], new, plan)
        return
    heirs = _heirs(groups)
    oldest: dict[JobId, tuple[bool, int]] = {}
    for group in groups:
        for member in group:
            age = (member.id in new, member.id)
            oldest[member.job_id] = min(age, oldest.get(member.job_id, age))
    known = {member.job_id for group in groups for member in group if member.id not in new}
    for number, group in enumerate(groups):
        inherited = sorted(
            (job for job, heir in heirs.items() if heir == number), key=lambda job: oldest[job]
        )
        kept = inherited[0] if inherited else mint()
        plan.merges += [Merge(kept, job) for job in inherited[1:] if job in known]
        left: dict[JobId, list[int]] = {}
        for member in group:
            if member.job_id != kept:
                plan.assignments[member.id] = kept
                if member.id not in new and member.job_id not in inherited:
                    left.setdefault(member.job_id, []).append(member.id)
        plan.splits += [Split(job, kept, tuple(sorted(ids))) for job, ids in left.items()]


def _is_news(link: Link, candidates: Mapping[int, Candidate], matched: Collection[int]) -> bool:
    first, second = link.first, link.second
    return first in matched or second in matched or candidates[first].job_id != candidates[second].job_id


def assign(
    candidates: Mapping[int, Candidate],
    pairs: Iterable[tuple[int, int]],
    *,
    new: Collection[int],
    changed: Collection[int] = (),
    mint: Callable[[], JobId],
    context: Context = DEFAULT_CONTEXT,
) -> Plan:
    """Cluster the ``new`` postings, and stored ones that ``changed``, among those stored.

    ``candidates`` holds the new postings, each in a job of its own, and all members of every stored job that
    a pair or ``changed`` names. ``pairs`` are those that share a key and of which one is new or changed.
    ``mint`` makes the id of a job that a split founds.
    """
    plan = Plan()
    decisions = _Decisions(context)
    jobs: dict[JobId, Group] = {}
    for candidate in candidates.values():
        jobs.setdefault(candidate.job_id, []).append(candidate)
    matched = {*new, *changed}
    ties = [(candidates[id].job_id, candidates[id].job_id) for id in changed]
    pairs = list(pairs)
    for one, other in pairs:
        first, second = candidates[one], candidates[other]
        decision = decisions.of(first, second)
        if decision.same:
            ties.append((first.job_id, second.job_id))
        elif decision.relation == "repost":
            plan.links.append(_link(first, second, decision))
    met = _Met(candidates, pairs)
    for members, links in _closed(_components(jobs, ties), jobs, met, matched, decisions):
        groups = [members]
        if links is None:
            clustering = _Clustering(members, decisions, met.among(members))
            groups, links = clustering.run(), clustering.links
        splits = len(plan.splits)
        _settle(groups, new, mint, plan)
        if len(plan.splits) == splits:
            # what was together, and stays so, has its links
            links = [link for link in links if _is_news(link, candidates, matched)]
        plan.links += links
    return plan
