"""The tests in the files of every shipped flow pass, and go wherever a caller can get."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.app.ivr.finding import find
from contact_center.app.ivr.trial import run_tests

ROOT = Path(__file__).parents[3]
FLOWS = sorted((ROOT / "ivr_flows").glob("*.yaml"))
ONLY_AFTER_A_BUG = {"apology"}
"""Nodes that callers reach only when an expression fails, which no caller can bring about."""


@pytest.mark.parametrize("file", FLOWS, ids=lambda path: path.stem)
def test_a_shipped_flow_passes_its_own_tests(file: Path) -> None:
    place = find(str(file), None)
    assert place.center is not None, "a shipped flow belongs to a shipped center"
    center = place.load()
    (flow,) = place.flows(center)
    report = run_tests(center.configuration, flow)
    assert [(o.name, o.line, o.failures) for o in report.outcomes if not o.passed] == []
    assert len(report.outcomes) >= 3
    assert set(report.coverage.missed_nodes) <= ONLY_AFTER_A_BUG
