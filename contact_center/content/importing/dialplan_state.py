"""Where a call is in a dial plan, and what is known of its variables there. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contact_center.content.importing.dialplan_reading import Plan, Step
from contact_center.content.importing.liquid import UntranslatableError, quoted

CALLER = {
    "CALLERID(num)": "caller.number",
    "CALLERID(number)": "caller.number",
    "CALLERID(all)": "caller.number",
    "CALLERIDNUM": "caller.number",
    "CALLERID(name)": "caller.name",
    "CALLERID(dnid)": "call.did",
}
_SLICE = re.compile(r"(\w+):(-?\d{1,3})(?::(-?\d{1,3}))?\Z", re.ASCII)
_PLAIN = re.compile(r"\$\{([^${}]*)\}")
_NAME = re.compile(r"[A-Za-z_]\w{0,60}\Z", re.ASCII)
MOST_ROUNDS = 10
MOST_SEEN = 500
_STATUS: Mapping[str, frozenset[str]] = {
    "DIALSTATUS": frozenset({"dial"}),
    "QUEUESTATUS": frozenset({"queue"}),
    "READSTATUS": frozenset({"read"}),
}
_ASKING = frozenset({"background", "waitexten"})
_NOT_ON = frozenset({"goto", "return", "hangup", "macroexit"})


@dataclass(frozen=True, slots=True)
class State:
    """A place in the plan. ``known`` are variables with one value, ``back`` where Return leads."""

    context: str
    extension: str
    priority: int
    known: tuple[tuple[str, str], ...] = ()
    back: tuple["State", ...] = ()

    def after(self, steps: int = 1) -> "State":
        """The place so many priorities further on."""
        return replace(self, priority=self.priority + steps)

    def knowing(self, **values: str) -> "State":
        """The same place, with variables of these values."""
        return replace(self, known=tuple(sorted({**dict(self.known), **values}.items())))

    def without(self, name: str) -> "State":
        """The same place, with a variable whose value nobody knows any more."""
        return replace(self, known=tuple(pair for pair in self.known if pair[0] != name))

    def value(self, name: str, plan: Plan) -> str | None:
        """The value of a variable that is known here."""
        if name == "EXTEN":
            return self.extension
        if name == "CONTEXT":
            return self.context
        return dict(self.known).get(name, plan.values.get(name.upper()))


def step_at(plan: Plan, state: State) -> Step | None:
    """The step at a place."""
    steps = plan.steps(state.context, state.extension)
    return steps.get(state.priority) if steps else None


def is_first(plan: Plan, state: State) -> bool:
    """Whether others may lead here: the first step of an extension, or one with a label."""
    step = step_at(plan, state)
    return state.priority == 1 or (step is not None and bool(step.label))


def filled(plan: Plan, state: State, text: str) -> str:
    """Put the values of known variables into a text; unknown ones stay as they are."""
    for _ in range(MOST_ROUNDS):
        new = _PLAIN.sub(lambda m: _known(plan, state, m[1]) or m[0], text)
        if new == text or len(new) > 2_000:
            return text
        text = new
    return text


def _known(plan: Plan, state: State, name: str) -> str | None:
    value = state.value(name, plan)
    found = _SLICE.match(name)
    if value is None and found:
        whole = state.value(found[1], plan)
        if whole is not None:
            begin, length = int(found[2]), found[3]
            rest = whole[begin:]
            return rest if length is None else rest[: int(length)]
    return value


def name_in(plan: Plan, state: State, name: str) -> str:
    """Find the expression of a variable. Raises UntranslatableError."""
    value = _known(plan, state, name)
    if value is not None and "${" not in value:
        return quoted(value)
    if name in CALLER:
        return CALLER[name]
    if _NAME.match(name):
        return f"vars.{name}"
    raise UntranslatableError(f"${{{name[:60]}}} has no counterpart")


def jump(plan: Plan, state: State, written: str) -> State | None:
    """Find where ``[[context,]extension,]priority`` leads; None when it is not there."""
    parts = [part.strip() for part in re.split(r"[,|]", filled(plan, state, written))]
    context, extension, where = ([state.context, state.extension][: 3 - len(parts)] + parts)[:3]
    steps = plan.steps(context, extension)
    if steps is None:
        return None
    labelled = next((at for at, step in steps.items() if step.label == where), None)
    relative = re.fullmatch(r"n(?:\+(\d{1,3}))?", where)
    priority = labelled
    if priority is None and where.isdigit():
        priority = int(where)
    if priority is None and relative and extension == state.extension:
        priority = state.priority + int(relative[1] or 1)
    if priority is None or priority not in steps:
        return None
    return replace(state, context=context, extension=extension, priority=priority)


def without_arguments(known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Leave out what was given to a routine."""
    return tuple((name, value) for name, value in known if not name.startswith("ARG"))


def comes_back(plan: Plan, context: str) -> bool:
    """Whether a context may be part of a routine: it returns somewhere, or is a macro."""
    steps = (s for one in plan.within(context) for s in one.steps.values())
    return context.startswith("macro-") or any(
        step.application == "return" for row in steps for step in row.values()
    )


def forgetting(plan: Plan, state: State) -> State:
    """Leave out statuses that nothing reads any more, so that equal places are one node."""
    kept = tuple(
        (name, value)
        for name, value in state.known
        if name not in _STATUS or _is_read(plan, state, name)
    )
    return replace(state, known=kept)


def _is_read(plan: Plan, state: State, name: str) -> bool:
    seen: set[State] = set()
    waiting = [state]
    while waiting and len(seen) < MOST_SEEN:
        here = waiting.pop()
        step = step_at(plan, here)
        if here in seen:
            continue
        seen.add(here)
        if step is None:
            waiting += here.back[-1:]
            continue
        if f"${{{name}" in step.arguments:
            return True
        if step.application not in _STATUS[name] | _ASKING:
            waiting += _onward(plan, here, step)
    return False


def _onward(plan: Plan, state: State, step: Step) -> Iterator[State]:
    if step.application == "return":
        yield from state.back[-1:]
    if step.application not in _NOT_ON:
        yield state.after()
    written = step.arguments.partition("?")[2].split(":") if "?" in step.arguments else []
    if step.application == "goto":
        written = [step.arguments]
    for label in written:
        found = jump(plan, state, label) if label.strip() else None
        if found is not None:
            yield found
