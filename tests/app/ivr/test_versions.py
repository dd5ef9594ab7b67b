"""What is remembered of the versions of flows."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.app.ivr import versions
from contact_center.app.ivr.versions import FlowVersions, NoSuchVersionError, plain
from contact_center.content.center import Center as Content
from contact_center.core.ids import FlowId
from tests.stories.centers import small_center

MAIN = FlowId("main")


def content(number: int) -> Content:
    """The small center, whose main flow is of this version."""
    center = small_center()
    flow = replace(center.flows[MAIN], version=f"{number:04d}")
    return Content(
        configuration=replace(center, flows={**center.flows, MAIN: flow}),
        users=(),
        warnings=(),
        sources={"main.yaml": f"flow: main\nnote: {number}\n", "direct.yaml": "flow: direct\n"},
    )


@pytest.fixture
def kept(tmp_path: Path) -> FlowVersions:
    times = iter(range(1, 1000))
    return FlowVersions(tmp_path / "flows", lambda: next(times))


def test_only_what_is_different_is_noted_with_its_text(kept: FlowVersions, tmp_path: Path) -> None:
    kept.note(content(1), "start")
    kept.note(content(1), "reload")
    kept.note(content(2), "ada", "why")
    kept.note(content(1), "ada", "back")
    told = plain(kept.listed("main"), "0001")
    assert [(v["version"], v["by"], v["note"], v["running"]) for v in told] == [
        ("0001", "ada", "back", True),
        ("0002", "ada", "why", False),
        ("0001", "start", "", False),
    ]
    assert len(kept.listed("direct")) == 1
    assert kept.text("main", "0002") == "flow: main\nnote: 2\n"
    files = list((tmp_path / "flows").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_version_has_to_be_named_so_that_it_is_one(kept: FlowVersions) -> None:
    kept.note(content(1), "start")
    kept.note(content(2), "ada")
    for wrong in ("", "000", "9"):
        with pytest.raises(NoSuchVersionError):
            kept.text("main", wrong)
    assert kept.listed("nobodys") == []


def test_the_oldest_are_forgotten_with_their_texts(
    kept: FlowVersions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "KEPT", 3)
    for number in range(1, 6):
        kept.note(content(number), "ada")
    assert [one.version for one in kept.listed("main")] == ["0003", "0004", "0005"]
    assert len(list((tmp_path / "flows").glob("main.*.yaml"))) == 3
