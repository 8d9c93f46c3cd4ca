"""Workable: a tenant's whole board in one widget document; the page's own list (v3) and details are read too."""

from __future__ import annotations

import re
from typing import Any

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import workable
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined


class WorkableSpider(AtsApiSpider):
    name = "workable"
    homepage = "https://apply.workable.com"
    allowed_domains = ["workable.com"]
    terms = "public widget API; answers 429 for hours to those who ask too often"
    tenant_url = re.compile(
        r"apply\.workable\.com/(?:api/v\d/(?:widget/)?accounts/)?(?!api/|j/)([\w-]+)"
        r"|//(?!apply\.|www\.|jobs\.)([\w-]+)\.workable\.com"
    )
    detail_url = re.compile(r"workable\.com/(?:[\w-]+/)?j(?:obs)?/([0-9A-Z]{8,12})")
    list_url = homepage + "/api/v1/widget/accounts/{tenant}?details=true"
    layout = workable.LAYOUT

    def rows(self, answer: Any) -> list[Any] | None:
        rows = super().rows(answer)
        several = rows is not None and len({Record(row).text("shortcode") for row in rows}) < len(rows)
        return workable.merged(rows) if rows is not None and several else rows

    def around(self, page: Page) -> Any:
        return [*super().around(page), page.record.text("name")]

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.company = page.record.text("name")
        if not posting.url and posting.external_id:
            tenant = self.tenant_of(page.url)
            posting.url = joined(self.homepage, tenant, "j", posting.external_id, separator="/") or ""
