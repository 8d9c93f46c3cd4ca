"""How a job's process is told the settings of its node."""

from __future__ import annotations

from jobspiders.deployment.runner import with_settings


def test_the_settings_of_the_node_come_before_those_of_the_call() -> None:
    words = ["runner", "crawl", "greenhouse", "-s", "DOWNLOAD_DELAY=2", "-a", "companies=a"]
    assert with_settings(words, '{"DOWNLOAD_DELAY": "1", "KEY": "a=b c"}') == [
        "runner",
        "crawl",
        *("-s", "DOWNLOAD_DELAY=1", "-s", "KEY=a=b c"),
        *words[2:],
    ]
    assert with_settings(["runner", "list"], "{}") == ["runner", "list"]
