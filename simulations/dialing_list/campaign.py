"""A campaign over the list: planned, dialled day by day, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from dialer.analysis import Tried
from dialer.campaign import (
    CallerId,
    CampaignSettings,
    DispositionRule,
    ListShare,
    Mode,
    Schedule,
)
from dialer.floor import Floor
from dialer.ids import AgentId, CampaignId, ListId
from dialer.pacers import pacer_of
from dialer.pacing import Window
from dialer.planning import Plan, Volume, plan, volume
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Shift, Terms
from dialer.rehearsal_tally import MINUTE_US, Minute
from dialer.scheduling import is_open, next_change
from simulations.dialing.callees import SECOND_US, Manners, steady
from simulations.dialing_list.calling import (
    DECLINED,
    SOLD,
    Following,
    ListedPeople,
    PeopleWhoAnswer,
)
from simulations.dialing_list.odds import Known
from simulations.dialing_list.source import Person
from simulations.streams import Streams

ZONE = "Europe/Lisbon"
CAP = 0.03
_HOLDOUT_PARTS = 10_000
_LEAVE_AFTER_US = 120 * SECOND_US
_OVER_AFTER_US = 3_600 * SECOND_US
_MOST_DAYS = 60
_PASSES = 6
_UTILISATION = 0.86
"""What a plan takes for granted of twenty agents or so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a campaign is dialled with. ``order``: ``best``, ``file`` or ``random``.

    ``holdout``: the share of people who are never called. ``days``: at most, from Monday on.
    """

    agents: int = 20
    pacer: str = "look_ahead"
    order: str = "best"
    holdout: float = 0.1
    seed: int = 1
    days: int = 15
    begins: str = "2026-11-23"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a campaign.

    ``first``: what happened until everybody had been called once; afterwards agents mostly wait for
    leads to be due again, and would be lent to others. ``half_sales``: successes in the first half
    of the talks. ``done_at``: when the last lead was done with, None: days ran out.
    """

    setting: Setting
    settings: CampaignSettings
    people: tuple[Person, ...]
    held_out: tuple[Person, ...]
    tried: tuple[Tried, ...]
    states: dict[str, int]
    totals: Minute
    first: Minute
    first_hours: float
    plan: Plan
    volume: Volume
    begins_at: int
    done_at: int | None
    half_sales: int


def settings_of(setting: Setting) -> CampaignSettings:
    """Make the campaign: weekdays from 9 to 18, sales and refusals are final."""
    minutes = (9 * 60, 18 * 60)
    return CampaignSettings(
        campaign=CampaignId("term_deposits"),
        label="Term deposits",
        seller="bank",
        queue="sales",
        mode=Mode.PREDICTIVE,
        flow="sale",
        lists=(ListShare(list=ListId("telemarketing")),),
        caller_ids=(CallerId(number="+12125550199", proof="made up"),),
        pacer=setting.pacer,
        holdout=setting.holdout,
        schedule=Schedule(zone=ZONE, windows=tuple((day, *minutes) for day in range(5))),
        dispositions={
            SOLD: DispositionRule(code=SOLD, success=True, contact=True),
            DECLINED: DispositionRule(code=DECLINED, contact=True),
        },
        seed=setting.seed,
    )


def split(
    people: Sequence[Person], known: Sequence[Known], setting: Setting
) -> tuple[list[tuple[Person, Known]], list[Person]]:
    """Put people into the arm that is called and the one that is not: always the same ones."""
    bound = round(setting.holdout * _HOLDOUT_PARTS)
    called: list[tuple[Person, Known]] = []
    held: list[Person] = []
    for person, what in zip(people, known, strict=True):
        place = crc32(f"arm of {person.row.key}".encode()) % _HOLDOUT_PARTS
        if place < bound:
            held.append(person)
        else:
            called.append((person, what))
    return called, held


def ordered(called: Sequence[tuple[Person, Known]], setting: Setting) -> list[int]:
    """Give the order in which people are called for the first time."""
    places = list(range(len(called)))
    if setting.order == "best":
        places.sort(key=lambda place: -called[place][1].worth)
    elif setting.order == "random":
        Streams(setting.seed).of("dialing_list", "order").shuffle(places)
    return places


