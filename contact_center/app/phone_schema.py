"""What a page with a phone is told and asks, as types of TypeScript, from the structs.

``python -m contact_center.app.phone_schema`` writes them; a test holds what is committed against
what is made.
"""

import sys
from pathlib import Path
from typing import Final

from msgspec import json

from contact_center.adapters.phone.payloads import PAYLOADS
from contact_center.app.console_schema import ROOT, typescript

TYPES_FILE: Final = Path("client") / "src" / "generated" / "phone.ts"
HEAD: Final = "// Made by `make docs` from contact_center/adapters/phone/payloads.py.\n"


def types() -> str:
    """Write the types."""
    _, found = json.schema_components(PAYLOADS, ref_template="#/$defs/{name}")
    _, _, rest = typescript(dict(sorted(found.items()))).partition("\n")
    return HEAD + rest


if __name__ == "__main__":
    (ROOT / TYPES_FILE).write_text(types(), encoding="utf-8")
    sys.stdout.write(f"{ROOT / TYPES_FILE}\n")
