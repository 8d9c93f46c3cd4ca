"""Breezy: all positions of a tenant in one document."""

from __future__ import annotations

import re

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.parsing.boards import breezy


class BreezySpider(AtsApiSpider):
    name = "breezy"
    homepage = "https://breezy.hr"
    allowed_domains = ["breezy.hr"]
    terms = "public document of each career site"
    tenant_url = re.compile(r"//(?!www\.|api\.|app\.|developer\.)([\w-]+)\.breezy\.hr")
    detail_url = re.compile(r"/p/([0-9a-f]{12})")
    list_url = "https://{host}/json?verbose=true"
    host_suffix = ".breezy.hr"
    layout = breezy.LAYOUT
