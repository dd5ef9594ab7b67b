"""Consent: what stands, and what a revocation takes back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.consent import ALL, ConsentRecord, lifted, satisfies, standing
from dialer.ids import PartyId

ANN = PartyId("ann")
NUMBER = "+12125550123"


def given_at(when: int, **changes: object) -> ConsentRecord:
    record = ConsentRecord(
        party=ANN, at=when, type="express", number=NUMBER, seller="acme", proof="form 7"
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def stands(*records: ConsentRecord, now: int = 100) -> tuple[tuple[str, int], ...]:
    return standing(records, ANN, NUMBER, "acme", now)


def test_a_consent_with_proof_stands_until_it_ends() -> None:
    assert stands(given_at(1)) == (("express", 1),)
    assert stands(given_at(1, until=101)) == (("express", 1),)
    assert stands(given_at(1, until=100)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"party": PartyId("bob")},
        {"number": "+12125550199"},
        {"seller": "other"},
        {"seller": ""},
        {"proof": ""},
        {"at": 101},
    ],
)
def test_a_consent_of_another_to_another_or_without_proof_is_none(
    changes: dict[str, object],
) -> None:
    assert stands(given_at(1, **changes)) == ()


def test_a_consent_for_every_number_of_a_party_holds_for_this_one() -> None:
    assert stands(given_at(1, number="")) == (("express", 1),)


def test_a_revocation_beats_what_was_given_before_whenever_that_is_brought_in() -> None:
    revoked = given_at(50, revoked=True)
    assert stands(given_at(10), revoked) == ()
    assert stands(revoked, given_at(49, channel="import")) == ()
    assert stands(revoked, given_at(50)) == ()
    assert stands(revoked, given_at(51)) == (("express", 51),)


def test_a_revocation_of_everything_takes_everything_back_also_from_every_seller() -> None:
    everything = given_at(50, revoked=True, type=ALL, seller="", number="")
    assert stands(given_at(10), given_at(20, type="prerecorded_written"), everything) == ()


def test_a_revocation_of_one_kind_leaves_the_others() -> None:
    revoked = given_at(50, revoked=True, type="prerecorded")
    assert stands(given_at(10), given_at(20, type="prerecorded_written"), revoked) == (
        ("express", 10),
    )


def test_a_revocation_towards_another_seller_is_theirs() -> None:
    assert stands(given_at(10), given_at(50, revoked=True, seller="other")) == (("express", 10),)


def test_written_consent_is_as_good_as_any_of_its_kind_and_not_the_other_way() -> None:
    assert satisfies("express_written", "express")
    assert satisfies("express", "express")
    assert not satisfies("express", "express_written")
    assert not satisfies("express_written", "prerecorded")


def test_a_permission_lifts_public_lists_only() -> None:
    assert lifted("dnc:gb_tps", [("permission:gb_tps", 1)])
    assert not lifted("dnc:gb_tps", [("permission:us_national", 1)])
    assert not lifted("seller", [("permission:seller", 1), ("express_written", 1)])


records = st.builds(
    given_at,
    st.integers(0, 100),
    type=st.sampled_from(["express", "express_written", "prerecorded", ALL]),
    revoked=st.booleans(),
    number=st.sampled_from(["", NUMBER]),
    seller=st.sampled_from(["", "acme"]),
)


@given(st.lists(records, max_size=8), st.randoms(use_true_random=False), records)
def test_the_order_of_records_is_nothing_and_a_revocation_more_never_gives_consent(
    said: list[ConsentRecord], shuffler: object, more: ConsentRecord
) -> None:
    shuffled = list(said)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert stands(*said) == stands(*shuffled)
    kinds = {kind for kind, _ in stands(*said)}
    assert {kind for kind, _ in stands(*said, replace(more, revoked=True))} <= kinds
