"""What the pages are told and ask, as types of TypeScript, from the structs.

For the console a JSON Schema as well; that of ``desk.v1`` is the desk's own. ``python -m
contact_center.app.console_schema`` writes the files; a test holds what is committed against what
is made.
"""

import sys
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, json

from contact_center.adapters.api import (
    bodies,
    customer_shapes,
    customers,
    evaluations,
    floor_bodies,
    floor_views,
    notices,
)
from contact_center.adapters.api.campaign_shapes import SHAPES
from contact_center.adapters.console.payloads import PAYLOADS
from contact_center.adapters.console.streams import SUBPROTOCOL
from contact_center.adapters.desktop import schema as desk

ROOT: Final = Path(__file__).parents[2]
BODIES: Final[tuple[type[Struct], ...]] = (
    floor_bodies.AgentsChange,
    floor_bodies.ChangesEnd,
    floor_bodies.QueueChange,
    bodies.Move,
    notices.NoticeSend,
    bodies.Presence,
    bodies.Priority,
    bodies.QueuePause,
    bodies.Supervise,
    floor_views.ViewSave,
    evaluations.NoteOf,
    evaluations.Evaluate,
)
"""What the page sends; ``...Body`` in the schema, where ``Presence`` is an agent's."""
TOLD: Final[tuple[type[Struct], ...]] = (*PAYLOADS, *SHAPES)
SCHEMA_FILE: Final = Path("docs") / "protocol" / f"{SUBPROTOCOL}.schema.json"
TYPES_FILE: Final = Path("client") / "src" / "generated" / "console.ts"
DESK_TYPES_FILE: Final = TYPES_FILE.with_name("desk.ts")
CUSTOMER_TYPES_FILE: Final = TYPES_FILE.with_name("customer.ts")
CUSTOMER_BODIES: Final[tuple[type[Struct], ...]] = (
    customers.PinNote,
    customers.Care,
    customers.Verify,
    customers.OfferAnswer,
    customers.OpenCase,
    customers.ChangeCase,
    customers.MergeBody,
)
_TYPES: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def documents() -> dict[Path, str]:
    """Make every generated file: path from the project's folder to text."""
    _, found = json.schema_components(TOLD, ref_template="#/$defs/{name}")
    _, asked = json.schema_components(BODIES, ref_template="#/$defs/{name}Body")
    found |= {f"{name}Body": schema | {"title": f"{name}Body"} for name, schema in asked.items()}
    definitions = dict(sorted(found.items()))
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{SUBPROTOCOL}: what the supervisors' console is told, and asks",
        "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in TOLD]
        + [{"$ref": f"#/$defs/{kind.__name__}Body"} for kind in BODIES],
        "$defs": definitions,
    }
    text = json.format(json.encode(schema), indent=2).decode() + "\n"
    return {
        SCHEMA_FILE: text,
        TYPES_FILE: typescript(definitions),
        DESK_TYPES_FILE: typescript(desk.json_schema()["$defs"], "adapters/desktop/messages.py"),
        CUSTOMER_TYPES_FILE: typescript(_customers(), "adapters/api/customer_shapes.py"),
    }


def _customers() -> dict[str, Any]:
    """Definitions of what a customer's page is told, and asks."""
    _, found = json.schema_components(
        (*customer_shapes.SHAPES, *CUSTOMER_BODIES), ref_template="#/$defs/{name}"
    )
    return dict(sorted(found.items()))


def typescript(definitions: dict[str, Any], source: str = "adapters/console/payloads.py") -> str:
    """Write definitions of a schema as types. Raises ValueError for what has no type here."""
    parts = [f"// Made by `make docs` from contact_center/{source}.\n"]
    for name, schema in definitions.items():
        comment = " ".join(schema.get("description", "").split())
        parts.append(f"\n/** {comment} */" if comment else "")
        if schema.get("type") == "object":
            required = frozenset(schema.get("required", ()))
            fields = "".join(
                f"  {field}{'' if field in required else '?'}: {_type(of)}\n"
                for field, of in schema["properties"].items()
            )
            parts.append(f"export interface {name} {{\n{fields}}}\n")
        else:
            parts.append(f"export type {name[0].upper()}{name[1:]} = {_type(schema)}\n")
    return "\n".join(parts).replace("\n\n\n", "\n\n")


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(_literal(one) for one in schema["enum"])
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(_type(one) for one in alternatives)
    kind = schema.get("type")
    if not schema:
        return "unknown"
    if kind == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object" and "properties" not in schema:
        return f"Record<string, {_type(schema.get('additionalProperties', {}))}>"
    if kind in _TYPES:
        return _TYPES[kind]
    raise ValueError(f"no type for {schema}")


def _literal(value: object) -> str:
    return json.encode(value).decode().replace('"', "'")


def write_documents(root: Path = ROOT) -> list[Path]:
    """Write the files; gives the paths."""
    written = []
    for name, text in documents().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for made in write_documents():
        sys.stdout.write(f"{made}\n")
