"""The emulator and the adapter know nothing of each other: what one believes does not make the
other believe it, too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EMULATOR = sorted((ROOT / "tests" / "emulators" / "twilio").glob("*.py"))
ADAPTER = sorted((ROOT / "contact_center" / "adapters" / "twilio").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Full names of everything a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield "by name, at run time"


@pytest.mark.parametrize("path", EMULATOR, ids=lambda path: path.name)
def test_the_emulator_imports_itself_and_what_anybody_may(path: Path) -> None:
    own = [name for name in imported(path) if name.startswith(("tests.", "contact_center"))]
    assert all(
        name.startswith(("tests.emulators.twilio", "tests.real.twilio_spec")) for name in own
    )
    others = {name.partition(".")[0] for name in imported(path)}
    assert not others & {
        "contact_center",
        "dialer",
        "simulations",
        "twilio",
        "by name, at run time",
    }


@pytest.mark.parametrize("path", ADAPTER, ids=lambda path: path.name)
def test_the_adapter_imports_no_test(path: Path) -> None:
    assert not [name for name in imported(path) if name.partition(".")[0] == "tests"]


def test_there_is_something_to_compare() -> None:
    assert len(EMULATOR) > 20
    assert len(ADAPTER) > 5
