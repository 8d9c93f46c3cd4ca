"""docs/metrics.md lists every metric as the code has it, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from jobspiders.monitoring.metrics import METRICS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_every_metric_is_documented_as_it_is() -> None:
    documented = re.findall(r"^\| `(jobspiders_\w+)` \| (\w+) \| ([\w, ]*) \| (.+) \|$", TEXT, re.MULTILINE)
    assert documented == [
        (metric.name, metric.kind, ", ".join(metric.labels), metric.help) for metric in METRICS
    ]


def test_names_elsewhere_in_the_docs_exist() -> None:
    known = {metric.name for metric in METRICS}
    for page in Path(__file__).resolve().parents[2].glob("docs/*.md"):
        for name in re.findall(r"`(jobspiders_\w+[a-z])`", page.read_text(encoding="utf-8")):
            assert name in known, f"{page.name}: {name}"
