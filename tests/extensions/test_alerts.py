"""Alerts really delivered: to an SMTP server and an HTTP webhook on loopback, which refuse, hang, fail and drop."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.extensions.alert_channels import AlertsConfig, label_of, parse_channels
from jobspiders.extensions.alert_worker import deliver
from jobspiders.extensions.alert_worker import run as work
from jobspiders.extensions.alerting import orders_for, take_in_verdict, tell_what_is_due
from jobspiders.extensions.alerting import send as send_in_process_of_its_own
from jobspiders.monitoring.alert_texts import detail_of
from jobspiders.monitoring.alerting import AlertPolicy, Verdict
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.masking import Masker
from jobspiders.storage import alerts
from tests.commands.in_process import CommandRunner
from tests.extensions.receivers import Receiver, mail_server, webhook

SECRET = "Hx92kqLp77"
FINDING = Finding(
    "coverage",
    "acme",
    "error",
    "salary is read from 0 % of postings, usually from 80 %",
    numbers={"now": 0.0, "usual": 0.8},
    evidence=f"https://me:{SECRET}@acme.example/jobs",
    field="salary",
    old="baseSalary",
    new="pay",
    next_step="scrapy extract acme page.html --url https://acme.example/jobs",
)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with webhook() as receiver:
        yield receiver


@pytest.fixture
def mail() -> Iterator[Receiver]:
    with mail_server() as receiver:
        yield receiver


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as made:
        yield made


def hook_url(receiver: Receiver) -> str:
    return f"json://me:{SECRET}@127.0.0.1:{receiver.port}/alerts?rto=2&cto=1"


def mail_url(receiver: Receiver) -> str:
    return f"mailto://me:{SECRET}@127.0.0.1:{receiver.port}/?from=jobs@acme.example&to=ops@acme.example&cto=2"


def config(*urls: str, timeout: float = 5.0) -> AlertsConfig:
    return AlertsConfig(parse_channels(list(urls)), AlertPolicy(), timeout, 30.0)


def turn(connection: psycopg.Connection, used: AlertsConfig, board: str, *, bad: bool) -> list[str]:
    findings = [FINDING] if bad else []
    detail = detail_of(findings, outcome="ok", crawl="c1", node="one", counts={"postings seen": 7})
    verdict = Verdict(board, bad, detail=detail)
    return take_in_verdict(connection, used, verdict, Masker([SECRET]), attended=False)


def send(used: AlertsConfig, database_url: str) -> dict[str, Any]:
    """What the sender does, here: loading apprise takes longer than all else."""
    return work(json.loads(orders_for(used, database_url)))


def try_again_now(connection: psycopg.Connection) -> None:
    connection.execute("UPDATE alert_deliveries SET next_try_at = now() WHERE state = 'pending'")


def test_bad_and_well_again_arrive_once_each_with_all_that_an_operator_needs(
    connection: psycopg.Connection, database_url: str, hook: Receiver, mail: Receiver
) -> None:
    used = config(hook_url(hook), mail_url(mail))
    for bad in (True, True, False, False):
        turn(connection, used, "acme", bad=bad)
    answer = send_in_process_of_its_own(used, database_url)
    assert answer == {"sent": 4, "failed": 0, "given_up": 0, "errors": []}
    assert send(used, database_url)["sent"] == 0
    for receiver in (hook, mail):
        assert receiver.titles == [
            "jobspiders: acme is bad: salary is read from 0 % of postings, usually from 80 %",
            "jobspiders: acme is well again",
        ]
        body = receiver.messages[0][1]
        for said in (
            "Board: acme",
            "Outcome: ok",
            "usual 0.8",
            "Was: baseSalary",
            "Is: pay",
            "scrapy extract",
            "c1",
        ):
            assert said in body
        assert SECRET not in body
        assert "https://***@acme.example/jobs" in body


@pytest.mark.parametrize("kind", ["hook", "mail"])
def test_each_fault_is_said_and_delivery_is_tried_again(
    kind: str, connection: psycopg.Connection, database_url: str, request: pytest.FixtureRequest
) -> None:
    receiver: Receiver = request.getfixturevalue(kind)
    used = config(hook_url(receiver) if kind == "hook" else mail_url(receiver), timeout=4.0)
    receiver.faults = ["error", "drop", "hang"]
    turn(connection, used, "acme", bad=True)
    for number in range(3):
        answer = send(used, database_url)
        assert (answer["sent"], answer["failed"]) == (0, 1), answer
        assert SECRET not in str(answer)
        [sent] = alerts.recent(connection, 5)
        assert (sent.state, sent.attempts) == ("pending", number + 1)
        assert sent.error
        assert SECRET not in sent.error
        assert send(used, database_url)["failed"] == 0, "it waits before it is tried again"
        try_again_now(connection)
    assert send(used, database_url)["sent"] == 1
    assert len(receiver.messages) == 1
    counted = dict(
        connection.execute(
            "SELECT label, value FROM metric_counters WHERE name LIKE '%deliveries%'"
        ).fetchall()
    )
    assert counted == {"failed": 3, "sent": 1}


def test_a_channel_that_nobody_listens_at_does_not_keep_the_other_from_hearing(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    used = config("json://127.0.0.1:9/x?rto=1&cto=1", hook_url(hook))
    for number in range(4):
        turn(connection, used, f"board{number}", bad=True)
    answer = send(used, database_url)
    assert len(hook.messages) == answer["sent"]
    assert answer["failed"] <= 2, "a channel that fails is left alone for a while"
    assert len(hook.titles) == 3, "the third and later come as one"


def test_what_is_said_of_a_board_arrives_in_order(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    used = config(hook_url(hook))
    hook.faults = ["error"]
    turn(connection, used, "acme", bad=True)
    turn(connection, used, "acme", bad=False)
    turn(connection, used, "pelikan", bad=True)
    send(used, database_url)
    assert hook.titles == [f"jobspiders: pelikan is bad: {FINDING.message}"]
    try_again_now(connection)
    send(used, database_url)
    assert hook.titles[1:] == [
        f"jobspiders: acme is bad: {FINDING.message}",
        "jobspiders: acme is well again",
    ]


def test_nodes_that_end_crawls_together_say_a_thing_once(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    used = config(hook_url(hook))

    def node() -> None:
        with psycopg.connect(database_url, autocommit=True) as own:
            turn(own, used, "acme", bad=True)
        send(used, database_url)

    nodes = [threading.Thread(target=node) for _ in range(3)]
    for each in nodes:
        each.start()
    for each in nodes:
        each.join()
    assert len(hook.messages) == 1


def test_a_sender_that_died_leaves_its_delivery_to_the_next(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    used = config(hook_url(hook))
    turn(connection, used, "acme", bad=True)
    assert alerts.lease(connection, used.labels) is not None
    assert alerts.lease(connection, used.labels) is None
    connection.execute(
        "UPDATE alert_deliveries SET next_try_at = next_try_at - make_interval(secs => %s)", [alerts.LEASE]
    )
    assert send(used, database_url)["sent"] == 1


def test_old_news_is_given_up(connection: psycopg.Connection, database_url: str) -> None:
    used = config("json://127.0.0.1:9/x")
    turn(connection, used, "acme", bad=True)
    connection.execute("UPDATE alert_messages SET made_at = now() - interval '4 days'")
    assert send(used, database_url)["given_up"] == 1
    assert alerts.recent(connection, 1)[0].state == "given_up"


def test_many_boards_at_once_are_one_message_after_the_hold(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    used = config(hook_url(hook))
    for number in range(30):
        detail = detail_of([FINDING], outcome="failed", crawl="c", node=None, counts={})
        take_in_verdict(
            connection, used, Verdict(f"board{number:02}", True, detail=detail), Masker(), attended=True
        )
    connection.execute("UPDATE board_alerts SET due_at = now()")
    assert len(tell_what_is_due(connection, used, Masker())) == 1
    send(used, database_url)
    [(title, body)] = hook.messages
    assert title == "jobspiders: 30 boards are bad at once: look at network, proxies and database first"
    assert "board00" in body and "board29" in body
    assert "30 x coverage" in body


def test_what_comes_from_pages_may_be_anything(
    connection: psycopg.Connection, database_url: str, hook: Receiver
) -> None:
    odd = Finding(
        "layout", "acme", "error", "\0 \ud800 \n<script>" + "x" * 5000, evidence="\r\nBcc: all@acme.example"
    )
    detail = detail_of([odd], outcome="layout_changed", crawl="c", node=None, counts={})
    used = config(hook_url(hook))
    take_in_verdict(connection, used, Verdict("acme", True, detail=detail), Masker(), attended=False)
    assert send(used, database_url)["sent"] == 1
    title, body = hook.messages[0]
    assert len(title) <= 200 and "\n" not in title
    assert len(body) < 2000


def test_a_channel_is_shown_without_its_secrets() -> None:
    for url in (
        f"mailto://me:{SECRET}@mail.example/?to=a",
        f"slack://{SECRET}/{SECRET}B/x",
        f"tgram://{SECRET}/1",
    ):
        assert SECRET not in label_of(url)
        assert SECRET not in repr(parse_channels(url))
    assert label_of(f"mailto://me:{SECRET}@mail.example/").startswith("mailto://mail.example ")
    with pytest.raises(ValueError, match="number 2 is no URL"):
        parse_channels(["json://a.example", f"nonsense-{SECRET}"])
    assert len(parse_channels("json://a.example/?x=1,2 json://b.example/, mailto://c.example")) == 3


def test_a_url_that_apprise_does_not_know_is_a_failure_and_no_crash() -> None:
    error = deliver("nothing://here", "t", "b", 20.0)
    assert error is not None
    assert "\n" not in error


def test_the_command_tests_channels_and_shows_what_did_not_arrive(
    connection: psycopg.Connection,
    database_url: str,
    hook: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = CommandRunner(monkeypatch, capsys)
    environment = {
        "DATABASE_URL": database_url,
        "JOBSPIDERS_HOME": str(tmp_path),
        "ALERT_URLS": hook_url(hook),
    }
    assert run("alerts", "--test", **environment).code == 0
    assert hook.titles == ["jobspiders: test of alerts"]
    hook.faults = ["error", "error"]
    tested = run("alerts", "--test", **environment)
    assert tested.code == 1
    assert "500" in tested.output
    turn(connection, config(hook_url(hook)), "acme", bad=True)
    assert run("alerts", "send", **environment).code == 1
    shown = run("alerts", **environment).output
    assert "boards    1 of 1 bad" in shown
    assert "pending" in shown
    assert SECRET not in shown + tested.output
    assert run("alerts", "--test", **{**environment, "ALERT_URLS": "rubbish"}).code == 2
