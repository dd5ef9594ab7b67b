"""Evidence: what is in it, and that it is the same whenever and however it is made."""

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import Mode, OnMachine
from dialer.evidence import Frame, bundle, plain, policy_hash, policy_text
from dialer.ids import AgentId, AttemptId, LeadId, ListId, PartyId
from dialer.ledger import LedgerRow, windows
from dialer.machine_audit import Finding, estimate
from dialer.policy import AbandonRule, Policy, WindowKind
from tests.dialer.gate_samples import DAY, HOUR, NOON, SHOWN, campaign, policy

SECOND = 1_000_000
CAMPAIGN = campaign()
LAW = policy("us", abandon=AbandonRule(cap=0.03, window=WindowKind.CAMPAIGN_30D))
FRAME = Frame(
    telemarketer="Calling Ltd",
    campaign=CAMPAIGN,
    started_at=NOON - DAY,
    since=NOON - DAY,
    until=NOON + 40 * DAY,
    flows={"sale": "v7"},
)


@dataclass(frozen=True)
class Kept:
    attempt: Attempt
    end: AttemptEnd | None
    seller: str = "acme"
    purpose: str = "sales"
    mode: str = "predictive"
    facts: Mapping[str, Any] = field(default_factory=dict)
    disposition: str = ""
    person: bool | None = None


def kept(
    name: str, verdict: Verdict | None = Verdict.CONNECTED, when: int = NOON, **ends: object
) -> Kept:
    attempt = Attempt(
        attempt=AttemptId(name),
        campaign=CAMPAIGN.campaign,
        list=ListId("list"),
        lead=LeadId(name),
        party=PartyId(name),
        number="+12125550123",
        caller_id=SHOWN,
        source=Source.AUTO,
        opened_at=when,
        region="US-NY",
        policies=(LAW.policy,),
    )
    values: dict[str, object] = {
        "ringing_at": when + SECOND,
        "answered_at": when + 9 * SECOND,
        "connected_at": when + 10 * SECOND,
        "at": when + 70 * SECOND,
        **ends,
    }
    end = AttemptEnd(attempt=attempt.attempt, verdict=verdict, **values) if verdict else None  # type: ignore[arg-type]
    return Kept(attempt, end, facts={"attempts": (), "rnd": None})


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_a_call_has_everything_that_the_law_asks_for() -> None:
    talked = replace(kept("a1", agent=AgentId("ben")), disposition="sold")
    (call,) = table(bundle(FRAME, [talked], [LAW])["calls.csv"])
    assert call == {
        "attempt": "a1",
        "telemarketer": "Calling Ltd",
        "seller": "acme",
        "purpose": "sales",
        "called_is": "consumers",
        "direction": "outbound",
        "recorded_message": "no",
        "calling_number": SHOWN,
        "called_number": "+12125550123",
        "region": "US-NY",
        "opened": "2026-11-18T17:00:00.000000Z",
        "ringing": "2026-11-18T17:00:01.000000Z",
        "answered": "2026-11-18T17:00:09.000000Z",
        "connected": "2026-11-18T17:00:10.000000Z",
        "message_began": "",
        "ended": "2026-11-18T17:01:10.000000Z",
        "rang_s": "8.000000",
        "duration_s": "61.000000",
        "waited_s": "1.000000",
        "flow": "sale@v7",
        "caller_id_proof": "letter 12",
        "caller_id_until": "2027-06-01T04:00:00.000000Z",
        "attestation": "",
        "source": "auto",
        "mode": "predictive",
        "outcome": "connected",
        "cause": "",
        "disposition": "sold",
        "transferred_to": "ben",
        "opted_out": "no",
        "abandoned_under": "",
        "policies": f"us@{policy_hash(LAW)}",
    }


def test_how_the_carrier_signed_a_call_is_in_the_evidence() -> None:
    signed = kept("a1", Verdict.CONNECTED, attestation="A")
    (call,) = table(bundle(FRAME, [signed], [LAW])["calls.csv"])
    assert call["attestation"] == "A"


