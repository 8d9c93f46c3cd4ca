"""What a call of schedule.json may say: anything else is refused in one line that names the field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.deployment.plain_names import LIMIT, RefusedError, plain_name
from jobspiders.deployment.schedule_call import ALLOWED_SETTINGS, read_call, read_settings, read_signal

FIELDS = st.dictionaries(
    st.one_of(
        st.sampled_from(["project", "spider", "jobid", "setting", "priority", "_version", "_node", "query"]),
        st.text(max_size=8),
    ),
    st.lists(st.text(max_size=20), min_size=1, max_size=2),
)


@given(FIELDS)
def test_any_form_gives_a_call_of_plain_names_or_one_line(fields: dict[str, list[str]]) -> None:
    try:
        call = read_call(fields, "new")
    except RefusedError as error:
        assert str(error).isprintable()
        return
    for name in (call.project, call.spider, call.job_id, call.version or "x", call.node or "x"):
        assert "/" not in name and not name.startswith(".") and len(name) <= LIMIT
    assert set(call.settings) <= set(ALLOWED_SETTINGS)
    assert all(ord(sign) >= 32 for value in call.arguments.values() for sign in value)


@given(st.text())
def test_a_plain_name_is_a_file_name_of_its_own_everywhere(name: str) -> None:
    try:
        assert plain_name("job", name) == name
    except RefusedError as error:
        assert "\n" not in str(error)
        return
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>| \0\n')
    assert name not in (".", "..")


def test_a_call_is_what_its_fields_say() -> None:
    call = read_call(
        {
            "project": [" jobspiders "],
            "spider": ["greenhouse"],
            "companies": ["a,b"],
            "remote": [" "],
            "setting": ["LOG_LEVEL=DEBUG", "DOWNLOAD_DELAY = 2.5"],
            "priority": ["-3"],
            "_version": ["0.1.0-r1-gabc"],
            "_node": ["two"],
        },
        "new",
    )
    assert (call.job_id, call.arguments, call.priority) == ("new", {"companies": "a,b"}, -3.0)
    assert call.settings == {"LOG_LEVEL": "DEBUG", "DOWNLOAD_DELAY": "2.5"}
    assert (call.version, call.node) == ("0.1.0-r1-gabc", "two")


@pytest.mark.parametrize(
    "pair",
    [
        "DOWNLOAD_DELAY=-1",
        "DOWNLOAD_DELAY=1e9",
        "LOG_LEVEL=debug",
        "LISTING_MAX_PAGES=0",
        "LOG_LEVEL=INFO\nX=1",
    ],
)
def test_values_of_allowed_settings_are_checked(pair: str) -> None:
    with pytest.raises(RefusedError, match=r"^setting \w+ cannot be"):
        read_settings([pair])


@pytest.mark.parametrize(
    ("said", "signal"), [(None, "INT"), ("", "INT"), ("sigterm", "TERM"), ("9", "KILL"), ("int", "INT")]
)
def test_signals_have_their_usual_names(said: str | None, signal: str) -> None:
    assert read_signal(said) == signal
