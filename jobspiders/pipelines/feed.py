"""The last pipeline: only postings go on to feed exports."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem

from jobspiders.items import JobPosting


class PostingsOnlyPipeline:
    """Ends the way of rejected rows and closings once they are stored."""

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, JobPosting):
            raise DropItem(f"{type(item).__name__} is stored, not exported", log_level="DEBUG")
        return item
