"""What a telephone number says of the one who is called: region, zones, kind of line.

A number is a hint, not a place: mobiles travel and numbers are taken along. So zones are all that
it may be, and where number and address disagree, only what both allow is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from contact_center.content.area_codes import STATE_OF
from dialer.lead import LeadNumber, NumberKind

_KINDS = {
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE: NumberKind.LANDLINE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
}
_PLACED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_UNKNOWN = "Etc/Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledParty:
    """Where somebody may be, and on what kind of line. ``zones`` is empty when nothing is known."""

    region: str
    zones: tuple[str, ...]
    kind: NumberKind


def called_party(number: str, address_region: str = "", zones: Iterable[str] = ()) -> CalledParty:
    """Say what is known of who has `number` (E.164), and perhaps an address.

    ``address_region``: ``US-FL``, ``GB`` ..., as far as known; ``zones``: others that the party may
    be in, such as where they were last. Raises ValueError when it is no number at all.
    """
    return _placed(_by_number(number), address_region, tuple(zones))


@lru_cache(maxsize=4096)
def _placed(found: CalledParty, address_region: str, more: tuple[str, ...]) -> CalledParty:
    of_address = zones_of_region(address_region) if address_region else ()
    if address_region and not found.region:
        return replace(found, region=address_region, zones=_joined(of_address, more))
    if address_region:
        found = replace(found, region=_agreed(found.region, address_region))
    return replace(found, zones=_joined(found.zones, of_address, more))


def lead_number(
    number: str, rank: int = 1, label: str = "", region: str = "", zones: Iterable[str] = ()
) -> LeadNumber:
    """Make a lead's number with all that it says. Raises ValueError when it is none."""
    known = called_party(number, region, zones)
    return LeadNumber(
        number=number,
        rank=rank,
        label=label,
        kind=known.kind,
        zones=known.zones,
        region=known.region,
    )


def zones_of_region(region: str) -> tuple[str, ...]:
    """Give every zone of a country, or of a state of the US or province of Canada."""
    country, _, state = region.partition("-")
    if state:
        return _zones_of_states().get(region) or _zones_of_countries().get(country, ())
    return _zones_of_countries().get(country, ())


def _agreed(one: str, other: str) -> str:
    """Give the smallest region that surely has both: the country, or "" for unknown."""
    if one == other or other == one.partition("-")[0]:
        return one
    if one == other.partition("-")[0]:
        return other
    country = one.partition("-")[0]
    return country if country == other.partition("-")[0] else ""


def _by_number(number: str) -> CalledParty:
    if number.startswith("+1") and number[2:].isdigit() and len(number) == 12:
        return _by_area_code(number[2:5])
    return _parsed(number)


@lru_cache(maxsize=1024)
def _by_area_code(code: str) -> CalledParty:
    """Take an area code as a whole: lines move within it, and its zones are those of any of it."""
    found = _parsed(f"+1{code}5550123")
    if code not in STATE_OF:
        return found
    zones = _joined(zones for prefix, zones in TIMEZONE_DATA.items() if prefix[:4] == f"1{code}")
    return replace(found, region=STATE_OF[code], zones=zones or zones_of_region(STATE_OF[code]))


@lru_cache(maxsize=4096)
def _parsed(number: str) -> CalledParty:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"{number!r} is not a telephone number: {error}") from None
    kind = phonenumbers.number_type(parsed)
    country = phonenumbers.region_code_for_number(parsed)
    among = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(parsed.country_code or 0, ())
    if country not in _zones_of_countries() or kind not in (*_PLACED, PhoneNumberType.MOBILE):
        country = among[0] if len(among) == 1 and among[0] in _zones_of_countries() else ""
    zones = tuple(z for z in time_zones_for_number(parsed) if z != _UNKNOWN)
    if country and (not zones or kind not in _PLACED):
        zones = zones_of_region(country)
    if not country:
        zones = _joined(zones, *(zones_of_region(one) for one in among))
    return CalledParty(region=country or "", zones=zones, kind=_KINDS.get(kind, NumberKind.UNKNOWN))


def _joined(*several: Iterable[str] | Iterable[Iterable[str]]) -> tuple[str, ...]:
    names: set[str] = set()
    for one in several:
        for item in one:
            names.update((item,) if isinstance(item, str) else item)
    return tuple(sorted(names))


@lru_cache(maxsize=1)
def _zones_of_countries() -> dict[str, tuple[str, ...]]:
    """Read the tz database's own table of countries and their zones."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return {country: tuple(sorted(names)) for country, names in zones.items()}


@lru_cache(maxsize=1)
def _zones_of_states() -> dict[str, tuple[str, ...]]:
    """Give the zones of each state: those of any number in any of its area codes."""
    zones: dict[str, set[str]] = {}
    for prefix, names in TIMEZONE_DATA.items():
        state = STATE_OF.get(prefix[1:4]) if prefix[:1] == "1" else None
        if state is not None:
            zones.setdefault(state, set()).update(names)
    return {state: tuple(sorted(names)) for state, names in zones.items()}
