"""What holds of the gate whatever the law, the facts and the clock are."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.attempt import Source
from dialer.policy import AttemptCap, Facts, GateVerdict, Policy
from tests.dialer.gate_samples import DAY, HOUR, NOON, ask, campaign, number, policy

TIMED = ("hours", "cap:", "quiet:", "lock_")
REGIONS = ("US", "US-NY", "US-FL", "GB", "*")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Kolkata")

times = st.integers(NOON - 9 * DAY, NOON + HOUR)
numbers = st.sampled_from(["+12125550123", "+12125550124"])
rows = st.one_of(st.none(), st.tuples(st.integers(0, 700), st.integers(720, 1440)))
caps = st.builds(
    AttemptCap,
    most=st.integers(1, 4),
    hours=st.sampled_from([0, 1, 24, 168]),
    key=st.sampled_from(["number", "party", "subject"]),
)


@st.composite
def policies(draw: st.DrawFn, name: str = "p") -> Policy:
    week = draw(st.lists(rows, min_size=7, max_size=7))
    start = draw(st.sampled_from(["2020-01-01", "2026-11-18", "2026-11-20", "2027-01-01"]))
    return policy(
        f"{name}{draw(st.integers(0, 99))}",
        draw(st.sampled_from(REGIONS)),
        except_in=tuple(draw(st.lists(st.sampled_from(REGIONS[:4]), max_size=1))),
        effective_from=start,
        effective_to=draw(st.sampled_from(["", "", "2027-03-01"])),
        purposes=draw(st.sampled_from([(), ("sales",), ("debt",)])),
        hours=draw(st.sampled_from([(), tuple(week)])),
        holidays=draw(st.sampled_from([(), ("2026-11-19",)])),
        caps=tuple(draw(st.lists(caps, max_size=2))),
        quiet_after_contact_us=draw(st.sampled_from([0, 3 * DAY])),
        lock_abandoned_us=draw(st.sampled_from([0, 72 * HOUR])),
        lock_machine_same_day=draw(st.booleans()),
        dnc=draw(st.sampled_from([(), (("us_national", 31),), (("us_national", 5),)])),
        consent=draw(st.sampled_from([(), (("any", "express"),), (("mobile", "express"),)])),
        local_presence=draw(st.booleans()),
        rnd_days=draw(st.sampled_from([0, 0, 30])),
    )


facts = st.builds(
    Facts,
    suppressed=st.sampled_from([(), (), (), (("seller", NOON),), (("dnc:us_national", NOON),)]),
    consents=st.sampled_from([(("express", 1),), ()]),
    attempts=st.lists(
        st.tuples(times, numbers, st.sampled_from(["sales", "debt"]), st.just("busy")), max_size=6
    ).map(tuple),
    open=st.sampled_from([False, False, False, True]),
    contacted_at=st.one_of(st.none(), times),
    abandoned_at=st.one_of(st.none(), times),
    machine_at=st.one_of(st.none(), times),
    scrubbed=st.sampled_from([(("us_national", NOON - 10 * DAY),), (("us_national", NOON),), ()]),
    rnd=st.sampled_from([("no", NOON), None, ("yes", NOON)]),
)
zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple)
nows = st.integers(NOON - 3 * DAY, NOON + 3 * DAY)
OPEN = policy("base", "*", hours=((0, 1440),) * 7)


@given(st.lists(policies(), max_size=3), policies("q"), facts, zones, nows, st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_policy_more_never_allows_more(
    books: list[Policy], more: Policy, known: Facts, where: tuple[str, ...], now: int, agent: bool
) -> None:
    books = [OPEN, *books]  # with no hours at all nothing is allowed: there is nothing to narrow
    to = number(zones=where)
    few = ask(*books, facts=known, to=to, now=now, guaranteed_agent=agent)
    many = ask(*books, more, facts=known, to=to, now=now, guaranteed_agent=agent)
    assert set(few.reasons) <= set(many.reasons)
    assert set(few.policies) <= set(many.policies)
    assert many.needs_agent >= few.needs_agent
    if few.next_at is None and few.reasons:
        assert many.next_at is None
    if few.next_at is not None and many.next_at is not None:
        assert many.next_at >= few.next_at


@given(st.lists(policies(), max_size=3), facts, zones, st.sampled_from(ZONES), nows)
@settings(max_examples=200, deadline=None)
def test_to_know_less_of_where_somebody_is_never_allows_more(
    books: list[Policy], known: Facts, where: tuple[str, ...], perhaps: str, now: int
) -> None:
    books = [OPEN, *books]
    exact = ask(*books, facts=known, to=number(zones=where), now=now)
    for vague in (
        number(zones=tuple({*where, perhaps})),
        number(zones=where, region="US"),
        number(zones=where, region=""),
        number(zones=(*where, "Nowhere/At_All")),
    ):
        verdict = ask(*books, facts=known, to=vague, now=now)
        assert exact.allowed or not verdict.allowed
        said = {r for r in exact.reasons if not r.startswith("policy:")}
        if "zone_unknown" in verdict.reasons:
            said.discard("hours")
        assert said <= set(verdict.reasons)


timed_facts = st.builds(
    Facts,
    attempts=st.lists(
        st.tuples(times, numbers, st.sampled_from(["sales", "debt"]), st.just("busy")), max_size=6
    ).map(tuple),
    contacted_at=st.one_of(st.none(), times),
    abandoned_at=st.one_of(st.none(), times),
    machine_at=st.one_of(st.none(), times),
)


@given(st.lists(policies(), max_size=3), timed_facts, zones, nows, st.booleans())
@settings(max_examples=300, deadline=None)
def test_who_is_refused_for_a_time_is_told_the_first_instant_after_it(
    books: list[Policy], known: Facts, where: tuple[str, ...], now: int, agent: bool
) -> None:
    lasting = {"effective_from": "2020-01-01", "effective_to": ""}
    plain = {"dnc": (), "consent": (), "rnd_days": 0, "local_presence": True}
    books = [OPEN, *(replace(b, **lasting, **plain) for b in books)]  # type: ignore[arg-type]
    to = number(zones=where)

    def then(at: int) -> GateVerdict:
        return ask(*books, facts=known, to=to, now=at, guaranteed_agent=agent)

    verdict = then(now)
    assert verdict.allowed == (verdict.reasons == ())
    assert all(reason.startswith(TIMED) for reason in verdict.reasons)
    if verdict.next_at is None:
        assert verdict.allowed or not then(now + 30 * DAY).allowed
        return
    assert verdict.next_at > now
    assert then(verdict.next_at).allowed
    step = max((verdict.next_at - now) // 50, 1)
    assert not any(then(at).allowed for at in range(now, verdict.next_at, step))
    assert not then(verdict.next_at - 1).allowed


@given(st.sampled_from(list(Source)), facts)
def test_a_cap_counts_calls_of_every_source_and_verdict(source: Source, known: Facts) -> None:
    capped = policy("us", caps=(AttemptCap(most=1, hours=24, key="party"),))
    called = replace(known, attempts=((NOON - HOUR, "+12125550124", "debt", source.value),))
    verdict = ask(capped, facts=called, by=campaign())
    assert "cap:us" in verdict.reasons


@given(facts, st.integers(0, 72 * HOUR - 1))
def test_nobody_is_called_again_within_the_lock_out_without_an_agent(
    known: Facts, since: int
) -> None:
    locked = policy("gb", "US", lock_abandoned_us=72 * HOUR)
    dropped = replace(known, abandoned_at=NOON - since)
    assert "lock_abandoned" in ask(locked, facts=dropped).reasons
    assert "lock_abandoned" not in ask(locked, facts=dropped, guaranteed_agent=True).reasons


@given(facts, nows)
def test_the_same_question_has_the_same_answer(known: Facts, now: int) -> None:
    assert ask(policy(), facts=known, now=now) == ask(policy(), facts=known, now=now)
