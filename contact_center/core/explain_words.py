"""Explanations in English: one sentence a reason."""

from collections.abc import Callable, Mapping

from contact_center.core.reasons import Explanation, Reason, Value

_STATES = {
    "free": "free",
    "ringing": "being rung",
    "talking": "talking",
    "wrap_up": "in wrap-up",
    "resting": "resting after an offer that failed",
    "outside": "on the phone elsewhere",
    "full": "at other work",
    "paused": "on a break",
    "paused_here": "on a break from this queue",
    "logged_out": "logged out",
    "phone_lost": "without a phone",
    "delayed": "asked only later",
    "kept_back": "kept back for others",
    "gave_back": "who gave the caller back a moment ago",
}
STRATEGIES_MEAN = {
    "longest_idle": "has been idle longest",
    "ring_all": "is rung together with all others",
    "progressive": "is next of those rung one after the other",
    "fewest_calls": "had the fewest calls of late",
    "least_talk_time": "talked least of late",
    "round_robin": "is next in turn",
    "linear": "comes first in the configuration",
    "top_down": "comes after those who were asked already",
    "random": "was drawn by lot",
    "weighted_random": "was drawn by lot, by weight",
    "best_skilled": "is best at what was asked for",
    "least_skilled": "has the fewest other skills",
    "external": "was scored best from outside",
}
DISCIPLINES_MEAN = {
    "aging": "has waited longest, head starts and slopes counted",
    "fixed_ratio": "is first in the queue that exceeds its share by most",
    "cost": "costs most by waiting on",
}

Values = Mapping[str, Value]


def words(explained: Explanation) -> list[str]:
    """Say an explanation, a sentence a reason, the one that counts most first."""
    return [sentence(reason) for reason in explained.reasons]


def sentence(reason: Reason) -> str:
    """Say one reason."""
    say = _SENTENCES.get(reason.code)
    return say(reason.values) if say is not None else f"{reason.code}."


def span(value: Value) -> str:
    """Say how long something is: ``40 s``, ``3 min``, ``2 h 5 min``."""
    seconds = round((value if isinstance(value, int) else 0) / 1_000_000)
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _list(value: Value) -> str:
    return ", ".join(value) if isinstance(value, (list, tuple)) else str(value)


def _counts(values: Values) -> str:
    said = []
    for state, word in _STATES.items():
        count = values.get(state)
        if isinstance(count, int) and count:
            names = values.get(f"{state}_agents")
            more = ", ..." if isinstance(names, list) and len(names) < count else ""
            said.append(f"{count} {word} ({_list(names)}{more})")
    return "; ".join(said)


def _after(values: Values) -> str:
    return f" for {span(values['left_us'])} more" if values.get("left_us") is not None else ""


def _step(values: Values) -> str:
    asked = values["requirement"]
    changes = []
    if asked is not None:
        changes.append(f"only {asked} is asked for" if asked else "anybody may serve the caller")
    if values["band"]:
        changes.append(f"the band rises by {values['band']}")
    if values["boost_us"]:
        changes.append(f"the caller gains {span(values['boost_us'])}")
    only = values["only_if_over_us"]
    when = f", if more than {span(only)} is still to be expected" if only is not None else ""
    return f"In {span(values['left_us'])} {' and '.join(changes) or 'nothing changes'}{when}."


def _job(values: Values) -> str:
    left = values["left_us"]
    for_ = span(values["for_us"])
    work = {
        "offered": f"The phone rings for call {values['call']} since {for_}.",
        "connecting": f"They are being connected with call {values['call']}.",
        "talking": f"They have been at call {values['call']} of {values['queue']} for {for_}.",
        "wrap_up": f"They are in wrap-up of call {values['call']}, for {span(left)} more at most.",
    }
    return work.get(str(values["work"]), f"They are at {values['work']}.")


def _first_agent(values: Values) -> str:
    mean = STRATEGIES_MEAN.get(str(values["strategy"]), f"is first by {values['strategy']}")
    return (
        f"{values['agents']} agents who may serve the caller were free;"
        f" {values['agent']} {mean} ({values['strategy']})."
    )


def _first_caller(values: Values) -> str:
    mean = DISCIPLINES_MEAN.get(str(values["strategy"]), f"is first by {values['strategy']}")
    if values["callers"] == 1:
        return f"{values['agent']} became free, and this was the only caller for them."
    return (
        f"{values['agent']} became free; of {values['callers']} callers for them,"
        f" this one {mean} ({values['strategy']})."
    )


def _lacking(values: Values) -> str:
    return f"{values['count']} callers ask for skills they lack: {_list(values['requirements'])}."


def _counted(text: str) -> Callable[[Values], str]:
    return lambda values: text.format(count=values["count"])


