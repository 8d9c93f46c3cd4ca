"""Keys under which postings that may be one job meet: signed 64-bit integers, stored a row each.

A posting has at most ``MAX_KEYS`` of them. Exact keys hold what names a job (an ATS posting, a requisition,
a company's title). Loose keys hold a common title in a town, or a passage, which many postings may share: once
one is over-full it is passed over, for it tells nothing and would cost the more the larger the table grows.
Passages of an introduction are still found bound to the title.

Under its keys a posting stands as an entry: its number and a mark of what contradicts most of those that share a key
with it. They need not be loaded to be passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from xxhash import xxh3_64_intdigest

from jobspiders.matching.ats import AtsPosting
from jobspiders.matching.company import company_stem, named_in
from jobspiders.matching.fingerprint import Fingerprint
from jobspiders.matching.place import unpack_places, words_of_places
from jobspiders.matching.signature import Signature
from jobspiders.matching.title import sorted_words

#: Postings looked up under one key. Under an exact key the newest count; a loose key that leads to more than
#: ``MAX_PER_LOOSE_KEY`` is over-full.
MAX_PER_KEY = 8
MAX_PER_LOOSE_KEY = 8
#: Postings that one looks for under a key, which may be one of them: those that count, and one that shows that
#: the key is over-full. More than these are not stored under a loose key either.
MAX_FOUND = 1 + 1 + max(MAX_PER_KEY, MAX_PER_LOOSE_KEY)
#: Postings that one posting is compared with, those with most keys in common.
MAX_CANDIDATES = 8
_EXACT_VOTES = 2
#: Lower bits of an entry, from the highest: eight of the words that rank the posting, eight of the one city in which it
#: is, seven of its company, and whether its text is whole. What there is none of is 0. No entry is below 0, so that
#: newer postings have larger ones.
MARK_BITS = 24
_RANKS, _CITY, _COMPANY, _WHOLE = 0xFF0000, 0xFF00, 0xFE, 0x01
#: Letters from which a text is taken for a whole one, which shares passages with a copy of it.
_WHOLE_LETTERS = 1500
_OPENING_FACTOR = 0x9E3779B97F4A7C15
_ALL_BITS = (1 << 64) - 1
#: ATS addresses (3), requisition, apply address, company + title, company + title + place; place + title,
#: opening + title (2), passages (5). A posting of a search board has ten.
MAX_KEYS = 15


def _hash(value: str) -> int:
    return xxh3_64_intdigest(value.encode("utf-8", "surrogatepass"))


def _signed(values: Iterable[int]) -> list[int]:
    return [value - (1 << 64) if value >= 1 << 63 else value for value in values]


def _title(fingerprint: Fingerprint) -> str:
    """The title without what stands beside it in the posting and other boards leave out: its places and company."""
    return f"{_bare_title(fingerprint.title, fingerprint.places, fingerprint.company)}\x1f{fingerprint.ranks}"


@lru_cache(maxsize=1024)
def _bare_title(title: str, places: str, company: str) -> str:
    words = sorted_words(title).split()
    beside = words_of_places(places) | named_in(words, company)
    if not beside.isdisjoint(words):
        words = [word for word in words if word not in beside] or words
    return " ".join(words)


def _main_place(fingerprint: Fingerprint) -> str:
    places = unpack_places(fingerprint.places)
    return (places[0].city or places[0].region or places[0].country) if places else ""


@lru_cache(maxsize=1024)
def _hash_of_mark(words: str, most: int) -> int:
    """1 to ``most``, or 0 where there are no words. The migration that marked what was stored does the same in SQL."""
    return int.from_bytes(sha256(words.encode()).digest()[:2], "big") % most + 1 if words else 0


@lru_cache(maxsize=2048)
def _mark(ranks: str, places: str, company: str) -> int:
    """Of cities and companies the first word: "Frankfurt" is "Frankfurt am Main"."""
    found = unpack_places(places)
    city = found[0].city.partition(" ")[0] if len(found) == 1 else ""
    return (
        _hash_of_mark(ranks, 0xFF) << 16
        | _hash_of_mark(city, 0xFF) << 8
        | _hash_of_mark(company.partition(" ")[0], 0x7F) << 1
    )


def entry_of(posting: int, fingerprint: Fingerprint) -> int:
    """The entry of the posting numbered ``posting`` under its keys."""
    mark = _mark(fingerprint.ranks, fingerprint.places, fingerprint.company)
    return posting << MARK_BITS | mark | (fingerprint.letters >= _WHOLE_LETTERS)


def posting_in(entry: int) -> int:
    """The number of the posting of which this is the entry."""
    return entry >> MARK_BITS


def consistent(entry: int, others: Iterable[int]) -> list[int]:
    """Those of ``others`` that ``decision.decide`` is not sure to rule out, unless one ATS address names both."""
    ranks, city = entry & _RANKS, entry & _CITY
    alike = [other for other in others if other & _RANKS == ranks]
    if city:
        alike = [other for other in alike if other & _CITY == city or not other & _CITY]
    return alike


def has_little_chance(entry: int, other: int) -> bool:
    """Whether two that share no more than a title in a place name two companies, and whole texts without a passage."""
    if not entry & other & _WHOLE:
        return False
    return bool((entry ^ other) & _COMPANY and entry & _COMPANY and other & _COMPANY)


def exact_keys(fingerprint: Fingerprint) -> list[int]:
    """Keys of what names a job, those of ``ats_keys`` first."""
    named = [f"ats\x1f{AtsPosting.of(address).identity}" for address in fingerprint.ats.split()]
    company = company_stem(fingerprint.company).replace(" ", "")
    if fingerprint.requisition and company:
        named.append(f"requisition\x1f{company}\x1f{fingerprint.requisition}")
    if fingerprint.apply_hash is not None:
        named.append(f"apply\x1f{fingerprint.apply_hash}")
    if company:
        title = f"company\x1f{company}\x1f{_title(fingerprint)}"
        place = _main_place(fingerprint)
        named += [title, f"{title}\x1f{place}"] if place else [title]
    return _signed(map(_hash, named))


def ats_keys(fingerprint: Fingerprint) -> int:
    """How many of the exact keys are ATS addresses, which no contradiction outweighs."""
    return fingerprint.ats.count(" ") + 1 if fingerprint.ats else 0


def has_place(fingerprint: Fingerprint) -> bool:
    """Whether there is a key of the title in a place."""
    return bool(_main_place(fingerprint))


def loose_keys(fingerprint: Fingerprint, signature: Signature) -> list[int]:
    """Keys of the title in a place, of the title with the opening of the text, and of passages.

    That of the title in a place comes first, where ``has_place``.
    """
    title = _title(fingerprint)
    place = _main_place(fingerprint)
    keys = [_hash(f"place\x1f{place}\x1f{title}")] if place else []
    mark = _hash(title)
    keys += [(anchor ^ mark) * _OPENING_FACTOR & _ALL_BITS for anchor in signature.opening]
    return _signed((*keys, *signature.anchors))


def share_key(batch: Sequence[int], stored: Sequence[int]) -> list[int]:
    """The newest ``MAX_FOUND`` entries under one key, newest first, as ``stored`` is; ``batch`` is oldest first."""
    both = [*batch[: -MAX_FOUND - 1 : -1], *stored]
    if stored and batch[0] < stored[0]:
        both.sort(reverse=True)
    return both[:MAX_FOUND]


def choose_candidates(
    entry: int,
    exact: Sequence[int],
    loose: Sequence[int],
    found: Mapping[int, Sequence[int]],
    *,
    certain: int = 0,
    placed: bool = False,
) -> list[int]:
    """Of the postings whose entries are ``found`` under the keys of ``entry``, newest first, those to compare.

    Best first. ``MAX_FOUND`` entries of each key are enough; ``entry`` may be among them. Whoever shares one of the
    first ``certain`` exact keys is compared whatever contradicts it. ``placed``: the first loose key is that of the
    title in a place.
    """
    votes: dict[int, int] = {}
    for key in exact:
        left = MAX_PER_KEY
        for other in found.get(key, ()):
            if other != entry:
                votes[other] = votes.get(other, 0) + _EXACT_VOTES
                left -= 1
                if not left:
                    break
    for key in loose:
        others = found.get(key, ())
        if len(others) > MAX_PER_LOOSE_KEY and len(others) - (entry in others) > MAX_PER_LOOSE_KEY:
            continue
        for other in others:
            if other != entry:
                votes[other] = votes.get(other, 0) + 1
    if not votes:
        return []
    chosen = consistent(entry, votes)
    named = {other for key in exact[:certain] for other in found.get(key, ())}
    if named:
        named.update(chosen)
        chosen = [other for other in votes if other in named]
    if placed and chosen:
        beside = found.get(loose[0], ())
        chosen = [
            other
            for other in chosen
            if votes[other] > 1 or other not in beside or not has_little_chance(entry, other)
        ]
    if len(chosen) > 1:
        chosen.sort(key=votes.__getitem__, reverse=True)
    return [other >> MARK_BITS for other in chosen[:MAX_CANDIDATES]]
