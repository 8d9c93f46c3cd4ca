"""What each agreement of two postings weighs, in log odds, and how it is worded.

Every function is symmetric in the two postings. The weights are set by hand for what is true of boards: a
company's title and place identify a job, its text says less because colleagues share it, and an agency's copy
is known by its text alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from jobspiders.matching.company import SameCompany
from jobspiders.matching.fingerprint import Fingerprint
from jobspiders.matching.place import Nearness
from jobspiders.matching.signature import Overlap


class Weight(NamedTuple):
    """Log odds for one job, why, and whether it rules that out for good.

    ``wording`` has places for ``said``: of most decisions nobody reads the reasons, so they are put in words late.
    """

    value: float
    wording: str = ""
    veto: bool = False
    said: tuple[object, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in words; empty where there is nothing to say."""
        return self.wording.format(*self.said) if self.said else self.wording


NOTHING = Weight(0.0)
#: Hashes below which a share of a text means little, of a snippet and of a full text.
_FEW_SAMPLES, _MANY_SAMPLES = 5, 20
#: Letters from which a text is taken for a whole one.
_WHOLE_LETTERS = 2500
#: Letters that a board adds around a text: "Show more", how to apply, a summary of fields.
_FRAME_LETTERS = 120
_COMPANY = {
    SameCompany.SAME: Weight(1.5, "same company"),
    SameCompany.NEAR: Weight(1.2, "company names differ in a description only"),
    SameCompany.UNKNOWN: Weight(0.0, "company not named on both"),
    SameCompany.OTHER: Weight(-1.5, "other company: an agency's copy needs its text"),
}
_RESPELLED = Weight(2.0, "same title but for its spelling")
_SAME_PLACE = Weight(1.5, "same place")
_PLACE_WITHIN = Weight(0.7, "one place lies in the other")
_BOTH_REMOTE = Weight(0.7, "both remote")
_PLACE_UNKNOWN = Weight(-0.2, "place not known on both")
_SHARE = "{:.0%} of the shorter text is in the longer"
_NO_TEXT = Weight(-1.5, "no text to tell by")
_SAME_SALARY = Weight(0.7, "same salary")
_OTHER_SALARY = Weight(-4.0, "salaries contradict each other", veto=True)
_SAME_APPLY_ADDRESS = Weight(1.5, "same apply address")
_ON_ONE_BOARD = Weight(-3.5, "both on one board")
_ALIKE_ON_ONE_BOARD = Weight(-1.0, "both on one board, alike in everything")
_SAME_DAY = Weight(0.6, "posted on the same day")
_DAYS = ((3, 0.3), (14, 0.1), (45, 0.0), (120, -0.4))
_DAYS_BEYOND = -0.8


def weigh_title(first: Fingerprint, second: Fingerprint, left: list[str], company: SameCompany) -> Weight:
    """``left`` are words that only one of the titles has."""
    if left:
        named = company in (SameCompany.SAME, SameCompany.NEAR)
        return Weight(-2.0 if named else -1.0, "one title says more: {}", said=(" ".join(left),))
    if first.title != second.title:
        return _RESPELLED
    return _same_title(first.title, first.ranks)


@lru_cache(maxsize=2048)
def _same_title(title: str, ranks: str) -> Weight:
    value = 2.0 if title else 1.0 if ranks else 0.0
    return Weight(value, f"same title: {f'{ranks} {title}'.strip() or 'empty'}")


def weigh_company(company: SameCompany) -> Weight:
    """An agency hides the company or puts its own name there."""
    return _COMPANY[company]


def weigh_place(place: Nearness, first: Fingerprint, second: Fingerprint) -> Weight:
    """Other places are ruled out before."""
    if place is Nearness.SAME:
        return _SAME_PLACE
    if place is Nearness.WITHIN:
        return _PLACE_WITHIN
    return _BOTH_REMOTE if first.remote and second.remote else _PLACE_UNKNOWN


