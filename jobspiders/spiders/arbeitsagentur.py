"""Bundesagentur für Arbeit: Germany's public job search, in the answers of its fourth and sixth version."""

from __future__ import annotations

import base64

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
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


class ArbeitsagenturSpider(JsonFeedSpider):
    name = "arbeitsagentur"
    homepage = "https://rest.arbeitsagentur.de"
    home_country = "DE"
    allowed_domains = ["rest.arbeitsagentur.de"]
    terms = "key needed; the paths changed in August 2026"
    required_settings = {"ARBEITSAGENTUR_API_KEY": "the key that the agency gave you for its job search"}
    native_filters = frozenset({"query", "location", "posted_within_hours"})
    paged = True
    whole = False
    row_keys = ("stellenangebote", "ergebnisliste")
    total_keys = ("maxErgebnisse", "gesamt")
    fields = {
        "external_id": "refnr|referenznummer",
        "requisition_id": "refnr|referenznummer",
        "title": "titel|stellenangebotsTitel|beruf|hauptberuf",
        "company": "arbeitgeber|firma",
        "apply_url": "externeUrl|externeURL",
        "description_html": "stellenangebotsBeschreibung|stellenbeschreibung",
        "salary_text": "verguetungsangabe",
        "date_posted": "aktuelleVeroeffentlichungsdatum|veroeffentlichungszeitraum.von|datumErsteVeroeffentlichung",
        "department": "beruf|hauptberuf",
    }

    def listing_request(self, scope: Scope, position: Position) -> Request:
        hours = self.arguments.posted_within_hours
        request = self.get(
            f"{self.homepage}/jobboerse/jobsuche-service/pc/v4/jobs",
            was=self.arguments.query,
            wo=self.arguments.location,
            veroeffentlichtseit=hours and -(-hours // 24),
            page=position.page,
            size=100,
        )
        return request.replace(headers=self.key_header())

    def detail_request(self, posting: JobPosting) -> Request | None:
        code = base64.b64encode(posting.external_id.encode()).decode()
        request = self.get(f"{self.homepage}/jobboerse/jobsuche-service/pc/v4/jobdetails/{code}")
        return request.replace(headers=self.key_header())

    def key_header(self) -> dict[str, str]:
        """The header that carries one's own key."""
        return {"X-API-Key": self.keys.get("ARBEITSAGENTUR_API_KEY", "")}

    def detail_from_api(self, page: Page) -> JobPosting | None:
        if page.record.text("stellenangebotsTitel") is None and page.record.text("titel") is None:
            return None
        posting = mapped_posting(page.record, self.fields)
        self.complete(posting, page.record)
        return posting

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.url = PUBLIC + posting.external_id if posting.external_id else ""
        rows = [job.record("arbeitsort"), *job.records("arbeitsorte"), *job.records("stellenlokationen")]
        posting.locations = distinct(place_in(row, PLACE) for row in rows if row)
        posting.location_text = places_text(posting.locations)
        hours = [word for key, word in HOURS.items() if job.get(key) is True]
        posting.employment_text = ", ".join(dict.fromkeys(hours)) or None
        posting.raw = {key: value for key, value in (job.value or {}).items() if "kontakt" not in key.lower()}
