"""What the desk shows of people a campaign calls."""

from msgspec import Struct


class LeadField(Struct, frozen=True, kw_only=True):
    """Something a campaign knows of whom it calls."""

    name: str
    value: str


class Preview(Struct, frozen=True, kw_only=True):
    """Whom the agent may have called; no phone rings until they want it.

    At `until` the customer is called all the same (`dials`), or not. ``reasons``: those with which
    the agent may skip; any will do when there are none.
    """

    until: int
    dials: bool
    number: str
    name: str
    campaign: str
    fields: list[LeadField]
    reasons: list[str]
