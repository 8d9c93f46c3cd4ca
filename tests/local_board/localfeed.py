"""The spider of a loopback feed: one document."""

from __future__ import annotations

import os

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.parsing.layout import Layout


class LocalFeedSpider(JsonFeedSpider):
    """Reads one document from the server whose address is in the environment variable LOCAL_BOARD."""

    name = "localfeed"
    homepage = os.environ.get("LOCAL_BOARD", "http://127.0.0.1:9")
    feed_url = f"{homepage}/feed"
    layout = Layout(
        row_keys=("rows",),
        fields={
            "external_id": "id",
            "url": "url",
            "title": "title",
            "description_html": "text",
            "location_text": "place",
            "salary_text": "pay",
            "employment_text": "kind",
            "department": "department",
            "date_posted": "posted",
            "valid_through": "until",
        },
    )
