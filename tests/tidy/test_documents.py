"""The documents say what is there: links, commands, generated parts, words of the trade."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contact_center.__main__ import COMMANDS
from contact_center.adapters.desktop import schema as desk_schema
from contact_center.content.schemas import schemas
from contact_center.core.vocabulary import ROOTS, messages
from contact_center.settings.environment import ENVIRONMENT
from docs import generate
from tests.tidy.project import ROOT, files, pages, read

LINK = re.compile(r"(?<!!)\[[^\]\[]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
MAKE = re.compile(r"(?:`|^ *)make ([a-z][a-z-]*)", re.M)
COMMAND = re.compile(r"python -m contact_center ([a-z]+)")
MODULE = re.compile(r"python -m ((?:contact_center|docs|tests)(?:\.[a-z_]+)+)")
UNCODED = re.compile(r"(?<!#\d)(?<!#\d\d)(?<!#\d\d\d)(?<!#\d\d\d\d);")
ARCHITECTURE = Path("docs/architecture.md")
PAGES = [str(page) for page in pages()]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as they are made of headings everywhere."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(page: str) -> Iterator[tuple[Path, str]]:
    for match in LINK.finditer(FENCE.sub("", read(Path(page)))):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield (Path(page).parent / path if path else Path(page)), anchor


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    broken = [str(path) for path, _ in links(page) if not (ROOT / path).exists()]
    assert broken == []
    lost = [
        f"{path}#{anchor}"
        for path, anchor in links(page)
        if anchor and path.suffix == ".md" and anchor not in anchors((ROOT / path).read_text())
    ]
    assert lost == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [Path("README.md")]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            there = [(ROOT / path).resolve().relative_to(ROOT) for path, _ in links(str(page))]
            waiting += [path / "README.md" if (ROOT / path).is_dir() else path for path in there]
    assert sorted({Path(page) for page in PAGES} - reached) == []


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read(Path("Makefile")), re.M))


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_named_exist(page: str) -> None:
    text = read(Path(page))
    make = set(MAKE.findall(text))
    assert make - targets() == set()
    assert set(COMMAND.findall(text)) - set(COMMANDS) == set()
    modules = [name.replace(".", "/") for name in MODULE.findall(text)]
    gone = [m for m in modules if not ((ROOT / m).is_dir() or (ROOT / f"{m}.py").exists())]
    assert gone == []


def test_files_that_are_named_in_code_marks_exist() -> None:
    named = re.compile(r"`((?:contact_center|tests|docs|config|ivr_flows)/[\w./-]+\.\w+)`")
    gone = [
        f"{page}: {name}"
        for page in PAGES
        for name in named.findall(read(Path(page)))
        if not (ROOT / name).exists()
    ]
    assert gone == []


def test_pages_made_from_code_are_up_to_date() -> None:
    made = generate.documents()
    stale = [name for name, text in made.items() if read(Path(name)) != text]
    assert len(made) > 8
    assert stale == [], "run: make docs"


def test_no_page_is_left_over_from_what_is_gone() -> None:
    kept = {str(path) for path in files() if path.parts[:2] == ("docs", "diagrams")}
    assert kept - set(generate.documents()) == set()


def test_schemas_are_up_to_date() -> None:
    assert {n: text for n, text in schemas().items() if read(Path(n)) != text}.keys() == set()
    made = desk_schema.documents()
    folder = Path("docs/protocol")
    assert {n for n, text in made.items() if read(folder / n) != text} == set(), "run: make docs"


def test_every_state_of_every_machine_is_drawn() -> None:
    for name, (_, machine) in generate.MACHINES.items():
        drawn = read(Path(f"docs/diagrams/{name}.md"))
        assert all(to.value in drawn for to in machine.moves.values())
        assert drawn.count("-->") > len(machine.moves)


def vocabulary() -> set[str]:
    return {kind.__name__ for root in ROOTS for kind in messages(root)}


def test_every_message_of_the_vocabulary_is_documented() -> None:
    page = read(Path("docs/telephony-port.md"))
    assert len(vocabulary()) > 80
    assert {name for name in vocabulary() if f"`{name}`" not in page} == set()


def test_the_life_of_a_call_is_told_in_messages_that_exist() -> None:
    (diagram,) = re.findall(r"^sequenceDiagram\n(.*?)^```", read(ARCHITECTURE), re.M | re.S)
    told = set(re.findall(r"\b[A-Z]\w*[a-z][A-Z]\w+|\b(?:Answer|Join|Listen|Hangup)\b", diagram))
    assert len(told) > 25
    assert told - vocabulary() == set()


@pytest.mark.parametrize("page", PAGES)
def test_pictures_hold_no_sign_that_ends_a_line_of_mermaid(page: str) -> None:
    pictures = re.findall(r"^```mermaid\n(.*?)^```", read(Path(page)), re.M | re.S)
    assert [line for text in pictures for line in text.splitlines() if UNCODED.search(line)] == []


def test_every_variable_of_the_environment_is_documented_and_leads_to_a_setting() -> None:
    page = read(Path("docs/environment.md"))
    assert [v.name for v in ENVIRONMENT if f"`{v.name}`" not in page] == []


def glossary() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", read(Path("docs/glossary.md")), re.M)
    return [row for row in rows if row[0] not in {"term", "---"}]


def test_every_name_in_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(
        read(p) for p in files() if p.parts[0] in ("contact_center", "dialer") if p.suffix == ".py"
    )
    used = set(re.findall(r"\w+", code))
    named = [name for _, cell in glossary() for name in re.findall(r"`([\w.]+)`", cell)]
    assert len(named) > 30
    assert [name for name in named if not set(name.split(".")) <= used] == []


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads(read(Path("pyproject.toml")))["project"]["version"]
    text = read(Path("CHANGELOG.md"))
    entry = re.search(rf"^## {re.escape(version)}\b.*?(?=^## |\Z)", text, re.M | re.S)
    assert entry, f"CHANGELOG.md has no entry for {version}"
    assert entry[0].count("\n- ") >= 3


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(read(Path("pyproject.toml")))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    named = {re.split(r"[^A-Za-z0-9-]", dependency)[0] for dependency in wanted}
    page = read(Path("docs/dependencies.md"))
    explained = set(re.findall(r"^\| ([A-Za-z0-9-]+) \|", page, re.M)) - {"package", "---"}
    assert len(named) > 20
    assert named == explained
