"""France Travail: the public employment service's search API, with credentials of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import FormRequest, Request
from scrapy.http import Response

from jobspiders.bases.described_board import Output
from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.boards import francetravail

TOKEN = "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=%2Fpartenaire"
#: Rows of one answer, which the interface allows at most.
ROWS = 150


class FranceTravailSpider(JsonFeedSpider):
    name = "francetravail"
    homepage = "https://api.francetravail.io"
    home_country = "FR"
    allowed_domains = ["api.francetravail.io", "entreprise.francetravail.fr"]
    terms = "free credentials needed; ten requests a second; at most 3,150 rows a search"
    required_settings = {
        "FRANCETRAVAIL_CLIENT_ID": "a free client id from francetravail.io",
        "FRANCETRAVAIL_CLIENT_SECRET": "the secret that goes with it",
    }
    native_filters = frozenset({"query", "posted_within_hours"})
    paged = True
    whole = False
    layout = francetravail.LAYOUT

    def initial_requests(self) -> Iterator[Request]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.keys.get("FRANCETRAVAIL_CLIENT_ID", ""),
            "client_secret": self.keys.get("FRANCETRAVAIL_CLIENT_SECRET", ""),
            "scope": "api_offresdemploiv2 o2dsoffre",
        }
        for scope in self.scopes():
            self.ledger.open(scope.key, complete=False).pending += 1
            yield FormRequest(
                TOKEN,
                formdata=form,
                callback=self.parse_token,
                errback=self.listing_failed,
                meta={"scope": scope.key, "stage": "listing", "idempotent": True},
                cb_kwargs={"scope_key": scope.key},
            )

    def parse_token(self, response: Response, scope_key: str) -> Iterator[Output]:
        """Go on to the list with the token, or say why there is none."""
        scope = self.ledger.get(scope_key)
        scope.pending -= 1
        token = page_of(response).record.text("access_token")
        if token is None:
            scope.fault("blocked", f"no access token: HTTP {response.status}; are the credentials right?")
            return
        self.keys["token"] = token
        yield self._listing(scope, self.listing_request(scope, Position()), Position())

    def listing_request(self, scope: Scope, position: Position) -> Request:
        hours = self.arguments.posted_within_hours
        request = self.get(
            f"{self.homepage}/partenaire/offresdemploi/v2/offres/search",
            motsCles=self.arguments.query,
            publieeDepuis=hours and next((days for days in (1, 3, 7, 14) if hours <= days * 24), 31),
            range=f"{position.offset}-{position.offset + ROWS - 1}",
        )
        return request.replace(headers={"Authorization": f"Bearer {self.keys.get('token', '')}"})
