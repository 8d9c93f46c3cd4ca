"""`scrapy discover`: which ATS boards companies have, as a file that `companies_file=` takes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrapy.commands import ScrapyCommand

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import refuse

if TYPE_CHECKING:
    from jobspiders.bases.discovery import Check, Hit, Search
    from jobspiders.parsing.platforms import Tenant

#: The board of sites whose own pages hold postings.
OWN_PAGES = "careersite"
HEADER = "# Boards of companies: platform, token, company, separated by tabs."
#: Begins a comment on a board that could not be told to be there and to be the company's.
QUESTION = "#? "


class Row(NamedTuple):
    """A line of the table; ``note`` says in words what became of it."""

    site: str
    platform: str
    token: str
    company: str
    postings: str
    note: str
    listed: bool = False
    is_open_question: bool = False


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "SITE ... [--file FILE] [-o TENANTS.tsv]"

    def short_desc(self) -> str:
        return "Find the ATS boards of companies from their domains or career pages"

    def long_desc(self) -> str:
        return (
            "Read a few pages of each site (domains or addresses), find the ATS boards that they embed, link to or "
            "lead to, ask the platform for each, and print a table. With -o the boards that are there go into a file "
            "that companies_file= takes; what is already in the file stays. What could not be asked for or has the "
            "name of another company is written as a comment. The exit code is 0 when at least one board was found."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--file", metavar="FILE", help="file with one site a line")
        parser.add_argument("-o", "--output", metavar="FILE", help="add what was found to this tenants file")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.bases.site_arguments import web_address

        super().process_options(args, opts)
        assert self.settings is not None
        try:
            named = [*args, *(sites_in(Path(opts.file)) if opts.file else ())]
            opts.sites = list({text: web_address("site", text) for text in named}.items())
        except (OSError, UnicodeDecodeError) as error:
            refuse(f"{opts.file}: {getattr(error, 'strerror', None) or 'is no text'}")
        except ArgumentError as error:
            refuse(error)
        if not opts.sites:
            refuse("name a site, such as: scrapy discover pelikan.example")
        if opts.output and not Path(opts.output).absolute().parent.is_dir():
            refuse(f"{opts.output}: there is no such folder")
        unstored = {"STORAGE_ENABLED": False, "CONDITIONAL_REQUESTS_ENABLED": False}
        level = {} if opts.loglevel else {"LOG_LEVEL": "ERROR"}
        self.settings.setdict(unstored | level, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.bases.discovery import DiscoverySpider

        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(DiscoverySpider)
        self.crawler_process.crawl(crawler, sites=opts.sites)
        self.crawler_process.start()
        spider = crawler.spider
        assert isinstance(spider, DiscoverySpider)
        rows = [row for search in spider.searches for row in rows_of(search, spider.checks)]
        print(table(rows))
        if opts.output:
            try:
                added = write_tenants(Path(opts.output), rows)
            except OSError as error:
                refuse(f"{opts.output}: {error.strerror}")
            print(f"{opts.output}: {added} added")
        self.exitcode = int(not any(row.listed for row in rows))


def sites_in(path: Path) -> list[str]:
    """The sites of a file: the first word of each line; ``#`` starts a comment. Raises OSError."""
    lines = (line.split("#", 1)[0] for line in path.read_text(encoding="utf-8-sig").splitlines())
    return [words[0] for line in lines if (words := re.split(r"[\s,;]+", line.strip())) and words[0]]


def rows_of(search: Search, checks: Mapping[Tenant, Check]) -> list[Row]:
    """The lines of one site: a line for each board that it names, else one that says why there is none."""
    found = [row_of(search, hit, checks[hit.tenant]) for hit in search.hits.values()]
    if found:
        return sorted(found, key=lambda row: (not row.listed, not row.is_open_question))
    if search.own_postings is not None:
        note = f"postings on its own pages: scrapy crawl {OWN_PAGES} -a url={search.own_postings}"
    elif search.faults and not search.pages:
        note = search.faults[0]
    else:
        note = f"no board found on {search.pages} pages"
    return [Row(search.given, "", "", "", "", note)]


def row_of(search: Search, hit: Hit, check: Check) -> Row:
    """The line of one board."""
    verdict = search.verdict(hit, check)
    named = check.company if check.company != check.token_name else search.name
    company = re.sub(r"[\t\r\n#]+", " ", named or check.token_name).strip() or hit.tenant.token
    notes = {
        "found": "" if check.postings else "no postings at present",
        "gone": "no such board",
        "other company": f"another company's name (linked from {hit.page})",
        "unsure": "empty, as unknown companies are too"
        if check.outcome == "empty"
        else f"not checked: {check.evidence}",
    }
    listed, open_question = verdict == "found", verdict in ("unsure", "other company")
    return Row(
        search.given, *hit.tenant, company, str(check.postings or ""), notes[verdict], listed, open_question
    )


def table(rows: Sequence[Row]) -> str:
    """The rows in columns."""
    cells = [("site", "platform", "token", "company", "postings"), *(row[:5] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(
        f"{line}  {note}".rstrip()
        for line, note in zip(lines, ["", *(row.note for row in rows)], strict=True)
    )


def write_tenants(path: Path, rows: Iterable[Row]) -> int:
    """Add boards to a tenants file, in its order; how many were not in it. Raises OSError.

    Open questions are comments at the end of the file, which the next answer replaces.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else [HEADER]
    comments = [line for line in lines if line.startswith("#") and not line.startswith(QUESTION)]
    boards = {
        tuple(line.split("\t")[:2]): line for line in lines if line.strip() and not line.startswith("#")
    }
    asked = {tuple(line.split("\t")[1:3]): line for line in lines if line.startswith(QUESTION)}
    before = len(boards)
    for row in rows:
        key = (row.platform, row.token)
        line = "\t".join((*key, row.company))
        if row.listed:
            boards.setdefault(key, line)
        elif row.is_open_question:
            asked[key] = f"{QUESTION}{row.note}\t{line}"
    order = sorted(boards, key=lambda key: (key[0], key[-1].lower(), key[-1]))
    questions = [line for key, line in sorted(asked.items()) if key not in boards]
    whole = "".join(f"{line}\n" for line in [*comments, *(boards[key] for key in order), *questions])
    path.write_text(whole, encoding="utf-8")
    return len(boards) - before
