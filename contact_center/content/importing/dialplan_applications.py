"""What applications of Asterisk's dial plan become: nodes of ours."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from contact_center.content.importing.asterisk_expressions import (
    Term,
    condition_of,
    text_of,
)
from contact_center.content.importing.asterisk_times import TimesError, calendar_of
from contact_center.content.importing.dialplan_reading import SETS, Step
from contact_center.content.importing.dialplan_state import (
    State,
    filled,
    is_first,
    name_in,
    step_at,
)
from contact_center.content.importing.dialplan_words import PLAYS
from contact_center.content.importing.draft import duration
from contact_center.content.importing.liquid import UntranslatableError
from contact_center.content.importing.report import Verdict

if TYPE_CHECKING:
    from contact_center.content.importing.dialplan import Walk

_NUMBER = re.compile(r"\+?[0-9]{7,20}\Z", re.ASCII)
_AT_ONCE = "500ms"  # a Background that nothing waits after still hears the keys that came in it
_FAILED: Mapping[str, str] = {"busy": "BUSY", "no_answer": "NOANSWER", "failed": "CHANUNAVAIL"}


def _arguments(walk: "Walk", state: State, step: Step) -> list[str]:
    parts, depth = [""], 0
    for sign in filled(walk.plan, state, step.arguments):
        depth = max(depth + {"(": 1, ")": -1}.get(sign, 0), 0)
        if sign in ",|" and not depth:  # what is given to an option in brackets is not taken apart
            parts.append("")
        else:
            parts[-1] += sign
    parts = [part.strip() for part in parts]
    return [*parts, *[""] * (8 - len(parts))]


def _seconds(written: str) -> str:
    found = re.match(r"(\d{1,5})(?:\.(\d))?\d*\s*\Z", written, re.ASCII)
    if found is None:
        return ""
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    return duration(tenths // 10) if tenths % 10 == 0 else f"{tenths * 100}ms"


def _limit(written: str) -> str:
    """How long something rings or waits; "" for as long as it takes, which 0 means too."""
    return _seconds(written) if written.strip("0. ") else ""


def _letters(options: str) -> str:
    """The options that are set, without what is given to them in brackets."""
    return re.sub(r"\([^)]*\)?", "", options)


# --- what is said, and menus ----------------------------------------------------------------------


def talk(walk: "Walk", state: State, step: Step) -> None:
    """Take what is said from here on together: a menu when keys are waited for, else a play."""
    said: list[Any] = []
    asks = False
    here: State | None = state
    at: Step | None = step
    wait: Step | None = None
    seen: set[State] = set()
    while here is not None and at is not None and here not in seen:
        seen.add(here)
        if at.application == "waitexten":
            wait, asks = at, True
            break
        mixes = asks and at.application not in ("background", "wait")
        if mixes or not (at.application in PLAYS or at.application == "background"):
            break
        if here != state and is_first(walk.plan, here):
            break
        if at.application == "background" and not asks and said:
            break
        asks = asks or at.application == "background"
        said += items(walk, here, at)
        walk.say(at, Verdict.KEPT, f"node {walk.names[state]}")
        here = walk.settle(here.after())
        at = step_at(walk.plan, here) if here is not None else None
    said = said or [{"silence": "100ms"}]
    keys, wide = walk.plan.options(state.context)
    onward = at is not None and at.application == "background" and wait is None
    if not asks or not keys or onward:
        more = {} if asks else {"barge_in": False}
        walk.add(state, step, "play", {"say": said, "next": walk.target(here), **more})
        return
    _menu(walk, state, step, said, keys, _waited(walk, here, wait))
    for pattern, line in wide.items():
        words = f"{pattern}: too many numbers for a menu; write a collect node"
        walk.draft.say(line, Verdict.LEFT_OUT, words)


def _waited(walk: "Walk", here: State | None, wait: Step | None) -> tuple[str, State | None]:
    """How long keys are waited for, and where silence leads when the plan says it."""
    if wait is None or here is None:
        return _AT_ONCE, here
    clock = _seconds(_arguments(walk, here, wait)[0])
    walk.say(wait, Verdict.KEPT, "")
    after = here.after()
    return clock, after if step_at(walk.plan, after) is not None else None


def _menu(
    walk: "Walk",
    state: State,
    step: Step,
    said: list[Any],
    keys: Mapping[str, int],
    waited: tuple[str, State | None],
) -> None:
    clock, onward = waited

    def at(extension: str) -> State:
        return State(state.context, extension, 1, state.known, state.back)

    def named(*extensions: str) -> str:
        for extension in extensions:
            if walk.plan.steps(state.context, extension) is not None:
                return walk.target(at(extension))
        return "hangup"

    silent = walk.target(onward) if onward is not None else named("t", "e")
    fields: dict[str, Any] = {
        "say": said,
        "keys": {key: walk.target(at(key)) for key in sorted(keys, key=_in_order)},
        **({"first_timeout": clock} if clock else {}),
        "on_no_input": [{"goto": silent}],
        "on_no_match": [{"goto": named("i", "e")}],
    }
    walk.add(state, step, "menu", fields)


def _in_order(key: str) -> tuple[str, int]:
    return key.replace("0", ":"), len(key)  # as on a telephone: 0 after 9


def items(walk: "Walk", state: State, step: Step) -> list[Any]:
    """Make the items of a prompt of what one step says."""
    first = _arguments(walk, state, step)[0]
    if step.application in ("playback", "background"):
        found = [walk.draft.recording(name.strip()) for name in first.split("&") if name.strip()]
        for item in found:
            words = f"bring the recording {item['file']} ({walk.draft.files[item['file']]})"
            walk.say(step, Verdict.TO_DO, words)
        return found
    if step.application == "wait":
        return [{"silence": _seconds(first) or "1s"}]
    if step.application == "playtones":
        walk.say(step, Verdict.LEFT_OUT, "no tones are played")
        return []
    return _spoken(walk, state, step, first)


def _spoken(walk: "Walk", state: State, step: Step, written: str) -> list[Any]:
    if step.application in ("sayalpha", "sayphonetic") and "${" not in written:
        return [" ".join(written)] if written else []
    try:
        source = text_of(written, lambda name: _read(walk, state, name))
    except UntranslatableError as error:
        walk.say(step, Verdict.LEFT_OUT, f"{error}; it is not said")
        return []
    if source == "caller.name":
        walk.say(step, Verdict.LEFT_OUT, "names are not spoken")
        return []
    if step.application == "saynumber":
        return [{"value": Term(source).as_number(), "as": "number"}]
    if step.application != "saydigits":
        walk.say(step, Verdict.TO_DO, "only digits can be said one by one")
    return [{"value": source, "as": "digits"}]


def _read(walk: "Walk", state: State, name: str) -> str:
    source = name_in(walk.plan, state, name)
    if source.startswith("vars."):
        source = f"vars.{walk.variable(source.removeprefix('vars.'))}"
    return source


# --- the rest -------------------------------------------------------------------------------------


def _collect(walk: "Walk", state: State, step: Step) -> None:
    variable, files, most, options, attempts, clock = _arguments(walk, state, step)[:6]
    into = walk.variable(variable)
    said: list[Any] = [walk.draft.recording(f) for f in files.split("&") if f]
    for item in said:
        words = f"bring the recording {item['file']} ({walk.draft.files[item['file']]})"
        walk.say(step, Verdict.TO_DO, words)
    if options.strip("sn"):
        walk.say(step, Verdict.TO_DO, f"the options {options[:20]} of Read")
    after = state.after().without(variable)
    ok, silent = after, after
    if walk.reads("READSTATUS"):
        ok, silent = after.knowing(READSTATUS="OK"), after.knowing(READSTATUS="TIMEOUT")
    number = int(most) if re.fullmatch(r"\d{1,3}", most) else 0
    times = int(attempts) if re.fullmatch(r"\d", attempts) else 1
    again = [{"say": [{"silence": "200ms"}]} for _ in range(max(times, 1) - 1)]
    leave: list[Any] = [*again, {"goto": walk.target(silent)}]
    fields: dict[str, Any] = {
        "say": said or [{"silence": "100ms"}],
        "into": into,
        "max": min(number, 32) or 32,
        **({"first_timeout": _seconds(clock), "inter_digit": _seconds(clock)} if _seconds(clock) and
           clock != "0" else {}),
        "on_no_input": leave,
        "on_no_match": [dict(item) for item in leave],
        "next": walk.target(ok),
    }  # fmt: skip
    walk.add(state, step, "collect", fields)


def _set(walk: "Walk", state: State, step: Step) -> None:
    found = SETS.match(step.arguments)
    if found is None:
        walk.left_out(state, step, "what is set here has no counterpart")
        return
    after = state.after().without(found[1])
    written = found[2].strip().strip('"')
    try:
        source = text_of(written, lambda name: _read(walk, state, name))
    except UntranslatableError as error:
        walk.left_out(state, step, str(error), after)
        return
    name = walk.variable(found[1])
    walk.add(state, step, "set", {"vars": {name: source}, "next": walk.target(after)})


def _goto_if(walk: "Walk", state: State, step: Step) -> None:
    written, _, _ = step.arguments.partition("?")
    no = walk.branch_of(state, step, holds=False)
    try:
        condition = condition_of(written, lambda name: _read(walk, state, name))
    except UntranslatableError as error:
        walk.left_out(state, step, f"{error}; the way is that of false", no)
        return
    yes = walk.target(walk.branch_of(state, step, holds=True))
    cases = [{"if": condition, "goto": yes}]
    walk.add(state, step, "branch", {"cases": cases, "else": walk.target(no)})


def _goto_if_time(walk: "Walk", state: State, step: Step) -> None:
    written, _, _ = step.arguments.partition("?")
    no = walk.branch_of(state, step, holds=False)
    try:
        calendar, notes = calendar_of(filled(walk.plan, state, written))
    except TimesError as error:
        walk.left_out(state, step, f"{error}; the way is that of another time", no)
        return
    for note in notes:
        walk.say(step, Verdict.TO_DO, note)
    known = walk.draft.calendars
    name = next((n for n, c in known.items() if c == calendar), f"hours-{len(known) + 1}")
    known[name] = calendar
    yes = walk.target(walk.branch_of(state, step, holds=True))
    fields = {"calendar": name, "open": yes, "closed": walk.target(no)}
    walk.add(state, step, "hours", fields)


def _dial(walk: "Walk", state: State, step: Step) -> None:
    to, clock, options = _arguments(walk, state, step)[:3]
    first, *others = to.split("&")
    if others:
        walk.say(step, Verdict.TO_DO, f"only the first of {len(others) + 1} is dialled")
    number = re.sub(r"@.*", "", first.rpartition("/")[2] or first).strip()
    after = state.after()
    reads = walk.reads("DIALSTATUS")
    ring = _limit(clock)
    edges = {
        edge: walk.target(after.knowing(DIALSTATUS=status) if reads else after)
        for edge, status in _FAILED.items()
    }
    if _NUMBER.match(number):
        talked = after.knowing(DIALSTATUS="ANSWER") if reads else after
        more = {"answered": walk.target(talked)} if "g" in _letters(options) else {}
        fields = {"to": number, **({"timeout": ring} if ring else {}), **edges, **more}
        walk.add(state, step, "transfer", fields)
        return
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", number).strip("-.").lower()[:60]
    if not name or "${" in number:
        walk.left_out(state, step, f"{to[:60]}: whom it dials is not known before the call")
        return
    fields = {"queue": f"phone-{name}", **({"max_wait": ring} if ring else {})}
    fields |= {"timeout": edges["no_answer"], "no_agents": edges["failed"], "full": edges["busy"]}
    walk.add(state, step, "queue", fields)
    words = f"the queue phone-{name} has to be in the center, with the agent of that phone"
    walk.say(step, Verdict.TO_DO, words)


def _queue(walk: "Walk", state: State, step: Step) -> None:
    arguments = _arguments(walk, state, step)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", arguments[0]).strip("-.")[:80]
    if not name or "${" in arguments[0]:
        walk.left_out(state, step, f"{arguments[0][:60]}: the queue is not known before the call")
        return
    after = state.after()

    def left(status: str) -> str:
        reads = walk.reads("QUEUESTATUS")
        return walk.target(after.knowing(QUEUESTATUS=status) if reads else after)

    clock = _limit(arguments[4])
    fields: dict[str, Any] = {
        "queue": name,
        **({"max_wait": clock} if clock else {}),
        "timeout": left("TIMEOUT"),
        "no_agents": left("JOINEMPTY"),
        "full": left("FULL"),
    }
    if "c" in _letters(arguments[1]):
        fields["connected"] = left("CONTINUE")
    walk.add(state, step, "queue", fields)
    walk.say(step, Verdict.TO_DO, f"the queue {name} has to be in the center: import queues.conf")


def _voicemail(walk: "Walk", state: State, step: Step) -> None:
    boxes, _ = _arguments(walk, state, step)[:2]
    first = re.sub(r"[^A-Za-z0-9._-]+", "-", boxes.split("&")[0].partition("@")[0]).strip("-.")
    if not first or "${" in boxes:
        walk.left_out(state, step, f"{boxes[:60]}: the box is not known before the call")
        return
    if "&" in boxes:
        walk.say(step, Verdict.TO_DO, "the message is left in the first box only")
    next_ = walk.target(state.after())
    fields = {"box": first, "recorded": next_, "empty": next_}
    walk.add(state, step, "voicemail", fields)
    walk.say(step, Verdict.TO_DO, "write say: the greeting; 0 and * in it lead nowhere")


MAKERS: Mapping[str, Callable[["Walk", State, Step], None]] = {
    "read": _collect,
    "set": _set,
    "gotoif": _goto_if,
    "gotoiftime": _goto_if_time,
    "dial": _dial,
    "queue": _queue,
    "voicemail": _voicemail,
}
