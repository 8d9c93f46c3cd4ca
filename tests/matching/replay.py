"""Matching without a database: a dictionary of keys takes the place of the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from jobspiders.items import JobPosting
from jobspiders.matching.cluster import MAX_MEMBERS, Plan, assign
from jobspiders.matching.fingerprint import Candidate, read_fingerprint
from jobspiders.matching.keys import MAX_PER_KEY, choose_candidates, exact_keys, loose_keys
from jobspiders.matching.signature import sign_all

Name = tuple[str, str]


class Replay:
    """Takes postings a batch at a time and keeps what storage would keep."""

    def __init__(self) -> None:
        self._under_key: dict[int, list[int]] = defaultdict(list)
        self._candidates: dict[int, Candidate] = {}
        self._members: dict[object, list[int]] = defaultdict(list)
        self.names: dict[int, Name] = {}
        self.compared = 0
        self.keys = 0
        self._minted = 0

    def _mint(self) -> int:
        self._minted -= 1
        return self._minted

    def add(self, postings: Sequence[JobPosting]) -> Plan:
        """Match one batch."""
        new: dict[int, Candidate] = {}
        keys: dict[int, tuple[list[int], list[int]]] = {}
        signatures = sign_all([posting.description for posting in postings])
        for posting, signature in zip(postings, signatures, strict=True):
            number = len(self.names) + 1
            self.names[number] = (posting.board, posting.external_id)
            fingerprint = read_fingerprint(posting, signature)
            new[number] = Candidate(number, number, fingerprint)
            keys[number] = exact_keys(fingerprint), loose_keys(fingerprint, signature)
        for number, (exact, loose) in keys.items():
            self.keys += len(exact) + len(loose)
            for key in {*exact, *loose}:
                self._under_key[key].append(number)
        pairs: set[tuple[int, int]] = set()
        for number, (exact, loose) in keys.items():
            found = {key: self._found(key, number) for key in (*exact, *loose)}
            chosen = choose_candidates(exact, loose, found)
            self.compared += len(chosen)
            pairs.update((min(number, other), max(number, other)) for other in chosen)
        plan = assign(self._touched(new, pairs), sorted(pairs), new=new.keys(), mint=self._mint)
        for number, candidate in new.items():
            self._candidates[number] = candidate
            self._members[candidate.job_id].append(number)
        for number, job in plan.assignments.items():
            candidate = self._candidates[number]
            self._members[candidate.job_id].remove(number)
            candidate.job_id = job
            self._members[job].append(number)
        return plan

    def _found(self, key: int, number: int) -> list[int]:
        newest = self._under_key[key][-MAX_PER_KEY - 2 :]
        return [other for other in reversed(newest) if other != number][: MAX_PER_KEY + 1]

    def _touched(self, new: dict[int, Candidate], pairs: Iterable[tuple[int, int]]) -> dict[int, Candidate]:
        touched = dict(new)
        for pair in pairs:
            for number in pair:
                if number not in touched:
                    members = self._members[self._candidates[number].job_id]
                    kept = {number, *members[: MAX_MEMBERS // 2], *members[-MAX_MEMBERS // 2 :]}
                    touched.update({member: self._candidates[member] for member in kept})
        return touched

    def job_of(self, name: Name) -> object:
        """The job of a posting by its board and id."""
        number = next(number for number, each in self.names.items() if each == name)
        return self._candidates[number].job_id

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
