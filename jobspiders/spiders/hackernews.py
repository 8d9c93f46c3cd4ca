"""Hacker News "Who is hiring": the newest monthly thread, through the public Algolia API."""

from __future__ import annotations

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.parsing.boards import hackernews
from jobspiders.parsing.page import Page


class HackerNewsSpider(FeedSpider):
    name = "hackernews"
    homepage = "https://news.ycombinator.com"
    allowed_domains = ["hn.algolia.com"]
    terms = "public API; posts are people's own words: names of users are not kept"
    # last month's postings are not over because a new thread begins
    whole = False
    feed_url = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring"

    def listing_from_api(self, page: Page) -> Listing | None:
        threads, posts = hackernews.threads(page), hackernews.posts(page)
        if threads is not None:
            return Listing([], hackernews.posting_from_post, last=True, follow=map(self.get, threads[:1]))
        return None if posts is None else Listing(posts, hackernews.posting_from_post, last=True, around=[])
