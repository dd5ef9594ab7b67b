"""The protocol as JSON Schema and AsyncAPI 3, made from the message types.

``python -m contact_center.adapters.desktop.schema`` writes both into ``docs/protocol``; a test
holds what is committed against what is made.
"""

import sys
from pathlib import Path
from typing import Any, Final, get_args

from msgspec import json

from contact_center.adapters.desktop.messages import (
    MAX_INBOUND,
    MAX_OUTBOUND,
    MAX_POP,
    SUBPROTOCOL,
    ClientUnion,
    Message,
    ServerUnion,
)

FOLDER: Final = Path(__file__).parents[3] / "docs" / "protocol"
SCHEMA_FILE: Final = f"{SUBPROTOCOL}.schema.json"
ASYNCAPI_FILE: Final = f"{SUBPROTOCOL}.asyncapi.json"
FROM_SERVER: Final[tuple[type[Message], ...]] = get_args(ServerUnion)
FROM_CLIENT: Final[tuple[type[Message], ...]] = get_args(ClientUnion)


def tag_of(kind: type[Message]) -> str:
    """Give the ``t`` of a message type."""
    return str(kind.__struct_config__.tag)


def documents() -> dict[str, str]:
    """Make every generated document: file name to text."""
    return {
        SCHEMA_FILE: _text(json_schema()),
        ASYNCAPI_FILE: _text(asyncapi()),
    }


def write_documents(folder: Path = FOLDER) -> list[Path]:
    """Write the documents; gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in documents().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def json_schema() -> dict[str, Any]:
    """Make one schema document; ``fromServer`` and ``fromClient`` are the two unions."""
    definitions = _definitions("#/$defs/{name}")
    definitions["fromServer"] = _union(FROM_SERVER, "#/$defs/")
    definitions["fromClient"] = _union(FROM_CLIENT, "#/$defs/")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{SUBPROTOCOL}: the agent channel",
        "anyOf": [{"$ref": "#/$defs/fromServer"}, {"$ref": "#/$defs/fromClient"}],
        "$defs": definitions,
    }


def asyncapi() -> dict[str, Any]:
    """Make the AsyncAPI document: one channel, what it sends and what it takes."""
    messages = {
        _key(kind): {
            "name": tag_of(kind),
            "title": kind.__name__,
            "summary": (kind.__doc__ or "").strip(),
            "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
        }
        for kind in (*FROM_SERVER, *FROM_CLIENT)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Agent channel",
            "version": SUBPROTOCOL.removeprefix("desk.v") + ".0.0",
            "description": (
                f"Websocket sub-protocol {SUBPROTOCOL}. Text frames, one JSON object each; at most "
                f"{MAX_INBOUND} bytes to the server, {MAX_OUTBOUND} from it, {MAX_POP} for a "
                "pop.show."
            ),
        },
        "defaultContentType": "application/json",
        "servers": {"desk": {"host": "127.0.0.1:8080", "protocol": "ws", "pathname": "/ws"}},
        "channels": {
            "desk": {
                "address": "/ws",
                "servers": [{"$ref": "#/servers/desk"}],
                "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in messages},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "show": _operation("send", FROM_SERVER),
            "hear": _operation("receive", FROM_CLIENT),
        },
        "components": {
            "messages": messages,
            "schemas": _definitions("#/components/schemas/{name}"),
        },
    }


def _definitions(template: str) -> dict[str, Any]:
    kinds = (*FROM_SERVER, *FROM_CLIENT)
    _, components = json.schema_components(kinds, ref_template=template)
    return dict(sorted(components.items()))


def _union(kinds: tuple[type[Message], ...], prefix: str) -> dict[str, Any]:
    return {
        "oneOf": [{"$ref": prefix + kind.__name__} for kind in kinds],
        "discriminator": {
            "propertyName": "t",
            "mapping": {tag_of(kind): prefix + kind.__name__ for kind in kinds},
        },
    }


def _operation(action: str, kinds: tuple[type[Message], ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/desk"},
        "messages": [{"$ref": f"#/channels/desk/messages/{_key(kind)}"} for kind in kinds],
    }


def _key(kind: type[Message]) -> str:
    # "ping" exists in both directions
    return kind.__name__[0].lower() + kind.__name__[1:]


def _text(document: dict[str, Any]) -> str:
    return json.format(json.encode(document), indent=2).decode() + "\n"


if __name__ == "__main__":
    for written in write_documents():
        sys.stdout.write(f"{written}\n")
