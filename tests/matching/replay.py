"""Matching without a database: a dictionary of keys takes the place of the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from jobspiders.items import JobPosting
from jobspiders.matching.cluster import MAX_MEMBERS, Plan, assign
from jobspiders.matching.fingerprint import Candidate, read_fingerprint
from jobspiders.matching.keys import (
    MAX_FOUND,
    ats_keys,
    choose_candidates,
    entry_of,
    exact_keys,
    has_place,
    loose_keys,
    posting_in,
)
from jobspiders.matching.signature import sign_all

Name = tuple[str, str]


class Replay:
    """Takes postings a batch at a time and keeps what storage would keep."""

    def __init__(self) -> None:
        self._under_key: dict[int, list[int]] = defaultdict(list)
        self._keys: dict[int, tuple[list[int], list[int]]] = {}
        self._candidates: dict[int, Candidate] = {}
        self._members: dict[object, list[int]] = defaultdict(list)
        self.names: dict[int, Name] = {}
        self.compared = 0
        self.keys = 0
        self._minted = 0
        self._last = 0

    def _mint(self) -> int:
        self._minted -= 1
        return self._minted

    def add(self, postings: Sequence[JobPosting]) -> Plan:
        """Match one batch."""
        numbers = range(self._last + 1, self._last + 1 + len(postings))
        self._last += len(postings)
        self.names.update(
            {number: (each.board, each.external_id) for number, each in zip(numbers, postings, strict=True)}
        )
        new = self._sign(numbers, postings)
        plan = self._assign(new, new=new.keys(), changed=())
        for number, candidate in new.items():
            self._candidates[number] = candidate
            self._members[candidate.job_id].append(number)
        self._apply(plan)
        return plan

    def change(self, posting: JobPosting) -> Plan:
        """Match a stored posting again, which says something else now."""
        number = self._number((posting.board, posting.external_id))
        self._forget_keys(number)
        [again] = self._sign([number], [posting]).values()
        again.job_id = self._candidates[number].job_id
        self._candidates[number] = again
        plan = self._assign({number: again}, new=(), changed={number})
        self._apply(plan)
        return plan

    def remove(self, name: Name) -> None:
        """Take a posting out, as storage does when it is pruned."""
        number = self._number(name)
        self._forget_keys(number)
        self._members[self._candidates.pop(number).job_id].remove(number)
        del self.names[number]

    def _sign(self, numbers: Iterable[int], postings: Sequence[JobPosting]) -> dict[int, Candidate]:
        signed: dict[int, Candidate] = {}
        signatures = sign_all([posting.description for posting in postings])
        for number, posting, signature in zip(numbers, postings, signatures, strict=True):
            fingerprint = read_fingerprint(posting, signature)
            signed[number] = Candidate(number, number, fingerprint)
            exact, loose = exact_keys(fingerprint), loose_keys(fingerprint, signature)
            self._keys[number] = exact, loose
            self.keys += len(exact) + len(loose)
            for key in {*exact, *loose}:
                self._under_key[key].append(entry_of(number, fingerprint))
        return signed

    def _assign(
        self, matched: dict[int, Candidate], *, new: Collection[int], changed: Collection[int]
    ) -> Plan:
        pairs: set[tuple[int, int]] = set()
        for number in matched:
            exact, loose = self._keys[number]
            found = {key: self._under_key[key][: -MAX_FOUND - 1 : -1] for key in (*exact, *loose)}
            fingerprint = matched[number].fingerprint
            chosen = choose_candidates(
                entry_of(number, fingerprint),
                exact,
                loose,
                found,
                certain=ats_keys(fingerprint),
                placed=has_place(fingerprint),
            )
            self.compared += len(chosen)
            pairs.update((min(number, other), max(number, other)) for other in chosen)
        touched = self._touched(matched, [*pairs, *((number, number) for number in changed)])
        return assign(touched, sorted(pairs), new=new, changed=changed, mint=self._mint)

    def _apply(self, plan: Plan) -> None:
        for number, job in plan.assignments.items():
            candidate = self._candidates[number]
            self._members[candidate.job_id].remove(number)
            candidate.job_id = job
            self._members[job].append(number)

    def _forget_keys(self, number: int) -> None:
        exact, loose = self._keys.pop(number)
        for key in {*exact, *loose}:
            self._under_key[key] = [entry for entry in self._under_key[key] if posting_in(entry) != number]

    def _number(self, name: Name) -> int:
        return next(number for number, each in self.names.items() if each == name)

    def _touched(self, new: dict[int, Candidate], pairs: Iterable[tuple[int, int]]) -> dict[int, Candidate]:
        touched = dict(new)
        for pair in pairs:
            for number in pair:
                if number in self._candidates:
                    members = self._members[self._candidates[number].job_id]
                    kept = {number, *members[: MAX_MEMBERS // 2], *members[-MAX_MEMBERS // 2 :]}
                    touched.update({member: self._candidates[member] for member in kept})
        return touched

    def job_of(self, name: Name) -> object:
        """The job of a posting by its board and id."""
        return self._candidates[self._number(name)].job_id

    def jobs(self) -> dict[int, object]:
        """The job of each posting."""
        return {number: candidate.job_id for number, candidate in self._candidates.items()}

    def members(self) -> list[list[Candidate]]:
        """The postings of each job."""
        return [[self._candidates[n] for n in members] for members in self._members.values() if members]

    def clusters(self) -> set[frozenset[Name]]:
        """The postings of each job."""
        return {frozenset(self.names[n] for n in members) for members in self._members.values() if members}


def replay(postings: Sequence[JobPosting], batch: int) -> Replay:
    """All postings in their order, ``batch`` at a time."""
    run = Replay()
    for start in range(0, len(postings), batch):
        run.add(postings[start : start + batch])
    return run


def precision_and_recall(clusters: Iterable[frozenset[Name]], truth: dict[Name, str]) -> tuple[float, float]:
    """Over pairs of postings."""
    hits = misses = 0
    for cluster in clusters:
        for first, second in combinations(cluster, 2):
            if truth[first] == truth[second]:
                hits += 1
            else:
                misses += 1
    pairs = sum(size * (size - 1) // 2 for size in Counter(truth.values()).values())
    return hits / max(1, hits + misses), hits / max(1, pairs)
