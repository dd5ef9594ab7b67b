"""Ledgers: who counts as a live answer, who was abandoned, and in which window."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import CampaignSettings
from dialer.ids import AttemptId, CampaignId, LeadId, ListId, PartyId
from dialer.ledger import NONE_YET, Ledger, LedgerRow, since, window_of, windows
from dialer.pacing import Window
from dialer.policy import AbandonRule, Policy, StartPoint, WindowKind
from tests.dialer.gate_samples import DAY, HOUR, NOON, at, campaign, policy

SECOND = 1_000_000
CAMPAIGN = campaign()


def rule(**changes: object) -> AbandonRule:
    values: dict[str, object] = {"cap": 0.03, "window": WindowKind.CAMPAIGN_30D, **changes}
    return AbandonRule(**values)  # type: ignore[arg-type]


def law(**changes: object) -> Policy:
    return policy("us", abandon=rule(**changes))


def row(
    name: str,
    verdict: Verdict | None = Verdict.CONNECTED,
    answered_at: int = NOON,
    waited: int = SECOND,
    person: bool | None = None,
    **ends: object,
) -> LedgerRow:
    attempt = Attempt(
        attempt=AttemptId(name),
        campaign=CAMPAIGN.campaign,
        list=ListId("list"),
        lead=LeadId(name),
        party=PartyId(name),
        number="+12125550123",
        caller_id="+12125550100",
        source=Source.AUTO,
        opened_at=answered_at - 10 * SECOND,
        policies=("us",),
    )
    values: dict[str, object] = {"answered_at": answered_at, **ends}
    if verdict is Verdict.CONNECTED and "connected_at" not in values:
        values["connected_at"] = answered_at + waited
    end = (
        AttemptEnd(attempt=attempt.attempt, at=answered_at + waited, verdict=verdict, **values)  # type: ignore[arg-type]
        if verdict
        else None
    )
    return LedgerRow(
        attempt=attempt,
        seller="acme",
        end=end,
        answered_at=answered_at if end is None else None,
        person=person,
    )


def stands(
    *rows: LedgerRow,
    now: int = NOON + HOUR,
    law: Policy = law(),  # noqa: B008
    campaign: CampaignSettings = CAMPAIGN,
) -> tuple[int, int]:
    (window,) = windows((law,), campaign, NOON - DAY, rows, now)
    return window.live, window.abandoned


@pytest.mark.parametrize(
    ("verdict", "waited", "counts"),
    [
        (Verdict.CONNECTED, 2 * SECOND, (1, 0)),
        (Verdict.CONNECTED, 2 * SECOND + 1, (1, 1)),
        (Verdict.ABANDONED, 2 * SECOND, (1, 1)),
        (Verdict.LEFT, SECOND, (1, 0)),
        (Verdict.LEFT, 3 * SECOND, (1, 1)),
        (Verdict.LOST, 0, (1, 1)),
        (None, 0, (1, 1)),
        (Verdict.MACHINE, SECOND, (0, 0)),
        (Verdict.BUSY, SECOND, (0, 0)),
        (Verdict.NO_ANSWER, SECOND, (0, 0)),
        (Verdict.INVALID, SECOND, (0, 0)),
        (Verdict.CANCELLED, SECOND, (0, 0)),
        (Verdict.FAILED, SECOND, (0, 0)),
    ],
)
def test_each_outcome_counts_as_the_law_says(
    verdict: Verdict | None, waited: int, counts: tuple[int, int]
) -> None:
    assert stands(row("a", verdict, waited=waited)) == counts


def test_whoever_left_early_counts_as_abandoned_where_the_policy_says_so() -> None:
    assert stands(row("a", Verdict.LEFT), law=law(early_counts=True)) == (1, 1)


def test_a_connection_that_nobody_timed_was_not_in_time() -> None:
    assert stands(row("a", connected_at=None)) == (1, 1)


@pytest.mark.parametrize(
    ("start", "abandoned"),
    [(StartPoint.ANSWER, 1), (StartPoint.SPEECH_START, 1), (StartPoint.GREETING_END, 0)],
)
def test_the_wait_counts_from_where_the_law_says(start: StartPoint, abandoned: int) -> None:
    heard = row("a", waited=4 * SECOND, speech_at=NOON + SECOND, greeting_at=NOON + 3 * SECOND)
    assert stands(heard, law=law(start=start)) == (1, abandoned)
    unheard = row("a", waited=4 * SECOND)
    assert stands(unheard, law=law(start=start)) == (1, 1)


def test_people_taken_for_machines_are_estimated_and_rounded_up() -> None:
    rows = [row(f"m{i}", Verdict.MACHINE) for i in range(50)]
    thinks = replace(CAMPAIGN, machine_false=0.03)
    assert stands(*rows, campaign=thinks) == (2, 2)
    assert stands(*rows[:1], campaign=thinks) == (1, 1)
    assert stands(*rows, campaign=thinks, law=law(count_false_machines=False)) == (0, 0)


@pytest.mark.parametrize("kind", [WindowKind.CAMPAIGN_30D, WindowKind.ROLLING])
def test_what_is_learned_of_detection_counts_for_the_machines_of_before(kind: WindowKind) -> None:
    ledger = Ledger((law(window=kind, hours=24),), {CAMPAIGN.campaign: NOON - DAY})
    for one in range(100):
        ledger.note(row(f"m{one}", Verdict.MACHINE))
    found = []
    for share in (0.0, 0.02, 0.05, 0.01):
        ledger.suppose(CAMPAIGN.campaign, share)
        (window,) = ledger.windows(CAMPAIGN, NOON + HOUR)
        found.append((window.live, window.abandoned))
    assert found == [(0, 0), (2, 2), (5, 5), (1, 1)]
    assert window.false_machines == 1


def test_a_sample_counts_when_its_agent_has_said_that_it_was_a_person() -> None:
    def heard(person: bool | None, waited: int = SECOND) -> tuple[int, int]:
        return stands(row("a", waited=waited, machine=True, sampled=True, person=person))

    assert heard(True) == (1, 0)
    assert heard(True, waited=3 * SECOND) == (1, 1)
    assert heard(False) == heard(None) == (0, 0), "no machine makes the share smaller"


def test_told_again_an_attempt_is_counted_once_as_it_was_last_told() -> None:
    waiting, connected = row("a", None), row("a")
    assert stands(waiting) == (1, 1)
    assert stands(waiting, connected, connected) == (1, 0)
    rolling = law(window=WindowKind.ROLLING, hours=24)
    assert stands(waiting, connected, connected, law=rolling) == (1, 0)


def test_only_policies_that_held_are_debited() -> None:
    other = policy("gb", "GB", abandon=rule(window=WindowKind.LOCAL_DAY, zone="Europe/London"))
    found = windows((law(), other), CAMPAIGN, NOON - DAY, [row("a", Verdict.ABANDONED)], NOON)
    assert [(w.policy, w.live, w.abandoned) for w in found] == [("us", 1, 1)]


def test_before_the_first_call_the_lowest_cap_holds() -> None:
    strict = policy("gb", "GB", abandon=rule(cap=0.01))
    found = windows((law(), strict), CAMPAIGN, NOON, [], NOON)
    assert found == (Window(policy=NONE_YET, cap=0.01, live=0, abandoned=0),)


def test_a_policy_that_the_campaign_names_is_there_from_the_beginning() -> None:
    named = replace(CAMPAIGN, policies=(law().policy,))
    assert windows((law(),), named, NOON, [], NOON) == (
        Window(policy="us", cap=0.03, live=0, abandoned=0),
    )


@pytest.mark.parametrize(("key", "counted"), [("campaign", 1), ("seller", 2), ("center", 3)])
def test_a_ledger_is_of_a_campaign_a_seller_or_the_center(key: str, counted: int) -> None:
    mine = row("a")
    sister = row("b")
    sister = replace(sister, attempt=replace(sister.attempt, campaign=CampaignId("autumn")))
    stranger = row("c")
    stranger = replace(
        stranger, seller="other", attempt=replace(stranger.attempt, campaign=CampaignId("winter"))
    )
    local = law(key=key, window=WindowKind.LOCAL_DAY, zone="America/New_York")
    assert stands(mine, sister, stranger, law=local) == (counted, 0)


def test_periods_of_thirty_days_follow_each_other_from_the_campaigns_start() -> None:
    start = NOON - 31 * DAY
    early = row("a", Verdict.ABANDONED, answered_at=NOON - 2 * DAY)
    late = row("b", Verdict.ABANDONED, answered_at=NOON)
    (window,) = windows((law(),), CAMPAIGN, start, [early, late], NOON)
    assert (window.live, window.abandoned) == (1, 1)
    assert window_of(rule(), start, NOON) == (start + 30 * DAY, start + 60 * DAY)


def test_a_local_day_ends_at_midnight_on_the_wall_also_when_clocks_change() -> None:
    local = rule(window=WindowKind.LOCAL_DAY, zone="America/New_York")
    spring = window_of(local, 0, at("2026-03-08T12:00"))
    autumn = window_of(local, 0, at("2026-11-01T12:00"))
    assert spring[1] - spring[0] == 23 * HOUR
    assert autumn == (at("2026-11-01T00:00"), at("2026-11-02T00:00"))
    assert autumn[1] - autumn[0] == 25 * HOUR


def test_a_month_is_that_of_the_calendar() -> None:
    month = rule(window=WindowKind.CALENDAR_MONTH, zone="America/Toronto")
    assert window_of(month, 0, NOON) == (
        at("2026-11-01T00:00", "America/Toronto"),
        at("2026-12-01T00:00", "America/Toronto"),
    )


def test_a_rolling_window_forgets_after_its_hours_and_not_before() -> None:
    rolling = law(window=WindowKind.ROLLING, hours=24)
    old = row("a", Verdict.ABANDONED)
    assert stands(old, law=rolling, now=NOON + 24 * HOUR - 1) == (1, 1)
    assert stands(old, law=rolling, now=NOON + 24 * HOUR) == (0, 0)


def test_a_new_version_of_a_policy_counts_calls_from_its_day_on() -> None:
    old = replace(law(), effective_to="2026-11-18")
    new = replace(law(cap=0.01, early_counts=True), effective_from="2026-11-18")
    rows = [row("a", Verdict.LEFT, answered_at=NOON - DAY), row("b", Verdict.LEFT)]
    (window,) = windows((old, new), CAMPAIGN, NOON - 2 * DAY, rows, NOON + HOUR)
    assert (window.cap, window.live, window.abandoned) == (0.01, 2, 1)


KINDS = [
    rule(),
    rule(window=WindowKind.LOCAL_DAY, zone="Europe/London"),
    rule(window=WindowKind.CALENDAR_MONTH, zone="Asia/Kathmandu"),
    rule(window=WindowKind.ROLLING, hours=30),
]


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(KINDS), later=st.integers(0, 40 * DAY))
def test_a_ledger_is_what_counting_everything_gives(
    seed: int, kind: AbandonRule, later: int
) -> None:
    random_ = random.Random(seed)
    now = NOON + later
    verdicts = [*Verdict, None]
    rows = [
        row(
            f"a{random_.randrange(12)}",
            random_.choice(verdicts),
            answered_at=now - random_.randrange(45 * DAY),
            waited=random_.randrange(4 * SECOND),
        )
        for _ in range(40)
    ]
    ledger = Ledger((policy("us", abandon=kind),), {CAMPAIGN.campaign: NOON - 50 * DAY})
    for one in rows:
        ledger.note(one)
    last = {one.attempt.attempt: one for one in rows}
    begins, ends = window_of(kind, NOON - 50 * DAY, now)
    live = [
        one
        for one in last.values()
        if (
            one.end is None
            or one.end.verdict in {Verdict.CONNECTED, Verdict.ABANDONED, Verdict.LEFT, Verdict.LOST}
        )
        and begins <= one.attempt.opened_at + 10 * SECOND < ends
    ]
    good = [
        one
        for one in live
        if one.end is not None
        and one.end.verdict in {Verdict.CONNECTED, Verdict.LEFT}
        and one.end.at - one.attempt.opened_at - 10 * SECOND <= 2 * SECOND
    ]
    (window,) = ledger.windows(CAMPAIGN, now)
    assert (window.live, window.abandoned) == (len(live), len(live) - len(good))


def test_since_is_as_far_back_as_the_longest_window() -> None:
    policies = [policy(str(i), abandon=kind) for i, kind in enumerate(KINDS)]
    first = since(policies, NOON - 50 * DAY, NOON)
    assert first == min(window_of(kind, NOON - 50 * DAY, NOON)[0] for kind in KINDS)
    assert since([policy()], 0, NOON) == NOON
