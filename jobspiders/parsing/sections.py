"""Descriptions that come in parts."""

from __future__ import annotations

import html

from jobspiders.parsing.record import joined


def sections(*parts: tuple[str | None, str | None]) -> str | None:
    """One HTML text of parts given as heading (plain text or None) and HTML; empty parts are left out."""
    kept = ((heading, body) for heading, body in parts if body)
    return joined(*(f"{_heading(heading)}{body}" for heading, body in kept), separator="\n")


def _heading(text: str | None) -> str:
    return f"<h3>{html.escape(text, quote=False)}</h3>" if text else ""
