"""What a posting's page says of a posting that is over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gone:
    """A detail page's own word that the posting is over."""

    reason: str
