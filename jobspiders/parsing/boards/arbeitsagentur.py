"""What Bundesagentur für Arbeit says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record

PUBLIC = "https://www.arbeitsagentur.de/jobsuche/jobdetail/"
PLACE = {
    "city": "adresse.ort|ort",
    "region": "adresse.region|region",
    "country": "adresse.land|land",
    "latitude": "breite|koordinaten.lat",
    "longitude": "laenge|koordinaten.lon",
}
HOURS = {
    "arbeitszeitVollzeit": "Vollzeit",
    "arbeitszeitTeilzeitVormittag": "Teilzeit",
    "arbeitszeitTeilzeitNachmittag": "Teilzeit",
    "arbeitszeitTeilzeitAbend": "Teilzeit",
    "arbeitszeitTeilzeitFlexibel": "Teilzeit",
    "istGeringfuegigeBeschaeftigung": "Minijob",
}


def _refine(posting: JobPosting, job: Record) -> None:
    posting.url = PUBLIC + posting.external_id if posting.external_id else ""
    rows = [job.record("arbeitsort"), *job.records("arbeitsorte"), *job.records("stellenlokationen")]
    named = [Location(name) for name in job.texts("arbeitsort")]
    posting.locations = distinct([*(place_in(row, PLACE) for row in rows if row), *named])
    posting.location_text = places_text(posting.locations)
    hours = [word for key, word in HOURS.items() if job.get(key) is True]
    posting.employment_text = ", ".join(dict.fromkeys(hours)) or None
    posting.raw = {key: value for key, value in (job.value or {}).items() if "kontakt" not in key.lower()}


LAYOUT = Layout(
    fields={
        "external_id": "refnr|referenznummer",
        "requisition_id": "refnr|referenznummer",
        "title": "titel|stellenangebotsTitel|beruf|hauptberuf",
        "company": "arbeitgeber|arbeitgeber.name|firma",
        "apply_url": "externeUrl|externeURL",
        "description_html": "stellenangebotsBeschreibung|stellenbeschreibung",
        "salary_text": "verguetungsangabe",
        "date_posted": "aktuelleVeroeffentlichungsdatum|veroeffentlichungszeitraum.von|datumErsteVeroeffentlichung",
        "department": "beruf|hauptberuf",
    },
    row_keys=("stellenangebote", "ergebnisliste"),
    total_keys=("maxErgebnisse", "gesamt"),
    refine=_refine,
)
