"""ATS platforms: many companies' boards behind one interface. Tenants are data, not classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

from jobspiders.bases.arguments import ArgumentError, Shard, argument
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.addresses import key_in


@dataclass(frozen=True)
class AtsArguments(BoardArguments):
    """Whose boards to crawl."""

    companies: tuple[str, ...] | None = argument(
        "tokens or board addresses, comma-separated; `all`: our list"
    )
    companies_file: Path | None = argument(
        "file with one token per line, or one that `scrapy discover` wrote"
    )
    shard: Shard | None = argument("only part i of n of the companies, as i/n")


class AtsSpider(BoardSpider):
    """A platform; each tenant is a complete scope of its own and ends with its own outcome."""

    kind = "ATS platform"
    arguments_type = AtsArguments
    arguments: AtsArguments
    #: Finds the tenant in an address of the platform; the first group that matched is the token.
    tenant_url: ClassVar[re.Pattern[str]]
    tenant_form: ClassVar[re.Pattern[str]] = re.compile(r"[\w.%-]+")

    @classmethod
    def check_arguments(cls, given: Mapping[str, Any]) -> BoardArguments:
        arguments = super().check_arguments(given)
        assert isinstance(arguments, AtsArguments)
        if not arguments.companies and not arguments.companies_file:
            raise ArgumentError(
                f"{cls.name} needs companies=TOKEN,... or companies_file=FILE (companies=all: our list)"
            )
        cls.tenants(arguments)
        return arguments

    @classmethod
    def tenants(cls, arguments: AtsArguments) -> list[str]:
        """The tokens to crawl, each once, after sharding. Raises ArgumentError for what is no token."""
        named = list(arguments.companies or ())
        if named == ["all"]:
            named = read_tenants(shipped_tenants(), cls.name)
        if arguments.companies_file:
            named += read_tenants(arguments.companies_file.read_text(encoding="utf-8-sig"), cls.name)
        tokens = list(dict.fromkeys(cls.tenant(text) for text in named))
        if not tokens:
            raise ArgumentError(f"{cls.name}: the list of companies is empty")
        shard = arguments.shard
        return [token for place, token in enumerate(tokens) if shard is None or shard.takes(place)]

    @classmethod
    def tenant(cls, text: str) -> str:
        """The token that ``text`` is or, when it is an address of the platform, holds."""
        found = cls.tenant_of(text) if "/" in text or "." in text else None
        token = found or text
        if not cls.tenant_form.fullmatch(token):
            raise ArgumentError(f"companies: {text!r} is neither a {cls.name} token nor an address of one")
        return token

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        """The tenant in an address of the platform."""
        return key_in(cls.tenant_url, url)

    @classmethod
    def scope_of(cls, url: str) -> str | None:
        return cls.tenant_of(url)

    @classmethod
    def company_of(cls, url: str) -> str | None:
        """The company whose board an address belongs to: its name where our list has it, else the token."""
        token = cls.tenant_of(url)
        if token is None:
            return None
        return company_names().get((cls.name, token)) or cls.company_token(token)

    @classmethod
    def company_token(cls, token: str) -> str:
        """What of a token names the company: not the region, nor the platform's part of a host."""
        bare = token.rpartition(":")[2]
        if any(bare.endswith(f".{domain}") for domain in getattr(cls, "allowed_domains", ())):
            bare = bare.partition(".")[0]
        return unquote(bare)

    def scopes(self) -> Iterable[Scope]:
        for token in self.tenants(self.arguments):
            yield Scope(token, complete=True)


def read_tenants(text: str, board: str) -> list[str]:
    """The tokens of a tenants file.

    A line is a token or ``platform<TAB>token<TAB>company``; ``#`` starts a comment.
    """
    tokens = []
    for line in text.splitlines():
        columns = [column.strip() for column in line.split("#", 1)[0].split("\t")]
        if len(columns) == 1 and columns[0]:
            tokens.append(columns[0])
        elif len(columns) > 1 and columns[0] == board and columns[1]:
            tokens.append(columns[1])
    return tokens


@cache
def company_names() -> dict[tuple[str, str], str]:
    """The companies' names of our own list, by platform and token."""
    rows = (line.split("#", 1)[0].split("\t") for line in shipped_tenants().splitlines())
    return {(row[0].strip(), row[1].strip()): row[2].strip() for row in rows if len(row) > 2}


def shipped_tenants() -> str:
    """The project's own list of public boards."""
    return resources.files("jobspiders.data").joinpath("tenants.tsv").read_text(encoding="utf-8")