def dial(people: Sequence[Person], known: Sequence[Known], setting: Setting) -> Outcome:
    """Plan the campaign, and dial it until everybody is done with or the days run out."""
    settings = settings_of(setting)
    called, held = split(people, known, setting)
    average = sum(what.answers for _, what in called) / max(1, len(called))
    leads = ListedPeople(called, ordered(called, setting), settings, average)
    begins_at = _instant(setting.begins)
    expected, planned = _planned(called, settings, setting, begins_at)
    handle = Manners(answer=steady(average), handle_s=_handle_s(called))
    pacer = pacer_of(setting.pacer)
    totals, first, done_at, at = Minute(), Minute(), None, begins_at
    for day in range(_MOST_DAYS):
        opens, closes = _next_day(settings.schedule, at)
        if done_at is not None or opens >= begins_at + setting.days * 86_400 * SECOND_US:
            break
        at = closes + _OVER_AFTER_US
        due = leads.next_due_at()
        if due is None or due >= closes:
            continue
        leads.closes_at = closes
        seed = setting.seed * 1_000 + day
        world = PeopleWhoAnswer(handle, seed, opens, leads)
        live, abandoned = totals.live, totals.abandoned
        rehearsal = Rehearsal(
            pacer=Following(pacer, world),
            world=world,
            leads=leads,
            terms=Terms(
                calls_per_s=float(setting.agents),
                windows=(Window(policy="30 days", cap=CAP, live=live, abandoned=abandoned),),
            ),
            start_at=opens,
            floor=Floor(),
            shifts=_shifts(setting.agents, opens, closes),
        )
        rehearsal.run(closes + _OVER_AFTER_US)
        totals.add(rehearsal.totals)
        for place, minute in enumerate(rehearsal.minutes):
            begun = opens + place * MINUTE_US
            if begun < min(closes, leads.fresh_until or closes):
                first.add(minute)
        if leads.next_due_at() is None:
            done_at = rehearsal.now
    return Outcome(
        setting=setting,
        settings=settings,
        people=tuple(person for person, _ in called),
        held_out=tuple(held),
        tried=tuple(leads.tried),
        states=leads.states(),
        totals=totals,
        first=first,
        first_hours=first.staffed_s / 3_600 / setting.agents,
        plan=planned,
        volume=expected,
        begins_at=begins_at,
        done_at=done_at,
        half_sales=_half_sales(leads.tried),
    )


def _planned(
    called: Sequence[tuple[Person, Known]],
    settings: CampaignSettings,
    setting: Setting,
    begins_at: int,
) -> tuple[Volume, Plan]:
    """Plan with what is known beforehand: of those left after each attempt, who will answer."""
    left = [what.answers for _, what in called]
    rates: list[float] = []
    weights = [1.0] * len(left)
    for _ in range(_PASSES):
        rates.append(
            sum(w * p for w, p in zip(weights, left, strict=True)) / max(1e-9, sum(weights))
        )
        weights = [w * (1 - p) for w, p in zip(weights, left, strict=True)]
    expected = volume(len(called), rates, _PASSES)
    made = plan(
        expected,
        settings.schedule,
        begins_at,
        agents=lambda _: setting.agents,
        handle_us=round(_handle_s(called) * SECOND_US),
        utilisation=_UTILISATION,
    )
    return expected, made


def _handle_s(called: Sequence[tuple[Person, Known]]) -> float:
    """Talk and wrap-up on average; that of the whole list, as an earlier campaign would tell."""
    talk = sum(person.talk_s for person, _ in called) / max(1, len(called))
    return talk + min(15.0, 0.2 * talk)


def _shifts(agents: int, opens: int, closes: int) -> tuple[Shift, ...]:
    names = [AgentId(f"agent{number}") for number in range(1, agents + 1)]
    comes = [Shift(at=opens, agent=name, comes=True) for name in names]
    goes = [Shift(at=closes + _LEAVE_AFTER_US, agent=name, comes=False) for name in names]
    return (*comes, *goes)


def _next_day(schedule: Schedule, at: int) -> tuple[int, int]:
    """Give the next stretch in which the campaign runs."""
    opens = at
    while not is_open(schedule, opens):
        opens = next_change(schedule, opens) or opens + 86_400 * SECOND_US
    return opens, next_change(schedule, opens) or opens + 86_400 * SECOND_US


def _instant(day: str) -> int:
    begins = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(ZONE)) + timedelta(hours=9)
    return round(begins.timestamp()) * SECOND_US


def _half_sales(tried: Sequence[Tried]) -> int:
    """Count the sales of the first half of all talks."""
    talks = [each for each in tried if each.disposition]
    talks.sort(key=lambda each: each.end.at if each.end else 0)
    return sum(each.success for each in talks[: len(talks) // 2])
