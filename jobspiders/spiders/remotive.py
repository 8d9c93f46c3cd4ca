"""Remotive: the public API, the whole list in one answer."""

from __future__ import annotations

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.parsing.boards import remotive


class RemotiveSpider(JsonFeedSpider):
    name = "remotive"
    homepage = "https://remotive.com"
    allowed_domains = ["remotive.com"]
    terms = "at most four calls a day, a day behind; link back, no reposting to Google Jobs, LinkedIn, Jooble, Neuvoo"
    feed_url = "https://remotive.com/api/remote-jobs"
    layout = remotive.LAYOUT
