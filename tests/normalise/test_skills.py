from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.skills import canonical_skills, find_skills

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("We use Python, Postgres and k8s.", ["Python", "PostgreSQL", "Kubernetes"]),
        ("PYTHON / Java Script / Type-Safe TYPESCRIPT", ["Python", "JavaScript", "TypeScript"]),
        ("C++, C#, .NET and F#", ["C++", "C#", ".NET", "F#"]),
        ("node.js (NodeJS), React.js & Next.js", ["Node.js", "React", "Next.js"]),
        ("RESTful APIs and GraphQL", ["REST", "GraphQL"]),
        ("unit tests, CI/CD pipelines, test-driven development", ["Unit Testing", "CI/CD", "TDD"]),
        ("MS Excel, PowerPoint and Office 365", ["Excel", "PowerPoint", "Microsoft Office"]),
        ("financial modelling and bookkeeping", ["Financial Modeling", "Bookkeeping"]),
        ("TIG welding, forklift license", ["Welding", "Forklift"]),
        ("熟悉Python和Docker", ["Python", "Docker"]),
        ("Erfahrung mit SAP und Kenntnisse in AutoCAD", ["SAP", "AutoCAD"]),
    ],
)
def test_spellings_lead_to_the_canonical_name_in_order(text: str, skills: list[str]) -> None:
    assert find_skills(text) == skills


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Java, Go or Kotlin", "Golang"),
        ("Golang services", "Golang"),
        ("services written in Go.", "Golang"),
        ("- Python\n- Go\n- SQL", "Golang"),
        ("Python, R and SQL", "R"),
        ("C/C++ on bare metal", "C"),
        ("Experience with Rust    The loom", "Rust"),
        ("Kafka, Spark and Flink", "Spark"),
        ("Spring Boot services", "Spring"),
        ("React Native apps", "React"),
        ("Proficient in Excel", "Excel"),
        ("Word, Excel, PowerPoint", "Microsoft Word"),
        ("Ansible, Chef, Puppet", "Chef"),
        ("iOS apps using Swift and SwiftUI", "Swift"),
        ("Django, Flask", "Flask"),
        ("(e.g. Hadoop, Hive, Presto)", "Presto"),
    ],
)
def test_names_that_are_words_count_among_skills(text: str, skill: str) -> None:
    assert skill in find_skills(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our Go-getters will go far. Go beyond, Go, and go again!",
        "You excel at weaving and Excel in a team",
        "React to changes quickly",
        "Join us in Spring 2027 in Spring Valley",
        "a swift response, a spark of joy, no rust",
        "Vitamin C and R&D by the rest of us",
        "the head chef serves a salad to the word of mouth",
        "less is more, express yourself, next to the shell",
        "Rest assured, we are flexible",
        "en vue d'une mission, localisation Paris",
        "javanese pythons and scalable looms in a nosqlish domain.network",
        "customers like Notion and Slack",
    ],
)
def test_words_are_no_skills(text: str) -> None:
    assert find_skills(text) == []


def test_longer_names_hide_what_they_contain_but_not_the_product_they_begin_with() -> None:
    assert find_skills("Azure DevOps") == ["Azure DevOps", "Azure"]
    assert find_skills("site reliability engineering") == ["Site Reliability Engineering"]
    assert find_skills("SQL Server") == ["Microsoft SQL Server", "SQL"]
    assert find_skills("JavaScript") == ["JavaScript"]


def test_a_subject_of_study_is_no_skill() -> None:
    assert find_skills("Bachelor's degree in accounting or statistics") == []
    assert find_skills("Bachelor's degree\nExperience in accounting") == ["Accounting"]


def test_soft_skills_are_none() -> None:
    assert find_skills("communication, leadership, teamwork, a can-do attitude, attention to detail") == []


def test_tags_count_as_a_whole() -> None:
    assert canonical_skills(["Go", "react.js", " EXCEL ", "go team", "", "r"]) == [
        "Golang",
        "React",
        "Excel",
        "R",
    ]


def test_nothing_gives_nothing() -> None:
    assert find_skills(None) == find_skills("") == []


def test_the_dictionary_is_large_and_says_where_each_skill_is_from() -> None:
    lines = files("jobspiders.data").joinpath("skills.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) >= 1500
    assert len({row[0].casefold() for row in rows}) == len(rows)
    assert all(len(row) == 7 and row[1] and row[2] and row[6] in {"own", "pygments"} for row in rows)


PIECES = (
    "Go|R|C|Java|Python|,|/|and| |\n- |Excel|at|Spring|2027|.|C++|é|’|•|\ud83d|İ|Rust|experience with"
    "|degree in|Azure DevOps"
)


@given(TEXT | st.lists(st.sampled_from(PIECES.split("|")), max_size=30).map("".join))
def test_any_text_gives_known_names_each_once(text: str) -> None:
    skills = find_skills(text)
    assert len(skills) == len(set(skills))
    assert all(canonical_skills([skill]) or skill for skill in skills)
