"""Whether two postings are one job: evidence is added up, and every piece of it can be read.

A contradiction (another title, place, rank, salary or text, a second posting of one ATS tenant) outweighs
everything but a common identity, and keeps two postings apart in clusters too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import Literal

from rapidfuzz.distance import Levenshtein

from jobspiders.matching.ats import AtsPosting, are_two
from jobspiders.matching.company import SameCompany, same_company, words_of_company
from jobspiders.matching.evidence import (
    Weight,
    salary_agreement,
    weigh_apply_address,
    weigh_board,
    weigh_company,
    weigh_dates,
    weigh_place,
    weigh_requisition,
    weigh_text,
    weigh_title,
)
from jobspiders.matching.fingerprint import Candidate, Fingerprint
from jobspiders.matching.place import Nearness, nearness, words_of_places
from jobspiders.matching.signature import overlap

Relation = Literal["duplicate", "repost", "different"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision is tuned by.

    ``threshold``: the score from which two postings are one job. ``gap_days``: how long after the end of one
    posting a copy of it may still appear elsewhere; what starts later is a new opening. ``snippet_letters``:
    shorter texts may hold nothing but the company's introduction.
    """

    threshold: float = 0.6
    gap_days: int = 21
    snippet_letters: int = 900


DEFAULT_CONTEXT = Context()


@dataclass(slots=True)
class Decision:
    """``score`` lies between 0 and 1. ``veto`` says that no third posting can bring the two together."""

    score: float
    same: bool
    relation: Relation
    weights: Sequence[Weight]
    veto: bool = False

    @property
    def reasons(self) -> list[str]:
        """What speaks for and against, in words."""
        return [weight.reason for weight in self.weights if weight.wording]


_PRIOR = -3.0
_CERTAIN, _NEVER = 0.999999, 0.000001


def _certain(reason: str) -> Decision:
    return Decision(_CERTAIN, True, "duplicate", [Weight(0.0, reason)])


def _apart(reason: str) -> Decision:
    return Decision(_NEVER, False, "different", [Weight(0.0, reason)], veto=True)


#: A contradiction whose reason nobody reads; most pairs that share a key end here.
_UNEXPLAINED = _apart("contradiction")


def _pair(first: str, second: str) -> str:
    """Two values in an order that does not depend on which posting came first."""
    return " / ".join(sorted((first or "none", second or "none")))


@lru_cache(maxsize=2048)
def _addresses(packed: str) -> tuple[tuple[str, AtsPosting], ...]:
    """Each address with what is equal for every address of one posting."""
    addresses = [AtsPosting.of(address) for address in packed.split(" ")]
    return tuple([(address.identity, address) for address in addresses])


def _ats_identity(first: Fingerprint, second: Fingerprint) -> tuple[bool, AtsPosting, AtsPosting] | None:
    """Whether the ATS addresses name one posting or two, and which; None where they settle nothing."""
    two = None
    for identity, mine in _addresses(first.ats):
        for other_identity, theirs in _addresses(second.ats):
            if mine.platform != theirs.platform:
                continue
            if identity == other_identity:
                return True, mine, theirs
            named = not (mine.tenant and theirs.tenant) and (
                same_company(first.company, second.company) in (SameCompany.SAME, SameCompany.NEAR)
            )
            if are_two(mine, theirs, same_company=named):
                two = False, mine, theirs
    return two


def _start(candidate: Candidate) -> int | None:
    posted = candidate.fingerprint.posted
    return posted if posted is not None else candidate.first_seen


def _gap(first: Candidate, second: Candidate) -> int | None:
    """Days between the end of the earlier posting and the start of the later; None where they overlap."""
    gaps = []
    for earlier, later in ((first, second), (second, first)):
        start = _start(later)
        if earlier.closed is not None and start is not None and start >= earlier.closed:
            gaps.append(start - earlier.closed)
    return min(gaps, default=None)


