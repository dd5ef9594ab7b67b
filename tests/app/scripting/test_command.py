"""``python -m contact_center script``: what it writes, and its exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from contact_center.__main__ import main
from tests.content.samples import broken
from tests.core.scripting.scripts import SALE, SHIPPED

ROOT = Path(__file__).parents[3]
TESTS = """\
tests:
  - name: good
    steps: [{answer: {wants: false}}, next, {expect: {page: bye}}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "sale.yaml"
    file.write_text(SALE + TESTS, encoding="utf-8")
    return file


def script(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["script", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_shipped_scripts_fit_the_shipped_center(capsys: pytest.CaptureFixture[str]) -> None:
    center = ROOT / "config/retailer"
    assert script(capsys, "check", SHIPPED, "--center", center)[:2] == (0, "0 errors, 0 warnings\n")
    code, out, _ = script(capsys, "test", SHIPPED, "--center", center)
    assert code == 0
    assert out.endswith(" passed, 0 failed\n")


def test_every_mistake_is_told_at_once_with_its_place(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = broken(broken(SALE, "goto: bye}, fork]", "goto: by}, fork]"), "{red: R}", "{pink: R}")
    file.write_text(text, encoding="utf-8")
    code, out, _ = script(capsys, "check", file)
    assert code == 1
    assert f'{file}:24:43: E020 there is no page "by" (did you mean "bye"?)' in out
    assert ": E012 there is no option" in out
    code, out, _ = script(capsys, "check", file, "--json")
    assert {each["code"] for each in json.loads(out)} >= {"E020", "E012"}
    assert script(capsys, "test", file)[0] == 1
    assert script(capsys, "check", file.parent / "none.yaml")[0] == 2
    file.write_bytes(b"\xff\xfe script")
    assert "E002" in script(capsys, "check", file)[1]


def test_a_test_that_fails_is_told_with_its_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(SALE + TESTS.replace("page: bye", "page: done"), encoding="utf-8")
    code, out, _ = script(capsys, "test", file)
    line = len(SALE.splitlines()) + 3
    assert code == 1
    assert f"  FAIL  good ({file}:{line})\n" in out
    assert "expected page: done, and it was bye" in out
    code, out, _ = script(capsys, "test", file, "--json")
    assert json.loads(out)[0]["tests"][0]["line"] == line


def test_a_script_is_read_in_the_terminal(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["next", "colour=red", "wants=yes", "next", "objection price", "close", "confirm"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*lines, "huh", "end no_sale", "x"])))
    code, out, _ = script(capsys, "preview", file, "--customer", "name=Maria Ruiz")
    assert code == 0
    assert "    Hello Maria, from [call.queue].\n" in out
    assert "  ! an answer is needed (wants)\n" in out
    assert "  ! this page does not ask that (colour)\n" in out
    assert "--- terms: terms\n" in out
    assert "    Too dear: It lasts for years.\n" in out
    assert "  ! nobody has read this yet: " in out
    assert "  ! what is huh?" in out
    assert 'over: no_sale; the record gets {"wants_it": true}\n' in out
    assert script(capsys, "preview", file, "--customer", "Maria")[0] == 2


def test_a_script_is_drawn(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script(capsys, "draw", file)[1].startswith("flowchart TD\n")
    out = tmp_path / "sale.svg"
    assert script(capsys, "draw", file, "--svg", "--out", out)[0] == 0
    assert out.read_text(encoding="utf-8").startswith("<svg ")
