"""Everything that may be written about queues, agents and the center, and what becomes of it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from contact_center.content.center import load_content
from contact_center.content.center_context import ConditionShape, ContextRuleShape
from contact_center.content.center_queue_shapes import (
    AnnouncementsShape,
    CallbacksShape,
    OverflowShape,
    QueueShape,
    StepShape,
    WrapUpShape,
)
from contact_center.content.center_shapes import AgentShape, MembershipShape, TimingShape
from contact_center.content.shapes import Shape
from contact_center.core.configuration import CenterConfiguration, Discipline, Timing
from contact_center.core.context import Comparison, Condition, ContextRule
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.ivr.flow import Speech
from contact_center.core.queue_settings import (
    Absence,
    AfterNoAnswer,
    AgentSettings,
    BackOff,
    Callbacks,
    Channel,
    ChannelLimit,
    IdleClock,
    KeepBack,
    Membership,
    Order,
    Overflow,
    OverflowWhen,
    QueueSettings,
    Recording,
    WaitStep,
    WrapUp,
    WrapUpMode,
)
from contact_center.core.strategies import STRATEGIES
from contact_center.core.waiting_room import WaitingRoom
from tests.content.samples import CENTER, broken, problems_of, sources

S = 1_000_000
M = 60 * S

QUEUE = """\
    label: Sales
    channel: chat
    music: jazz
    order: lifo
    strategy: fewest_calls
    idle_clock: last_inbound
    declined_restarts_clock: false
    auto_answer: true
    pausable: false
    window: 2h
    ring: 30s
    ring_most: 3
    ring_step: 7s
    score_within: 250ms
    max_waiting: 40
    max_wait: 12m
    when_empty: {refuse: [paused, wrap_up], evict: false}
    wrap_up: {mode: discretionary, for: 20s, most: 5m, extend: 90s, early: false}
    priority: 4
    weight: 2
    aging: {slope: 1.5, ceiling: 10m}
    promote_after: 20m
    share: 3
    skills: {es: 3}
    require: es < 90
    steps:
      - {after: 30s, require: es >= 1, priority: 2}
      - {after: 60s, expected_over: 5m, boost: 2m}
    keep_back: [{skill: es, keep: 2, until: 45s}]
    overflow:
      - {when: length, waiting: 30, to: more}
      - {when: expected, over: 10m}
      - {when: no_agents, to: more}
      - {when: closed}
      - {when: waited, after: 4m, to: more}
      - {when: service_level, under: 70, to: more}
    calendar: shop
    redial: 90s
    counts_from: call
    prefer: last_agent
    prefer_for: 15s
    callbacks:
      {attempts: 2, retry: 5m, ring: 25s, within: shop, most: 9, counted: false, ahead: 48h,
       at_once: 2}
    recording: {pausable: false}
    expected_handle: 3m
    service_level: 30s
    short_abandon: 4s
    announcements:
      greeting: {en-US: You are in the queue., es-US: Usted está en la cola.}
      comfort:
        say:
          - {en-US: Thank you for waiting., es-US: Gracias por esperar.}
          - [{silence: 1s}]
        first: 15s
        every: 40s
        random: true
      first: 12s
      every: 50s
      position: {most: 5, only_better: true}
      expected_wait: {most: 20m, round: 30s}
      keys: {1: callback, 2: outside}
      offer:
        say: {en-US: Press 1 to be called back., es-US: Oprima 1 para que le llamemos.}
        every: 80s
      whisper: {text: {en-US: A sales call., es-US: Una venta.}}
"""
AGENT = """\
  bob:
    name: Bob Roe
    login: bob
    extension: 1002
    queues: [more, {queue: sales, tier: 2, delay: 20s, prefer: 1}]
    skills: {es: 0}
    after_no_answer: back_off
    no_answers: 3
    back_off: {declined: 1s, busy: 2s, no_answer: 3s, unregistered: 4s, failed: 5s}
    ring: 12s
    wrap_up: 0s
    capacity: 60
    channels: {voice: 60, chat: {cost: 20, most: 3}}
    idle_grace: 10s
    weight: 5
    supervises: true
    auto_answer: true
