"""`scrapy forget URL` and `--company NAME`: deletion on request, for good."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.storage.config import StorageConfig
    from jobspiders.storage.erasure import Found, Wanted

#: Postings named before the question; of the others the number.
_SHOWN = 10


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "URL | --company NAME [options]"

    def short_desc(self) -> str:
        return "Delete postings on request and keep them out"

    def long_desc(self) -> str:
        return (
            "Delete the postings at an address (their url or apply_url), or all postings of a company, from every "
            "table, after a question (--yes answers it). A digest of the address or name stays, by which crawls "
            "and imports leave out what would come back; --undo lifts it. What is not stored can be kept out too. "
            "Backups, exports and logs are not touched."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--company", metavar="NAME", help="all postings of this company")
        parser.add_argument(
            "--copies", action="store_true", help="with URL: also the other postings of the same job"
        )
        parser.add_argument(
            "--undo", action="store_true", help="let it be stored again when a crawl finds it"
        )
        parser.add_argument("--yes", action="store_true", help="delete without asking")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # the drivers load only here, since every command imports this module
        from jobspiders.storage.erasure import lift
        from jobspiders.storage.errors import StorageError

        wanted = _wanted(args, opts)
        config = self.storage
        try:
            url = self.current_database()
            if opts.undo:
                lifted = lift(url, wanted)
                print(
                    f"{lifted} entries lifted: the next crawl that finds it stores it"
                    if lifted
                    else f"nothing is kept out under {_name(wanted)}"
                )
                self.exitcode = int(not lifted)
            else:
                self.exitcode = _erase(config, url, wanted, sure=opts.yes)
        except StorageError as error:
            self.fail(error)
        except KeyboardInterrupt:
            self.fail("stopped; the same command again finishes it", 130)


def _wanted(args: list[str], opts: argparse.Namespace) -> Wanted:
    from jobspiders.storage.erasure import Wanted

    if len(args) + (opts.company is not None) != 1:
        refuse("name one address or one company: scrapy forget URL, or scrapy forget --company NAME")
    if opts.company is not None:
        if opts.copies:
            refuse("--copies goes with an address, not with --company")
        wanted = Wanted(company=opts.company)
    else:
        scheme, _, rest = args[0].partition("://")
        if scheme not in ("http", "https") or "." not in rest.partition("/")[0]:
            refuse(f"{args[0]!r} is no address: give it with https://, or a company's name with --company")
        wanted = Wanted(address=args[0], copies=opts.copies)
    try:
        wanted.digest  # noqa: B018  # it says whether a name names anything
    except ValueError as error:
        refuse(error)
    return wanted


def _name(wanted: Wanted) -> str:
    return wanted.address or f"the company {wanted.company}"


def _erase(config: StorageConfig, url: str, wanted: Wanted, *, sure: bool) -> int:
    from jobspiders.storage.erasure import erase, find

    print("\n".join(_listed(find(url, wanted), wanted)))
    if not sure and not _confirmed():
        print("nothing was changed; --yes deletes without asking", file=sys.stderr)
        return 1
    deleted = erase(config, url, wanted, progress=_progress)
    for table, count in deleted.items():
        if count:
            print(f"{table:<20}{count:>8} rows deleted")
    print(f"{_name(wanted)} is kept out from now on; `scrapy forget --undo` with the same name lifts that")
    return 0


def _listed(found: Found, wanted: Wanted) -> Iterator[str]:
    if not found.postings and not found.rejected:
        yield f"nothing is stored of {_name(wanted)}; it would only be kept out"
        return
    yield f"{len(found.postings)} postings and {len(found.rejected)} rejected rows of {_name(wanted)}"
    for posting in found.postings[:_SHOWN]:
        company = f", {posting.company}" if posting.company else ""
        yield f"  {posting.title}{company} ({posting.board} {posting.external_id}) {posting.url}"
    if len(found.postings) > _SHOWN:
        yield f"  and {len(found.postings) - _SHOWN} more"


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input("Delete all of it for good and keep it out? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _progress(done: int, due: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == due else ""
        print(f"\r\x1b[K{done} of {due} postings deleted", end=end, file=sys.stderr, flush=True)
