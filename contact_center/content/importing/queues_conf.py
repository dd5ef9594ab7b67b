"""Asterisk's queues.conf (and queuerules.conf) to a center. Pure: texts in, draft and report out.

What is said of Asterisk is what ``app_queue`` of version 22 does with the option.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contact_center.content.importing.asterisk_conf import Option, Section, is_true, read_conf
from contact_center.content.importing.draft import (
    AgentDraft,
    CenterDraft,
    QueueDraft,
    duration,
    seconds,
)
from contact_center.content.importing.queue_announcements import (
    ANNOUNCED,
    Fate,
    no_number,
    set_time,
)
from contact_center.content.importing.queue_rules import Steps, steps_of
from contact_center.content.importing.report import Report, Verdict
from contact_center.content.importing.words import GENERAL, NOT_NEEDED, PROMPTS, WITHOUT

_SEVERAL = frozenset({"member", "periodic-announce"})
STRATEGIES: Mapping[str, tuple[str, str]] = {
    "ringall": ("ring_all", ""),
    "leastrecent": ("longest_idle", "by the end of the last call, as Asterisk counts"),
    "fewestcalls": ("fewest_calls", "counted over the last 8 hours, not since the last restart"),
    "random": ("random", ""),
    "rrmemory": ("round_robin", ""),
    "rrordered": ("round_robin", "in the order of this file"),
    "roundrobin": ("round_robin", ""),
    "linear": ("top_down", "each caller begins with the first"),
    "wrandom": ("weighted_random", "penalties are tiers here: give agents a weight instead"),
}
_STATES: Mapping[str, str] = {
    "paused": "paused",
    "penalty": "not_eligible",
    "inuse": "talking",
    "ringing": "ringing",
    "unavailable": "unavailable",
    "invalid": "invalid",
    "unknown": "unknown",
    "wrapup": "wrap_up",
}
_STRICT = ["not_eligible", "invalid", "paused", "unavailable"]
_LOOSE = ["not_eligible", "invalid"]
_NO = ["not_eligible", "invalid", "paused"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file by name, with its text."""

    file: str
    text: str


def import_queues_conf(queues: Source, rules: Source | None, report: Report) -> CenterDraft:
    """Make a center of queues.conf and, if it is there, queuerules.conf."""
    draft = CenterDraft(label=f"Imported from {queues.file}")
    sections = read_conf(queues.file, queues.text, report)
    known = read_conf(rules.file, rules.text, report) if rules else {}
    for option in sections["general"].options if "general" in sections else ():
        words = GENERAL.get(option.key)
        verdict = Verdict.NOT_NEEDED if words else Verdict.LEFT_OUT
        _say(report, option, verdict, words or "nothing here is called so")
    used: dict[str, Steps] = {}
    for name, section in sections.items():
        if name == "general":
            report.say(section.file, section.line, Verdict.KEPT)
        elif not section.is_template:
            _Queue(draft, draft.queue(name), report, known, used).read(section)
    for name, rule in known.items():
        steps = used.get(name)
        if steps is None and name != "general":
            words = "no queue names this rule as its defaultrule"
            report.say(rule.file, rule.line, Verdict.NOT_NEEDED, words)
            for option in rule.options:
                _say(report, option, Verdict.NOT_NEEDED, words)
    _penalties_as_skills(draft)
    report.finish("no queue uses this line, or nothing here is called so")
    return draft


def _say(report: Report, option: Option, verdict: Verdict, words: str) -> None:
    report.say(option.file, option.line, verdict, words)


