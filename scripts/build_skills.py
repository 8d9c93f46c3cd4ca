"""Write jobspiders/data/skills.tsv out of our own lists and the names of languages that Pygments knows.

    .venv/bin/python scripts/build_skills.py

Sources: scripts/skills/*.txt (our own, MIT as the project) and pygments.lexers (BSD-2-Clause; names only).

A line of a list holds entries with `` | `` between: ``Name=alias=alias>Implied``, or ``>-Other`` where the
name begins like the other without being of its family. A name is found in any case
unless an alias repeats it with a mark; ``-`` before it says that it is never looked for itself. Marks:
``^`` only in this spelling; ``~`` so, and with another skill near by; ``!`` so, and in a list beside another.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from pygments.lexers import get_all_lexers  # type: ignore[import-untyped]  # it has no stubs of its own

HERE = Path(__file__).parent
LISTS = HERE / "skills"
TARGET = HERE.parent / "jobspiders" / "data" / "skills.tsv"
MARKS = "^~!"
#: Lexers that are no languages of their own: dialects, transcripts, templates inside others.
NO_LANGUAGE = re.compile(
    r"\+|\bwith\b|\bin \w+ host|literate|session|console|output|traceback|\blogs?\b|diff|template|lexer"
    r"|list|config"
    r"|file|dump|prompt|header|format|objdump|\basm\b|based on|raw|text|nasm|^base|messages|grammar"
    r"|interactive|schema"
    r"|notation|server page|^\W|properties|cache|sources|errors|query|document|debian|kernel|delimiter"
    r"|html|xml|dialect"
    r"|armored|host|markup|graph$|instances|bareobject|irc|mail|conf$|data$|snippets|ucode|urlenc"
    r"|world of|2\.x|body$",
    re.IGNORECASE,
)
#: Languages of Pygments whose names are spelled like ordinary words, and are still known by them.
PLAIN = """
Agda Alloy Chapel Cython Eiffel Fennel Forth Gleam Gnuplot Graphviz Haml Haxe Idris Isabelle Mako Maple Maxima Meson
Nix Octave Pony Scilab Sed Slurm Smali Smarty Smithy Stan Systemd Twig Typst Vala Velocity Wren Zeek
"""


@dataclass
class Skill:
    """One canonical name with everything it is known by."""

    name: str
    category: str
    aliases: list[str]
    implied: str
    source: str


def entry(text: str, category: str) -> Skill:
    """The skill that an entry of our lists describes."""
    text, _, implied = text.partition(">")
    name, *aliases = (part.strip() for part in text.split("="))
    hidden = name.startswith("-")
    name = name.removeprefix("-")
    marked = {alias.rstrip(MARKS).casefold() for alias in aliases}
    if not hidden and name.casefold() not in marked:
        aliases.insert(0, name)
    kept = dict.fromkeys(
        alias if len(alias) > 1 and alias[-1] in MARKS else alias.casefold() for alias in aliases
    )
    return Skill(name, category, list(kept), implied.strip(), "own")


def own() -> dict[str, Skill]:
    """The skills of our lists by their names in small letters."""
    skills: dict[str, Skill] = {}
    category = ""
    for path in sorted(LISTS.glob("*.txt")):
        if path.name == "rules.txt":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                category = line.strip("[]")
            elif line and not line.startswith("# "):
                for text in filter(None, map(str.strip, line.split(" | "))):
                    skill = entry(text, category)
                    known = skills.setdefault(skill.name.casefold(), skill)
                    if known.name != skill.name:
                        raise SystemExit(f"{known.name} and {skill.name} are one name")
                    known.aliases.extend(alias for alias in skill.aliases if alias not in known.aliases)
    return skills


def languages(skills: dict[str, Skill]) -> list[Skill]:
    """Pygments' languages that our lists lack; being common words, they count only beside other skills."""
    taken = {alias.rstrip(MARKS).casefold() for skill in skills.values() for alias in skill.aliases} | set(
        skills
    )
    plain = PLAIN.split()
    found = []
    for name in sorted(lexer[0] for lexer in get_all_lexers(plugins=False)):
        if NO_LANGUAGE.search(name) or len(name) < 3 or name.casefold() in taken:
            continue
        if name in plain or not re.fullmatch(r"\w[a-z]+|[a-z]+-[a-z]+", name):
            found.append(Skill(name, "language", [f"{name}!"], "", "pygments"))
    return found


def rules(section: str) -> list[str]:
    """The lines of one section of rules.txt."""
    text = (LISTS / "rules.txt").read_text(encoding="utf-8")
    body = text.split(f"[{section}]", 1)[1].split("\n[", 1)[0]
    return [line for line in body.splitlines() if line and not line.startswith("#")]


def problems(skills: dict[str, Skill]) -> list[str]:
    """What is wrong in our lists, one line each."""
    owners: dict[str, str] = {}
    found = []
    for skill in skills.values():
        exact = {alias[:-1] for alias in skill.aliases if alias[-1] in MARKS}
        if any(form.casefold() == skill.name.casefold() for form in exact) and skill.name not in exact:
            found.append(f"{skill.name} is marked in another spelling only")
        if not skill.aliases:
            found.append(f"{skill.name} can never be found")
        if skill.implied and skill.implied.removeprefix("-").casefold() not in skills:
            found.append(f"{skill.name} implies {skill.implied}, which is no skill")
        for alias in skill.aliases:
            if "\t" in alias or "|" in alias or not alias.rstrip(MARKS):
                found.append(f"{skill.name} has an odd alias {alias!r}")
            if owners.setdefault(alias, skill.name) != skill.name:
                found.append(f"{alias!r} is an alias of {owners[alias]} and of {skill.name}")
    names = {skill.name for skill in skills.values()}
    ruled = [line.partition(": ")[0] for line in rules("not before")]
    subjects = [subject for line in rules("subjects") for subject in line.split(" | ")]
    found.extend(
        f"rules.txt names {name}, which is no skill" for name in (*ruled, *subjects) if name not in names
    )
    return found


def main() -> int:
    """Check the lists and write the table; 1 where the lists contradict themselves."""
    skills = own()
    if wrong := problems(skills):
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    rows = sorted([*skills.values(), *languages(skills)], key=lambda one: (one.category, one.name.casefold()))
    followers = dict(line.split(": ", 1) for line in rules("not before"))
    subjects = {subject for line in rules("subjects") for subject in line.split(" | ")}
    lines = [
        "# Written by scripts/build_skills.py. Columns: name, category, aliases (^ in this spelling, ~ near another",
        "# skill, ! in a list beside one), skill implied (-: not, although the name begins with it), words that",
        "# must not follow, whether a subject of study, source (own: MIT; pygments: BSD-2-Clause).",
    ]
    for skill in rows:
        aliases, subject = "|".join(skill.aliases), "subject" if skill.name in subjects else ""
        cells = (skill.name, skill.category, aliases, skill.implied, followers.get(skill.name, ""), subject)
        lines.append("\t".join((*cells, skill.source)))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} skills, {sum(len(skill.aliases) for skill in rows)} aliases -> {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