def test_an_abandoned_call_says_under_which_rules_and_what_was_heard() -> None:
    dropped = kept(
        "a1", Verdict.ABANDONED, connected_at=None, message_at=NOON + 11 * SECOND, opted_out=True
    )
    (call,) = table(bundle(FRAME, [dropped], [LAW])["calls.csv"])
    assert (call["outcome"], call["abandoned_under"]) == ("abandoned", "us")
    assert (call["recorded_message"], call["opted_out"]) == ("yes", "yes")
    assert call["message_began"] == "2026-11-18T17:00:11.000000Z"


@pytest.mark.parametrize(
    ("row", "frame"),
    [
        (replace(kept("a1"), mode=Mode.AGENTLESS.value), FRAME),
        (
            kept("a1", Verdict.MACHINE),
            replace(FRAME, campaign=campaign(on_machine=OnMachine.DROP)),
        ),
    ],
)
def test_a_recorded_message_is_called_one(row: Kept, frame: Frame) -> None:
    (call,) = table(bundle(frame, [row], [LAW])["calls.csv"])
    assert call["recorded_message"] == "yes"


def test_an_open_attempt_is_in_it_as_open() -> None:
    (call,) = table(bundle(FRAME, [kept("a1", None)], [LAW])["calls.csv"])
    assert (call["outcome"], call["ended"], call["duration_s"]) == ("open", "", "")


def test_only_what_was_opened_in_the_time_is_in_it() -> None:
    rows = [
        kept("a", when=FRAME.since - 1),
        kept("b", when=FRAME.since),
        kept("c", when=FRAME.until),
    ]
    assert [call["attempt"] for call in table(bundle(FRAME, rows, [LAW])["calls.csv"])] == ["b"]


def test_ledgers_are_those_that_the_dialer_kept_to() -> None:
    rows = [kept(f"a{i}") for i in range(50)]
    rows += [kept(f"b{i}", Verdict.ABANDONED) for i in range(2)]
    (ledger,) = table(bundle(FRAME, rows, [LAW])["ledgers.csv"])
    (window,) = windows(
        [LAW],
        CAMPAIGN,
        FRAME.started_at,
        [LedgerRow(attempt=row.attempt, seller=row.seller, end=row.end) for row in rows],
        NOON + HOUR,
    )
    assert (int(ledger["live"]), int(ledger["abandoned"])) == (window.live, window.abandoned)
    assert (ledger["share"], ledger["cap"], ledger["kept"]) == ("0.038462", "0.030000", "no")
    assert (ledger["whole"], ledger["from"]) == ("yes", "2026-11-17T17:00:00.000000Z")


def test_samples_and_what_is_counted_by_them_are_in_it() -> None:
    audited = replace(CAMPAIGN, machine_false=0.01, machine_samples=0.5)
    heard = [
        replace(
            kept(f"s{i}", machine=True, sampled=True, agent=AgentId("ben")),
            disposition="sold" if i < 4 else "machine",
            person=i < 4,
        )
        for i in range(20)
    ]
    rows = [kept(f"m{i}", Verdict.MACHINE, machine=True, connected_at=None) for i in range(100)]
    tests = tuple(
        Finding(attempt=AttemptId(f"before{i}"), at=FRAME.since - 1 - i, person=False)
        for i in range(30)
    )
    frame = replace(FRAME, campaign=audited, until=NOON + DAY, earlier=tests)
    made = bundle(frame, [*heard, *rows], [LAW])
    share = estimate(audited, 4, 16 + 30).counted
    (ledger,) = table(made["ledgers.csv"])
    assert int(ledger["false_machines"]) == ceil(100 * share)
    assert int(ledger["live"]) == 4 + ceil(100 * share), "the machines among samples are nobody"
    told = table(made["machines.csv"])
    assert Counter(row["found"] for row in told) == {"": 100, "machine": 16, "person": 4}
    assert {row["let_through"] for row in told if row["found"]} == {"yes"}
    text = made["machines.txt"].decode()
    assert "4 people, 46 machines" in text
    assert f"In ledgers {share:.2%}" in text


