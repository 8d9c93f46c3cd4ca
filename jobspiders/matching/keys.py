"""Keys under which postings that may be one job meet: signed 64-bit integers, stored a row each.

A posting has at most ``MAX_KEYS`` of them. Exact keys hold what names a job (an ATS posting, a requisition,
a company's title). Loose keys hold a common title in a town, or a passage, which many postings may share: once
one is over-full it is passed over, for it tells nothing and would cost the more the larger the table grows.
Passages of an introduction are still found bound to the title.

Under its keys a posting stands as an entry: its number and a mark of what contradicts most of those that share a key
with it. They need not be loaded to be passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
#: Lower bits of an entry: twelve of the words that rank the posting, twelve of the one city in which it is. Both are
#: 0 where there is none; entries below 0 there are none, so that newer postings have larger ones.
MARK_BITS = 24
_HALF_BITS = 12
_CITY = (1 << _HALF_BITS) - 1
_RANKS = _CITY << _HALF_BITS
_OPENING_FACTOR = 0x9E3779B97F4A7C15
_ALL_BITS = (1 << 64) - 1
#: ATS addresses (3), requisition, apply address, company + title, company + title + place; place + title,
#: opening + title (3), passages (6). A posting of a search board has twelve.
MAX_KEYS = 17


def _hash(value: str) -> int:
    return xxh3_64_intdigest(value.encode("utf-8", "surrogatepass"))


def _signed(value: int) -> int:
    value &= _ALL_BITS
    return value - (1 << 64) if value >= 1 << 63 else value


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
def _hash_of_mark(words: str) -> int:
    """1 to 4095, or 0 where there are no words. The migration that marked what was stored computes the same in SQL."""
    return int.from_bytes(sha256(words.encode()).digest()[:2], "big") % _CITY + 1 if words else 0


@lru_cache(maxsize=2048)
def _city_mark(packed: str) -> int:
    """Of the first word, since "Frankfurt" is "Frankfurt am Main"."""
    places = unpack_places(packed)
    return _hash_of_mark(places[0].city.partition(" ")[0]) if len(places) == 1 else 0


def entry_of(posting: int, fingerprint: Fingerprint) -> int:
    """The entry of the posting numbered ``posting`` under its keys."""
    mark = _hash_of_mark(fingerprint.ranks) << _HALF_BITS | _city_mark(fingerprint.places)
    return posting << MARK_BITS | mark


def posting_in(entry: int) -> int:
    """The number of the posting of which this is the entry."""
    return entry >> MARK_BITS


def contradicts(entry: int, other: int) -> bool:
    """Whether ``decision.decide`` is sure to rule the two out, unless one ATS address names both."""
    differing = entry ^ other
    if differing & _RANKS:
        return True
    return bool(differing & _CITY and entry & _CITY and other & _CITY)


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
    return [_signed(_hash(name)) for name in named]


def ats_keys(fingerprint: Fingerprint) -> int:
    """How many of the exact keys are ATS addresses, which no contradiction outweighs."""
    return fingerprint.ats.count(" ") + 1 if fingerprint.ats else 0


def loose_keys(fingerprint: Fingerprint, signature: Signature) -> list[int]:
    """Keys of the title in a place, of the title with the opening of the text, and of passages."""
    title = _title(fingerprint)
    place = _main_place(fingerprint)
    keys = [_signed(_hash(f"place\x1f{place}\x1f{title}"))] if place else []
    mark = _hash(title)
    keys += [_signed((anchor ^ mark) * _OPENING_FACTOR) for anchor in signature.opening]
    return keys + [_signed(anchor) for anchor in signature.anchors]


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
) -> list[int]:
    """Of the postings whose entries are ``found`` under the keys of ``entry``, newest first, those to compare.

    Best first. ``MAX_FOUND`` entries of each key are enough; ``entry`` may be among them. Whoever shares one of the
    first ``certain`` exact keys is compared whatever contradicts it.
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
    named = {other for key in exact[:certain] for other in found.get(key, ())}
    for key in loose:
        others = found.get(key, ())
        if len(others) > MAX_PER_LOOSE_KEY and len(others) - (entry in others) > MAX_PER_LOOSE_KEY:
            continue
        for other in others:
            if other != entry:
                votes[other] = votes.get(other, 0) + 1
    if not votes:
        return []
    chosen = [other for other in votes if other in named or not contradicts(entry, other)]
    if len(chosen) > 1:
        chosen.sort(key=votes.__getitem__, reverse=True)
    return [other >> MARK_BITS for other in chosen[:MAX_CANDIDATES]]
