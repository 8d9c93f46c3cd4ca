from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from jobspiders.middlewares.blocks import Block, BlockedError, detect_block
from tests.shared import shared_path

PAGES = Path(__file__).parent / "pages"
REFUSALS = sorted((PAGES / "refusals").glob("*/*"))
"""Pages of invented sites; the folder is the vendor, the name begins with the kind."""
ORDINARY = sorted((PAGES / "ordinary").iterdir())


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", REFUSALS, ids=name)
def test_a_refusal_is_recognised_with_its_vendor(path: Path) -> None:
    block = detect_block(url="https://jobs.example.com/x", body=path.read_bytes())
    assert block is not None
    assert (block.vendor, block.kind) == (path.parent.name, path.stem.split("-")[0])
    assert block.evidence


@pytest.mark.parametrize("path", ORDINARY, ids=name)
def test_an_ordinary_page_is_no_block(path: Path) -> None:
    assert detect_block(url="https://jobs.example.com/x", body=path.read_bytes()) is None


def test_nothing_is_no_block() -> None:
    assert detect_block(body=b"") is None


def test_a_challenge_of_300_kilobytes_is_found_by_its_title_or_its_options() -> None:
    page = (PAGES / "refusals/cloudflare/challenge-cloudflare_managed_challenge.html").read_bytes()
    picture = b"<img src='data:image/png;base64," + b"A" * 300_000 + b"'>"
    for title in (b"Just a moment...", "Un momento…".encode(), b""):
        saved = page.replace(b"Just a moment...", title).replace(b"</body>", picture + b"</body>")
        block = detect_block(body=saved)
        assert block is not None
        assert block.vendor == "cloudflare"


@pytest.mark.parametrize(
    ("status", "headers", "vendor"),
    [
        (999, {}, "linkedin"),
        (403, {"cf-mitigated": "challenge"}, "cloudflare"),
        (200, {"CF-Mitigated": "challenge"}, "cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, "aws-waf"),
        (405, {"x-amzn-waf-action": "captcha"}, "aws-waf"),
        (403, {"x-vercel-mitigated": "deny"}, "vercel"),
        (429, {"x-kpsdk-ct": "abc"}, "kasada"),
        (403, {"X-DataDome": "protected"}, "datadome"),
        (403, {"set-cookie": "a=1; Path=/\ndatadome=x; Path=/"}, "datadome"),
        (403, {"set-cookie": "_px3=x; Path=/"}, "perimeterx"),
        (403, {"set-cookie": "_abck=x; Path=/"}, "akamai"),
        (403, {"set-cookie": "visid_incap_7=x; Path=/"}, "imperva"),
        (405, {"set-cookie": "aws-waf-token=x"}, "aws-waf"),
        (403, {"x-cdn": "Imperva"}, "imperva"),
        (403, {"set-cookie": "my_abck=x; session=datadome"}, "unknown"),
        (403, {"server": "AkamaiGHost"}, "akamai"),
        (403, {"server": "nginx"}, "unknown"),
        (403, {}, "unknown"),
    ],
)
def test_status_and_headers_tell(status: int, headers: dict[str, str], vendor: str) -> None:
    block = detect_block(status=status, headers=headers, body=b"")
    assert block is not None
    assert block.vendor == vendor


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"x-datadome": "protected", "x-kpsdk-ct": "abc", "x-iinfo": "1", "server": "AkamaiGHost"}),
        (404, {"x-datadome": "protected"}),
        (429, {"retry-after": "10"}),
        (503, {"server": "AkamaiGHost"}),
        (401, {}),
        (500, {}),
    ],
)
def test_other_answers_are_left_to_the_throttle_and_to_retry(status: int, headers: dict[str, str]) -> None:
    assert detect_block(status=status, headers=headers, body=b"<html><body>answer</body></html>") is None


@pytest.mark.parametrize(
    ("url", "vendor"),
    [
        ("https://www.linkedin.com/authwall?trk=x", "linkedin"),
        ("https://de.linkedin.com/uas/login?session_redirect=x", "linkedin"),
        ("https://www.linkedin.com/signup/cold-join", "linkedin"),
        ("https://www.google.com/sorry/index?continue=x", "google"),
        ("https://consent.google.de/m?continue=x", "google"),
        ("https://geo.captcha-delivery.com/captcha/?x", "datadome"),
        ("https://acme.cloudflareaccess.com/cdn-cgi/access/login/jobs", "cloudflare"),
        ("https://www.amazon.com/errors/validateCaptcha?x", "amazon"),
        ("https://www.linkedin.com/jobs/search?keywords=login", None),
        ("https://www.linkedin.com/jobs/view/login-engineer-1", None),
        ("https://careers.google.com/jobs/sorry", None),
        ("http(s)://broken", None),
        ("https://[broken", None),
    ],
)
def test_the_final_address_tells(url: str, vendor: str | None) -> None:
    block = detect_block(url=url, body=b"<html><body>page</body></html>")
    assert (block.vendor if block else None) == vendor


