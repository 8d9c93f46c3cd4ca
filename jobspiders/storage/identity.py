"""Which crawl this is: a resumed one (JOBDIR) is the same crawl."""

from __future__ import annotations

import uuid
from pathlib import Path

FILE = "crawl_id"


def crawl_id(job_directory: str | Path | None) -> str:
    """The id of the crawl whose state ``job_directory`` holds, a new one where there is none or no directory."""
    if not job_directory:
        return str(uuid.uuid4())
    path = Path(job_directory) / FILE
    try:
        return str(uuid.UUID(path.read_text().strip()))
    except (FileNotFoundError, ValueError):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    made = str(uuid.uuid4())
    written = path.with_suffix(".new")
    written.write_text(made + "\n")
    written.replace(path)
    return made


def forget(job_directory: str | Path | None) -> None:
    """The crawl has finished: what is started in ``job_directory`` next is another one."""
    if job_directory:
        (Path(job_directory) / FILE).unlink(missing_ok=True)
