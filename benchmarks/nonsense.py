"""Sentences that mean nothing, held together by words that do."""

from __future__ import annotations

import random
from collections.abc import Sequence

_JOINTS = ("and", "with the", "for our", "of the", "in", "you will", "as well as")


def sentence(rng: random.Random, words: Sequence[str], least: int, most: int) -> str:
    """A sentence of ``least`` to ``most`` words of the given ones."""
    chosen = [rng.choice(words) for _ in range(rng.randint(least, most))]
    for at in range(1, len(chosen), 3):
        chosen[at] = rng.choice(_JOINTS)
    return " ".join(chosen).capitalize() + "."
