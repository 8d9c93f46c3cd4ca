"""Addresses of job postings on applicant tracking systems, whatever page they were found on."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Platforms whose posting ids are unique over all their tenants.
GLOBAL_IDS = _names(
    "greenhouse lever ashby smartrecruiters workable rippling pinpoint breezy teamtailor dover"
)
#: Boards that show a company's own postings. "ats" is what imported files call a platform they do not name.
FIRST_PARTY_BOARDS = GLOBAL_IDS | _names(
    "ats workday recruitee personio bamboohr icims jobvite eightfold oracle successfactors taleo jazzhr "
    "ultipro paylocity comeet join gem polymer freshteam zohorecruit"
)

#: Platforms whose own rows carry the id that stands in their addresses: these need not be read.
IDS_IN_ADDRESSES = _names("greenhouse lever ashby")

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_LANGUAGE = r"(?:[a-z]{2}(?:[-_][A-Za-z]{2})?/)?"
_TENANT = r"(?P<tenant>[\w-]+)"
_WORKDAY_ID = r"/(?:.*/)?job/(?:[^/?]+/)*[^/?]*_(?P<id>(?=[^/?]*\d)[A-Za-z0-9-]+)"
#: Query parameters in which the page of a company's own site names the posting that it shows.
_EMBEDDED = (("gh_jid", "greenhouse", re.compile(r"\d+")), ("ashby_jid", "ashby", re.compile(_UUID)))
#: Query parameters in which a tracking link carries the address that it leads to.
_CARRIERS = (
    "url",
    "u",
    "redirect",
    "redirect_url",
    "redirecturl",
    "dest",
    "destination",
    "target",
    "to",
    "goto",
)
#: Tracking links inside tracking links that are followed.
_MAX_CARRIED = 3
_SEPARATORS = re.compile(r"[\s:]+")


class _Shape(NamedTuple):
    platform: str
    domain: str
    subdomain: str
    path: str


#: The part of the host before the domain and the path with its query must match; either names the tenant.
_SHAPES = (
    _Shape("greenhouse", "greenhouse.io", r"(?:job-)?boards(?:\.eu)?", rf"/{_TENANT}/jobs/(?P<id>\d+)"),
    _Shape(
        "greenhouse",
        "greenhouse.io",
        r"(?:job-)?boards(?:\.eu)?",
        r"/embed/job_app\?(?=.*\bfor=(?P<tenant>[\w-]+))(?=.*\btoken=(?P<id>\d+))",
    ),
    _Shape("greenhouse", "greenhouse.io", "boards-api", rf"/v1/boards/{_TENANT}/jobs/(?P<id>\d+)"),
    _Shape(
        "lever",
        "lever.co",
        r"(?:jobs|api)(?:\.eu)?",
        rf"/(?:v\d/postings/)?(?P<tenant>[^/]+)/(?P<id>{_UUID})",
    ),
    _Shape("ashby", "ashbyhq.com", "jobs|app", rf"/(?P<tenant>[^/]+)/(?P<id>{_UUID})"),
    _Shape("workday", "myworkdayjobs.com", rf"{_TENANT}(?:\.wd\d+)?", _WORKDAY_ID),
    _Shape("workday", "myworkdaysite.com", r"\w*", rf"/(?:.*/)?recruiting/(?P<tenant>[^/]+){_WORKDAY_ID}"),
    _Shape(
        "smartrecruiters",
        "smartrecruiters.com",
        "api",
        r"/v1/companies/(?P<tenant>[^/]+)/postings/(?P<id>\d+)",
    ),
    _Shape(
        "smartrecruiters",
        "smartrecruiters.com",
        "jobs|careers|www",
        rf"/(?:[\w-]+/)?company/(?P<tenant>[^/]+)/(?:publication|posting)/(?P<id>{_UUID}|\d{{6,}})",
    ),
    _Shape(
        "smartrecruiters", "smartrecruiters.com", "jobs|careers|www", r"/(?P<tenant>[^/]+)/(?P<id>\d{6,})"
    ),
    _Shape("recruitee", "recruitee.com", _TENANT, rf"/{_LANGUAGE}o/(?P<id>[^/?]+)"),
    _Shape("personio", "personio.de personio.com", rf"{_TENANT}\.jobs", r"/job/(?P<id>\d+)"),
    _Shape("teamtailor", "teamtailor.com", rf"{_TENANT}(?:\.\w+)?", rf"/{_LANGUAGE}jobs/(?P<id>\d+)"),
    _Shape("bamboohr", "bamboohr.com", _TENANT, r"/(?:careers|jobs)/(?:view\.php\?(?:.*&)?id=)?(?P<id>\d+)"),
    _Shape("breezy", "breezy.hr", _TENANT, r"/p/(?P<id>[0-9a-f]{8,})"),
    _Shape("workable", "workable.com", "apply", r"/(?:(?P<tenant>[^/]+)/)?j/(?P<id>[0-9A-Fa-f]{6,})"),
    _Shape("workable", "workable.com", r"(?!apply$)(?P<tenant>[\w-]+)", r"/j/(?P<id>[0-9A-Fa-f]{6,})"),
    _Shape("icims", "icims.com", rf"(?:\w+-)?{_TENANT}", r"/jobs/(?P<id>\d+)"),
    _Shape("jobvite", "jobvite.com", "jobs", r"/(?:careers/)?(?P<tenant>[^/]+)/job/(?P<id>\w+)"),
    _Shape("rippling", "rippling.com", "ats", rf"/{_LANGUAGE}(?P<tenant>[^/]+)/jobs/(?P<id>{_UUID})"),
    _Shape("pinpoint", "pinpointhq.com", _TENANT, rf"/{_LANGUAGE}(?:postings|jobs)/(?P<id>{_UUID}|\d+)"),
    _Shape("eightfold", "eightfold.ai", _TENANT, r"/careers(?:/job/|\?(?:.*&)?pid=)(?P<id>\d+)"),
    _Shape("oracle", "oraclecloud.com", rf"{_TENANT}(?:\.[\w-]+)*", r"/hcmUI/.*/job/(?P<id>\w+)"),
    _Shape(
        "successfactors",
        "successfactors.com successfactors.eu",
        r"[\w-]+",
        r"/.*\?(?=.*\bcompany=(?P<tenant>\w+))(?=.*\bcareer_job_req_id=(?P<id>\d+))",
    ),
    _Shape("taleo", "taleo.net", _TENANT, r"/careersection/.*[?&]job=(?P<id>\w+)"),
    _Shape("jazzhr", "applytojob.com", _TENANT, r"/apply/(?:jobs/details/)?(?P<id>\w{6,})"),
    _Shape(
        "ultipro",
        "ultipro.com ultipro.ca",
        r"recruiting\d*",
        rf"/(?P<tenant>\w+)/JobBoard/.*[?&]opportunityId=(?P<id>{_UUID})",
    ),
    _Shape(
        "paylocity", "paylocity.com", "recruiting", r"/[Rr]ecruiting/[Jj]obs/(?:Details|Apply)/(?P<id>\d+)"
    ),
    _Shape("comeet", "comeet.com", "(?:www)?", r"/jobs/(?P<tenant>[^/]+)/[\w.]+/[^/]+/(?P<id>[\w.]+)"),
    _Shape("join", "join.com", "(?:www)?", r"/companies/(?P<tenant>[^/]+)/(?P<id>\d+)"),
    _Shape("dover", "dover.com dover.io", "app", rf"/apply/(?P<tenant>[^/]+)/(?P<id>{_UUID})"),
    _Shape("gem", "gem.com", "jobs", r"/(?P<tenant>[^/]+)/(?P<id>[\w-]{8,})"),
    _Shape("polymer", "polymer.co", "jobs", r"/(?P<tenant>[^/]+)/(?P<id>\d+)"),
    _Shape("freshteam", "freshteam.com", _TENANT, r"/jobs/(?P<id>[\w-]{6,})"),
    _Shape("zohorecruit", "zohorecruit.com zohorecruit.eu zohorecruit.in", _TENANT, r"/.*/(?P<id>\d{9,})"),
)

_Patterns = list[tuple[str, re.Pattern[str], re.Pattern[str]]]
_BY_DOMAIN: dict[str, _Patterns] = {}
for _shape in _SHAPES:
    for _name in _shape.domain.split():
        _BY_DOMAIN.setdefault(_name, []).append(
            (_shape.platform, re.compile(_shape.subdomain), re.compile(_shape.path))
        )


class AtsPosting(NamedTuple):
    """A posting on a platform; ``tenant`` is empty where the address does not name it."""

    platform: str
    tenant: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.tenant}:{self.id}"

    @classmethod
    def of(cls, key: str) -> AtsPosting:
        """From ``platform:tenant:id``, the form in which it is stored."""
        platform, tenant, identifier = key.split(":", 2)
        return cls(platform, tenant, identifier)

    @property
    def identity(self) -> str:
        """What is equal for every address of one posting."""
        return f"{self.platform}:{'' if self.platform in GLOBAL_IDS else self.tenant}:{self.id}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _domain(url: str) -> str:
    """The last two labels of the host, roughly: enough to pass over most addresses without parsing them."""
    host = url.partition("://")[2].partition("/")[0].casefold()
    return ".".join(host.partition("?")[0].partition(":")[0].rsplit(".", 2)[-2:])


def _clean(tenant: str | None, identifier: str, platform: str) -> AtsPosting:
    """Lower case, and without the blanks and colons that separate addresses and their parts."""
    name = _SEPARATORS.sub("-", unquote(tenant or "").casefold())
    return AtsPosting(platform, name, _SEPARATORS.sub("-", identifier.casefold()))


@lru_cache(maxsize=1024)
def resolve(url: str | None) -> AtsPosting | None:
    """The ATS posting that an address shows, looking into tracking links; None where there is none."""
    for _ in range(_MAX_CARRIED):
        if not url or ("?" not in url and _domain(url) not in _BY_DOMAIN):
            return None
        parts = _split(url)
        if parts is None or not parts.netloc:
            return None
        host = (parts.netloc.rsplit("@", 1)[-1].split(":", 1)[0]).casefold()
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        domain = ".".join(host.rsplit(".", 2)[-2:])
        for platform, subdomain, path in _BY_DOMAIN.get(domain, ()):
            in_host = subdomain.fullmatch(host[: -len(domain)].rstrip("."))
            in_path = path.match(target) if in_host else None
            if in_host and in_path:
                groups = {**in_host.groupdict(), **in_path.groupdict()}
                return _clean(groups.get("tenant"), groups["id"], platform)
        if not parts.query:
            return None
        query = parse_qs(parts.query)
        for name, platform, form in _EMBEDDED:
            value = query.get(name, [""])[0]
            if form.fullmatch(value):
                return _clean(None, value, platform)
        lowered = {name.casefold(): values[0] for name, values in query.items()}
        url = next((lowered[name] for name in _CARRIERS if lowered.get(name, "").startswith("http")), None)
    return None


def of_board(board: str, scope: str | None, external_id: str, company: str) -> AtsPosting | None:
    """The ATS posting that a row of a first-party board is; its scope is the tenant, else its company."""
    if board not in FIRST_PARTY_BOARDS or not external_id:
        return None
    return _clean(scope or company, external_id, board)


@lru_cache(maxsize=2048)
def _kind(identifier: str) -> str:
    if identifier.isdigit():
        return "number"
    return "uuid" if len(identifier) == 36 and identifier.count("-") == 4 else "word"


def are_two(first: AtsPosting, second: AtsPosting, *, same_company: bool) -> bool:
    """Whether these are two postings of one tenant. Ids of different kinds may name one posting twice.

    ``same_company`` decides where an address does not name its tenant.
    """
    if first.platform != second.platform or first.id == second.id or _kind(first.id) != _kind(second.id):
        return False
    if first.tenant and second.tenant:
        return first.tenant == second.tenant
    return same_company
