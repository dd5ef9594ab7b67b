"""What the pages teach about flows is true: every example loads, every node has one."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from contact_center.app.ivr.finding import find
from contact_center.app.ivr.trial import run_tests
from contact_center.content import yaml_source
from contact_center.content.center import Center, load_content
from contact_center.content.center_files import load_center_file
from contact_center.content.flow_shapes import NODE_SHAPES
from contact_center.core.ids import FlowId
from contact_center.core.ivr.names import CUSTOMER_DEFAULTS
from tests.tidy.project import ROOT, files, read

PAGE = Path("docs/flows.md")
SETTINGS = {"config/service.yaml", "config/retailer/campaigns.yaml"}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```yaml {kind}\n(.*?)^```$", read(PAGE), re.M | re.S)


def example() -> Center:
    nodes = textwrap.indent("".join(blocks("nodes")), "  ")
    (head,), (center,) = blocks("head"), blocks("center")
    (called,) = blocks("subflow")
    (tests,) = blocks("tests")
    flow = f"{head}nodes:\n{nodes}{tests}"
    return load_content({"center.yaml": center, "shop.yaml": flow, "membership.yaml": called})


def written_nodes() -> list[dict[str, object]]:
    (called,) = blocks("subflow")
    # As we read it: yes and no are words.
    nodes = [node for block in blocks("nodes") for node in nodes_in(block)]
    return [*nodes, *nodes_in(called, "nodes")]


def nodes_in(text: str, *path: str) -> list[dict[str, object]]:
    data: Any = yaml_source.read("page", text).data
    for name in path:
        data = data[name]
    return list(data.values())


def test_the_examples_together_are_a_center_without_a_warning() -> None:
    loaded = example()
    assert loaded.warnings == ()
    assert [flow.entry for flow in loaded.configuration.flows.values()] == ["gate", "ask"]


def test_the_tests_of_the_examples_pass() -> None:
    report = run_tests(example().configuration, FlowId("shop"))
    assert [
        (outcome.name, outcome.failures) for outcome in report.outcomes if outcome.failures
    ] == []
    assert len(report.outcomes) >= 3


def test_the_first_flow_is_right_and_passes_its_tests(tmp_path: Path) -> None:
    (text,) = blocks("whole")
    (tmp_path / "hello.yaml").write_text(text, encoding="utf-8")
    place = find(str(tmp_path / "hello.yaml"), None)
    assert place.problems() == ()
    report = run_tests(place.load().configuration, FlowId("hello"))
    assert [outcome.failures for outcome in report.outcomes] == [(), ()]


@pytest.mark.parametrize("kind", NODE_SHAPES)
def test_every_kind_of_node_has_an_example_and_a_paragraph(kind: str) -> None:
    assert kind in [node["do"] for node in written_nodes()]
    assert f"**{kind}** " in read(PAGE)


def test_the_examples_use_every_field_that_is_shown_as_required() -> None:
    nodes = written_nodes()
    for kind, shape in NODE_SHAPES.items():
        needed = {f.alias or n for n, f in shape.model_fields.items() if f.is_required()}
        assert needed <= {field for node in nodes if node["do"] == kind for field in node}


@pytest.mark.parametrize("name", [*CUSTOMER_DEFAULTS, "number", "tags", "did", "failures", "now"])
def test_names_that_expressions_can_read_are_told(name: str) -> None:
    assert f"`{name}`" in read(PAGE)


def test_every_yaml_file_that_is_shipped_belongs_to_a_center_that_loads() -> None:
    shipped = {str(p) for p in files() if p.suffix == ".yaml" and p.parts[0] != "tests"}
    centers = [name for name in shipped if name.endswith("/center.yaml")]
    # Scenarios are read by tests/simulations/center/test_scenario.py, each by itself.
    scenarios = {name for name in shipped if name.startswith("simulations/scenarios/")}
    # Rule books are read by tests/content/test_policies.py, as one folder.
    books = {name for name in shipped if name.startswith("config/compliance/")}
    # Definitions of lists by tests/content/test_list_shape.py.
    lists = {name for name in shipped if name.startswith("config/lists/")}
    # Call scripts by tests/content/test_scripts.py.
    scripts = {name for name in shipped if name.startswith("scripts_library/")}
    loaded = SETTINGS | set(centers) | scenarios | books | lists | scripts
    for name in centers:
        center = load_center_file(ROOT / name)
        assert center.warnings == ()
        flows = yaml.safe_load(read(Path(name)))["flows"]
        loaded |= {str((ROOT / name).parent.joinpath(f).resolve().relative_to(ROOT)) for f in flows}
    assert len(centers) >= 2
    assert shipped - loaded == set()