"""
HEADER = """\
discipline: fixed_ratio
weight_worth: 20s
seed: 7
agents_see_listeners: true
dial_countries: [US]
timing:
  back_off: {declined: 2s, busy: 3s, no_answer: 4s, unregistered: 5s, failed: 6s}
  desk_grace: 31s
  device_grace: 32s
  max_call: 2h
  setup: 11s
  least_talk: 700ms
  lookup: 1500ms
  park: 3m
context:
  - {when: {tier: [Gold, Platinum]}, boost: 2m}
  - {when: {open_case: yes, balance: {at_least: 1000, at_most: "2e3"}, churn: {not: low}},
     queues: [sales], priority: 20, require: es >= 5}
"""


def whole() -> CenterConfiguration:
    queue = CENTER[CENTER.index("    label: Sales\n") : CENTER.index("    script:")]
    center = broken(CENTER, queue, QUEUE)
    bob = CENTER[CENTER.index("  bob:") : CENTER.index("calendars:")]
    center = broken(center, bob, AGENT)
    center = broken(center, "agents:\n", "  more: {label: More}\nagents:\n")
    return load_content(sources(HEADER + center)).configuration


def with_queue(line: str) -> QueueSettings:
    center = broken(CENTER, "    ring: 20s\n", f"    {line}\n")
    return load_content(sources(center)).configuration.queues[QueueId("sales")]


def with_agent(line: str) -> AgentSettings:
    center = broken(CENTER, "queues: [sales]}", f"queues: [sales], {line}}}")
    return load_content(sources(center)).configuration.agents[AgentId("bob")]


def as_by_default(made: Any) -> list[str]:
    """The fields of a dataclass that are as they are without being written."""
    found = []
    for field in dataclasses.fields(made):
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        if getattr(made, field.name) == default:
            found.append(field.name)
    return found


def test_every_setting_can_be_written() -> None:
    center = whole()
    assert [center.dials(n) for n in ("+14155550123", "+442079460000")] == [True, False]
    sales, bob = center.queues[QueueId("sales")], center.agents[AgentId("bob")]
    room = center.rooms[QueueId("sales")]
    parts = [sales, sales.wrap_up, sales.callbacks, sales.recording, bob, bob.back_off]
    parts += [center.timing, center.timing.back_off]
    assert {type(part).__name__: as_by_default(part) for part in parts} == {
        type(part).__name__: [] for part in parts
    }
    assert as_by_default(room) == ["position", "expected"]
    assert as_by_default(center) == ["unknown_number", "apology"]


def test_a_queue_becomes_what_is_written() -> None:
    made = whole().queues[QueueId("sales")]
    more = QueueId("more")
    assert (made.channel, made.order, made.strategy) == (Channel.CHAT, Order.LIFO, "fewest_calls")
    assert (made.idle_clock, made.window_us) == (IdleClock.LAST_INBOUND, 120 * M)
    assert (made.declined_restarts_clock, made.pausable) == (False, False)
    assert (made.ring_us, made.ring_most, made.ring_step_us) == (30 * S, 3, 7 * S)
    assert made.absent_at_entry == {Absence.PAUSED, Absence.WRAP_UP}
    assert made.absent_waiting is None
    assert made.wrap_up == WrapUp(
        mode=WrapUpMode.DISCRETIONARY, us=20 * S, most_us=5 * M, extend_us=90 * S, early=False
    )
    assert (made.priority, made.weight, made.slope, made.ceiling_us) == (4, 2, 1_500, 10 * M)
    assert made.requirement == "es >= 3 and es < 90"
    assert made.steps == (
        WaitStep(after_us=30 * S, requirement="es >= 1", band=2),
        WaitStep(after_us=60 * S, over_expected_us=5 * M, boost_us=2 * M),
    )
    assert made.keep_back == (KeepBack(skill="es", keep=2, until_us=45 * S),)
    assert made.overflow == (
        Overflow(when=OverflowWhen.LENGTH, most=30, to=more),
        Overflow(when=OverflowWhen.EXPECTED, us=10 * M),
        Overflow(when=OverflowWhen.NO_AGENTS, to=more),
        Overflow(when=OverflowWhen.CLOSED),
        Overflow(when=OverflowWhen.WAITED, us=4 * M, to=more),
        Overflow(when=OverflowWhen.SERVICE_LEVEL, percent=70, to=more),
    )
    assert (made.calendar, made.redial_us) == ("shop", 90 * S)
    assert (made.prefer, made.prefer_us) == ("last_agent", 15 * S)
    assert made.callbacks == Callbacks(
        attempts=2,
        retry_us=5 * M,
        ring_us=25 * S,
        within="shop",
        most=9,
        counted=False,
        ahead_us=48 * 60 * M,
        at_once=2,
    )
    assert made.recording == Recording(on=True, pausable=False)


def test_announcements_become_a_waiting_room() -> None:
    room = whole().rooms[QueueId("sales")]
    assert [type(part) for part in room.greeting] == [Speech]
    assert room.greeting[0].texts["es-US"] == "Usted está en la cola."
    assert [len(said) for said in room.comfort] == [1, 1]
    assert room.comfort[1][0].ms == 1_000
    assert (room.comfort_first_us, room.comfort_every_us) == (15 * S, 40 * S)
    assert (room.announce_first_us, room.announce_every_us) == (12 * S, 50 * S)
    assert (room.position_most, room.only_better) == (5, True)
    assert (room.expected_most_us, room.round_us) == (20 * M, 30 * S)
    assert room.keys == {"1": "callback", "2": "outside"}
    assert room.offer_every_us == 80 * S
    assert room.whisper[0].texts["en-US"] == "A sales call."


def test_an_agent_becomes_what_is_written() -> None:
    bob = whole().agents[AgentId("bob")]
    assert bob.queues == (QueueId("more"), QueueId("sales"))
    assert bob.members == (
        Membership(queue=QueueId("sales"), tier=2, delay_us=20 * S, preference=1),
    )
    assert bob.skills == {"es": 0}
    assert (bob.after_no_answer, bob.no_answers) == (AfterNoAnswer.BACK_OFF, 3)
    assert (bob.ring_us, bob.wrap_up_us, bob.capacity) == (12 * S, 0, 60)
    assert bob.supervises
    assert bob.auto_answer
    assert bob.channels == {
        Channel.VOICE: ChannelLimit(cost=60),
        Channel.CHAT: ChannelLimit(cost=20, most=3),
    }
    assert bob.back_off == BackOff(
        declined_us=S,
        busy_us=2 * S,
        no_answer_us=3 * S,
        unregistered_us=4 * S,
        failed_us=5 * S,
    )


def test_the_center_s_own_bounds_become_what_is_written() -> None:
    center = whole()
    assert (center.discipline, center.weight_us, center.seed) == (
        Discipline.FIXED_RATIO,
        20 * S,
        7,
    )
    assert center.timing == Timing(
        back_off=BackOff(
            declined_us=2 * S,
            busy_us=3 * S,
            no_answer_us=4 * S,
            unregistered_us=5 * S,
            failed_us=6 * S,
        ),
        desk_grace_us=31 * S,
        device_grace_us=32 * S,
        max_call_us=120 * M,
        setup_us=11 * S,
        least_talk_us=700_000,
        lookup_us=1_500_000,
        park_us=3 * M,
    )


def test_what_is_known_of_callers_becomes_rules() -> None:
    gold, case = whole().context
    tier = Condition(attribute="tier", comparison=Comparison.IS, values=("Gold", "Platinum"))
    assert gold == ContextRule(when=(tier,), boost_us=2 * M)
    assert [(c.attribute, c.comparison.value, c.values) for c in case.when] == [
        ("open_case", "is", ("yes",)),
        ("balance", "at_least", ("1000",)),
        ("balance", "at_most", ("2e3",)),
        ("churn", "is_not", ("low",)),
    ]
    assert (case.queues, case.priority, case.require) == (("sales",), 20, "es >= 5")


def test_what_is_not_written_is_as_the_core_has_it() -> None:
    center = load_content(sources()).configuration
    sales, bob = center.queues[QueueId("sales")], center.agents[AgentId("bob")]
    written = {"label": "Sales", "queue": "sales", "requirement": "es >= 3"}
    rest = dataclasses.replace(sales, script=(), dispositions=())
    assert rest == QueueSettings(**written)  # type: ignore[arg-type]
    assert bob == AgentSettings(
        agent=AgentId("bob"), name="Bob Roe", device="1002", queues=(QueueId("sales"),)
    )
    assert center.rooms == {}
    assert center.timing == Timing()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_can_be_chosen(strategy: str) -> None:
    assert with_queue(f"strategy: {strategy}").strategy == strategy


@pytest.mark.parametrize(
    ("line", "entry", "waiting"),
    [
        ("when_no_agents: leave", frozenset(), frozenset()),
        ("when_no_agents: wait", None, None),
        ("when_empty: true", frozenset(), frozenset()),
        ("when_empty: false", None, None),
        ("when_empty: [paused]", {Absence.PAUSED}, {Absence.PAUSED}),
        ("when_empty: {evict: false}", frozenset(), None),
    ],
)
def test_a_queue_says_when_it_counts_as_empty(line: str, entry: Any, waiting: Any) -> None:
    made = with_queue(line)
    assert (made.absent_at_entry, made.absent_waiting) == (entry, waiting)


def test_wrap_up_may_be_a_duration_and_raises_its_bound_with_it() -> None:
    assert with_queue("wrap_up: 40s").wrap_up == WrapUp(us=40 * S)
    assert with_queue("wrap_up: 15m").wrap_up == WrapUp(us=15 * M, most_us=15 * M)


def test_callbacks_and_recording_may_be_switched_on_as_they_are() -> None:
    assert with_queue("callbacks: true").callbacks == Callbacks()
    assert with_queue("callbacks: false").callbacks is None
    assert with_queue("recording: true").recording == Recording(on=True)


def test_one_duration_is_the_rest_after_everything_but_a_lost_phone() -> None:
    assert with_agent("back_off: 8s").back_off == BackOff(
        declined_us=8 * S, busy_us=8 * S, no_answer_us=8 * S, failed_us=8 * S
    )


def test_voice_takes_an_agent_whole_whatever_their_capacity() -> None:
    assert with_agent("capacity: 40").channels == {Channel.VOICE: ChannelLimit(cost=40)}


def test_a_queue_that_only_one_flow_leads_to_needs_that_flow_s_languages() -> None:
    flow = sources()["shop.yaml"]
    other = broken(flow, "flow: shop", "flow: other")
    other = other.replace("queue: sales", "queue: more").replace("es-US", "fr-FR")
    center = broken(CENTER, "flows: [shop.yaml]", "flows: [shop.yaml, other.yaml]")
    more = (
        "  more: {label: More, announcements: {greeting: {en-US: Hi., fr-FR: Salut.}}}\nagents:\n"
    )
    center = broken(center, "agents:\n", more)
    center = broken(center, "1001, queues: [sales]", "1001, queues: [sales, more]")
    made = load_content({**sources(center), "other.yaml": other})
    assert set(made.configuration.rooms[QueueId("more")].greeting[0].texts) == {"en-US", "fr-FR"}


def test_a_queue_has_a_waiting_room_only_when_it_has_announcements() -> None:
    assert problems_of() == ()
    assert load_content(sources()).configuration.rooms == {}
    center = broken(CENTER, "    ring: 20s\n", "    announcements: {}\n")
    assert load_content(sources(center)).configuration.rooms == {QueueId("sales"): WaitingRoom()}


# --- the page about it ---------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "queues.md").read_text(encoding="utf-8")
SHAPES = [QueueShape, AgentShape, TimingShape, AnnouncementsShape, WrapUpShape, StepShape]
SHAPES += [OverflowShape, CallbacksShape, MembershipShape, ContextRuleShape, ConditionShape]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_setting_is_on_the_page(shape: type[Shape]) -> None:
    names = [field.alias or name for name, field in shape.model_fields.items()]
    assert [name for name in names if not re.search(rf"[`{{ ]{name}\b", PAGE)] == []
    assert [name for name in STRATEGIES if f"`{name}`" not in PAGE] == []


def test_the_example_on_the_page_loads_without_a_warning() -> None:
    (center,) = re.findall(r"```yaml center\n(.*?)```", PAGE, re.S)
    loaded = load_content(sources(center))
    assert [str(w) for w in loaded.warnings if w.code != "E111"] == []
    assert loaded.configuration.queues[QueueId("sales")].prefer == "last_agent"
