"""The dialing reducer against everything that can happen to it, in any order.

Storage answers late, twice, after a stop; calls end in every way; agents come, leave and are kept
back; settings change; the process dies and a new one begins from what storage and switch know.
After every message the invariants of `DialWorld.check` and of `AnyWorld.tell` hold, and in the end
every lead is dialable or at an end.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import (
    CampaignState,
    CampaignTrigger,
    DispositionRule,
    Limits,
    ListShare,
    Mode,
    RetryRule,
)
from dialer.dialing import Dialing
from dialer.floor import AgentWork, CallStage
from dialer.ids import AgentId, CampaignId
from dialer.lead import LeadState
from dialer.messages import (
    AttemptAdopted,
    AttemptOpened,
    AttemptOver,
    Barred,
    CampaignSet,
    Disposed,
    In,
    LeadsClaimed,
    OpenAttempt,
    Out,
    PlaceCall,
    PoolForecast,
    RoomSeen,
    Ticked,
)
from dialer.recycling import after_verdict
from tests.dialer.dialing_world import QUEUE, SECOND, DialWorld, campaign

EXAMPLES = int(os.environ.get("DIALING_EXAMPLES", "60"))
DAYS = int(os.environ.get("DIALING_DAYS", "25"))
DAY_STEPS = 250
STEPS = int(os.environ.get("DIALING_STEPS", "60"))
TIMES = (SECOND // 2, 2 * SECOND, 7 * SECOND, SECOND, SECOND // 2, 30 * SECOND, 600 * SECOND)
any_number = st.integers(0, 9_999)
NAMES = (CampaignId("c"), CampaignId("d"))
RULES = {
    "sold": DispositionRule(code="sold", success=True),
    "stop": DispositionRule(code="stop", suppress="seller"),
    "again": DispositionRule(code="again", retry=RetryRule(delay_us=5 * SECOND, attempts=3)),
}
ENDS = (CallStage.NO_ANSWER, CallStage.BUSY, CallStage.MACHINE, CallStage.INVALID, CallStage.FAILED)


class AnyWorld(DialWorld):
    """A world in which nothing happens by itself."""

    def __init__(self, seed: int) -> None:
        self.requests: list[Callable[[], None]] = []
        self.answers: list[In] = []
        super().__init__(seed=seed, room=40)

    def storage(self, work: Callable[[], None]) -> None:
        self.requests.append(work)

    def answer(self, message: In) -> None:
        self.answers.append(message)

    def dial(self, attempt: object) -> None:
        self.live[attempt.attempt] = CallStage.DIALLED  # type: ignore[attr-defined]

    def tell(self, message: In) -> list[Out]:
        out = super().tell(message)
        states = {each.id: each.state for each in self.dialing.campaigns.values()}
        opens = [each for each in out if isinstance(each, OpenAttempt)]
        for each in out:
            if isinstance(each, PlaceCall):
                assert states[each.campaign] is CampaignState.RUNNING
                assert isinstance(message, AttemptOpened)
        paced = [
            each
            for each in opens
            if self.dialing.campaigns[each.campaign].settings.mode is Mode.PROGRESSIVE
            and each.agent is None
        ]
        if paced and len(paced) == len(opens):
            pool = self.dialing.pools[QUEUE]
            assert pool.floor.in_flight() <= pool.floor.idle() - pool.kept(), "too many phones"
        assert len(opens) <= self.room
        assert len(out) < 400, "it spins"
        return out

    def begin_again(self) -> None:
        """The process dies; storage and switch know what is under way."""
        self.requests.clear()
        self.answers.clear()
        before = self.dialing
        self.dialing = Dialing()
        for name in self.waiting:
            assert name in self.live
        for each in before.campaigns.values():
            said = CampaignSet(
                at=self.now,
                settings=each.settings,
                state=each.state,
                started_at=each.started_at,
                successes=each.successes,
            )
            self.tell(said)
        for name, how in list(self.books.items()):
            if how != "open":
                continue
            attempt = self.opened[name]
            row = self.rows[attempt.lead]
            if name in self.live:
                lead = replace(row.lead, token=row.token, tried=row.lead.tried - 1)
                stage = self.live[name]
                self.tell(AttemptAdopted(at=self.now, attempt=attempt, lead=lead, stage=stage))
            else:
                end = AttemptEnd(attempt=name, at=self.now, verdict=Verdict.LOST)
                self.books[name] = "closed"
                then = after_verdict(
                    before.campaigns[attempt.campaign].settings, row.lead, attempt.number, end
                )
                row.state, row.due_at = then.state, then.due_at or row.due_at
        for agent in self.staff:
            if agent in self.idle:
                self.agent(agent, AgentWork.IDLE)
            else:
                self.agent(agent, AgentWork.TALKING)


class AnyDialing(RuleBasedStateMachine):
    """One rule for each thing that can happen."""

    world: AnyWorld

    @initialize(seed=st.integers(0, 1_000_000), modes=st.tuples(*2 * [st.sampled_from(Mode)]))
    def begin(self, seed: int, modes: tuple[Mode, Mode]) -> None:
        self.world = AnyWorld(seed)
        for name, mode in zip(NAMES, modes, strict=True):
            ports = Limits(lines=4 if mode is Mode.AGENTLESS else 0)
            made = campaign(name, mode, limits=ports, dispositions=RULES, pacer="ratio_2", ratio=2)
            self.world.start(made, leads=12)
        self.world.come(2)
        self.time_passes(1)

    @rule(n=any_number)
    def time_passes(self, n: int) -> None:
        world = self.world
        world.now += TIMES[n % len(TIMES)]
        lines = world.room - len(world.live)
        world.tell(RoomSeen(at=world.now, lines=lines, calls_now=1 + n % 20))
        world.tell(Ticked(at=world.now))

    @rule(n=any_number)
    def a_tick_comes(self, n: int) -> None:
        self.world.now += SECOND // 2
        self.world.tell(Ticked(at=self.world.now))

    @rule(n=any_number)
    def storage_does_what_it_was_asked(self, n: int) -> None:
        if self.world.requests:
            self.world.requests.pop(n % len(self.world.requests))()

    @rule(n=any_number, twice=st.booleans())
    def storage_answers(self, n: int, twice: bool) -> None:
        if self.world.answers:
            said = self.world.answers.pop(n % len(self.world.answers))
            for _ in range(1 + twice):
                self.world.tell(replace(said, at=self.world.now))

    @rule()
    def storage_does_and_answers_all(self) -> None:
        while self.world.requests or self.world.answers:
            self.storage_does_what_it_was_asked(0)
            self.storage_answers(0, False)

    @rule(n=any_number)
    def a_person_answers(self, n: int) -> None:
        ringing = [k for k, v in self.world.live.items() if v is CallStage.DIALLED]
        if ringing:
            self.world._answered(ringing[n % len(ringing)])

    @rule(n=any_number)
    def a_call_ends_otherwise(self, n: int) -> None:
        ringing = [k for k, v in self.world.live.items() if v is CallStage.DIALLED]
        if ringing:
            self.world._end(ringing[n % len(ringing)], ENDS[n % len(ENDS)])

    @rule()
    def what_takes_time_is_over(self) -> None:
        """Rung off calls end, people give up, talks and wrap-ups end."""
        later, self.world.later = self.world.later, []
        for at, _, then in sorted(later):
            self.world.now = max(self.world.now, at)
            then()

    @rule(n=any_number, code=st.sampled_from(["sold", "stop", "again", "no_such_code"]))
    def an_agent_says_how_it_ended(self, n: int, code: str) -> None:
        if self.world.opened:
            attempts = list(self.world.opened.values())
            attempt = attempts[n % len(attempts)]
            if self.world.books[attempt.attempt] != "closed":
                return
            said = Disposed(
                at=self.world.now,
                campaign=attempt.campaign,
                attempt=attempt.attempt,
                agent=AgentId("a0"),
                disposition=code,
            )
            row = self.world.rows[attempt.lead]
            if row.state in (LeadState.DIALLING, LeadState.CLAIMED):
                return
            self.world.tell(said)

    @rule(n=any_number)
    def a_preview_is_skipped_or_dialled(self, n: int) -> None:
        shown = [
            each.attempt
            for each in self.world.previews
            if self.world.books[each.attempt.attempt] == "open"
            and each.attempt.attempt not in self.world.live
        ]
        if not shown:
            return
        attempt = shown[n % len(shown)]
        if n % 2:
            self.world.skip(attempt.attempt)
        else:
            self.world.dial(attempt)
            self.world.tell_call(attempt.attempt, CallStage.DIALLED)

    @rule(n=any_number)
    def agents_come_and_go(self, n: int) -> None:
        world = self.world
        agent = AgentId(f"a{n % 4}")
        if agent not in world.staff:
            world.staff.add(agent)
            world.free(agent)
        elif agent in world.idle:
            world.go(agent)

    @rule(n=any_number)
    def a_list_grows(self, n: int) -> None:
        name = NAMES[n % 2]
        if len(self.world.rows) < 400:
            self.world.give(self.world.dialing.campaigns[name].settings, 1 + n % 9)

    @rule(n=any_number)
    def agents_are_kept_back(self, n: int) -> None:
        self.world.tell(PoolForecast(at=self.world.now, pool=QUEUE, reserved=n % 3))

    @rule(name=st.sampled_from(NAMES), trigger=st.sampled_from(CampaignTrigger))
    def somebody_moves_a_campaign(self, name: CampaignId, trigger: CampaignTrigger) -> None:
        self.world.move(name, trigger)

    @rule(name=st.sampled_from(NAMES))
    def a_campaign_is_started_again(self, name: CampaignId) -> None:
        state = self.world.state(name)
        way = {
            CampaignState.STOPPED: CampaignTrigger.RESUME,
            CampaignState.PAUSED: CampaignTrigger.RESUME,
            CampaignState.COMPLETE: CampaignTrigger.RESUME,
            CampaignState.DRAFT: CampaignTrigger.START,
            CampaignState.SCHEDULED: CampaignTrigger.START,
        }
        if state in way:
            self.world.move(name, way[state])

    @rule(name=st.sampled_from(NAMES), mode=st.sampled_from(Mode), on=st.booleans())
    def settings_change(self, name: CampaignId, mode: Mode, on: bool) -> None:
        here = self.world.dialing.campaigns[name].settings
        lists = (ListShare(list=here.lists[0].list, on=on),)
        made = replace(here, mode=mode, lists=lists)
        said = CampaignSet(at=self.world.now, settings=made, state=CampaignState.RUNNING)
        self.world.tell(said)

    @rule(n=any_number)
    def somebody_may_not_be_called_any_more(self, n: int) -> None:
        rows = list(self.world.rows.values())
        row = rows[n % len(rows)]
        self.world.tell(Barred(at=self.world.now, party=row.lead.party))
        if row.state in (LeadState.OPEN, LeadState.CLAIMED):
            row.state = LeadState.SUPPRESSED

    @rule()
    def the_process_dies_and_a_new_one_begins(self) -> None:
        self.world.begin_again()

    @rule(n=any_number)
    def something_strange_is_said(self, n: int) -> None:
        world = self.world
        strange = CampaignId("strange")
        end = AttemptEnd(attempt=f"d-l{n}-77", at=world.now, verdict=Verdict.BUSY)  # type: ignore[arg-type]
        world.dialing.handle(AttemptOver(at=world.now, campaign=strange, end=end))
        world.dialing.handle(LeadsClaimed(at=world.now, campaign=strange, leads=()))
        world.check()

    @rule(n=any_number)
    def life_goes_on(self, n: int) -> None:
        """Ticks, and whatever else happens on an ordinary day."""
        random = Random(n)
        for _ in range(4):
            self.time_passes(random.randrange(3))
            self.storage_does_and_answers_all()
            self.a_preview_is_skipped_or_dialled(random.randrange(9999))
            if random.random() < 0.5:
                self.a_person_answers(random.randrange(9999))
            if random.random() < 0.5:
                self.a_call_ends_otherwise(random.randrange(9999))
            if random.random() < 0.3:
                self.what_takes_time_is_over()

    def teardown(self) -> None:
        """Everything comes to its end, and no lead is lost."""
        if not hasattr(self, "world"):
            return
        world = self.world
        for name in NAMES:
            world.move(name, CampaignTrigger.STOP)
            world.move(name, CampaignTrigger.PAUSE)
            if world.dialing.campaigns[name].state is CampaignState.SCHEDULED:
                world.move(name, CampaignTrigger.RESET)  # or its time would begin it
        for _ in range(60):
            self.storage_does_and_answers_all()
            self.what_takes_time_is_over()
            for name in [k for k, v in world.live.items() if v is CallStage.DIALLED]:
                world._end(name, CallStage.NO_ANSWER)
            for shown in world.previews:
                if world.books[shown.attempt.attempt] == "open":
                    world.skip(shown.attempt.attempt)
            self.a_tick_comes(0)
        assert not world.dialing.flights.by_attempt
        for row in world.rows.values():
            assert row.state is not LeadState.DIALLING
            assert (
                row.state is not LeadState.CLAIMED or row.lease_until < world.now + world.lease_us
            )
        for each in world.dialing.campaigns.values():
            assert not each.hopper.everybody()
        assert all(how == "closed" for how in world.books.values())


HAPPENINGS: tuple[tuple[int, str], ...] = (
    (10, "life_goes_on"),
    (6, "time_passes"),
    (8, "storage_does_what_it_was_asked"),
    (8, "storage_answers"),
    (4, "a_person_answers"),
    (4, "a_call_ends_otherwise"),
    (3, "what_takes_time_is_over"),
    (3, "an_agent_says_how_it_ended"),
    (3, "a_preview_is_skipped_or_dialled"),
    (3, "agents_come_and_go"),
    (4, "a_list_grows"),
    (1, "agents_are_kept_back"),
    (2, "somebody_moves_a_campaign"),
    (4, "a_campaign_is_started_again"),
    (2, "settings_change"),
    (1, "somebody_may_not_be_called_any_more"),
    (1, "the_process_dies_and_a_new_one_begins"),
)


@pytest.mark.parametrize("seed", range(DAYS))
def test_a_random_day_of_two_campaigns_loses_no_lead(seed: int) -> None:
    random = Random(seed)
    day = AnyDialing()
    day.begin(seed, (random.choice(list(Mode)), random.choice(list(Mode))))
    weights = [weight for weight, _ in HAPPENINGS]
    codes = [*RULES, "no_such_code"]
    for _ in range(DAY_STEPS):
        name = random.choices(HAPPENINGS, weights)[0][1]
        n = random.randrange(9999)
        arguments: dict[str, tuple[object, ...]] = {
            "storage_answers": (n, n % 3 == 0),
            "what_takes_time_is_over": (),
            "the_process_dies_and_a_new_one_begins": (),
            "an_agent_says_how_it_ended": (n, random.choice(codes)),
            "somebody_moves_a_campaign": (
                random.choice(NAMES),
                random.choice(list(CampaignTrigger)),
            ),
            "a_campaign_is_started_again": (random.choice(NAMES),),
            "settings_change": (
                random.choice(NAMES),
                random.choice(list(Mode)),
                random.random() < 0.8,
            ),
        }
        getattr(day, name)(*arguments.get(name, (n,)))
    day.teardown()


def test_a_campaign_that_waits_for_its_time_holds_no_lead_at_the_end() -> None:
    """Found by a random day: the day was over, and its time came."""
    day = AnyDialing()
    day.begin(0, (Mode.MANUAL, Mode.PREDICTIVE))
    for trigger in (CampaignTrigger.STOP, CampaignTrigger.RESET, CampaignTrigger.SCHEDULE):
        day.somebody_moves_a_campaign(NAMES[1], trigger)
    day.teardown()


AnyDialing.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAnyDialing = AnyDialing.TestCase
