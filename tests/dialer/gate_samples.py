"""A campaign, a number and a policy that let a call pass, for tests to take something away from."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialer import gate
from dialer.attempt import Source
from dialer.campaign import CallerId, CampaignSettings, Mode
from dialer.ids import CampaignId, PartyId, PolicyId
from dialer.lead import LeadNumber, NumberKind
from dialer.policy import Facts, GateVerdict, Policy

HOUR = 3_600_000_000
DAY = 24 * HOUR
SHOWN = "+12125550100"
NEW_YORK = "America/New_York"
ALL_WEEK = ((480, 1260),) * 7


def at(text: str, zone: str = NEW_YORK, fold: int = 0) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(moment.timestamp()) * 1_000_000


NOON = at("2026-11-18T12:00")
"""A Wednesday."""


def policy(name: str = "us", region: str = "US", **changes: object) -> Policy:
    values: dict[str, object] = {
        "title": name,
        "source": "https://example.org/law",
        "effective_from": "2020-01-01",
        "hours": ALL_WEEK,
        **changes,
    }
    return Policy(policy=PolicyId(name), region=region, **values)  # type: ignore[arg-type]


def number(**changes: object) -> LeadNumber:
    values: dict[str, object] = {
        "number": "+12125550123",
        "kind": NumberKind.LANDLINE,
        "zones": (NEW_YORK,),
        "region": "US-NY",
        **changes,
    }
    return LeadNumber(**values)  # type: ignore[arg-type]


def campaign(**changes: object) -> CampaignSettings:
    values: dict[str, object] = {
        "campaign": CampaignId("spring"),
        "label": "Spring",
        "seller": "acme",
        "queue": "sales",
        "mode": Mode.PREDICTIVE,
        "flow": "sale",
        "lists": (),
        "caller_ids": (CallerId(number=SHOWN, proof="letter 12", valid_until=at("2027-06-01")),),
        **changes,
    }
    return CampaignSettings(**values)  # type: ignore[arg-type]


def ask(
    *policies: Policy,
    facts: Facts | None = None,
    now: int = NOON,
    to: LeadNumber | None = None,
    by: CampaignSettings | None = None,
    source: Source = Source.AUTO,
    guaranteed_agent: bool = False,
    shown: str = SHOWN,
) -> GateVerdict:
    return gate.check(
        to or number(),
        PartyId("ann"),
        by or campaign(),
        policies or (policy(),),
        facts or Facts(),
        now,
        source,
        guaranteed_agent,
        shown,
    )
