"""Commands of the project, run in this process as `scrapy` would run them: for those that crawl nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    output: str
    errors: str


class CommandRunner:
    """Runs commands with an environment; no command may end in a traceback."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, **environment: str) -> Done:
        self._monkeypatch.chdir(ROOT)
        self._monkeypatch.setattr("sys.argv", ["scrapy", *arguments])
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", *arguments], get_project_settings())
        captured = self._capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Done(code, captured.out, captured.err)
