"""Why so many calls are dialled now, and why a lead is not: as codes, and in words.

Everything is told from what was decided, or from what storage and gate say of a lead; nothing is
computed again, so an explanation cannot differ from what was done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.campaign import CampaignSettings, CampaignState, Mode
from dialer.hopper import waits_for
from dialer.lead import Lead, LeadState
from dialer.messages import Told
from dialer.pacing import Window
from dialer.policy import GateVerdict
from dialer.scheduling import is_open, next_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: a code for programs, and a sentence for people."""

    code: str
    words: str


_DIALLED: Mapping[str, str] = {
    "idle": "One call for each idle agent is all there is to dial.",
    "ratio": "The lines that ring are brought up to the ratio that was set.",
    "per_agent": "All lines together are brought up to the ratio to agents who are there.",
    "risk": "One more call would find no agent in time more often than is allowed now.",
    "room": "There is no more room: lines, calls per second, or leads at hand.",
    "keep_free": "One more call would take one of the agents who are to be left free.",
    "few_agents": "There are too few agents for more than one call for each who is idle.",
    "trunk_share": "The campaign has its share of all lines.",
    "share": "Other campaigns of the pool have their share of its agents.",
    "no_agents": "Nobody is there to take a call.",
    "ledger_soft": "One more abandoned call would break a cap, so less is risked.",
    "ledger_firm": "A cap on abandoned calls is broken by a little, so hardly anything is risked.",
    "ledger_hard": "A cap on abandoned calls is broken: only idle agents are dialled for.",
    "ledger_low": "A cap on abandoned calls is near, so less is risked.",
    "level": "The lines are brought up to the level that was adapted.",
    "between_rounds": "This pacer dials in rounds, and it is not time for one.",
    "mean": "As many as the agents who are expected to be free can take on average.",
}

_STATES: Mapping[CampaignState, str] = {
    CampaignState.DRAFT: "The campaign has not been started.",
    CampaignState.SCHEDULED: "The campaign waits for its time.",
    CampaignState.PAUSED: "The campaign is paused.",
    CampaignState.DRAINING: "The campaign is coming to its end: no new calls are made.",
    CampaignState.STOPPED: "The campaign is stopped.",
    CampaignState.COMPLETE: "The campaign is complete.",
}

_LEADS: Mapping[LeadState, str] = {
    LeadState.CLAIMED: "It is at hand and will be dialled when there is an agent for it.",
    LeadState.DIALLING: "It is being called now.",
    LeadState.PARKED: "A person has to look at it before it is called again.",
    LeadState.DONE: "It is done.",
    LeadState.EXHAUSTED: "The attempts that its rules allow are used up.",
    LeadState.SUPPRESSED: "It may not be called.",
}

_GATE: Mapping[str, str] = {
    "suppressed": "the party or number is on a do-not-call list ({0})",
    "hours": "it is not within the hours of the law and the house, where the party may be",
    "cap": "it was called as often as {0} allows",
    "quiet": "the party was talked to, and {0} asks for quiet after that",
    "lock_abandoned": "an earlier call was abandoned, and now an agent has to be sure",
    "lock_machine": "a machine answered today",
    "day_part": "it was called in this part of its day, {0}, as often as the campaign does",
    "no_day_part": "it is between the parts of the day in which the campaign calls",
    "consent": "consent is missing ({0})",
    "open_attempt": "an attempt on the number or party goes on",
    "caller_id": "there is no number that may be shown ({0})",
    "zone_unknown": "nobody knows which time it is there",
    "number": "the number is none",
    "dead_number": "the number was found to be out of use",
    "party": "the party is not known",
    "rnd": "the number may belong to somebody else by now",
    "dnc_stale": "the do-not-call list {0} is too old",
    "policy": "a rule book is missing ({0})",
    "token": "somebody else has claimed the lead meanwhile",
    "storage": "storage did not answer",
}


def why_so_many(
    settings: CampaignSettings,
    state: CampaignState,
    told: Told | None,
    now: int,
    windows: Iterable[Window] = (),
) -> tuple[Reason, ...]:
    """Explain the last decision of a campaign; `told` None: there was none yet.

    ``windows``: where it stands with its caps.
    """
    found = list(_held_up(settings, state, now))
    if told is None:
        return (*found, Reason(code="undecided", words="Nothing was decided yet."))
    decision = told.decision
    calls = "1 call" if decision.dial == 1 else f"{decision.dial} calls"
    found.append(
        Reason(
            code="dial",
            words=f"{calls} dialled: {told.idle} of {told.agents} agents are idle, "
            f"{told.ringing} calls ring, {told.waiting} people wait, {told.talking} talk, "
            f"{told.buffered} leads are at hand.",
        )
    )
    if decision.why:
        words = _DIALLED.get(decision.why, f"The number was bound by {decision.why}.")
        found.append(Reason(code=decision.why, words=words))
    if decision.shed:
        words = f"{len(decision.shed)} ringing calls are rung off: agents are missing for them."
        found.append(Reason(code="shed", words=words))
    numbers = decision.numbers
    if "risk" in numbers and "alpha" in numbers:
        words = (
            f"The risk that one more call finds nobody is {numbers['risk']:.1%}; "
            f"{numbers['alpha']:.1%} is allowed."
        )
        found.append(Reason(code="numbers", words=words))
    if "answer_rate" in numbers:
        words = f"{numbers['answer_rate']:.0%} of calls are expected to be answered in person."
        found.append(Reason(code="answer_rate", words=words))
    found += _asked_for(numbers)
    most = max(windows, key=lambda each: each.false_machines, default=None)
    if most is not None and most.false_machines:
        words = (
            f"Of {most.abandoned} abandoned calls that {most.policy} counts, {most.false_machines}"
            " are people who were taken for machines, by estimate."
        )
        found.append(Reason(code="false_machines", words=words))
    return tuple(found)


