"""Commands say who gave them, and work for a user whom the machine has no name for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import pytest

from contact_center.app.ivr import releasing
from contact_center.app.leads_options import parser
from contact_center.app.whoever import logged_in


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as a user without an entry, as a container with a number for a user does."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr("getpass.getuser", nobody)


def test_whoever_is_logged_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ines")
    assert logged_in() == "ines"


@pytest.mark.usefixtures("nameless")
def test_a_user_without_a_name_imports_leads() -> None:
    options = parser().parse_args(["import", "leads.csv", "--shape", "shape.yaml"])
    assert options.by == ""


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("act", [releasing.publish, releasing.roll_back])
def test_a_user_without_a_name_publishes_and_goes_back(act: Any, told: list[Any]) -> None:
    options = argparse.Namespace(
        flow="larkfield", file=None, note="", version="abcd", settings=None
    )
    assert act(options) == 0
    assert told[0]["by"] == ""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the running center is told, which says that it is done."""
    bodies: list[Any] = []

    def ask(*words: Any) -> tuple[int, Mapping[str, Any]]:
        bodies.append(words[-1])
        return 200, {"warnings": [], "changes": [], "version": "abcd"}

    monkeypatch.setattr(releasing, "_ask", ask)
    return bodies