@lru_cache(maxsize=2048)
def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _words_left(a: Fingerprint, b: Fingerprint) -> tuple[list[str], list[str]]:
    """Words of each title that the other lacks, without places, company, misspellings and split compounds."""
    mine, theirs = _word_set(a.title), _word_set(b.title)
    mine, theirs = mine - theirs, theirs - mine
    if not mine and not theirs:
        return [], []
    here, there = words_of_places(a.places), words_of_places(b.places)
    # "Support, Singapore" in Singapore and "Support, Philippines" in the Philippines
    apart = (mine & here - there, theirs & there - here)
    if all(apart):
        return sorted(apart[0]), sorted(apart[1])
    known = here | there | words_of_company(a.company) | words_of_company(b.company)
    left, right = sorted(mine - known), sorted(theirs - known)
    if left and right:
        if a.title.replace(" ", "") == b.title.replace(" ", ""):
            return [], []
        for word in list(left):
            twin = next((other for other in right if word[0] == other[0] and _misspelt(word, other)), None)
            if twin is not None:
                left.remove(word)
                right.remove(twin)
    return left, right


def _misspelt(word: str, other: str) -> bool:
    """One letter differs in a word of five to eight letters, up to two in a longer one."""
    shorter = min(len(word), len(other))
    if shorter < 5 or word.isdigit() or other.isdigit():
        return False
    allowed = 1 if shorter < 9 else 2
    return Levenshtein.distance(word, other, score_cutoff=allowed) <= allowed


def decide(
    first: Candidate, second: Candidate, context: Context = DEFAULT_CONTEXT, *, explain: bool = True
) -> Decision:
    """Whether two postings are one job, with a score and the reasons; symmetric and deterministic.

    Without ``explain`` a contradiction is returned without saying which, which is several times faster.
    """
    a, b = first.fingerprint, second.fingerprint
    if a.board == b.board and a.external_id == b.external_id:
        return _certain("the same posting")
    gap = None
    if first.closed is not None or second.closed is not None:
        gap = _gap(first, second)
    later = gap is not None and (a.board == b.board or gap > context.gap_days)
    if a.ats and b.ats:
        identity = _ats_identity(a, b)
        if identity and identity[0]:
            address = max(identity[1], identity[2], key=lambda each: (each.tenant, each.id))
            return Decision(_CERTAIN, True, "duplicate", [Weight(0.0, "both lead to {}", said=(address,))])
        later = later or (gap is not None and identity is not None)
        if identity and not later:
            if not explain:
                return _UNEXPLAINED
            two = _pair(str(identity[1]), str(identity[2]))
            return _apart(f"two postings of one tenant at the same time: {two}")
    if a.ranks != b.ranks:
        return _apart(f"other seniority: {_pair(a.ranks, b.ranks)}") if explain else _UNEXPLAINED
    left: list[str] = []
    if a.title != b.title:
        mine, theirs = _words_left(a, b)
        if mine and theirs:
            if not explain:
                return _UNEXPLAINED
            return _apart(f"other title: {_pair(' '.join(mine), ' '.join(theirs))}")
        left = mine or theirs
    place = nearness(a.places, b.places)
    if place is Nearness.OTHER:
        return _apart(f"other place: {_pair(a.places, b.places)}") if explain else _UNEXPLAINED

    company = same_company(a.company, b.company)
    texts = overlap(a.sketch, b.sketch)
    weights = [
        weigh_title(a, b, left, company),
        weigh_company(company),
        weigh_place(place, a, b),
        weigh_text(texts, a, b, company, context.snippet_letters),
        weigh_dates(_start(first), _start(second)),
    ]
    # what few pairs say anything of
    if a.salary_min is not None and b.salary_min is not None:
        weights.append(salary_agreement(a, b))
    if a.requisition and b.requisition:
        weights.append(weigh_requisition(a, b, company))
    if a.apply_hash is not None and a.apply_hash == b.apply_hash:
        weights.append(weigh_apply_address(a, b))
    if a.board == b.board and not later:
        weights.append(weigh_board(a, b, texts, place, company))
    odds, veto = _PRIOR, False
    for weight in weights:
        odds += weight.value
        veto = veto or weight.veto
    score = min(_CERTAIN, max(_NEVER, round(1.0 / (1.0 + exp(-odds)), 6)))
    alike = score >= context.threshold and not veto
    if later:
        weights.append(Weight(0.0, "opened {} days after the other had closed", said=(gap,)))
        return Decision(score, False, "repost" if alike else "different", weights, veto=True)
    return Decision(score, alike, "duplicate" if alike else "different", weights, veto)
