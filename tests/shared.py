"""Where captured pages and labelled sets lie beside a checkout, for the tests that read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """The path below ``../shared``; skips the calling test where that folder is absent, fails it in CI."""
    if not SHARED.is_dir():
        message = f"no folder {SHARED.name}/ beside the checkout"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return SHARED.joinpath(*parts)


def unmeasured() -> dict[str, str]:
    """The environment for a process that may write next to nothing: coverage would want a file of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
