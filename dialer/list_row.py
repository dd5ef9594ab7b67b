"""Rows of a file of leads, read: what is to be imported, or why it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dialer.lead import FieldValue, LeadNumber


class RowVerdict(Enum):
    """What became of a row.

    IMPORTED: a new lead. UPDATED: the lead was there. DUPLICATE: it is there already, here or in
    another list. SUPPRESSED: it may not be called, and is kept so that it will not be. REJECTED:
    it cannot be a lead as it stands.
    """

    IMPORTED = "imported"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something about a row that a person may want to mend. ``column`` "": the row as a whole."""

    code: str
    column: str = ""
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A row that can be a lead. ``row``: as a spreadsheet counts, the head being 1. ``line``: of
    the text, where the row ends. ``numbers``: each once. ``remarks``: what was left out."""

    row: int
    line: int
    numbers: tuple[LeadNumber, ...]
    name: str = ""
    language: str = ""
    priority: int = 0
    key: str = ""
    household: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be a lead, with everything that is wrong with it."""

    row: int
    line: int
    remarks: tuple[Remark, ...]


Row = LeadRow | BadRow

REMARKS: Mapping[str, str] = {
    "columns": "more or fewer values than the head has columns",
    "quote": "a quote that is not closed",
    "characters": "bytes that are no text in the file's encoding",
    "number": "not a telephone number",
    "number_twice": "the same number twice in the row",
    "no_number": "no number that can be called",
    "value": "a value that does not fit its field",
    "missing": "a value that is required",
    "zone": "a time zone that does not exist",
    "in_file": "the lead is in the file already",
    "in_list": "the lead is in another list",
    "suppressed": "nobody may be called at this number, or this party",
    "kept": "the lead has come to an end, and an import does not reopen it",
}
"""Codes of remarks: what each is about. A code never changes its meaning."""
