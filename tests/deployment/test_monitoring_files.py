"""The dashboard and the alert rules name only metrics that exist, with labels that they have."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from jobspiders.monitoring.metrics import METRICS

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
RULES = FOLDER / "jobspiders-alerts.yml"
LABELS = {metric.name: {*metric.labels, "instance"} for metric in METRICS if metric.kind != "histogram"} | {
    f"{metric.name}_{part}": {*metric.labels, "instance", "le"}
    for metric in METRICS
    if metric.kind == "histogram"
    for part in ("bucket", "sum", "count")
}


def expressions() -> Iterator[str]:
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]
    dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["definition"]


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_name_and_label_in_an_expression_exists(expression: str) -> None:
    names = set(re.findall(r"\bjobspiders_\w+", expression))
    assert names <= set(LABELS)
    assert names or "up{" in expression
    known = set().union(*(LABELS[name] for name in names)) if names else {"job"}
    used = {
        label for part in re.findall(r"(?:by|without) \(([^)]*)\)", expression) for label in part.split(",")
    }
    used |= set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", expression))
    assert {label.strip() for label in used} <= known


def test_every_metric_is_shown_or_watched() -> None:
    text = " ".join(expressions())
    unseen = [metric.name for metric in METRICS if metric.name not in text]
    assert unseen == ["jobspiders_build_info", "jobspiders_journals"]


@pytest.mark.skipif(
    not os.environ.get("CI") and shutil.which("promtool") is None, reason="promtool is not installed"
)
def test_promtool_takes_the_rules() -> None:
    done = subprocess.run(
        ["promtool", "check", "rules", str(RULES)], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stdout + done.stderr
