"""JSON Schemas of the YAML files, for editors; run as a module to write them."""

import json
from collections.abc import Mapping
from pathlib import Path

from contact_center.content.campaign_shapes import CampaignsFile
from contact_center.content.center_shapes import CenterFile
from contact_center.content.flow_shapes import FlowFile
from contact_center.content.list_shape import ListFile
from contact_center.content.policy_shapes import PoliciesFile
from contact_center.content.script_shapes import ScriptFile
from contact_center.content.shapes import json_schema


def schemas() -> Mapping[str, str]:
    """The text of every schema file, by path from the project's folder."""
    return {
        "ivr_flows/flow.schema.json": _text(json_schema(FlowFile, "A flow")),
        "scripts_library/script.schema.json": _text(json_schema(ScriptFile, "A call script")),
        "config/center.schema.json": _text(json_schema(CenterFile, "A contact center")),
        "config/list.schema.json": _text(json_schema(ListFile, "A list of leads")),
        "config/campaigns.schema.json": _text(json_schema(CampaignsFile, "Campaigns")),
        "config/policy.schema.json": _text(json_schema(PoliciesFile, "Rule books")),
    }


def _text(schema: Mapping[str, object]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write the schema files under `folder`."""
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path())
