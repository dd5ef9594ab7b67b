"""A flow's file, a flow's name, a center: what is meant, and what is made up around a lone file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contact_center.app.ivr.finding import NotFoundError, find
from contact_center.content.center_files import file_of, flow_in
from contact_center.content.problems import ContentError
from tests.app.ivr.shop import CENTER, FLOW

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "config" / "shop").mkdir(parents=True)
    named = CENTER.replace("[shop.yaml]", "[../../flows/shop.yaml]")
    (tmp_path / "config" / "shop" / "center.yaml").write_text(named, encoding="utf-8")
    (tmp_path / "flows" / "shop.yaml").write_text(FLOW, encoding="utf-8")
    return tmp_path


def test_a_flows_file_belongs_to_the_center_that_names_it(folder: Path) -> None:
    place = find(str(folder / "flows" / "shop.yaml"), None)
    assert place.center is not None
    assert place.center.resolve() == folder / "config" / "shop" / "center.yaml"
    center = place.load()
    assert place.flows(center) == ("shop",)
    assert list(center.configuration.agents) == ["ann", "bob"]
    assert Path(place.file_of("shop")).resolve() == folder / "flows" / "shop.yaml"  # type: ignore[arg-type]
    assert place.zone.key == "America/Los_Angeles"


def test_a_flow_is_found_by_its_name_in_a_center(folder: Path) -> None:
    center = folder / "config" / "shop"
    place = find("shop", center)
    assert place.flows(place.load()) == ("shop",)
    with pytest.raises(NotFoundError, match='did you mean "shop"'):
        find("shpo", center)


def test_a_center_means_all_its_flows() -> None:
    place = find(str(ROOT / "config" / "bank"), None)
    assert set(place.flows(place.load())) >= {"tidewater", "tidewater-cards"}


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="there is no file gone"):
        find("gone.yaml", None)


def test_a_center_that_does_not_name_the_file_is_not_its_center(folder: Path) -> None:
    lone = folder / "lone.yaml"
    lone.write_text(FLOW, encoding="utf-8")
    with pytest.raises(NotFoundError, match="does not name"):
        find(str(lone), folder / "config" / "shop")


@pytest.mark.parametrize("file", sorted((ROOT / "ivr_flows").glob("*.yaml")), ids=lambda p: p.name)
def test_every_shipped_flow_loads_alone_in_a_made_up_center(file: Path, tmp_path: Path) -> None:
    for other in file.parent.glob("*.yaml"):
        (tmp_path / other.name).write_text(other.read_text(encoding="utf-8"), encoding="utf-8")
    place = find(str(tmp_path / file.name), None)
    assert place.center is None
    assert [p for p in place.problems() if p.is_error] == []
    assert len(place.flows(place.load())) == 1


def test_problems_of_a_lone_flow_are_those_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(FLOW.replace("goto: sales, tag", "goto: slaes, tag"), encoding="utf-8")
    (problem,) = find(str(file), None).problems()
    assert (problem.code, problem.file) == ("E020", str(file))
    with pytest.raises(ContentError):
        find(str(file), None).load()


def test_mistakes_elsewhere_in_the_center_are_not_the_flows(folder: Path) -> None:
    center = folder / "config" / "shop" / "center.yaml"
    center.write_text(center.read_text().replace("ring: 20s", "ring: 20"), encoding="utf-8")
    assert find(str(folder / "flows" / "shop.yaml"), None).problems() == ()
    assert [p.code for p in find(str(center), None).problems()] == ["E015"]


@pytest.mark.parametrize("elsewhere", ["flows/letter.yaml", "other/center.yaml"])
@pytest.mark.parametrize("alone", [True, False])
def test_files_nearby_that_cannot_be_read_are_no_concern_of_a_flows(
    folder: Path, elsewhere: str, alone: bool
) -> None:
    if alone:
        (folder / "config" / "shop" / "center.yaml").unlink()
    file = folder / elsewhere
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"flow: caf\xe9\n")
    (file.parent / "gone.yaml").symlink_to(folder / "nowhere")
    (file.parent / "folder.yaml").mkdir()
    place = find(str(folder / "flows" / "shop.yaml"), None)
    assert (place.center is None) == alone
    assert place.problems() == ()


def test_a_flow_that_cannot_be_read_is_refused_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(b"flow: caf\xe9\n")
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for named, code, words in ((file, "E002", "UTF-8"), (pipe, "E100", "a pipe")):
        with pytest.raises(ContentError) as refused:
            find(str(named), None)
        (problem,) = refused.value.problems
        assert (problem.file, problem.code) == (str(named), code)
        assert words in problem.message


@pytest.mark.parametrize(
    ("text", "flow"),
    [("flow: shop\n", "shop"), ("center: shop\n", ""), ("[", ""), ("- flow\n", ""), ("", "")],
)
def test_a_text_says_which_flow_it_is_of(text: str, flow: str) -> None:
    assert flow_in(text) == flow
    assert file_of({"other.yaml": "flow: other\n", "a.yaml": text}, "shop") == (
        "a.yaml" if flow else None
    )
