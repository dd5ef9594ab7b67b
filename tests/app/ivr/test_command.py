"""``python -m contact_center ivr``: what it writes, and its exit codes."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from contact_center.__main__ import main
from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.migrate import open_database
from tests.app.ivr.shop import CENTER, FLOW
from tests.reporting.test_flow_fold import call

ROOT = Path(__file__).parents[3]
GOOD = "tests:\n  - name: good\n    steps: [{keys: 2}, {expect: {node: sales}}]\n"
BAD = "  - name: bad\n    steps: [{keys: 1}, {expect: {node: sales}}]\n"


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    (tmp_path / "center.yaml").write_text(CENTER, encoding="utf-8")
    file = tmp_path / "shop.yaml"
    file.write_text(FLOW + GOOD, encoding="utf-8")
    return file


def ivr(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["ivr", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_flow_without_mistakes(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ivr(capsys, "check", flow) == (0, "0 errors, 0 warnings\n", "")


def test_every_mistake_is_told_at_once_with_its_place(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = flow.read_text().replace("tag: buys", "tga: buys").replace("goto: bye", "goto: by")
    flow.write_text(text.replace("recorded: bye", "recorded: by"), encoding="utf-8")
    code, out, _ = ivr(capsys, "check", flow)
    assert code == 1
    assert f"{flow}:18:41: E010 there is no field" in out
    assert ': E020 there is no node "by" (did you mean "bye"?)' in out
    code, out, _ = ivr(capsys, "check", flow, "--json")
    found = json.loads(out)
    assert code == 1
    assert {p["code"] for p in found} >= {"E010", "E020"}
    assert all(p["line"] and p["column"] and p["severity"] == "error" for p in found)


def test_warnings_do_not_fail(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow.write_text(FLOW + "  island: {do: play, say: {text: {en-US: A, es-US: B}}, next: bye}\n")
    code, out, _ = ivr(capsys, "check", flow)
    assert code == 0
    assert 'E021 warning: nothing leads to the node "island"' in out
    assert out.endswith("0 errors, 1 warning\n")


def test_words_that_mean_nothing_are_2(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ivr(capsys, "check", "gone.yaml")
    assert (code, out, err) == (2, "", "there is no file gone.yaml\n")
    with pytest.raises(SystemExit) as ended:
        ivr(capsys, "sing")
    assert ended.value.code == 2


def test_tests_that_pass_and_tests_that_fail(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ivr(capsys, "test", flow)
    assert code == 0
    assert "  ok    good\n" in out
    assert "  went through 3 of 12 nodes, 2 of 31 edges\n" in out
    assert (
        "    nodes never entered: spanish, ask, read, code, asked, told, outside, message, bye\n"
        in out
    )
    assert out.endswith("1 tests: 1 passed, 0 failed\n")
    flow.write_text(FLOW + GOOD + BAD, encoding="utf-8")
    code, out, _ = ivr(capsys, "test", flow)
    assert code == 1
    assert f"  FAIL  bad ({flow}:{len((FLOW + GOOD + BAD).splitlines())})\n" in out
    assert 'in the node "ask", not "sales"\n' in out
    assert "path: gate/open > main/choice:ask\n" in out
    code, out, _ = ivr(capsys, "test", flow, "--json", "--only", "bad")
    (report,) = json.loads(out)
    assert [t["passed"] for t in report["tests"]] == [False]
    assert report["coverage"]["nodes"] == ["gate", "main", "ask"]


def test_a_flow_with_mistakes_is_not_tested(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow.write_text(FLOW.replace("entry: gate", "entry: gaet"), encoding="utf-8")
    code, out, err = ivr(capsys, "test", flow)
    assert (code, out) == (1, "")
    assert "E020" in err


def test_a_flow_is_run_with_lines_from_a_pipe(
    flow: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n4711\n"))
    code, out, _ = ivr(capsys, "run", flow, "--time", "2026-11-23T10:00")
    assert code == 0
    assert out.startswith("2026-11-23 10:00:00-08:00  a call from +14155550123 to shop\n")
    assert "> 4***\n" in out  # the flow has a PIN too, and only the first key is surely none
    assert "waits in the queue sales\n" in out


def test_who_calls_and_when_is_said_on_the_command_line(
    flow: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(":state\n3\n"))
    words = ["--from", "+14155550177", "--customer", "tier=gold", "--number", "+14155550190=busy"]
    _, out, _ = ivr(capsys, "run", flow, *words, "--steps")
    assert "a call from +14155550177 to shop\n" in out
    assert "outside           -> busy\n" in out
    code, _, err = ivr(capsys, "run", flow, "--lookup", "crm=perhaps")
    assert code == 2
    assert "write one of ok, not_found, timeout, error" in err
    code, _, err = ivr(capsys, "run", flow, "--number", "+14155550190=sing")
    assert code == 2
    assert "'sing' is not manual" in err


def test_a_center_is_not_a_flow(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ivr(capsys, "run", ROOT / "config" / "bank")
    assert code == 2
    assert "name one of its flows: tidewater, " in err


def test_all_flows_of_the_center_of_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ivr(capsys, "check")
    assert (code, out) == (0, "0 errors, 0 warnings\n")


def test_a_flow_is_drawn_for_mermaid_and_as_svg(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ivr(capsys, "draw", flow)
    assert (code, out.splitlines()[0]) == (0, "flowchart TD")
    file = flow.with_name("shop.svg")
    code, out, _ = ivr(capsys, "draw", flow, "--svg", "--out", file)
    assert (code, out) == (0, f"{file}: 12 nodes\n")
    assert file.read_text(encoding="utf-8").startswith("<svg ")


def test_callers_are_laid_over_a_picture(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = flow.with_name("counts.json")
    counts.write_text('{"shop": {"main": {"choice:ask": 30, "hangup": 10}}}', encoding="utf-8")
    code, out, _ = ivr(capsys, "draw", flow, "--traffic", counts)
    assert code == 0
    assert "40 callers</text>" in out
    assert "10 hung up (25%)</text>" in out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "is not JSON"),
        ("[1]", 'write {"node": {"outcome": 12}}'),
        ('{"main": {"hangup": "many"}}', 'write {"node": {"outcome": 12}}'),
        ('{"lobby": {"hangup": 1}}', "is of another flow: lobby"),
    ],
)
def test_counts_that_are_none_are_refused(
    flow: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    counts = flow.with_name("counts.json")
    counts.write_text(text, encoding="utf-8")
    code, _, err = ivr(capsys, "draw", flow, "--traffic", counts)
    assert code == 2
    assert told in err


def test_callers_of_the_database_are_laid_over_a_picture(
    flow: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{flow.with_name('center.db')}"
    monkeypatch.setenv("CC_DATABASE_URL", url)
    calls = (
        call(50, 900)
        .left("main", "choice:ask", 3, flow="shop")
        .left("ask", "hangup", 4, flow="shop")
    )

    async def fill() -> None:
        database = await open_database(url)
        await CallStore(database, "US").write(calls.over())
        await database.close()

    asyncio.run(fill())
    words = ("--from", "1970-01-01T00:00Z", "--to", "1970-01-02T00:00Z")
    code, out, _ = ivr(capsys, "draw", flow, *words)
    assert code == 0
    assert out.count("1 caller</text>") == 2
    assert "1 hung up (100%)</text>" in out
    assert ivr(capsys, "draw", flow, "--from", "once")[0] == 2
    assert ivr(capsys, "draw", flow, *words, "--mermaid")[0] == 2
    monkeypatch.setenv("CC_DATABASE_URL", f"sqlite:///{flow.with_name('none.db')}")
    code, _, err = ivr(capsys, "draw", flow, *words)
    assert code == 1
    assert err


def test_two_versions_are_compared(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ivr(capsys, "diff", flow, flow) == (0, "no difference\n", "")
    (flow.parent / "drafts").mkdir()
    draft = flow.parent / "drafts" / "shop.yaml"
    draft.write_text(flow.read_text().replace('"9": spanish', '"9": bye'), encoding="utf-8")
    code, out, _ = ivr(capsys, "diff", flow, draft)
    assert (code, out) == (1, "main: way 9: to bye; before: to spanish\n")
    code, out, _ = ivr(capsys, "diff", draft, flow, "--json")
    assert json.loads(out) == [
        {"node": "main", "what": "way 9", "before": "to bye", "after": "to spanish"}
    ]


def test_the_center_may_call(
    flow: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n"))
    _, out, _ = ivr(capsys, "run", flow, "--outbound")
    assert "a call to +14155550123 by shop\n" in out
    assert "waits in the queue sales\n" in out
