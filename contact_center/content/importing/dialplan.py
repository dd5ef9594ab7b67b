"""Menus of Asterisk's dial plan to a flow of ours. Pure: a text in, draft and report out.

The plan is walked as a call would walk it, from one context on, and what is met becomes nodes. What
is said of Asterisk is what versions 18 to 22 do: a WaitExten that nobody answers goes on with the
next priority when there is one, and else with ``t``.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from contact_center.content.importing import dialplan_applications as applications
from contact_center.content.importing.asterisk_expressions import condition_of
from contact_center.content.importing.dialplan_reading import (
    SETS,
    DialplanError,
    Plan,
    Step,
    read_plan,
)
from contact_center.content.importing.dialplan_state import (
    State,
    comes_back,
    filled,
    forgetting,
    jump,
    name_in,
    step_at,
    without_arguments,
)
from contact_center.content.importing.dialplan_words import (
    ENDS,
    NOISE,
    PLAYS,
    UNHEARD,
    WITHOUT,
)
from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.liquid import UntranslatableError
from contact_center.content.importing.report import Report, Verdict

__all__ = ["DialplanError", "import_dialplan"]

MOST_NODES = 2_000
MOST_CALLS = 5
_CONSTANT = re.compile(r"\('([^']*)' (==|!=) '([^']*)'\)\Z")
_TIMEOUT = re.compile(r"TIMEOUT\((digit|response|absolute)\)\s*=\s*(\d{1,4})", re.I | re.ASCII)


def import_dialplan(file: str, text: str, context: str, report: Report) -> FlowDraft:
    """Make a flow of what a call meets from `context` on ("": the one that looks like a menu).

    Raises DialplanError.
    """
    plan = read_plan(file, text, report)
    start = _start(plan, context)
    draft = FlowDraft(file, report, text.splitlines())
    walk = Walk(plan, draft, text)
    draft.entry = walk.target(start)
    walk.work()
    draft.finish()
    draft.defaults = {"first_timeout": f"{walk.response}s", "inter_digit": f"{walk.digit}s"}
    report.finish(f"nothing leads here from [{start.context}]")
    return draft


def _start(plan: Plan, wish: str) -> State:
    names = ", ".join(list(plan.contexts)[:20]) or "none"
    if wish and wish not in plan.contexts:
        raise DialplanError(f"{plan.file}:1: there is no context [{wish}]; there are: {names}")
    asking = {"background", "waitexten", "read"}
    menus = [
        context.name
        for context in plan.contexts.values()
        if any(step.application in asking for s in context.steps.values() for step in s.values())
    ]
    begun = [name for name in menus if "s" in plan.contexts[name].steps]
    name = wish or next(iter([*begun, *menus]), "")
    steps = plan.contexts[name].steps if name else {}
    extension = "s" if "s" in steps else next(iter(steps), "")
    if not extension:
        raise DialplanError(
            f"{plan.file}:1: no menu (Background, WaitExten, Read) to begin with; contexts: {names}"
        )
    return State(name, extension, min(steps[extension]))


@dataclass(slots=True)
class Walk:
    """The walk: nodes by the place they are made of, and places still to be seen."""

    plan: Plan
    draft: FlowDraft
    text: str
    response: int = 10
    digit: int = 5
    names: dict[State, str] = field(default_factory=dict)
    waiting: list[State] = field(default_factory=list)
    timeouts: set[str] = field(default_factory=set)

    def say(self, step: Step, verdict: Verdict, words: str) -> None:
        """Note what became of a step."""
        self.draft.say(step.line, verdict, words)

    def variable(self, name: str) -> str:
        """Note a variable of the plan, with what it begins with, and give its name in the flow."""
        return self.draft.variable(name, self.plan.begins.get(name.upper(), ""))

    def reads(self, name: str) -> bool:
        """Whether anything in the plan reads a variable."""
        return f"${{{name}" in self.text

    def work(self) -> None:
        """Make nodes until every place that was met has one."""
        while self.waiting:
            state = self.waiting.pop(0)
            self.build(state)

    def target(self, state: State | None) -> str:
        """The node of a place, which is made later; ``hangup`` where a call ends."""
        settled = self.settle(state) if state is not None else None
        if settled is None or state is None:
            return "hangup"
        settled = forgetting(self.plan, settled)
        if settled not in self.names:
            if len(self.names) >= MOST_NODES:
                raise DialplanError(f"{self.plan.file}:1: this grows to over {MOST_NODES} nodes")
            begins = settled.priority == 1 or (
                state.priority == 1 and state.extension == settled.extension
            )
            self.names[settled] = self._name(settled, begins=begins)
            self.waiting.append(settled)
        return self.names[settled]

    def _name(self, state: State, *, begins: bool) -> str:
        wish = state.context if state.extension == "s" else f"{state.context}-{state.extension}"
        step = step_at(self.plan, state)
        if begins:
            pass
        elif step is not None and step.label:
            wish = f"{wish}-{step.label}"
        else:
            wish = f"{wish}-{state.priority}"
        taken, name, number = set(self.names.values()), self.draft.named(wish), 2
        while name in taken:
            name, number = self.draft.named(f"{wish}.{number}"), number + 1
        return name

    # --- steps that make no node ------------------------------------------------------------------

    def settle(self, state: State | None) -> State | None:
        """Go on over steps that make no node; None where the call ends."""
        seen: set[State] = set()
        while state is not None:
            step = step_at(self.plan, state)
            if step is None:
                state = self._fallen_off(state)
                continue
            if state in seen:
                self.say(step, Verdict.TO_DO, "this goes round without waiting; here it hangs up")
                return None
            seen.add(state)
            moved = self._moved(state, step)
            if moved is state:
                return state
            state = moved
        return None

    def _fallen_off(self, state: State) -> State | None:
        if state.back and state.context.startswith("macro-"):
            return replace(state.back[-1], known=state.back[-1].known)
        return None

    def _moved(self, state: State, step: Step) -> State | None:
        """Where a step without a node leads; the same state when it makes one."""
        name = step.application
        if name in NOISE:
            self.say(step, Verdict.NOT_NEEDED, NOISE[name])
            return state.after()
        if name in UNHEARD:
            self.say(step, Verdict.LEFT_OUT, UNHEARD[name])
            return state.after()
        if name in ENDS:
            self.say(step, Verdict.KEPT, "the call ends")
            return None
        if name == "goto":
            return self.jumped(state, step, step.arguments)
        if name in ("gosub", "macro"):
            return self._called(state, step)
        if name in ("return", "macroexit"):
            self.say(step, Verdict.KEPT, "goes back")
            return state.back[-1] if state.back else None
        if name == "set":
            return self._set_away(state, step)
        if name == "gotoif":
            return self._decided(state, step)
        return state

    def jumped(self, state: State, step: Step, written: str) -> State | None:
        """Where a jump leads; a place that is not there is reported and ends the call."""
        found = jump(self.plan, state, written)
        if found is None:
            full = filled(self.plan, state, written)
            words = f"{full[:80]} is not there, or not known before the call; here it hangs up"
            self.say(step, Verdict.TO_DO, words)
        else:
            self.say(step, Verdict.KEPT, "")
            if found.context != state.context and not comes_back(self.plan, found.context):
                found = replace(found, back=(), known=without_arguments(found.known))
        return found

    def _called(self, state: State, step: Step) -> State | None:
        if len(state.back) >= MOST_CALLS:
            self.say(step, Verdict.LEFT_OUT, f"called more than {MOST_CALLS} deep")
            return state.after()
        written = step.arguments
        if step.application == "macro":
            name, *given = [part.strip() for part in written.split(",")]
            place = f"macro-{name},s,1"
        else:
            found = re.match(r"([^(]*)(?:\((.*)\))?\s*\Z", written, re.S)
            place = found[1] if found else written
            given = [a.strip() for a in (found[2] or "").split(",")] if found and found[2] else []
        entered = jump(self.plan, state, place)
        if entered is None:
            self.say(step, Verdict.LEFT_OUT, f"{place[:80]} is not there")
            return state.after()
        self.say(step, Verdict.KEPT, "what it does is copied into this place")
        values = {f"ARG{n}": filled(self.plan, state, a) for n, a in enumerate(given, 1)}
        for name, value in values.items():
            if "${" in value:
                words = f"{name} ({value[:60]}) is not known before the call, and is empty here"
                self.say(step, Verdict.TO_DO, words)
        values = {name: value for name, value in values.items() if "${" not in value}
        return replace(entered, back=(*state.back, state.after())).knowing(**values)

    def _set_away(self, state: State, step: Step) -> State:
        timeout = _TIMEOUT.match(step.arguments)
        if timeout is not None:
            self._timeout(step, timeout[1].lower(), int(timeout[2]))
            return state.after()
        found = SETS.match(step.arguments)
        if found is None:
            words = "what is set here has no counterpart"
            if re.match(r"CALLERID", step.arguments):
                words = "callers' numbers and names are not changed"
            self.say(step, Verdict.LEFT_OUT, words)
            return state.after()
        if not self.reads(found[1]):
            self.say(step, Verdict.NOT_NEEDED, f"nothing reads {found[1]}")
            return state.after()
        return state

    def _timeout(self, step: Step, which: str, count: int) -> None:
        count = max(count, 1)
        if which == "absolute":
            self.say(step, Verdict.TO_DO, "write limits: {ivr_time: ...}")
        elif which in self.timeouts and count != getattr(self, which):
            words = f"all questions wait {getattr(self, which)}s; write another time at the node"
            self.say(step, Verdict.TO_DO, words)
        else:
            self.timeouts.add(which)
            setattr(self, which, count)
            self.say(step, Verdict.KEPT, "defaults of the flow")

    def _decided(self, state: State, step: Step) -> State | None:
        """Take the way of a GotoIf whose condition is known; the same state for others."""
        written, _, _ = step.arguments.partition("?")
        try:
            condition = condition_of(written, lambda n: name_in(self.plan, state, n))
        except UntranslatableError:
            return state
        found = _CONSTANT.match(condition)
        if found is None:
            return state
        holds = (found[1] == found[3]) == (found[2] == "==")
        return self.branch_of(state, step, holds=holds)

    def branch_of(self, state: State, step: Step, *, holds: bool) -> State | None:
        """Where ``condition?one:other`` leads; without that label to the next step."""
        _, _, written = step.arguments.partition("?")
        one, _, other = written.partition(":")
        label = one if holds else other
        self.say(step, Verdict.KEPT, "")
        return self.jumped(state, step, label) if label.strip() else state.after()

    # --- steps that make nodes --------------------------------------------------------------------

    def build(self, state: State) -> None:
        """Make the node of a place."""
        step = step_at(self.plan, state)
        if step is None:
            return
        if step.application in PLAYS or step.application in ("background", "waitexten"):
            applications.talk(self, state, step)
            return
        maker = applications.MAKERS.get(step.application)
        if maker is not None:
            maker(self, state, step)
            return
        words = WITHOUT.get(step.application, "there is no such thing here")
        self.left_out(state, step, f"{step.application}: {words}")

    def add(self, state: State, step: Step, kind: str, fields: dict[str, Any]) -> None:
        """Add the node of a place."""
        name = self.names[state]
        note = f"{self.draft.file}:{step.line}"
        self.draft.nodes[name] = {"do": kind, "note": note, **fields}
        self.draft.lines[name] = step.line
        self.say(step, Verdict.KEPT, f"node {name}")

    def left_out(self, state: State, step: Step, words: str, to: State | None = None) -> None:
        """Put a tag where a step was, so that the way goes on and the place is seen."""
        next_ = self.target(to or state.after())
        self.add(state, step, "tag", {"tags": ["not-imported"], "next": next_})
        note = f"{self.draft.file}:{step.line}, here was {step.application}"
        self.draft.nodes[self.names[state]]["note"] = note
        self.say(step, Verdict.LEFT_OUT, words)