def test_a_share_of_samples_that_is_changed_later_says_nothing_of_calls_before() -> None:
    heard = kept("s", machine=True, sampled=True, agent=AgentId("ben"))
    rows = [heard, kept("m", Verdict.MACHINE, machine=True, connected_at=None)]
    then, now = (
        bundle(replace(FRAME, campaign=replace(CAMPAIGN, machine_samples=share)), rows, [LAW])
        for share in (1.0, 0.0)
    )
    assert now["machines.csv"] == then["machines.csv"]
    assert [row["let_through"] for row in table(now["machines.csv"])] == ["no", "yes"]
    assert "that held when the call was made (dialer audit)" in now["machines.txt"].decode()


def test_of_a_rolling_window_the_worst_is_given() -> None:
    rolling = policy("us", abandon=AbandonRule(cap=0.03, window=WindowKind.ROLLING, hours=1))
    rows = [kept(f"a{i}", when=NOON + i * 60 * SECOND) for i in range(100)]
    rows += [kept(f"b{i}", Verdict.ABANDONED, when=NOON + 5 * HOUR + i) for i in range(3)]
    rows += [kept("c", when=NOON + 5 * HOUR + 9)]
    (ledger,) = table(bundle(FRAME, rows, [rolling])["ledgers.csv"])
    assert (ledger["live"], ledger["abandoned"]) == ("3", "3")


def test_rules_are_in_it_as_they_were_on_the_day() -> None:
    old = replace(LAW, effective_to="2026-11-19")
    new = replace(LAW, effective_from="2026-11-19", min_ring_us=15 * SECOND)
    rows = [kept("a"), kept("b", when=NOON + 2 * DAY)]
    made = bundle(FRAME, rows, [old, new])
    first, second = table(made["calls.csv"])
    assert first["policies"] == f"us@{policy_hash(old)}"
    assert second["policies"] == f"us@{policy_hash(new)}"
    text = made["policies.txt"].decode()
    assert policy_text(old) in text
    assert policy_text(new) in text
    assert f"version: {policy_hash(new)}\n" in text


def test_the_manifest_has_the_digest_of_every_other_file() -> None:
    made = bundle(FRAME, [kept("a")], [LAW])
    lines = made["manifest.txt"].decode().splitlines()
    assert {line.split("  ")[2] for line in lines} == set(made) - {"manifest.txt"}
    for line in lines:
        digest, size, name = line.split("  ")
        assert (digest, int(size)) == (sha256(made[name]).hexdigest(), len(made[name]))


verdicts = st.sampled_from([*Verdict, None])


@settings(deadline=None)
@given(st.lists(st.tuples(verdicts, st.integers(0, 30 * DAY)), max_size=20), st.integers(0, 999))
def test_the_same_rows_in_any_order_are_the_same_bytes(
    calls: list[tuple[Verdict | None, int]], seed: int
) -> None:
    rows = [kept(f"a{i}", verdict, NOON + shift) for i, (verdict, shift) in enumerate(calls)]
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    other: list[Policy] = [policy("gb", "GB"), LAW]
    assert bundle(FRAME, rows, [LAW, policy("gb", "GB")]) == bundle(FRAME, iter(shuffled), other)


def test_a_changed_outcome_is_another_bundle() -> None:
    one = bundle(FRAME, [kept("a")], [LAW])["manifest.txt"]
    assert one != bundle(FRAME, [kept("a", connected_at=NOON + 12 * SECOND)], [LAW])["manifest.txt"]


def test_a_cell_may_hold_anything() -> None:
    odd = replace(kept("a"), disposition='said "no", then\nhung up; ü')
    (call,) = table(bundle(FRAME, [odd], [LAW])["calls.csv"])
    assert call["disposition"] == odd.disposition


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_values_are_written_as_json_reads_them(value: object) -> None:
    assert json.loads(plain(value)) == value
