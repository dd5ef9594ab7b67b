"""The published protocol is the one that is spoken."""

from typing import Any

import pytest

from contact_center.adapters.desktop.schema import (
    FOLDER,
    FROM_CLIENT,
    FROM_SERVER,
    asyncapi,
    documents,
    json_schema,
    tag_of,
)


@pytest.mark.parametrize("name", list(documents()))
def test_what_is_committed_is_what_is_generated(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == documents()[name], "python -m contact_center.adapters.desktop.schema"


@pytest.mark.parametrize("document", [json_schema(), asyncapi()])
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(_references(document))
    assert len(references) > 50
    for reference in references:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_types_are_unique_in_each_direction() -> None:
    for kinds in (FROM_SERVER, FROM_CLIENT):
        tags = [tag_of(kind) for kind in kinds]
        assert len(set(tags)) == len(tags)


def test_every_message_is_described() -> None:
    for message in asyncapi()["components"]["messages"].values():
        assert message["summary"].endswith((".", "?"))


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
