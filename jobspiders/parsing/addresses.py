"""Keys of tenants and postings in addresses."""

from __future__ import annotations

import re


def key_in(pattern: re.Pattern[str], *addresses: str | None) -> str | None:
    """The first group that matched in the first of these addresses in which ``pattern`` is found."""
    for address in addresses:
        match = pattern.search(address or "")
        if match is not None:
            return next((group for group in match.groups() if group), None)
    return None
