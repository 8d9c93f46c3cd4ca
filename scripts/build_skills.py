"""Write jobspiders/data/skills.tsv out of our own lists and the names of languages that Pygments knows.

    .venv/bin/python scripts/build_skills.py

Sources: scripts/skills/*.txt (our own, MIT as the project) and pygments.lexers (BSD-2-Clause; names only).

A line of a list holds entries with `` | `` between: ``Name=alias=alias>Implied``. A name is found in any case
unless an alias repeats it with a mark; ``-`` before it says that it is never looked for itself. Marks:
``^`` only in this spelling; ``~`` so, and with another skill near by; ``!`` so, and in a list beside another.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pygments.lexers import get_all_lexers

HERE = Path(__file__).parent
TARGET = HERE.parent / "jobspiders" / "data" / "skills.tsv"
MARKS = "^~!"
#: Lexers that are no languages of their own: dialects, transcripts, templates inside others.
NO_LANGUAGE = re.compile(
    r"\+|\bwith\b|\bin \w+ host|literate|session|console|output|traceback|\blogs?\b|diff|template|lexer|list|config"
    r"|file|dump|prompt|header|format|objdump|\basm\b|based on|raw|text|nasm|^base|messages|grammar|interactive|schema"
    r"|notation|server page|^\W|properties|cache|sources|errors|query|document|debian|kernel|delimiter|html|xml|dialect"
    r"|armored|host|markup|graph$|instances|bareobject|irc|mail|conf$|data$|snippets|ucode|urlenc|world of|2\.x|body$",
    re.IGNORECASE,
)
#: Languages of Pygments whose names are spelled like ordinary words, and are still known by them.
PLAIN = frozenset(
    "Agda Alloy Chapel Cython Eiffel Fennel Forth Gleam Gnuplot Graphviz Haml Haxe Idris Isabelle Mako Maple Maxima Meson"
    " Nix Octave Pony Scilab Sed Slurm Smali Smarty Smithy Stan Systemd Twig Typst Vala Velocity Wren Zeek".split()
)


class Skill:
    """One canonical name with everything it is known by."""

    def __init__(self, name: str, category: str, aliases: list[str], implied: str, source: str) -> None:
        self.name, self.category, self.aliases = name, category, aliases
        self.implied, self.source = implied, source


def entry(text: str, category: str) -> Skill:
    text, _, implied = text.partition(">") if not text.startswith(">") else (text, "", "")
    name, *aliases = (part.strip() for part in text.split("="))
    hidden = name.startswith("-")
    name = name.removeprefix("-")
    marked = {alias.rstrip(MARKS).casefold() for alias in aliases}
    if not hidden and name.casefold() not in marked:
        aliases.insert(0, name)
    kept: dict[str, None] = {}
    for alias in aliases:
        kept[alias if alias[-1] in MARKS and len(alias) > 1 else alias.casefold()] = None
    return Skill(name, category, list(kept), implied.strip(), "own")


def own() -> dict[str, Skill]:
    skills: dict[str, Skill] = {}
    category = ""
    for path in sorted((HERE / "skills").glob("*.txt")):
        if path.name == "rules.txt":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                category = line.strip("[]")
            elif line and not line.startswith("# "):
                for text in filter(None, map(str.strip, line.split(" | "))):
                    skill = entry(text, category)
                    if known := skills.get(skill.name.casefold()):
                        known.aliases.extend(a for a in skill.aliases if a not in known.aliases)
                    else:
                        skills[skill.name.casefold()] = skill
    return skills


def languages(skills: dict[str, Skill]) -> list[Skill]:
    """Pygments' languages that our lists lack; being common words, they count only beside other skills."""
    taken = {alias.rstrip(MARKS).casefold() for skill in skills.values() for alias in skill.aliases} | set(
        skills
    )
    found = []
    for name in sorted(lexer[0] for lexer in get_all_lexers(plugins=False)):
        if NO_LANGUAGE.search(name) or len(name) < 3 or name.casefold() in taken:
            continue
        if name not in PLAIN and re.fullmatch(r"\w[a-z]+|[a-z]+-[a-z]+", name):
            continue
        found.append(Skill(name, "language", [f"{name}!"], "", "pygments"))
    return found


def rules() -> dict[str, str]:
    lines = (HERE / "skills" / "rules.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("# "))


def main() -> int:
    skills = own()
    owners: dict[str, str] = {}
    problems = []
    for skill in skills.values():
        exact = {alias[:-1] for alias in skill.aliases if alias[-1] in MARKS}
        if any(form.casefold() == skill.name.casefold() for form in exact) and skill.name not in exact:
            problems.append(f"{skill.name} is marked in another spelling only")
        if not skill.aliases:
            problems.append(f"{skill.name} can never be found")
        if skill.implied and skill.implied.casefold() not in skills:
            problems.append(f"{skill.name} implies {skill.implied}, which is no skill")
        for alias in skill.aliases:
            if "\t" in alias or not alias.rstrip(MARKS):
                problems.append(f"{skill.name} has an odd alias {alias!r}")
            owner = owners.setdefault(alias, skill.name)
            if owner != skill.name:
                problems.append(f"{alias!r} is an alias of {owner} and of {skill.name}")
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    rows = sorted(
        [*skills.values(), *languages(skills)], key=lambda skill: (skill.category, skill.name.casefold())
    )
    follow = rules()
    lines = [
        "# Written by scripts/build_skills.py: name, category, aliases (^ this spelling, ~ near another skill, ! in a list",
        "# beside one), skill implied, words that must not follow, source (own: MIT; pygments: BSD-2-Clause).",
    ]
    for skill in rows:
        cells = (
            skill.name,
            skill.category,
            "|".join(skill.aliases),
            skill.implied,
            follow.get(skill.name, ""),
        )
        lines.append("\t".join((*cells, skill.source)))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} skills, {sum(len(skill.aliases) for skill in rows)} aliases -> {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
