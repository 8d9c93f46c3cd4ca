"""Which ATS platform an address or a page belongs to, and the tenant's token there.

A token has the form that the platform's spider takes for ``companies``. Forms of addresses: the platforms' own
documentation of job boards and of their embeds, and addresses seen on career pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute


class Tenant(NamedTuple):
    """A company's board on a platform of ours."""

    platform: str
    token: str

    @property
    def command(self) -> str:
        """The crawl of this board."""
        return f"scrapy crawl {self.platform} -a companies={self.token}"


class _Shape(NamedTuple):
    """An address of a platform; ``token`` is filled with the groups of ``pattern``."""

    platform: str
    domain: str
    pattern: re.Pattern[str]
    token: str = "{tenant}"


#: First labels of hosts, and first steps of paths, that are the platform's own.
_OWN = (
    r"(?!(?:www|api|apis|app|apps|assets?|attachments|blog|boards|care|cdn\d*|community|customers|dev|developers?|docs"
    r"|documentation|download|embed|employers|files|gallery|get|go|help|images?|info|integrations|js|learn|legal|login"
    r"|mail|marketplace|media|oneclick-ui|pages|partners?|privacy|resources|scripts|search|security|signin|signup|static"
    r"|status|support|terms|tt|users|wday|_next|v\d)(?:[-.]cdn)?(?![\w-]))"
)
_TENANT = rf"{_OWN}(?P<tenant>[A-Za-z0-9][\w-]*)"
_LOCALE = r"[a-z]{2}-[A-Z]{2}/"


def _shape(platform: str, domain: str, pattern: str, token: str = "{tenant}") -> _Shape:
    return _Shape(platform, domain, re.compile(pattern), token)


