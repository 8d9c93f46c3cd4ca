"""The labelled sets beside a checkout, against the accuracy that we publish."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobspiders.normalise.education import parse_education
from jobspiders.normalise.experience import parse_experience
from jobspiders.normalise.seniority import parse_seniority
from jobspiders.normalise.skills import find_skills
from tests.shared import shared_path

pytestmark = pytest.mark.corpus


def rows(name: str) -> list[dict[str, Any]]:
    with shared_path("labelled", f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_seniority() -> None:
    labelled = rows("seniority")
    right = sum((parse_seniority(row["title"]) or "unknown") == row["level"] for row in labelled)
    assert right / len(labelled) >= 0.95


def test_experience() -> None:
    labelled = rows("experience")
    right = 0
    for row in labelled:
        found, expected = parse_experience(row["text"]), row["expect"]
        right += (found and (found.min, found.max)) == (expected and (expected["min"], expected["max"]))
    assert right / len(labelled) >= 0.97


def test_education() -> None:
    labelled = rows("education")
    right = sum(parse_education(row["text"]) == (row["expect"] or {}).get("degree_min") for row in labelled)
    assert right / len(labelled) >= 0.97


def test_skills() -> None:
    hit = missed = 0
    for row in rows("skills"):
        found = {skill.casefold() for skill in find_skills(row["text"])}
        expected = {skill.casefold() for skill in row["skills"]}
        hit += len(found & expected)
        missed += len(expected - found)
    assert hit / (hit + missed) >= 0.95
