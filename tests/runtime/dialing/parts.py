"""A campaign, a lead and an attempt, a store in memory that can be away, and rules by script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from contact_center.core.events import Event
from contact_center.core.facts import ProviderChanged
from contact_center.runtime.dialing.event_log import EventLog
from contact_center.runtime.dialing.reading import FactReader
from contact_center.runtime.dialing.runner import Bounds, Dialer
from contact_center.runtime.dialing.store import Recovered, StoreAwayError
from contact_center.runtime.supervise import Supervisor
from dialer.answer_prior import AnswerHistory
from dialer.attempt import Attempt, Source
from dialer.campaign import CampaignSettings, CampaignState, ListShare, Mode
from dialer.floor import CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, ListId, PartyId, PoolId
from dialer.lead import Lead, LeadNumber
from dialer.messages import (
    AttemptOpened,
    AttemptRefused,
    CampaignSet,
    CloseAttempt,
    In,
    LeadsClaimed,
    OpenAttempt,
    Out,
    ReleaseLeads,
)
from dialer.pacing import Window

SPRING = CampaignSettings(
    campaign=CampaignId("spring"),
    label="Spring",
    seller="Larkfield",
    queue="sales",
    mode=Mode.PREDICTIVE,
    flow="outbound-sale",
    lists=(ListShare(list=ListId("customers")),),
    caller_ids=(),
)
LEAD = Lead(
    lead=LeadId("l1"),
    party=PartyId("p1"),
    list=ListId("customers"),
    token=7,
    numbers=(LeadNumber(number="+14155550123", zones=("America/Los_Angeles",)),),
    name="Rosa Diaz",
    fields={"garden": "roof", "age": 41, "note": None},
)
ATTEMPT = Attempt(
    attempt=AttemptId("d-l1-1"),
    campaign=SPRING.campaign,
    list=LEAD.list,
    lead=LEAD.lead,
    party=LEAD.party,
    number="+14155550123",
    caller_id="+14155550190",
    source=Source.AUTO,
    opened_at=0,
)


class Store:
    """Answers at once, unless it is away."""

    def __init__(self) -> None:
        self.away = False
        self.away_after_recovery = False
        self.asked: list[str] = []
        self.closed: list[CloseAttempt] = []
        self.refuse: tuple[str, ...] = ()
        self.adopted: tuple[tuple[Attempt, Lead], ...] = ()
        self.alive: Collection[AttemptId] = ()
        self.saved: list[tuple[CampaignState, str]] = []
        self.known: Lead | None = LEAD
        self.history = AnswerHistory()

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise StoreAwayError("the test took it away")

    async def claim(self, campaign: CampaignSettings, count: int, now: int) -> LeadsClaimed:
        self._ask(f"claim {count}")
        return LeadsClaimed(at=now, campaign=campaign.campaign, leads=(LEAD,))

    async def claim_number(
        self, campaign: CampaignSettings, number: str, agent: AgentId, now: int
    ) -> Lead | None:
        self._ask(f"number {number} for {agent}")
        return self.known

    async def release(self, out: ReleaseLeads, now: int) -> None:
        self._ask("release")

    async def open_attempt(
        self, campaign: CampaignSettings, wanted: OpenAttempt, now: int
    ) -> AttemptOpened | AttemptRefused:
        self._ask("open")
        if self.refuse:
            return AttemptRefused(
                at=now,
                campaign=campaign.campaign,
                attempt=wanted.attempt,
                lead=wanted.lead.lead,
                reasons=self.refuse,
            )
        return AttemptOpened(at=now, attempt=ATTEMPT)

    async def close_attempt(self, close: CloseAttempt, now: int) -> None:
        self._ask("close")
        self.closed.append(close)

    async def recover(self, alive: Collection[AttemptId], now: int) -> Recovered:
        self._ask("recover")
        self.alive = tuple(alive)
        self.away = self.away_after_recovery
        return Recovered(adopted=self.adopted)

    async def windows(self, campaign: CampaignSettings, now: int) -> tuple[Window, ...]:
        self._ask("windows")
        return (Window(policy="us-tsr", cap=0.03, live=100, abandoned=1),)

    async def answers(self, now: int) -> AnswerHistory:
        self._ask("answers")
        return self.history

    async def save_state(
        self, campaign: CampaignId, state: CampaignState, by: str, why: str, now: int
    ) -> None:
        self._ask("save")
        self.saved.append((state, by))


class Rules:
    """Answers what the test says, by the kind of message; remembers what it was told."""

    def __init__(self, answers: Mapping[type[In], Callable[[Any], list[Out]]]) -> None:
        self.answers = dict(answers)
        self.told: list[In] = []

    def handle(self, message: In) -> list[Out]:
        self.told.append(message)
        answer = self.answers.get(type(message))
        return answer(message) if answer is not None else []

    def of(self, kind: type[In]) -> list[Any]:
        return [one for one in self.told if isinstance(one, kind)]


class Rig:
    """A dialer that runs, with everything around it in the test's hands."""

    def __init__(self, folder: Path, rules: Rules, store: Store | None = None) -> None:
        self.rules = rules
        self.store = store or Store()
        self.posted: list[Event] = []
        self.post_error: Exception | None = None
        self.alive: dict[AttemptId, CallStage] = {}
        self.now = 1_000_000_000
        self.supervisor = Supervisor()
        self.log = EventLog(folder)
        self.dialer = Dialer(
            rules=rules,
            store=self.store,
            reader=FactReader(pools={SPRING.campaign: PoolId("sales")}, queues={}, agents={}),
            post=self._post,
            clock=self._clock,
            event_log=self.log,
            bounds=Bounds(lines=10, calls_per_s=4),
            alive=lambda: self.alive,
            supervisor=self.supervisor,
        )
        self.dialer.set_campaign(CampaignSet(at=0, settings=SPRING, state=CampaignState.RUNNING))

    def _post(self, event: Event) -> None:
        if self.post_error is not None:
            raise self.post_error
        self.posted.append(event)

    def _clock(self) -> int:
        self.now += 100_000
        return self.now

    async def __aenter__(self) -> Rig:
        self.supervisor.start("dialer", self.dialer.run(), essential=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.supervisor.stop()
        self.log.close()

    def connect(self) -> None:
        self.dialer.publish([ProviderChanged(at=self.now, provider="p", up=True)])

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 -- what is waited for sets no event
                await asyncio.sleep(0.005)
        assert condition(), what