_SENTENCES: dict[str, Callable[[Values], str]] = {
    # a waiting caller
    "provider_down": lambda v: "The phone system is out of reach; clocks of calls stand still.",
    "phone_rings": lambda v: f"The phone of {v['agent']} rings for the caller{_after(v)}.",
    "named": lambda v: (
        f"The caller is held for {v['agent']}, who is {_STATES[str(v['agent_is'])]},{_after(v)}."
    ),
    "score_awaited": lambda v: f"Scores from outside are awaited{_after(v)}.",
    "nobody_serves_the_queue": lambda v: f"No agent is configured to serve {v['queue']}.",
    "nobody_has_the_skills": lambda v: (
        f"No agent of {v['queue']} has what is asked for: {v['requirement']}."
    ),
    "nobody_is_there": lambda v: f"Nobody is there of the {v['able']} who could: {_counts(v)}.",
    "all_are_busy": lambda v: f"All of the {v['able']} who could are busy: {_counts(v)}.",
    "able": lambda v: f"{v['able']} agents could serve the caller: {_counts(v)}.",
    "delayed": lambda v: (
        f"{_list(v['agents'])} may be asked only after the caller waited longer,"
        f" in {span(v['left_us'])}."
    ),
    "kept_back": lambda v: (
        f"{_list(v['agents'])} are kept back, as {v['keep']} with {v['skill']} are to stay free,"
        f"{_after(v)}."
    ),
    "others_are_before": lambda v: (
        f"{v['before']} callers are before this one for the same agents: {_list(v['calls'])}."
    ),
    "next_step": _step,
    "goes_first": lambda v: f"In {span(v['left_us'])} nobody may overtake the caller any more.",
    "overflow": lambda v: f"In {span(v['left_us'])} the caller may be sent on.",
    "longest_wait": lambda v: f"In {span(v['left_us'])} the wait ends, answered or not.",
    # a call that does not wait
    "offered": lambda v: "The call has just come in.",
    "ivr": lambda v: "The caller is in the flow and waits for nobody.",
    "waiting": lambda v: f"The call is about to wait in {v['queue']}.",
    "offering": lambda v: f"The phone of {v['agent']} rings for the call.",
    "connecting": lambda v: f"The call is being connected with {v['agent']}.",
    "talking": lambda v: f"The caller talks with {v['agent']}.",
    "held": lambda v: f"{v['agent']} has the caller on hold.",
    "dialing": lambda v: "A number is being dialled for the caller.",
    "bridged": lambda v: "The caller talks with somebody outside.",
    "parked": lambda v: "The caller is parked; any agent may take them.",
    "scheduled": lambda v: "It is to be taken up again later.",
    "calling": lambda v: f"The customer is being called back, with {v['agent']} on the line.",
    "ringing": lambda v: "The customer whom we dialled has not answered yet.",
    "screening": lambda v: "Somebody answered; the switch listens whether it is a machine.",
    "ending": lambda v: "The call is ending.",
    "ended": lambda v: "The call is over.",
    # an agent
    "logged_out": lambda v: "They are logged out.",
    "paused": lambda v: f"They are on a break ({v['reason'] or 'no reason'}), {span(v['for_us'])}.",
    "paused_in": lambda v: (
        f"They are on a break from {v['queue']} alone ({v['reason'] or 'no reason'}),"
        f" {span(v['for_us'])}."
    ),
    "phone_lost": lambda v: (
        f"Their phone is {v['device_is']}"
        + (f"; they are signed off in {span(v['left_us'])}." if v["left_us"] is not None else ".")
    ),
    "outside": lambda v: f"They have been on the phone elsewhere for {span(v['for_us'])}.",
    "at_work": _job,
    "resting": lambda v: f"They rest after an offer that failed,{_after(v)}.",
    "next": lambda v: f"They asked to be {v['presence']} next.",
    "no_queues": lambda v: "They serve no queue, or have no capacity for its channel.",
    "nobody_waits": lambda v: f"Nobody waits in their queues; idle for {span(v['idle_us'])}.",
    "rung_for_already": _counted("{count} callers are being rung for already."),
    "waits_for_the_provider": _counted("{count} callers wait for the phone system."),
    "held_for_another": _counted("{count} callers are held for another agent."),
    "no_room_for_channel": _counted("{count} wait on a channel they have no room for."),
    "lacks_skills": _lacking,
    "not_yet_for_you": _counted("{count} callers have not waited long enough for them."),
    "you_are_kept_back": _counted("They are kept back from {count} callers who do not need them."),
    "you_are_on_a_break": _counted("{count} wait in queues that they are on a break from."),
    "given_back_by_you": _counted("{count} callers whom they gave back are for others first."),
    "awaits_scores": _counted("{count} callers wait for scores from outside."),
    "should_come": _counted("{count} callers should come to them at once."),
    "more_wait": _counted("{count} more wait and were not looked at."),
    # an offer
    "asked_for": lambda v: f"{v['agent']} was asked for by name.",
    "joined_the_ring": lambda v: (
        f"{v['agent']} became free and is rung along with others ({v['strategy']})."
    ),
    "first_caller": _first_caller,
    "first_agent": _first_agent,
    "only_agent": lambda v: f"{v['agent']} was the only free agent who may serve the caller.",
    "later_tier": lambda v: f"Nobody of a tier before {v['tier']} was free.",
}
CODES = frozenset(_SENTENCES)
"""Every code of a reason that there is."""
