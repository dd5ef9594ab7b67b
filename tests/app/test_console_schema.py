"""The page's types are made from what the server sends."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from contact_center.adapters.console.floor import View
from contact_center.app import console_schema
from contact_center.app.console_schema import ROOT, SCHEMA_FILE, documents, typescript
from tests.adapters.console.conftest import NOW, MadeUp


def test_what_is_committed_is_what_is_made() -> None:
    for path, text in documents().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run `make docs`"


async def test_a_frame_is_as_the_schema_says() -> None:
    schema = json.loads((ROOT / SCHEMA_FILE).read_text(encoding="utf-8"))
    sight = MadeUp()
    sight.lines["sales"] = ["c1"]
    view = View(sight, lambda: NOW)
    await view.look()
    frame = json.loads(view.since(0))
    checked = Draft202012Validator({"$ref": "#/$defs/Floor", "$defs": schema["$defs"]})
    checked.validate(frame)
    frame["agents"][0]["presence"] = "asleep"
    assert [e.validator for e in checked.iter_errors(frame)] == ["enum"]


def test_types_are_written_for_what_there_is_and_for_nothing_else() -> None:
    shape = {
        "One": {
            "type": "object",
            "properties": {
                "many": {
                    "type": "array",
                    "items": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Two"}]},
                },
                "maybe": {"type": "boolean"},
                "named": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            "required": ["many"],
        },
        "Two": {"enum": ["a", 1], "description": "Either."},
        "anything": {"oneOf": [{"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Two"}]},
    }
    text = typescript(shape)
    assert "export interface One {\n  many: (null | Two)[]\n  maybe?: boolean\n" in text
    assert "\n  named?: Record<string, number>\n}" in text
    assert "/** Either. */\nexport type Two = 'a' | 1" in text
    assert "export type Anything = One | Two" in text
    with pytest.raises(ValueError, match="no type"):
        typescript({"Odd": {"type": "object", "properties": {"x": {"type": "tuple"}}}})


def test_all_files_are_written(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    written = console_schema.write_documents(folder)
    assert [path.is_file() for path in written] == [True] * 4