def weigh_text(
    texts: Overlap, first: Fingerprint, second: Fingerprint, company: SameCompany, snippet_letters: int
) -> Weight:
    """The share of the shorter text that the longer one holds."""
    if first.letters <= second.letters:
        share, samples = texts.of_first, texts.samples_first
    else:
        share, samples = texts.of_second, texts.samples_second
    # A text met under the name of another company, or of none, is hardly met by chance; without one there is
    # nothing to tell an agency's copy from the same trade in the same town.
    unnamed = 0.0 if company in (SameCompany.SAME, SameCompany.NEAR) else 1.0
    if not samples:
        return _NO_TEXT if unnamed else NOTHING
    letters = min(first.letters, second.letters)
    said = (share,)
    if first.language and second.language and first.language != second.language:
        return Weight(0.0, f"{_SHARE}, but the languages differ", said=said)
    # The kinds of agreement allow for what boards add; within a kind every hash counts, to tell twins apart.
    nuance = share - 0.9
    share = min(1.0, share * letters / max(letters - _FRAME_LETTERS, letters / 2))
    if letters < snippet_letters:
        if samples < _FEW_SAMPLES:
            return Weight(0.5 * share - unnamed, _SHARE, said=said)
        if share >= 0.75:
            return Weight(1.0 + unnamed + nuance, _SHARE, said=said)
        return Weight(0.3 if share >= 0.5 else -1.5 if share < 0.2 else -0.7, _SHARE, said=said)
    if samples < _MANY_SAMPLES:
        return Weight(2.0 * share - 1.0, _SHARE, said=said)
    if share >= 0.8:
        return Weight(2.0 + unnamed + 2 * nuance, _SHARE, said=said)
    if share >= 0.65:
        return Weight(0.7 + 0.3 * unnamed, _SHARE, said=said)
    if share >= 0.5:
        return Weight(-0.8, _SHARE, said=said)
    if letters < _WHOLE_LETTERS:
        # Two cuttings of one text can miss each other.
        return Weight(-1.5, f"another text or another part of it: {_SHARE}", said=said)
    return Weight(-3.0, f"another text: {_SHARE}", share < 0.3, said)


def salary_agreement(first: Fingerprint, second: Fingerprint) -> Weight:
    """Yearly ranges in one currency: a veto where they do not even touch."""
    if first.salary_min is None or second.salary_min is None or first.currency != second.currency:
        return NOTHING
    first_max, second_max = first.salary_max or first.salary_min, second.salary_max or second.salary_min
    if _close(first.salary_min, second.salary_min) and _close(first_max, second_max):
        return _SAME_SALARY
    if max(first.salary_min, second.salary_min) > 1.05 * min(first_max, second_max):
        return _OTHER_SALARY
    return NOTHING


def _close(first: float, second: float) -> bool:
    return abs(first - second) <= 0.02 * max(abs(first), abs(second))


def weigh_requisition(first: Fingerprint, second: Fingerprint, company: SameCompany) -> Weight:
    """Numbers of two systems say nothing; those of one form and one company tell jobs apart."""
    mine, theirs = first.requisition, second.requisition
    if not mine or not theirs or company is SameCompany.OTHER:
        return NOTHING
    named = company is not SameCompany.UNKNOWN
    if mine == theirs:
        return Weight(4.0 if named else 1.5, "same requisition {}", said=(mine,))
    if named and _form(mine) == _form(theirs):
        return Weight(-4.0, "other requisition: {} / {}", said=tuple(sorted((mine, theirs))))
    return NOTHING


def _form(requisition: str) -> tuple[str, int]:
    prefix = requisition.rstrip("0123456789")
    return prefix, len(requisition)


def weigh_apply_address(first: Fingerprint, second: Fingerprint) -> Weight:
    """One address may serve a whole company, therefore no proof."""
    if first.apply_hash is None or first.apply_hash != second.apply_hash:
        return NOTHING
    return _SAME_APPLY_ADDRESS


def weigh_dates(first: int | None, second: int | None) -> Weight:
    """Days on which the postings started."""
    if first is None or second is None:
        return NOTHING
    apart = abs(first - second)
    if not apart:
        return _SAME_DAY
    return _days_apart(apart)


@lru_cache(maxsize=1024)
def _days_apart(apart: int) -> Weight:
    value = next((value for days, value in _DAYS if apart <= days), _DAYS_BEYOND)
    return Weight(value, f"posted {apart} days apart")


def weigh_board(
    first: Fingerprint, second: Fingerprint, texts: Overlap, place: Nearness, company: SameCompany
) -> Weight:
    """A board seldom shows one job twice, and then with the same text in the same place."""
    if first.board != second.board:
        return NOTHING
    alike = min(texts.of_first, texts.of_second) >= 0.9 and texts.samples_first >= _FEW_SAMPLES
    named = company in (SameCompany.SAME, SameCompany.NEAR)
    if alike and named and place is Nearness.SAME and first.title == second.title:
        return _ALIKE_ON_ONE_BOARD
    return _ON_ONE_BOARD
