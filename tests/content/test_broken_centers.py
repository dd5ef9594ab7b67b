"""Mistakes in center files, and several in several files at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contact_center.content.center import load_center, load_content
from contact_center.content.center_files import load_center_file, prompt_files, read_sources
from contact_center.content.problems import ContentError, Severity
from tests.content.samples import CENTER, FLOW, at, broken, problems_of, sources

MISTAKES = {
    "extension_twice": (
        "extension: 1002",
        "extension: 1001",
        "E102",
        21,
        47,
        '"ann" (line 20)',
        "bob",
    ),
    "login_twice": ("login: bob", "login: Ann", "E103", 21, 31, '"ann"', "another login"),
    "unknown_queue": (
        "1002, queues: [sales]",
        "1002, queues: [slaes]",
        "E024",
        21,
        62,
        "slaes",
        '"sales"',
    ),
    "unknown_flow": (
        '"+14155550120": shop',
        '"+14155550120": shops',
        "E026",
        10,
        19,
        "shops",
        '"shop"',
    ),
    "unknown_flow_long": ("{flow: shop,", "{flow: sop,", "E026", 11, 17, "sop", '"shop"'),
    "unknown_disposition": ("[sold, other]", "[sold, othr]", "E028", 18, 26, "othr", '"other"'),
    "undeclared_skill": (
        "    skills: {es: 3}",
        "    skills: {esp: 3}",
        "E029",
        16,
        14,
        "esp",
        '"es"',
    ),
    "skill_too_high": (
        "skills: {es: 5}",
        "skills: {es: 500}",
        "E012",
        20,
        83,
        "500",
        "at most 100",
    ),
    "number_twice": (
        '  "600"',
        '  "(415) 555-0120": shop\n  "600"',
        "E101",
        11,
        3,
        "twice",
        "remove",
    ),
    "not_a_number": ('"600"', '"reception"', "E101", 11, 3, "reception", "+1415"),
    "zone": (
        "America/Los_Angeles",
        "America/Los_Angles",
        "E104",
        5,
        11,
        "Los_Angles",
        "America/Los_Angeles",
    ),
    "region": ("region: US", "region: USA", "E105", 3, 9, "USA", "US, GB"),
    "dialled": (
        "region: US",
        "region: US\ndial_countries: [US, UK]",
        *("E105", 4, 22, "UK", "US, GB"),
    ),
    "language": ("language: en-US", "language: english", "E105", 4, 11, "english", "en-US"),
    "flow_file": (
        "flows: [shop.yaml]",
        "flows: [shop.yaml, shp.yaml]",
        "E100",
        6,
        20,
        "shp.yaml",
        '"shop.yaml"',
    ),
    "no_queues": (
        CENTER[CENTER.index("queues:\n") : CENTER.index("agents:\n")],
        "",
        "E011",
        1,
        1,
        "queues",
        "add queues:",
    ),
    "section_is_a_list": (
        "  ann: {name",
        "  - {name",
        "E001",
        21,
        3,
        "did not find",
        "check quotes",
    ),
    "agent_field": ("name: Bob Roe", "nmae: Bob Roe", "E010", 21, 9, "nmae", '"name"'),
    "agent_name": ("  bob: {", '  "bob roe": {', "E014", 21, 3, "bob roe", "letters"),
    "script_place": ("this is {agent}.", "this is {agnet}.", "E012", 17, 14, "braces", "{agent}"),
    "letters_in_extension": (
        "extension: 1002",
        "extension: desk-2",
        "E012",
        21,
        47,
        "desk-2",
        "0-9",
    ),
    "ring_without_unit": ("ring: 20s", "ring: 20", "E015", 15, 11, "20", '"20s"'),
    "hours_overlap": (
        '["09:00-17:30"]',
        '["09:00-13:00", "12:00-17:30"]',
        "E060",
        24,
        23,
        "overlap",
        "join",
    ),
    "hours_unreadable": ('"09:00-17:30"', '"9 to 5"', "E060", 24, 24, "9 to 5", "09:00-17:30"),
    "hours_empty": ('["09:00-17:30"]', "[]", "E060", 24, 23, "without hours", "closed"),
    "day_unknown": ("mon-fri", "mon-friday", "E060", 24, 14, "mon-friday", "mon-fri"),
    "day_twice": (
        'mon-fri: ["09:00-17:30"]',
        'mon-fri: ["09:00-17:30"], wed: closed',
        "E060",
        24,
        40,
        "wed",
        "remove",
    ),
    "past_midnight": (
        'mon-fri: ["09:00-17:30"]',
        'mon: ["20:00-04:00"], tue: ["02:00-05:00"]',
        "E060",
        24,
        13,
        "midnight",
        "begins",
    ),
    "date": ("2026-12-25: closed", "2026-25-12: closed", "E060", 26, 7, "2026-25-12", "2026-12-25"),
    "unserved_queue": (
        "queues: [sales], skills",
        "queues: [], skills",
        "E012",
        20,
        61,
        "at least one",
        "add",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_where_it_stands_with_advice(name: str) -> None:
    old, new, code, line, column, message, hint = MISTAKES[name]
    found = [p for p in problems_of(center=broken(CENTER, old, new)) if p.code == code]
    assert [at(p) for p in found][:1] == [("center.yaml", code, line, column)]
    assert message in found[0].message
    assert hint in found[0].hint


def test_a_queue_that_nobody_serves_and_a_skill_that_nobody_has_are_warnings() -> None:
    center = broken(CENTER, ", skills: {es: 5}", "")
    center = broken(center, "agents:\n", "  support: {label: Support}\nagents:\n")
    found = problems_of(center=center)
    assert [(p.code, p.line, p.severity) for p in found] == [
        ("E111", 7, Severity.WARNING),
        ("E111", 16, Severity.WARNING),
        ("E110", 19, Severity.WARNING),
    ]


def test_a_skill_asked_for_by_a_flow_is_held_against_the_agents() -> None:
    flow = broken(FLOW, "queue: sales, timeout", "queue: sales, skills: {es: 9}, timeout")
    (problem,) = problems_of(flow=flow)
    assert at(problem) == ("shop.yaml", "E111", 38, 45)


def test_problems_of_all_files_come_together_in_order() -> None:
    center = broken(CENTER, "extension: 1002", "extension: 1001")
    center = broken(center, "America/Los_Angeles", "America/Nowhere")
    flow = broken(FLOW, '"1": ask', '"1": aks')
    flow = broken(flow, "into: order", "inot: order")
    with pytest.raises(ContentError) as caught:
        load_center(sources(center, flow))
    errors = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert [(p.file, p.code, p.line) for p in errors] == [
        ("center.yaml", "E104", 5),
        ("center.yaml", "E102", 21),
        ("shop.yaml", "E020", 17),
        ("shop.yaml", "E011", 22),
        ("shop.yaml", "E010", 24),
    ]
    lines = str(caught.value).splitlines()
    assert lines[1].startswith("center.yaml:21:47: E102 extension 1001 already belongs to ")
    assert lines[1].endswith("(give bob another extension)")


def test_a_flow_that_is_no_yaml_does_not_hide_the_center_s_own_mistakes() -> None:
    center = broken(CENTER, "extension: 1002", "extension: 1001")
    found = problems_of(center=center, flow=FLOW + "  - [")
    assert [(p.file, p.code) for p in found] == [("center.yaml", "E102"), ("shop.yaml", "E001")]


def test_texts_without_a_center_are_refused() -> None:
    with pytest.raises(ContentError, match=r"E106 no file describes a center"):
        load_center({"shop.yaml": FLOW})


def test_two_centers_are_refused() -> None:
    with pytest.raises(ContentError, match=r"b\.yaml:1:1: E106 a second center; the first is a\."):
        load_center({"a.yaml": CENTER, "b.yaml": CENTER, "shop.yaml": FLOW})


def test_two_flows_with_one_id_are_refused() -> None:
    center = broken(CENTER, "flows: [shop.yaml]", "flows: [shop.yaml, again.yaml]")
    with pytest.raises(ContentError, match=r"again\.yaml:1:7: E106 the flow \"shop\" is also in"):
        load_center({**sources(center), "again.yaml": FLOW})


def test_one_calendar_in_the_center_and_the_flow_is_refused() -> None:
    flow = broken(FLOW, "nodes:", "calendars: {shop: {weekly: {mon: closed}}}\nnodes:")
    found = [at(p) for p in problems_of(flow=flow)]
    assert found == [("shop.yaml", "E106", 11, 13)]


def test_a_flow_may_bring_a_calendar_of_its_own() -> None:
    flow = broken(FLOW, "nodes:", 'calendars: {desk: {weekly: {mon: ["09:00-10:00"]}}}\nnodes:')
    assert problems_of(flow=broken(flow, "calendar: shop", "calendar: desk")) == ()


# --- on disk -------------------------------------------------------------------------------------


def written(folder: Path, center: str = CENTER, flow: str | bytes = FLOW) -> Path:
    (folder / "center.yaml").write_text(center, encoding="utf-8")
    content = flow.encode() if isinstance(flow, str) else flow
    (folder / "shop.yaml").write_bytes(content)
    return folder


def test_sources_are_named_as_the_center_names_them(tmp_path: Path) -> None:
    assert read_sources(written(tmp_path)) == sources()
    assert read_sources(tmp_path / "center.yaml") == sources()


def test_a_folder_without_a_center_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"center\.yaml: E100 there is no such file \(set CC_CE"):
        load_center_file(tmp_path)


def test_a_missing_flow_file_is_reported_at_the_line_that_names_it(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "shop.yaml").unlink()
    with pytest.raises(ContentError) as caught:
        load_center_file(tmp_path)
    first = caught.value.problems[0]
    assert (first.file, first.code, first.line, first.column) == (
        str(tmp_path / "center.yaml"),
        "E100",
        6,
        9,
    )


def test_bytes_that_are_not_utf8_are_reported_with_the_rest(tmp_path: Path) -> None:
    center = broken(CENTER, "extension: 1002", "extension: 1001")
    flow = FLOW.encode().replace(b"Your order.", b"Your \xe9rder.")
    with pytest.raises(ContentError) as caught:
        load_center_file(written(tmp_path, center, flow))
    found = [(Path(p.file).name, p.code, p.line, p.column) for p in caught.value.problems]
    assert ("shop.yaml", "E002", 23, 31) in found
    assert ("center.yaml", "E102", 21, 47) in found
    assert not any(code == "E100" for _, code, *_ in found)


def test_a_file_that_is_a_folder_is_reported(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "shop.yaml").unlink()
    (tmp_path / "shop.yaml").mkdir()
    with pytest.raises(ContentError, match=r"shop\.yaml: E100 cannot be read: Is a directory"):
        load_center_file(tmp_path)


def test_a_pipe_in_place_of_a_file_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "shop.yaml").unlink()
    os.mkfifo(tmp_path / "shop.yaml")
    with pytest.raises(
        ContentError, match=r"shop\.yaml: E100 cannot be read: not a file but a pipe"
    ):
        load_center_file(tmp_path)


def test_a_missing_prompt_file_is_reported_for_each_language_without_it(tmp_path: Path) -> None:
    flow = broken(FLOW, "say: {prompt: sorry}", "say: {file: leave_message}")
    written(tmp_path, flow=flow)
    recordings = tmp_path / "recordings"
    (recordings / "en-US").mkdir(parents=True)
    (recordings / "en-US" / "leave_message.wav").write_bytes(b"RIFF")
    with pytest.raises(ContentError) as caught:
        load_center_file(tmp_path, prompt_files(recordings))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("E051", 43, 17)
    assert problem.message == 'there is no prompt file "leave_message" in es-US'
    assert "leave_message.wav in the folder es-US" in problem.hint
    (recordings / "es-US").mkdir()
    (recordings / "es-US" / "leave_message.wav").write_bytes(b"RIFF")
    assert load_center_file(tmp_path, prompt_files(recordings)).warnings == ()


def test_a_replay_needs_no_prompt_files() -> None:
    flow = broken(FLOW, "say: {prompt: sorry}", "say: {file: leave_message}")
    assert load_content(sources(flow=flow)).warnings == ()
    with pytest.raises(ContentError, match="E051"):
        load_content(sources(flow=flow), prompt_files(None))
