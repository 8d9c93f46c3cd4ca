"""A Scrapy response as a Page."""

from __future__ import annotations

from scrapy.http import Response

from jobspiders.parsing.page import Page


def page_of(response: Response) -> Page:
    """A Scrapy response as a Page; its text is decoded only when a reading asks for it."""
    return ResponsePage(response)


class ResponsePage(Page):
    """A page whose text is decoded the way Scrapy does: headers, BOM, then the page's own word."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.url, response.body, status=response.status)
        self._response = response
        if response.request is not None:
            self.sent = response.request.body

    def _decode(self) -> str:
        try:
            return self._response.text
        except AttributeError:
            return super()._decode()
