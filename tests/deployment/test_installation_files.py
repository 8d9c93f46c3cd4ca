"""Units, Dockerfile, compose file and manifests name only what exists; the tools that are here accept them."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from scrapy.cmdline import _get_commands_dict
from scrapy.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = sorted((ROOT / "deploy" / "systemd").iterdir())
MANIFESTS = [
    (path.name, document)
    for path in sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text())
]
PODS = [
    (name, document, template)
    for name, document in MANIFESTS
    for template in [
        document.get("spec", {}).get("template")
        or document.get("spec", {}).get("jobTemplate", {}).get("spec", {}).get("template")
    ]
    if template
]
SOURCE = "\n".join(path.read_text() for path in (ROOT / "jobspiders").rglob("*.py"))


def check_command(words: list[str]) -> None:
    """A `scrapy` command with its options is one of ours."""
    commands = _get_commands_dict(Settings({"COMMANDS_MODULE": "jobspiders.commands"}), inproject=True)
    command = commands[words[0]]
    command.settings = Settings()
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    known = {option for action in parser._actions for option in action.option_strings}
    assert {word for word in words if word.startswith("--")} <= known


def check_setting(name: str) -> None:
    """An environment variable that our code reads."""
    read = name in SOURCE or name.removeprefix("SCRAPYD_") in ("USERNAME", "PASSWORD")
    assert read or name.startswith(("PYTHON", "PATH", "PIP_")), name


@pytest.mark.parametrize("unit", SYSTEMD, ids=lambda path: path.name)
def test_systemd_units_start_what_exists(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    for line in re.findall(r"^ExecStart=/opt/jobspiders/(.+)$", text, re.MULTILINE):
        program, *words = line.split()
        if program == ".venv/bin/scrapy":
            check_command(words)
        else:
            assert (ROOT / program).stat().st_mode & 0o111
    for name in re.findall(r"^Environment=(\w+)=", text, re.MULTILINE):
        check_setting(name)
    if shutil.which("systemd-analyze"):
        # where the programs are is the machine's affair
        for each in SYSTEMD:
            there = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", each.read_text(), flags=re.MULTILINE)
            (tmp_path / each.name).write_text(there.replace("file:/opt/jobspiders", f"file:{ROOT}"))
        done = subprocess.run(
            ["systemd-analyze", "verify", str(tmp_path / unit.name)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_holds_what_its_command_needs() -> None:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    (command,) = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    check_command(yaml.safe_load(command))
    (environment,) = re.findall(r"^ENV (PATH=.+)$", text, re.MULTILINE)
    for name in re.findall(r"(\w+)=", environment):
        check_setting(name)
    assert text.count("\nFROM ") == 2, "what builds is not in the image"
    assert text.rindex("\nUSER 10001") > text.rindex("\nFROM ")


def test_compose_starts_nodes_with_settings_that_are_read() -> None:
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert set(services) == {"database", "console", "node"}
    for name in ("console", "node"):
        check_command(services[name].get("command", ["up"]))
        for variable in services[name]["environment"]:
            check_setting(variable)
        assert all(str(port).startswith("127.0.0.1:") for port in services[name].get("ports", ()))
    if shutil.which("docker-compose"):
        given = {
            "DATABASE_PASSWORD": "a",
            "SCRAPYD_PASSWORD": "b",
            "SCRAPYDWEB_PASSWORD": "c",
            "HEALTH_TOKEN": "d",
        }
        done = subprocess.run(
            ["docker-compose", "--file", str(ROOT / "compose.yaml"), "config", "--quiet"],
            env={"PATH": "/usr/bin:/bin", **given},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("name", "document", "template"), PODS, ids=lambda value: str(value)[:20])
def test_pods_run_our_commands_as_nobody_special(name: str, document: Any, template: Any) -> None:
    pod = template["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    (container,) = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    check_command(container["args"])
    for variable in container.get("env", ()):
        check_setting(variable["name"])
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    claimed = {claim["metadata"]["name"] for claim in document["spec"].get("volumeClaimTemplates", ())}
    assert mounted == {volume["name"] for volume in pod["volumes"]} | claimed
    assert any(mount["mountPath"] == "/var/lib/jobspiders" for mount in container["volumeMounts"])


def test_manifests_agree_with_each_other_and_are_all_applied() -> None:
    resources = yaml.safe_load((ROOT / "deploy/kubernetes/kustomization.yaml").read_text())["resources"]
    assert {*resources, "kustomization.yaml"} == {name for name, _ in MANIFESTS}
    names = {(document["kind"], document.get("metadata", {}).get("name")) for _, document in MANIFESTS}
    (scaled,) = [document for _, document in MANIFESTS if document["kind"] == "ScaledObject"]
    target = scaled["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) in names
    (trigger,) = scaled["spec"]["triggers"]
    assert ("TriggerAuthentication", trigger["authenticationRef"]["name"]) in names
    if shutil.which("kubectl"):
        done = subprocess.run(
            ["kubectl", "kustomize", str(ROOT / "deploy" / "kubernetes")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_autoscaler_counts_what_waits_and_runs(database_url: str) -> None:
    (scaled,) = [document for _, document in MANIFESTS if document["kind"] == "ScaledObject"]
    (trigger,) = scaled["spec"]["triggers"]
    (slots,) = [
        variable["value"]
        for name, _, template in PODS
        if name == "nodes.yaml"
        for variable in template["spec"]["containers"][0]["env"]
        if variable["name"] == "SCRAPYD_MAX_PROC"
    ]
    assert trigger["metadata"]["targetQueryValue"] == slots
    states = {"waits": "pending", "runs": "running", "over": "ended", "later": "pending"}
    with psycopg.connect(database_url) as connection:
        for job, state in states.items():
            connection.execute(
                "INSERT INTO scrapyd_jobs (project, job_id, spider, state, queued_at, not_before)"
                " VALUES ('jobspiders', %s, 'greenhouse', %s, now(),"
                " CASE WHEN %s = 'later' THEN now() + interval '1 hour' END)",
                [job, state, job],
            )
        assert connection.execute(trigger["metadata"]["query"]).fetchall() == [(2,)]


def test_a_backup_brings_everything_back_and_old_ones_go(database_url: str, tmp_path: Path) -> None:
    def backup(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ROOT / "deploy" / "backup"), *words],
            env={**os.environ, "DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )

    def names() -> list[Any]:
        with psycopg.connect(database_url) as connection:
            return connection.execute("SELECT name FROM scrapyd_nodes ORDER BY 1").fetchall()

    def add(name: str) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "INSERT INTO scrapyd_nodes (name, instance, slots, started_at, seen_at)"
                " VALUES (%s, gen_random_uuid(), 1, now(), now())",
                [name],
            )

    kept = tmp_path / "backups"
    kept.mkdir()
    old = [kept / f"jobspiders-2026010{day}T000000Z.dump" for day in (1, 2)]
    for path in old:
        path.touch()
    add("kept")
    made = backup(str(kept), "2")
    assert made.returncode == 0, made.stderr
    file = Path(made.stdout.strip())
    assert sorted(kept.iterdir()) == [old[1], file]
    assert file.stat().st_mode & 0o077 == 0
    add("lost")
    restored = backup("--restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert names() == [("kept",)]
    assert backup("--restore").returncode == backup(str(kept), "none").returncode == 2
