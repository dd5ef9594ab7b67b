"""Which call scripts a center's queues name: by direction, campaign and list, held against both."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.content.center_files import load_center_file
from contact_center.content.check import check_dialer
from contact_center.content.problems import ContentError
from contact_center.core.events import Direction
from contact_center.core.ids import QueueId
from tests.content.samples import CENTER, FLOW
from tests.core.scripting.scripts import SALE

CAMPAIGNS = """\
schema: 1
campaigns:
  spring:
    label: Spring
    seller: Larkfield
    queue: sales
    mode: progressive
    flow: shop
    lists: {vip: {}, plain: {}}
    caller_ids: [{number: "+14155550190", proof: ours, until: 2027-12-31}]
"""
WRITTEN = """\
    call_script:
      inbound: a.yaml
      outbound: b.yaml
      campaigns: {spring: c.yaml}
      lists:
        vip: d.yaml
"""


def center_in(folder: Path, written: str) -> Path:
    (folder / "policies").mkdir()
    (folder / "center.yaml").write_text(
        CENTER.replace("    ring: 20s\n", f"    ring: 20s\n{written}", 1)
    )
    (folder / "shop.yaml").write_text(FLOW)
    (folder / "campaigns.yaml").write_text(CAMPAIGNS)
    sale = SALE.replace("no_sale", "other")
    for name in "abcd":
        (folder / f"{name}.yaml").write_text(sale.replace("script: sale", f"script: {name}"))
    return folder / "center.yaml"


def test_one_queue_has_scripts_for_directions_campaigns_and_lists(tmp_path: Path) -> None:
    center = load_center_file(center_in(tmp_path, WRITTEN))
    choice = center.call_scripts[QueueId("sales")]
    out = Direction.OUTBOUND
    chosen = [
        choice.of(Direction.INBOUND),
        choice.of(out),
        choice.of(out, "spring", "plain"),
        choice.of(out, "spring", "vip"),
    ]
    assert [script.script for script in chosen if script is not None] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("was", "is_", "line", "words"),
    [
        ("vip: d", "vpi: d", "vpi: d", 'no list "vpi" calls people for the queue "sales"'),
        ("{spring: c", "{sprnig: c", "sprnig", 'no campaign "sprnig" calls people'),
    ],
)
def test_a_script_for_nobody_is_told_with_its_line_and_what_was_meant(
    tmp_path: Path, was: str, is_: str, line: str, words: str
) -> None:
    file = center_in(tmp_path, WRITTEN.replace(was, is_))
    center = load_center_file(file)
    _, _, found = check_dialer(center, tmp_path / "campaigns.yaml", tmp_path / "policies")
    (problem,) = [one for one in found if one.code == "E143"]
    assert words in problem.message
    assert problem.hint.startswith("did you mean")
    assert problem.file == str(file)
    assert line in file.read_text().splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("    call_script: nowhere.yaml\n", "nowhere.yaml: cannot be read: No such file"),
        ("    call_script: {}\n", "no call script is named"),
        ("    call_script: {lists: {vip: ''}}\n", "nothing where at least one"),
    ],
)
def test_a_script_that_is_not_there_is_told_where_it_is_named(
    tmp_path: Path, written: str, words: str
) -> None:
    file = center_in(tmp_path, written)
    with pytest.raises(ContentError) as raised:
        load_center_file(file)
    (problem,) = raised.value.problems
    assert words in f"{problem.message} {problem}"
    assert "call_script" in file.read_text().splitlines()[problem.line - 1]
    assert problem.hint


def test_a_button_that_passes_callers_to_nobody_is_told_with_its_line(tmp_path: Path) -> None:
    file = center_in(tmp_path, "    call_script: a.yaml\n")
    actions = 'actions:\n  boss: {title: Boss, do: transfer, to: "queue:sles"}\npages:\n'
    script = tmp_path / "a.yaml"
    text = script.read_text().replace("pages:\n", actions)
    script.write_text(text.replace("    ask: wants\n", "    ask: wants\n    actions: boss\n"))
    with pytest.raises(ContentError) as raised:
        load_center_file(file)
    (problem,) = raised.value.problems
    assert (problem.code, problem.file) == ("E024", str(script))
    assert problem.hint == 'did you mean "sales"?'
    assert "queue:sles" in script.read_text().splitlines()[problem.line - 1]
