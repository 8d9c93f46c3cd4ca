"""The way of an item through the pipelines."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any

from scrapy.pipelines import ItemPipelineManager


class DirectItemPipelineManager(ItemPipelineManager):
    """As Scrapy's, without its look at every result for forms that a coroutine function cannot have.

    Where a pipeline that is not ours has a plain function, or one that wants the spider, all is as with Scrapy.
    """

    _is_direct: bool | None = None

    async def process_item_async(self, item: Any) -> Any:
        """Pass ``item`` from one pipeline to the next."""
        methods = self.methods["process_item"]
        if self._is_direct is None:
            wanting = self._mw_methods_requiring_spider
            self._is_direct = all(iscoroutinefunction(each) and each not in wanting for each in methods)
        if not self._is_direct:
            return await super().process_item_async(item)
        for method in methods:
            item = await method(item)  # type: ignore[misc]  # Scrapy calls them functions of any kind
        return item
