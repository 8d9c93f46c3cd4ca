"""Pages that say that there are no jobs at present."""

from __future__ import annotations

import re

_JOBS = r"(?:jobs?|vacanc(?:y|ies)|openings?|positions?|roles?|opportunities)"
_NONE = re.compile(
    rf"(?:no|not any|n't any|zero|0) (?:current |currently |open |active |available |job |suitable |vacant )*{_JOBS}"
    r"(?! (?:is|are) too)"
    rf"|{_JOBS} (?:are|is) (?:currently )?not available|(?:aren't|not) (?:currently )?(?:hiring|recruiting)\b"
    r"|keine (?:offenen |passenden |freien |aktuellen )*(?:stellen|jobs|positionen|vakanzen)"
    r"|aucun(?:e)? (?:offre|poste|emploi)|pas (?:d'offres?|de postes?)"
    r"|(?:no hay|ninguna|sin) (?:ofertas|vacantes|puestos|posiciones|empleos)"
    r"|(?:geen|momenteel geen) (?:openstaande )?(?:vacatures|banen)"
    r"|(?:nessuna|non ci sono) (?:posizion[ei]|offert[ae]|opportunità)"
    r"|(?:não há|nenhuma) (?:vagas?|oportunidades?)"
    r"|inga (?:lediga|öppna) (?:jobb|tjänster)|ingen ledige (?:stillinger|job)"
    r"|brak (?:aktualnych )?(?:ofert|wakatów)",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[\s\u00a0]+")
_LONGEST = 200_000


def says_no_openings(text: str) -> bool:
    """Whether the text of a page without postings says that there are none."""
    return _NONE.search(_BLANKS.sub(" ", text[:_LONGEST]).replace("’", "'")) is not None
