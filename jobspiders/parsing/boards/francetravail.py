"""What France Travail says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.place import place_in
from jobspiders.parsing.record import Record, joined

PUBLIC = "https://candidat.francetravail.fr/offres/recherche/detail/"
PLACE = {"text": "libelle", "latitude": "latitude", "longitude": "longitude"}


def _refine(posting: JobPosting, job: Record) -> None:
    posting.url = posting.url or (PUBLIC + posting.external_id if posting.external_id else "")
    place = place_in(job.record("lieuTravail"), PLACE)
    posting.locations = [place] if place else []
    kinds = (
        job.text("typeContratLibelle") or job.text("typeContrat"),
        job.text("dureeTravailLibelleConverti"),
    )
    posting.employment_text = joined(*kinds)
    posting.tags = [name for skill in job.records("competences") if (name := skill.text("libelle"))]
    posting.raw = {key: value for key, value in (job.value or {}).items() if key not in ("contact", "agence")}


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "requisition_id": "id",
        "url": "origineOffre.urlOrigine",
        "title": "intitule",
        "company": "entreprise.nom",
        "company_logo": "entreprise.logo",
        "location_text": "lieuTravail.libelle",
        "description_html": "description",
        "salary_text": "salaire.libelle",
        "date_posted": "dateCreation",
        "department": "romeLibelle",
    },
    row_keys=("resultats",),
    refine=_refine,
)
