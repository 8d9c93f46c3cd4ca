"""What an address of a company's site says: whether jobs are there, and which posting it is."""

from __future__ import annotations

import re
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from xxhash import xxh3_64_hexdigest

#: Words of addresses and links that lead to jobs, with hyphens for blanks.
_JOB_WORDS = [
    line
    for line in files("jobspiders.data").joinpath("job_words.txt").read_text("utf-8").splitlines()
    if line[0] != "#"
]
_WORDS = re.compile(
    r"(?<![a-z])(?:"
    + "|".join(sorted(_JOB_WORDS, key=len, reverse=True))
    + r")(?![a-z])|採用|求人|채용|招聘|招贤|вакансии"
)
#: What stands in addresses of pages that are about jobs and hold none.
_NO_POSTING = re.compile(
    r"(?<![a-z])(?:blog|blogs|news|press|story|stories|article|articles|faq|privacy|datenschutz|login|signin|register"
    r"|account|alert|alerts|benefits|culture|tag|tags|author|feed|apply|application|talent-community|events?)(?![a-z])"
)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|pdf|docx?|xlsx?|zip|mp4|mp3|xml|json|rss|woff2?)$"
)
#: Parameters that hold a posting's id.
_ID_PARAMETERS = re.compile(
    r"(?:(?:job|jobs|position|posting|vacancy|req|requisition|opening|offer|stellen|jobad|gh_j|ashby_j|career_job_req)"
    r"_?-?(?:id|nr|no|ref|code)?|[jp]id|id|ref|gh_jid)",
    re.IGNORECASE,
)
#: Parameters that only say where a visitor came from.
_TRACKING = re.compile(
    r"utm_\w+|gclid|fbclid|msclkid|mc_\w+|_hs\w+|source|src|ref|referrer|gh_src|lever-\w+|trk|trid|iis|iisn|lang|locale",
    re.IGNORECASE,
)
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
#: An id that is a whole step of a path: a number, a UUID, letters with digits such as ``R-10234`` or ``8A3F20C1``.
_ID_STEP = re.compile(
    rf"{_UUID}|\d{{4,}}|[A-Za-z]{{1,5}}[-_]?\d{{3,}}(?:[-_]\d+)?|(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{{8,}}"
)
#: An id at the beginning or the end of a step: ``rigger-104233``, ``104233-rigger``, ``Rigger_R-10234-1``.
_ID_ENDS = re.compile(
    rf"(?:^|.[-_])({_UUID})$|^({_UUID})[-_]|_((?=[\w-]*\d)[A-Za-z0-9-]+)$|^(\d{{4,}})[-_]|[-_](\d{{4,}})$"
    r"|[-_]([A-Z]{1,4}-?\d{4,})$"
)
_BEFORE_ID = frozenset(("detail", "details", "view", "show", "id"))
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_PATH = 200
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv"))


def job_likelihood(url: str, text: str = "") -> int:
    """How likely jobs stand at an address, which a link may call ``text``: 0 for not at all.

    1: a page about jobs or a list of them; 2: a page below one, as postings are.
    """
    parts = _split(url)
    if parts is None:
        return 0
    path = unquote(parts.path).lower().rstrip("/").replace("_", "-")
    if _FILE.search(path):
        return 0
    host = (parts.hostname or "").rsplit(".", 2)[0]
    about = _WORDS.search(path) or _WORDS.search(parts.query.lower())
    if about is None and _WORDS.search(host) is None:
        return (
            1
            if text and _WORDS.search(text.lower().replace(" ", "-")) and not _NO_POSTING.search(path)
            else 0
        )
    if _NO_POSTING.search(path):
        return 0
    steps = [step for step in path.split("/") if step]
    last = steps[-1] if steps else ""
    below = len(steps) > 1 or _WORDS.search(host) is not None
    specific = bool(last) and (_WORDS.fullmatch(last) is None or strong_key(url) is not None)
    return 2 if below and specific else 1


def is_about_jobs(sitemap: str) -> bool:
    """Whether a sitemap is called after jobs, so that every page that it names is likely to be one."""
    return job_likelihood(sitemap.removesuffix(".gz").removesuffix(".xml")) > 0


def strong_key(url: str) -> str | None:
    """The id of a posting in its address: a parameter, or a number, UUID or code in the last steps of the path."""
    parts = _split(url)
    if parts is None:
        return None
    for name, value in parse_qsl(parts.query):
        if _ID_PARAMETERS.fullmatch(name) and any(sign.isdigit() for sign in value):
            return value
    steps = [unquote(step) for step in parts.path.split("/") if step]
    steps = [re.sub(r"\.(?:html?|php|aspx?|jsp)$", "", step) for step in steps]
    while steps and steps[-1].lower() in ("apply", "job", "detail", "details", "view", "show", "index"):
        steps.pop()
    for place in range(len(steps) - 1, max(len(steps) - 4, -1), -1):
        step, before = steps[place], steps[place - 1].lower() if place else ""
        last = place == len(steps) - 1
        # of steps before the last one only what follows the word for a job is the job's
        if not last and before not in _BEFORE_ID and _WORDS.fullmatch(before.replace("_", "-")) is None:
            continue
        if _ID_STEP.fullmatch(step) and not (_YEAR.fullmatch(step) and not last):
            return step
        match = _ID_ENDS.search(step) if last else None
        if match is not None:
            found = next(group for group in match.groups() if group)
            if not _YEAR.fullmatch(found):
                return found
    return None


def posting_key(url: str) -> str:
    """What tells a posting's page from the other pages of its site: its id, else its path, else a hash of the
    address without what only tracks visitors.

    The last step of a path alone would not do: below it there may be as many places as jobs.
    """
    strong = strong_key(url)
    if strong is not None:
        return strong
    site, _, path = canonical(url).partition("/")
    plain = path and not re.search(r"[?#]", path) and len(path) <= _LONGEST_PATH
    return path if plain else xxh3_64_hexdigest(f"{site}/{path}".encode(errors="replace"))


def canonical(url: str) -> str:
    """An address without scheme, ``www.``, tracking parameters, empty fragment and last slash."""
    parts = _split(url)
    if parts is None:
        return url
    kept = ((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name))
    query = "&".join(f"{name}={value}" for name, value in sorted(kept))
    address = site_of(url) + unquote(parts.path).rstrip("/")
    return f"{address}{'?' if query else ''}{query}{'#' if parts.fragment else ''}{parts.fragment}"


def site_of(url: str) -> str:
    """The host of an address without ``www.``; empty where there is none."""
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts is not None else ""


def same_company(one: str, other: str) -> bool:
    """Whether two addresses are under one registered domain, as ``www.x.co.uk`` and ``jobs.x.co.uk`` are."""
    return _domain(site_of(one)) == _domain(site_of(other)) != ""


def company_label(url: str) -> str:
    """The part of a host that is the company's own: ``pelikan`` of ``jobs.pelikan.co.uk``."""
    domain = _domain(site_of(url))
    return domain if domain[-1:].isdigit() else domain.partition(".")[0]


def _domain(host: str) -> str:
    labels = host.split(".")
    if labels[-1].isdigit():
        return host
    short = len(labels) > 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if short else -2 :])


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname is not None else None
    except ValueError:
        return None
