"""The command that imports: files in, a center that starts and a report out."""

from __future__ import annotations

from pathlib import Path

from tests.app.test_commands import run
from tests.content.importing.samples import CALLCENTER, QUEUES, RULES


async def test_queues_conf_becomes_a_center_that_check_passes(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").write_text(QUEUES)
    (tmp_path / "queuerules.conf").write_text(RULES)
    out = tmp_path / "new" / "center.yaml"
    out.parent.mkdir()
    words = ("import", str(tmp_path / "queues.conf"), "--out", str(out))
    code, text = await run(*words)
    assert code == 1, text
    assert "queues.conf:3: persistentmembers = yes\n    not needed: " in text
    assert "queuerules.conf:2: penaltychange => 30,1\n    kept: a step after 30s" in text
    assert text.endswith(f"written: {out} (2 queues, 4 agents)\n")
    code, checked = await run("check", "--center", str(out))
    assert (code, checked.splitlines()[-1]) == (0, "ok: 0 errors, 0 warnings")
    code, text = await run(*words)
    assert code == 2
    assert "already there; --force replaces" in text
    assert (await run(*words, "--force"))[0] == 1


async def test_callcenter_xml_becomes_a_center_and_the_report_a_file(tmp_path: Path) -> None:
    (tmp_path / "callcenter.conf.xml").write_text(CALLCENTER)
    out, report = tmp_path / "center.yaml", tmp_path / "report.txt"
    words = ("import", str(tmp_path / "callcenter.conf.xml"), "--out", str(out))
    code, text = await run(*words, "--report", str(report))
    assert code == 1
    assert text.startswith("lines: ")
    assert "strategy: progressive, ring_step: 8s" in report.read_text()
    code, checked = await run("check", "--center", str(out))
    assert (code, checked.splitlines()[-1]) == (0, "ok: 0 errors, 0 warnings")


async def test_a_file_without_anything_left_out_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").write_text("[q]\ntimeout=20\nmember => PJSIP/101,0,Ana\n")
    out = tmp_path / "center.yaml"
    code, _ = await run("import", str(tmp_path / "queues.conf"), "--out", str(out))
    assert code == 0


async def test_what_cannot_be_imported_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "center.yaml"
    cases = {
        "none.conf": (None, "No such file"),
        "empty.conf": ("[general]\n", "has no queue"),
        "bad.xml": ("<a>", "bad.xml:1:"),
    }
    for name, (content, words) in cases.items():
        if content is not None:
            (tmp_path / name).write_text(content)
        code, text = await run("import", str(tmp_path / name), "--out", str(out))
        assert (name, code, "Traceback" in text) == (name, 2, False)
        assert words in text
    assert not out.exists()


FLOWS = Path("tests/content/importing/flows")


async def test_a_flow_of_studio_becomes_a_file_that_ivr_check_passes(tmp_path: Path) -> None:
    out, report = tmp_path / "clinic.yaml", tmp_path / "report.txt"
    words = ("import", "studio", str(FLOWS / "clinic.json"), "--out", str(out))
    code, text = await run(*words, "--report", str(report))
    assert code == 1, text
    assert text.endswith(f"written: {out} (9 nodes)\n")
    assert "to do: main_menu: with the keys of which" in report.read_text("utf-8")
    code, checked = await run("ivr", "check", str(out))
    assert code == 0, checked
    code, text = await run(*words)
    assert (code, "already there; --force replaces" in text) == (2, True)


async def test_a_dial_plan_becomes_a_flow_and_names_the_recordings_to_bring(tmp_path: Path) -> None:
    out = tmp_path / "office.yaml"
    plan = str(FLOWS / "hours.conf")
    words = ("import", "dialplan", plan, "--context", "from-trunk", "--out", str(out))
    code, text = await run(*words)
    assert code == 1, text
    assert "recording to bring: custom-office-main (custom/office-main)\n" in text
    assert "hours.conf:13: exten => s,n,WaitExten(7)\n    kept" in text
    assert out.read_text("utf-8").startswith("# Made of hours.conf.")


async def test_what_is_no_menu_writes_no_flow(tmp_path: Path) -> None:
    out = tmp_path / "flow.yaml"
    cases = {
        ("studio", "none.json"): (None, "No such file"),
        ("studio", "bad.json"): (b'{"states": [\n}', "bad.json:2:1: "),
        ("studio", "latin.json"): (b'{\n"\xff', "latin.json:2: not UTF-8 text"),
        ("studio", "large.json"): (b" " * 10_000_000, "large.json:1: larger than"),
        ("studio", "list.json"): (b"[]", "list.json:1: "),
        ("dialplan", "empty.conf"): (b"", "empty.conf:1: no menu"),
    }
    for (kind, name), (content, words) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        code, text = await run("import", kind, str(tmp_path / name), "--out", str(out))
        assert (name, code, "Traceback" in text) == (name, 2, False)
        assert words in text
    assert not out.exists()