def test_a_403_that_a_vendor_marks_names_it_and_not_unknown() -> None:
    block = detect_block(status=403, body=(PAGES / "refusals/datadome/captcha-datadome.html").read_bytes())
    assert block is not None
    assert block.vendor == "datadome"


def test_the_error_tells_vendor_and_evidence_but_not_the_address() -> None:
    error = BlockedError(Block("akamai", "refused", "«x»"), url="https://example.com/?key=secret", status=403)
    assert str(error) == "blocked by akamai (refused): «x»"
    assert (error.vendor, error.evidence, error.status) == ("akamai", "«x»", 403)


def variants(page: str) -> dict[str, str | bytes]:
    """The same page as other people saved it."""
    return {
        "as it is": page.encode(),
        "as text": page,
        "with a byte order mark": b"\xef\xbb\xbf" + page.encode(),
        "in a fence": f"```html\n{page}\n```",
        "in UTF-16": page.encode("utf-16"),
        "indented": re.sub(r">\s*<", ">\n     <", page),
        "with entities resolved": page if "&lt;" in page else html.unescape(page),
        "with Windows line ends": page.replace("\n", "\r\n"),
    }


@pytest.mark.parametrize("path", REFUSALS, ids=name)
def test_a_refusal_is_recognised_however_it_was_saved(path: Path) -> None:
    found = {way: detect_block(body=body) for way, body in variants(path.read_text()).items()}
    assert {way: block and block.vendor for way, block in found.items()} == dict.fromkeys(
        found, path.parent.name
    )


@pytest.mark.parametrize("path", ORDINARY, ids=name)
def test_an_ordinary_page_stays_one_however_it_was_saved(path: Path) -> None:
    found = {way: detect_block(body=body) for way, body in variants(path.read_text()).items()}
    assert found == dict.fromkeys(found)


VENDORS_IN_CORPUS = {
    "akamai": "akamai",
    "amazon": "amazon",
    "azure": "azure",
    "careerjet": "cloudflare-turnstile",
    "cf": "cloudflare",
    "cloudfront": "cloudfront",
    "glassdoor": "glassdoor cloudflare",
    "incapsula": "imperva",
    "indeed": "cloudflare",
    "kasada": "kasada",
    "linkedin": "linkedin",
    "perimeterx": "perimeterx",
    "stackpath": "stackpath",
    "sucuri": "sucuri",
    "wellfound": "datadome",
    "ziprecruiter": "ziprecruiter",
}


@pytest.mark.corpus
def test_captured_blocks_and_nothing_else_are_recognised() -> None:
    root: Path = shared_path("corpus")
    wrong: list[str] = []
    for line in (root / "index.jsonl").read_text().splitlines():
        entry = json.loads(line)
        body = (root / entry["file"]).read_bytes()
        block = detect_block(url=entry["url"], body=body)
        if entry["page"] != "blocked":
            if block is not None:
                wrong.append(f"false alarm: {entry['file']}: {block}")
            continue
        expected = VENDORS_IN_CORPUS.get(Path(entry["file"]).stem.split("_")[0])
        for way, saved in variants(body.decode("utf-8", "replace")).items():
            block = detect_block(body=saved)
            if block is None:
                wrong.append(f"missed: {entry['file']} {way}")
            elif expected is not None and block.vendor not in expected.split():
                wrong.append(f"vendor: {entry['file']} {way}: {block}")
    assert wrong == []


@pytest.mark.parametrize(
    ("body", "vendor"),
    [
        ("<h1>Access Denied</h1>Reference #18.2d351ab8.1557333295.a4e16ab", "akamai"),
        ("<h1>No</h1><script src='https://captcha.px-cdn.net/PX1/captcha.js'></script>", "perimeterx"),
        ("<script>KPSDK.start = KPSDK.now();</script>", "kasada"),
        ("<p>Powered by Imperva</p>", "imperva"),
        ("<script src='awsWafJsChallenge.js'></script>", "aws-waf"),
        ("<h1>No</h1>", "unknown"),
    ],
)
def test_a_refusal_by_status_is_the_vendors_that_its_page_names(body: str, vendor: str) -> None:
    block = detect_block(status=403, body=f"<html><body>{body}</body></html>")
    assert block is not None
    assert block.vendor == vendor


def test_what_names_a_vendor_decides_nothing_on_a_good_answer() -> None:
    text = "We use Imperva. " * 99
    body = f"<html><head><title>Jobs</title></head><body>{text}<script>KPSDK=1</script></body></html>"
    assert detect_block(headers={"set-cookie": "_abck=x", "x-cdn": "Imperva"}, body=body) is None