_SHAPES = (
    _shape(
        "greenhouse",
        "greenhouse.io",
        r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/embed/job_(?:board|app)(?:/js)?\?[^\s\"'<>]*?\bfor="
        r"(?P<tenant>\w[\w-]*)",
    ),
    _shape("greenhouse", "greenhouse.io", rf"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/{_TENANT}"),
    _shape("greenhouse", "greenhouse.io", rf"(?:boards-)?api(?:\.eu)?\.greenhouse\.io/v1/boards/{_TENANT}"),
    _shape(
        "lever",
        "lever.co",
        r"(?:jobs|api)\.eu\.lever\.co/(?:v\d/postings/)?(?P<tenant>\w[\w.%-]*)",
        "eu:{tenant}",
    ),
    _shape("lever", "lever.co", rf"(?:jobs|api)\.lever\.co/(?:v\d/postings/)?{_OWN}(?P<tenant>\w[\w.%-]*)"),
    _shape("lever", "lever", r"leverJobsOptions[^;]{0,400}?accountName\W{1,6}(?P<tenant>\w[\w.-]*)"),
    _shape(
        "ashby",
        "ashbyhq.com",
        rf"(?:jobs\.ashbyhq\.com/(?:embed/)?|api\.ashbyhq\.com/posting-api/job-board/){_OWN}(?P<tenant>\w[\w.%+-]*)",
    ),
    _shape(
        "workday",
        "myworkday",
        r"(?P<tenant>\w[\w-]*)\.(?P<cluster>wd\d+)\.myworkdayjobs\.com"
        rf"/(?:wday/cxs/[\w-]+/|{_LOCALE})*{_OWN}(?P<site>\w[\w%-]*)",
        "{tenant}/{cluster}/{site}",
    ),
    _shape(
        "workday",
        "myworkday",
        rf"(?P<host>\w[\w-]*\.(?:wd\d+\.)?myworkdaysite\.com)/(?:{_LOCALE})?"
        r"(?:wday/cxs|recruiting)/(?P<tenant>\w[\w-]*)/(?P<site>\w[\w%-]*)",
        "{tenant}/{host}/{site}",
    ),
    _shape(
        "smartrecruiters",
        "smartrecruiters.com",
        rf"(?:jobs|careers)\.smartrecruiters\.com/(?:oneclick-ui/company/|ni/)?{_TENANT}",
    ),
    _shape("smartrecruiters", "smartrecruiters.com", rf"api\.smartrecruiters\.com/v1/companies/{_TENANT}"),
    _shape("smartrecruiters", "smart", r"company_code\W{1,6}(?P<tenant>\w[\w-]*)"),
    _shape(
        "workable",
        "workable.com",
        r"(?:apply|www)\.workable\.com/(?:api/(?:v\d/)?(?:widget/)?accounts/)(?P<tenant>\w[\w-]*)",
    ),
    _shape("workable", "workable.com", rf"apply\.workable\.com/(?!j/){_TENANT}"),
    _shape("workable", "workable.com", rf"//(?!apply\.|jobs\.|careers\.){_TENANT}\.workable\.com"),
    _shape("workable", "whr_embed", r"whr_embed\(\s*[\"']?(?P<tenant>\d+)"),
    _shape("recruitee", "recruitee.com", rf"//{_TENANT}\.recruitee\.com"),
    _shape("personio", "personio", rf"//{_TENANT}\.jobs\.personio\.de"),
    _shape("personio", "personio", rf"//{_TENANT}\.jobs\.personio\.com", "{tenant}.jobs.personio.com"),
    _shape("bamboohr", "bamboohr.com", rf"(?://|[\"']){_TENANT}\.bamboohr\.com"),
    _shape("teamtailor", "teamtailor.com", rf"//{_OWN}(?P<tenant>\w[\w-]*(?:\.na)?)\.teamtailor\.com"),
    _shape("breezy", "breezy.hr", rf"//{_TENANT}\.breezy\.hr"),
    _shape("pinpoint", "pinpointhq.com", rf"//{_TENANT}\.pinpointhq\.com"),
    _shape("rippling", "rippling.com", rf"ats\.rippling\.com/(?:embed/)?(?:{_LOCALE})?{_TENANT}/jobs"),
    _shape("rippling", "rippling.com", r"api\.rippling\.com/[\w/]*board/(?P<tenant>\w[\w-]*)"),
    _shape(
        "eightfold",
        "eightfold.ai",
        rf"//{_TENANT}\.eightfold\.ai/[^\s\"'<>]*[?&]domain=(?P<domain>[\w.-]+\w)",
        "{tenant}/{domain}",
    ),
    _shape("eightfold", "eightfold.ai", rf"//{_TENANT}\.eightfold\.ai/careers"),
    _shape("icims", "icims.com", rf"//{_OWN}(?P<tenant>\w[\w-]*)\.icims\.com/jobs"),
    _shape("icims", "jibeapply.com", r"//(?P<tenant>\w[\w-]*\.jibeapply\.com)"),
)
#: What the heads of platforms' pages hold, which companies also show under hosts of their own.
_HOSTED = {
    "recruitee": re.compile(r"//careers\.recruiteecdn\.com/"),
    "teamtailor": re.compile(r"//assets[\w-]*\.teamtailor-cdn\.com/"),
    "eightfold": re.compile(r"\b_EF_GROUP_ID\b"),
    "icims": re.compile(r"//(?:app|assets)\.jibecdn\.com/"),
}
#: The domain by which Eightfold knows a company, in the pages under the company's own host.
_GROUP = re.compile(r"(?:_EF_GROUP_ID\s*=\s*|[\"']domain[\"']\s*:\s*)[\"']([\w.-]+\.\w+)[\"']")
_ESCAPED = re.compile(r"\\/|\\u002f|&#x2f;|%2f|&amp;|\\u0026|%3a(?=%2f)", re.IGNORECASE)
_PLAIN = {"&amp;": "&", "\\u0026": "&", "%3a": ":"}
_LONGEST = 3_000_000

#: Platforms of which an unknown company's list reads as an empty one.
EMPTY_IS_NO_PROOF = frozenset({"smartrecruiters"})
#: The weight from which on a page does not merely link to a tenant's board.
EMBEDDED = 10
PLATFORMS = frozenset(shape.platform for shape in _SHAPES)


def tenant_of(url: str) -> Tenant | None:
    """The tenant in an address of a platform."""
    return next(_tenants(url if "://" in url else f"https://{url}"), None)


def tenants_in(page: Page) -> list[Tenant]:
    """The tenants that a page belongs to, embeds or links to, the likeliest first."""
    return [tenant for tenant, _ in weighed_tenants(page).most_common()]


def weighed_tenants(page: Page) -> Counter[Tenant]:
    """The tenants that a page belongs to, embeds or links to, and what speaks for each.

    Most counts the page's own address, then a platform's page under the company's own host, then frames and
    scripts (from ``EMBEDDED`` on), then how often an address is written.
    """
    text = _ESCAPED.sub(lambda match: _PLAIN.get(match.group().lower(), "/"), page.text[:_LONGEST])
    weights: Counter[Tenant] = Counter()
    for tenant in _tenants(text):
        weights[tenant] = min(weights[tenant] + 1, 9)
    if weights:
        for node in page.all("iframe[src], script[src], iframe[data-src], object[data]"):
            source = attribute(node, "src") or attribute(node, "data-src") or attribute(node, "data") or ""
            for tenant in _tenants(source):
                weights[tenant] += EMBEDDED
    hosted = _hosted(page, text)
    if hosted is not None:
        weights[hosted] += 100
    own = tenant_of(page.url)
    if own is not None:
        weights[own] += 1000
    return weights


def _tenants(text: str) -> Iterator[Tenant]:
    for shape in _SHAPES:
        for match in shape.pattern.finditer(text) if shape.domain in text else ():
            yield Tenant(shape.platform, shape.token.format(**match.groupdict()).rstrip(".-"))


def _hosted(page: Page, text: str) -> Tenant | None:
    """The tenant of a platform's page under the company's own host, which is then the token."""
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return None
    host = parts.hostname or ""
    if "." not in host or any(host.endswith(shape.domain) for shape in _SHAPES):
        return None
    head = text[: text.find("</head>")]
    platform = next((name for name, marker in _HOSTED.items() if marker.search(head)), None)
    if platform != "eightfold":
        return Tenant(platform, host) if platform else None
    group = _GROUP.search(text)
    asked = parse_qs(parts.query).get("domain", [group.group(1) if group else ""])[0]
    return Tenant("eightfold", f"{host}/{asked}") if asked else None
