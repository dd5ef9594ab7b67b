"""What numbers say of who is called, and what they do not."""

import phonenumbers
import pytest
from phonenumbers.geodata import GEOCODE_DATA

from contact_center.content.area_codes import STATE_OF
from contact_center.content.called_party import called_party, lead_number, zones_of_region
from dialer.lead import NumberKind


@pytest.mark.parametrize(
    ("number", "region", "zones"),
    [
        ("+12125550123", "US-NY", ("America/New_York",)),
        ("+14165550123", "CA-ON", ("America/Toronto",)),
        ("+442079460123", "GB", ("Europe/London",)),
        ("+4930123456", "DE", ("Europe/Berlin",)),
        ("+4915112345678", "DE", ("Europe/Berlin", "Europe/Busingen")),
        ("+18085550123", "US-HI", ("Pacific/Honolulu",)),
        ("+16715550123", "US-GU", ("Pacific/Guam",)),
        ("+17875550123", "US-PR", ("America/Puerto_Rico",)),
        ("+18765550123", "JM", ("America/Jamaica",)),
    ],
)
def test_a_number_tells_region_and_zones(number: str, region: str, zones: tuple[str, ...]) -> None:
    party = called_party(number)
    assert (party.region, party.zones) == (region, zones)


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+18505550123", {"America/New_York", "America/Chicago"}),  # the panhandle of Florida
        ("+19285550123", {"America/Phoenix", "America/Denver"}),  # Arizona and the Navajo Nation
        ("+12195550123", {"America/New_York", "America/Chicago"}),  # north-west Indiana
    ],
)
def test_an_area_code_that_a_zone_border_crosses_is_in_both(number: str, zones: set[str]) -> None:
    assert set(called_party(number).zones) == zones


def test_of_a_toll_free_number_only_the_numbering_plan_is_known() -> None:
    party = called_party("+18005550123")
    assert party.region == ""
    assert {"America/New_York", "Pacific/Honolulu", "America/Jamaica"} <= set(party.zones)
    assert called_party("+18005550123", "US-FL").region == "US-FL"


def test_a_number_of_no_plan_may_be_anywhere_its_country_code_is() -> None:
    party = called_party("+447700900123")
    assert party.region == ""
    assert set(party.zones) == {
        "Europe/London",
        "Europe/Guernsey",
        "Europe/Jersey",
        "Europe/Isle_of_Man",
    }
    assert called_party("+881612345678").zones == ()  # a satellite phone


@pytest.mark.parametrize(
    ("address", "region"),
    [("US-NY", "US-NY"), ("US", "US-NY"), ("US-FL", "US"), ("GB", ""), ("", "US-NY")],
)
def test_where_number_and_address_disagree_only_what_both_allow_is_known(
    address: str, region: str
) -> None:
    assert called_party("+12125550123", address).region == region


def test_an_address_adds_its_zones_and_so_does_where_somebody_was_last() -> None:
    party = called_party("+12125550123", "US-CA", ["Europe/Paris"])
    assert set(party.zones) == {"America/New_York", "America/Los_Angeles", "Europe/Paris"}


def test_the_kind_of_line_is_told_where_the_plan_tells_it() -> None:
    assert called_party("+4915112345678").kind is NumberKind.MOBILE
    assert called_party("+442079460123").kind is NumberKind.LANDLINE
    assert called_party("+12125550123").kind is NumberKind.UNKNOWN


def test_a_state_has_the_zones_of_its_area_codes_and_a_country_all_of_them() -> None:
    assert zones_of_region("US-TX") == ("America/Chicago", "America/Denver")
    assert len(zones_of_region("US")) > 20
    assert zones_of_region("XX") == ()


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a telephone number"):
        called_party("hello")


def test_a_lead_has_its_number_with_all_that_it_says() -> None:
    made = lead_number("+12125550123", rank=2, label="home")
    assert (made.number, made.rank, made.label, made.region) == ("+12125550123", 2, "home", "US-NY")


def test_area_codes_are_of_the_states_that_the_numbering_plan_says() -> None:
    named = {"US-NY": "New York", "US-FL": "Florida", "US-TX": "Texas", "CA-ON": "Ontario"}
    for code, state in STATE_OF.items():
        said = GEOCODE_DATA.get(f"1{code}", {}).get("en", "")
        if "," in said:
            assert said.endswith(state[-2:]), code
        elif said and state in named:
            assert said == named[state], code
    there = {key[1:4] for key in GEOCODE_DATA if key.startswith("1")}
    assert len(STATE_OF) > 370
    territories = {"US-AS", "US-GU", "US-MP", "US-PR", "US-VI"}
    assert {code for code, state in STATE_OF.items() if state not in territories} <= there
    for code, state in STATE_OF.items():
        if state in territories:
            told = phonenumbers.region_code_for_number(phonenumbers.parse(f"+1{code}5550123"))
            assert told in (None, state[-2:]), code