@dataclass(slots=True)
class _Queue:
    """Reads one section. Each method takes a value and says what became of it."""

    draft: CenterDraft
    queue: QueueDraft
    report: Report
    rules: Mapping[str, Section]
    used: dict[str, Steps]

    def read(self, section: Section) -> None:
        """Read every option; of one written twice, the last counts."""
        name = self.queue.name
        renamed = "" if name == section.name else f"queue {name}"
        self.report.say(section.file, section.line, Verdict.KEPT, renamed)
        # Absent options mean something, too.
        self.queue.fields.update(strategy="ring_all", ring="15s", wrap_up="0s")
        self.queue.fields.update(max_waiting=100_000, max_wait="24h", when_empty=False)
        last = {option.key: option for option in section.options}
        autopause = section.last("autopause") or "no"
        for option in section.options:
            if option.key not in _SEVERAL and option != last[option.key]:
                words = f"line {last[option.key].line} says otherwise"
                _say(self.report, option, Verdict.NOT_NEEDED, words)
            elif option.key == "member":
                self._member(option, autopause)
            else:
                verdict, words = self._fate(option)
                _say(self.report, option, verdict, words)
        if "every" in self.queue.announcements:
            # Asterisk tells every position unless it is told not to.
            self.queue.announcements.setdefault("position", {"most": 1_000})

    def _fate(self, option: Option) -> Fate:
        key, value = option.key, option.value
        taken = _TAKEN.get(key)
        if taken is not None:
            return taken(self, value)
        if key in ANNOUNCED:
            return ANNOUNCED[key](self.queue, value)
        if key == "defaultrule":
            return self._rule(value)
        if key in NOT_NEEDED:
            return Verdict.NOT_NEEDED, NOT_NEEDED[key]
        if key in PROMPTS:
            return Verdict.LEFT_OUT, "prompts are spoken from texts here, in every language"
        if key in WITHOUT:
            return Verdict.LEFT_OUT, WITHOUT[key]
        return Verdict.LEFT_OUT, "nothing here is called so"

    # --- settings -------------------------------------------------------------------------------

    def strategy(self, value: str) -> Fate:
        """Who is rung."""
        known = STRATEGIES.get(value.lower())
        if known is None:
            return Verdict.LEFT_OUT, "no strategy of Asterisk: ring_all, as Asterisk would"
        self.queue.fields["strategy"] = known[0]
        if value.lower() == "leastrecent":
            self.queue.fields["idle_clock"] = "last_call"
        verdict = Verdict.TO_DO if value.lower() == "wrandom" else Verdict.KEPT
        return verdict, _joined(f"strategy: {known[0]}", known[1])

    def music(self, value: str) -> Fate:
        """The class of music."""
        return self._set("music", value or "default")

    def ring(self, value: str) -> Fate:
        """How long a phone rings."""
        count = seconds(value)
        if count == 0:
            self.queue.fields["ring"] = "10m"
            return Verdict.KEPT, "ring: 10m (0 is for ever in Asterisk; here there is a bound)"
        return set_time(self.queue.fields, "ring", value)

    def weight(self, value: str) -> Fate:
        """Which queue is served first."""
        count = seconds(value)
        if count is None or count < 0:
            return no_number(value)
        self.queue.fields["weight"] = min(count, 1_000)
        words = "a head start of weight_worth each, so that nobody starves; in Asterisk a higher"
        return Verdict.KEPT, f"weight: {min(count, 1_000)} ({words} weight always won)"

    def wrap_up(self, value: str) -> Fate:
        """Rest after a call."""
        return set_time(self.queue.fields, "wrap_up", value, least=0)

    def max_waiting(self, value: str) -> Fate:
        """How many may wait."""
        count = seconds(value)
        if count is None or count < 0:
            return no_number(value)
        bound = min(count, 100_000) or 100_000
        note = " (0 is no bound in Asterisk; here there is one)" if count == 0 else ""
        self.queue.fields["max_waiting"] = bound
        return Verdict.KEPT, f"max_waiting: {bound}{note}"

    def service_level(self, value: str) -> Fate:
        """Answered in time."""
        return set_time(self.queue.fields, "service_level", value, least=0)

    def join_empty(self, value: str) -> Fate:
        """May callers enter when nobody is there?"""
        return self._empty("refuse", value, is_join=True)

    def leave_empty(self, value: str) -> Fate:
        """Do callers leave when nobody is there any more?"""
        return self._empty("evict", value, is_join=False)

    def _empty(self, field: str, value: str, *, is_join: bool) -> Fate:
        states: list[str] | bool = []
        for part in (p.strip().lower() for p in value.split(",")):
            if part in _STATES and isinstance(states, list):
                states.append(_STATES[part])
            elif part in ("strict", "loose"):
                states = list(_STRICT if part == "strict" else _LOOSE)
            elif is_true(part) or part in ("no", "false", "n", "f", "0", "off"):
                states = False if is_true(part) == is_join else list(_NO)
            else:
                return Verdict.LEFT_OUT, f"{part} is no state of an agent"
        old = self.queue.fields["when_empty"]
        empty = old if isinstance(old, dict) else {"refuse": False, "evict": False}
        self.queue.fields["when_empty"] = {**empty, field: states}
        shown = states if isinstance(states, bool) else f"[{', '.join(states)}]"
        return Verdict.KEPT, f"when_empty: {{{field}: {str(shown).lower()}}}"

    def recording(self, value: str) -> Fate:
        """Record conversations."""
        self.queue.fields["recording"] = True
        return Verdict.KEPT, "recording: true (WAV, of the conversation alone)"

    def auto_pause(self, value: str) -> Fate:
        """What happens to who does not answer; done with the members."""
        what = "pause" if is_true(value) or value.lower() == "all" else "back_off"
        return Verdict.KEPT, f"after_no_answer: {what}, at its agents"

    def ring_in_use(self, value: str) -> Fate:
        """May an agent who talks be rung?"""
        if not is_true(value):
            return Verdict.NOT_NEEDED, "an agent has one call at a time"
        words = "an agent has one call at a time; for more write channels: {voice: {cost, most}}"
        return Verdict.LEFT_OUT, words

    # --- members and rules ----------------------------------------------------------------------

    def _member(self, option: Option, autopause: str) -> None:
        parts = [part.strip().strip('"') for part in option.value.split(",")]
        parts += [""] * (7 - len(parts))
        interface, penalty, label, state, ringinuse, wrap_up, paused = parts[:7]
        if not interface:
            _say(self.report, option, Verdict.LEFT_OUT, "no interface")
            return
        agent = self.draft.agent(interface, interface, label)
        tier = max(0, seconds(penalty) or 0)
        more = {"tier": min(tier, 1_000)} if tier != 1 else {}
        agent.queues[self.queue.name] = more
        words = [f"agent {agent.name} at extension {agent.extension}, tier {tier}"]
        words += self._habits(agent, autopause, wrap_up)
        words += [f"state interface {state}: the phone's own state is watched"] if state else []
        words += ["ringinuse: one call at a time, unless channels say otherwise"] * bool(ringinuse)
        words += ["paused: agents pause themselves at their desk"] * is_true(paused)
        _say(self.report, option, Verdict.KEPT, ", ".join(words))

    def _habits(self, agent: AgentDraft, autopause: str, wrap_up: str) -> list[str]:
        pauses = is_true(autopause) or autopause.lower() == "all"
        if pauses or "after_no_answer" not in agent.fields:
            agent.fields["after_no_answer"] = "pause" if pauses else "back_off"
        count = seconds(wrap_up) if wrap_up else None
        if count is None or count < 0:
            return []
        agent.fields["wrap_up"] = duration(count)
        return [f"wrap_up: {duration(count)} in all queues"]

    def _rule(self, value: str) -> Fate:
        rule = self.rules.get(value)
        if rule is None:
            words = f"there is no rule [{value}]: put queuerules.conf beside this file"
            return Verdict.LEFT_OUT, words
        steps = self.used.setdefault(value, steps_of(rule, self.report))
        if not steps.bounds:
            return Verdict.LEFT_OUT, "nothing of this rule could be kept"
        skill = f"{self.queue.name}-penalty"
        self.draft.skills[skill] = f"Penalty in {self.queue.fields['label']}"
        self.queue.fields["steps"] = [
            {"after": duration(at), "require": bounds.text(skill)} for at, bounds in steps.bounds
        ]
        return Verdict.KEPT, f"steps that ask for the skill {skill}, which is an agent's penalty"

    def _set(self, field: str, value: Any) -> Fate:
        self.queue.fields[field] = value
        return Verdict.KEPT, f"{field}: {value}"


def _penalties_as_skills(draft: CenterDraft) -> None:
    """Give agents their penalties as skills, for the queues whose steps ask for them."""
    for queue in draft.queues.values():
        skill = f"{queue.name}-penalty"
        if skill not in draft.skills:
            continue
        for agent in draft.agents.values():
            if queue.name in agent.queues:
                tier = agent.queues[queue.name].get("tier", 1)
                agent.skills[skill] = min(tier, 100)


def _joined(words: str, note: str) -> str:
    return f"{words} ({note})" if note else words


_TAKEN: Mapping[str, Callable[[_Queue, str], Fate]] = {
    "strategy": _Queue.strategy,
    "musicclass": _Queue.music,
    "musiconhold": _Queue.music,
    "timeout": _Queue.ring,
    "weight": _Queue.weight,
    "wrapuptime": _Queue.wrap_up,
    "maxlen": _Queue.max_waiting,
    "servicelevel": _Queue.service_level,
    "joinempty": _Queue.join_empty,
    "leavewhenempty": _Queue.leave_empty,
    "monitor-format": _Queue.recording,
    "autopause": _Queue.auto_pause,
    "ringinuse": _Queue.ring_in_use,
}