def _asked_for(numbers: Mapping[str, float]) -> list[Reason]:
    """Tell what people had asked for that a decision was held to."""
    found: list[Reason] = []
    free = numbers.get("keep_free")
    if free:
        words = f"{free:.0f} agents are to be left free"
        slack = numbers.get("slack")
        words += f"; {slack:.1f} will be, on average." if slack is not None else "."
        found.append(Reason(code="kept_free", words=words))
    if least := numbers.get("predictive_from"):
        words = f"With fewer than {least:.0f} agents there is one call for each who is idle."
        found.append(Reason(code="one_to_one", words=words))
    if expected := numbers.get("inbound_per_s"):
        words = f"Agents are left for {60 * expected:.1f} calls from outside a minute, as weighed."
        found.append(Reason(code="inbound", words=words))
    if aimed := numbers.get("target_now"):
        words = f"{aimed:.1%} abandoned are aimed at now; less and less to the end of the shift."
        found.append(Reason(code="tapers", words=words))
    return found


def why_not(
    settings: CampaignSettings,
    campaign_state: CampaignState,
    lead: Lead,
    state: LeadState,
    now: int,
    *,
    gate: GateVerdict | None = None,
    held_out: bool = False,
) -> tuple[Reason, ...]:
    """Explain why a lead is not dialled now; empty when nothing but its turn is missing.

    ``gate``: what the gate would say now, None when it was not asked. ``held_out``: it belongs to
    the arm that is never called.
    """
    found: list[Reason] = []
    if state is not LeadState.OPEN:
        words = _LEADS[state]
        if lead.last_disposition:
            words = f"{words} The last disposition was {lead.last_disposition}."
        found.append(Reason(code=f"lead:{state.value}", words=words))
    if state in (LeadState.DONE, LeadState.EXHAUSTED, LeadState.SUPPRESSED, LeadState.DIALLING):
        return tuple(found)
    if held_out:
        words = "It is one of those who are not called, to measure what calling achieves."
        found.append(Reason(code="held_out", words=words))
    found += _held_up(settings, campaign_state, now)
    found += _of_list(settings, lead)
    if lead.due_at > now:
        words = f"It is due again at {_clock(lead.due_at, _zone(lead))}."
        found.append(Reason(code="due_later", words=words))
    found += _promised(lead, now)
    if not any(not each.dead for each in lead.numbers):
        found.append(Reason(code="no_number", words="None of its numbers is in use."))
    found += _gated(lead, gate)
    return tuple(found)


def gate_reason(code: str) -> Reason:
    """Word one reason of the gate."""
    name, _, detail = code.partition(":")
    words = _GATE.get(name, code).format(detail or "none").replace(" (none)", "")
    return Reason(code=f"gate:{code}", words=f"The gate says no: {words}.")


def _gated(lead: Lead, gate: GateVerdict | None) -> list[Reason]:
    if gate is None or gate.allowed:
        return []
    words = "That does not change by itself."
    if gate.next_at is not None:
        words = f"It may be possible from {_clock(gate.next_at, _zone(lead))}."
    return [*map(gate_reason, gate.reasons), Reason(code="gate:next", words=words)]


def _promised(lead: Lead, now: int) -> list[Reason]:
    owner = waits_for(lead, now)
    if owner is None or lead.callback is None:
        return []
    until = _clock(lead.callback.due_at + lead.callback.fallback_us, _zone(lead))
    return [Reason(code="promised", words=f"{owner} promised to call; from {until} anybody may.")]


def _held_up(settings: CampaignSettings, state: CampaignState, now: int) -> list[Reason]:
    """What keeps the whole campaign from dialling."""
    if state is not CampaignState.RUNNING:
        return [Reason(code=f"campaign:{state.value}", words=_STATES[state])]
    if settings.mode is Mode.MANUAL:
        words = "The campaign calls only whom agents ask for."
        return [Reason(code="manual", words=words)]
    if not is_open(settings.schedule, now):
        opens = next_change(settings.schedule, now)
        zone = settings.schedule.zone
        words = "The campaign's schedule is closed"
        words += "." if opens is None else f" until {_clock(opens, zone)}."
        return [Reason(code="schedule", words=words)]
    return []


def _of_list(settings: CampaignSettings, lead: Lead) -> list[Reason]:
    share = next((each for each in settings.lists if each.list == lead.list), None)
    if share is None:
        return [Reason(code="list:other", words=f"The campaign has no list {lead.list}.")]
    if not share.on:
        return [Reason(code="list:off", words=f"The list {lead.list} is turned off.")]
    return []


def _zone(lead: Lead) -> str:
    return next((zone for each in lead.numbers for zone in each.zones), "UTC")


def _clock(at: int, zone: str) -> str:
    local = datetime.fromtimestamp(at / 1e6, ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} ({zone})"
