"""Menus of other systems, imported and walked with keys: they lead to the same places.

Every sample stands beside the tests of the flow that is made of it, which are those of the file.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contact_center.app.ivr.finding import made_up
from contact_center.app.ivr.trial import run_tests
from contact_center.content.center import load_content
from contact_center.content.importing.dialplan import import_dialplan
from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.report import Report, Verdict
from contact_center.content.importing.studio import import_studio
from contact_center.core.ids import FlowId

FLOWS = Path(__file__).parent / "flows"
STUDIO = sorted(FLOWS.glob("*.json"))
DIALPLANS = sorted(FLOWS.glob("*.conf"))
STARTS = {"hours.conf": "from-trunk", "stdexten.conf": "main"}


def imported(file: Path) -> FlowDraft:
    text, report = file.read_text("utf-8"), Report()
    if file.suffix == ".json":
        return import_studio(file.name, text, report)
    return import_dialplan(file.name, text, STARTS.get(file.name, ""), report)


@pytest.mark.parametrize("file", [*STUDIO, *DIALPLANS], ids=lambda file: file.name)
def test_what_is_made_loads_without_an_error_and_leads_to_the_same_places(file: Path) -> None:
    tests = file.with_suffix(".tests.yaml").read_text("utf-8")
    text = imported(file).text("made") + tests
    made = load_content(made_up(Path("imported.yaml"), text).sources, lambda *_: True)
    report = run_tests(made.configuration, FlowId("imported"))
    failed = {o.name: (o.failures, o.path, o.heard) for o in report.outcomes if not o.passed}
    assert failed == {}
    assert len(report.outcomes) == len(yaml.safe_load(tests)["tests"])


@pytest.mark.parametrize("file", [*STUDIO, *DIALPLANS], ids=lambda file: file.name)
def test_the_same_file_gives_the_same_text_and_report(file: Path) -> None:
    first, second = imported(file), imported(file)
    assert first.text("") == second.text("")
    assert [*map(str, first.report.entries)] == [*map(str, second.report.entries)]


@pytest.mark.parametrize("file", DIALPLANS, ids=lambda file: file.name)
def test_every_line_of_a_dial_plan_has_a_fate(file: Path) -> None:
    report = imported(file).report
    rows = enumerate(file.read_text("utf-8").splitlines(), 1)
    assert {entry.line for entry in report.entries} == {n for n, row in rows if row.strip()}
    assert [entry for entry in report.entries if entry.verdict is None] == []


@pytest.mark.parametrize("file", STUDIO, ids=lambda file: file.name)
def test_every_widget_and_every_transition_that_leads_somewhere_has_a_fate(file: Path) -> None:
    report = imported(file).report
    fates = {entry.line: entry for entry in report.entries}
    rows = file.read_text("utf-8").splitlines()
    named = [n for n, row in enumerate(rows, 1) if row.startswith('      "name":')]
    events = [n for n, row in enumerate(rows, 1) if '"event":' in row and '"next":' in rows[n - 2]]
    assert named
    assert events
    missing = [n for n in [*named, *events] if n not in fates or fates[n].verdict is None]
    assert [rows[n - 1] for n in missing] == []
    silent = (Verdict.KEPT, Verdict.NOT_NEEDED)
    assert [e for e in report.entries if e.verdict not in silent and not e.words] == []
