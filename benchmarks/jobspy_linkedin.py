"""python-jobspy's LinkedIn class on pages in memory; run by the Python of its own environment, see ``peer``.

    PYTHON jobspy_linkedin.py PAGES.json    prints {"postings": ..., "processor_seconds": ...}

Its own code reads the pages; only its session is replaced by one that answers from memory, and its pauses by none.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import jobspy.linkedin
import requests
from jobspy.linkedin import LinkedIn
from jobspy.model import ScraperInput, Site


class MemorySession:
    """Answers with the pages that it was given."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.listings: dict[str, bytes] = {key: text.encode() for key, text in pages["listings"].items()}
        self.details: dict[str, bytes] = {key: text.encode() for key, text in pages["details"].items()}

    def get(self, url: str, params: dict[str, Any] | None = None, **_: Any) -> requests.Response:
        """A response as requests gives it."""
        response = requests.Response()
        response.status_code, response.url, response.encoding = 200, url, "utf-8"
        key = str(params["start"]) if params else url.rpartition("/")[2]
        response._content = (self.listings if params else self.details).get(
            key, b"<!DOCTYPE html>\n\n<!---->"
        )
        return response


def main() -> None:
    """Read the pages once to warm up and then once for the clock."""
    pages = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    session = MemorySession(pages)
    jobspy.linkedin.create_session = lambda *_: session
    jobspy.linkedin.time.sleep = lambda _: None
    wanted = len(pages["details"])

    def read(count: int) -> int:
        asked = ScraperInput(
            site_name=[Site.LINKEDIN], search_term="x", results_wanted=count, fetch_description=True
        )
        found = LinkedIn().scrape(asked)
        return sum(bool(posting.description and posting.title and posting.company) for posting in found)

    read(min(20, wanted))
    began = time.process_time()
    postings = read(wanted)
    print(json.dumps({"postings": postings, "processor_seconds": time.process_time() - began}))


if __name__ == "__main__":
    main()
