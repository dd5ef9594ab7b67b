"""Who is called in the check: parties in many places, some sharing numbers, and the campaigns."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from dialer.campaign import CallerId, CampaignSettings, Mode, OnMachine
from dialer.ids import CampaignId, ListId, PartyId, PolicyId
from dialer.lead import LeadNumber, NumberKind
from dialer.policy import AttemptCap, Policy

DAY_US = 86_400_000_000


def instant(text: str) -> int:
    """Give an ISO time in UTC in microseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where parties live: the numbers there, and what is known of them."""

    prefix: str
    region: str
    zones: tuple[str, ...]
    kind: NumberKind = NumberKind.UNKNOWN


_NY, _LA, _CHICAGO = "America/New_York", "America/Los_Angeles", "America/Chicago"
PLACES = (
    Place("+1212555", "US-NY", (_NY,)),
    Place("+1213555", "US-CA", (_LA,)),
    Place("+1850555", "US-FL", (_CHICAGO, _NY)),
    Place("+1928555", "US-AZ", ("America/Denver", "America/Phoenix")),
    Place("+1401555", "US-RI", (_NY,), NumberKind.LANDLINE),
    Place("+1512555", "US-TX", (_CHICAGO, "America/Denver"), NumberKind.MOBILE),
    Place("+1504555", "US-LA", (_CHICAGO,)),
    Place("+1808555", "US", ("Pacific/Honolulu", _LA)),
    Place("+1709555", "CA-NL", ("America/Halifax", "America/St_Johns")),
    Place("+1416555", "CA-ON", ("America/Toronto",)),
    Place("+44207946", "GB-LND", ("Europe/London",), NumberKind.LANDLINE),
    Place("+44161496", "GB", ("Europe/London",), NumberKind.LANDLINE),
    Place("+447700900", "", ("Europe/Jersey", "Europe/London"), NumberKind.MOBILE),
    Place("+3319900", "FR", ("Europe/Paris",), NumberKind.LANDLINE),
    Place("+9111555", "IN", ("Asia/Kolkata",)),
    Place("+1800555", "", ()),
)


@dataclass(slots=True)
class Person:
    """A party with its numbers, and when it may be tried again."""

    party: PartyId
    list: ListId
    numbers: tuple[LeadNumber, ...]
    due_at: int = 0
    token: int = 0
    gone: bool = False


def people(count: int, random: Random) -> list[Person]:
    """Make parties. One in twenty has a number of the party before: households, mistakes."""
    made: list[Person] = []
    for index in range(count):
        place = PLACES[random.randrange(len(PLACES))]
        numbers = [_number(place, index * 3 + rank, rank) for rank in range(random.randint(1, 3))]
        if made and random.random() < 0.05:
            numbers[0] = made[-1].numbers[0]
        made.append(
            Person(
                party=PartyId(f"p{index}"),
                list=ListId(("spring", "autumn")[index % 2]),
                numbers=tuple({number.number: number for number in numbers}.values()),
            )
        )
    return made


def _number(place: Place, serial: int, rank: int) -> LeadNumber:
    return LeadNumber(
        number=f"{place.prefix}{serial:06}",
        rank=rank + 1,
        kind=place.kind,
        zones=place.zones,
        region=place.region,
    )


def campaigns() -> tuple[CampaignSettings, ...]:
    """Make campaigns of every way to call."""
    until = instant("2028-01-01")
    ids = (
        CallerId(number="+12125550100", proof="letter", valid_until=until),
        CallerId(number="+12125550101", proof="letter", valid_until=until, daily_cap=400),
        CallerId(number="+13055550100", proof="letter", valid_until=until, regions=("US-FL",)),
        CallerId(number="+441614960100", proof="letter", valid_until=until, regions=("GB",)),
        CallerId(number="+442079460100", proof="letter", valid_until=until, regions=("GB-LND",)),
        CallerId(number="+12125550102", proof="letter", valid_until=instant("2026-10-28")),
        CallerId(number="+12125550103", valid_until=until),
    )

    def campaign(
        name: str,
        mode: Mode,
        purpose: str,
        seller: str = "larkfield",
        on_machine: OnMachine = OnMachine.HANG_UP,
        policies: tuple[PolicyId, ...] = (),
    ) -> CampaignSettings:
        return CampaignSettings(
            campaign=CampaignId(name),
            label=name,
            seller=seller,
            queue="sales",
            mode=mode,
            flow="sale",
            lists=(),
            caller_ids=ids,
            purpose=purpose,
            on_machine=on_machine,
            policies=policies,
        )

    return (
        campaign("sale", Mode.PREDICTIVE, "sales"),
        campaign("drop", Mode.PROGRESSIVE, "sales", on_machine=OnMachine.DROP),
        campaign("debt", Mode.PREVIEW, "debt", seller="tidewater"),
        campaign("message", Mode.AGENTLESS, "service"),
        campaign("survey", Mode.POWER, "survey", policies=(PolicyId("check-named"),)),
    )


def more_policies() -> tuple[Policy, ...]:
    """Give rules that no shipped rule book has, so that these are checked too."""
    return (
        Policy(
            policy=PolicyId("check-owner"),
            region="US-TX",
            title="Owners are asked for",
            source="https://www.reassigned.us/",
            effective_from="2026-01-01",
            rnd_days=30,
        ),
        Policy(
            policy=PolicyId("check-dated"),
            region="US-NY",
            title="Begins in the middle",
            source="https://example.org/",
            effective_from="2026-10-27",
            effective_to="2026-11-03",
            hours=((600, 1080),) * 7,
        ),
        Policy(
            policy=PolicyId("check-named"),
            region="XX",
            title="Holds where it is named",
            source="https://example.org/",
            effective_from="2026-01-01",
            caps=(AttemptCap(most=2, hours=0, key="subject"),),
            hours=((540, 1200),) * 6 + (None,),
        ),
    )
