"""Node shapes -> the core's nodes, one small function per type."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import NodeBuilder, either
from contact_center.content.numbers import dialled
from contact_center.content.problems import did_you_mean
from contact_center.content.steps import build_step, check_preferred
from contact_center.content.yaml_source import Path
from contact_center.core.ids import QueueId
from contact_center.core.ivr import flow
from contact_center.core.ivr.nodes import LANGUAGE

Shared = dict[str, Any]
_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")
_REPEAT = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\d*\})")


def build_node(b: NodeBuilder, name: str, shape: shapes.NodeShape) -> flow.AnyNode | None:
    """Build one node; None when something it needs is wrong, which is then reported."""
    path: Path = ("nodes", name)
    b.links[name] = []
    before = len(b.document.problems)
    shared: Shared = {"name": name, "label": shape.label}
    if shape.error is not None:
        shared["error"] = b.edge(shape.error, (*path, "error"))
    node: flow.AnyNode = _MAKERS[type(shape)](b, shape, path, shared)
    broken = any(p.is_error for p in b.document.problems[before:])
    return None if broken else node


def _play(b: NodeBuilder, s: shapes.PlayShape, path: Path, shared: Shared) -> flow.Play:
    return flow.Play(
        **shared,
        say=b.speaker.prompt(s.say, (*path, "say")),
        next=b.edge(s.next, (*path, "next"), shared["name"], waits=False),
        barge_in=either(s.barge_in, b.header.defaults.barge_in),
    )


def _menu(b: NodeBuilder, s: shapes.MenuShape, path: Path, shared: Shared) -> flow.Menu:
    keys = {key: b.edge(e, (*path, "keys", key), shared["name"]) for key, e in s.keys.items()}
    menu = flow.Menu(**shared, keys=keys, **b.listening(s, path))
    _check_keys(b, menu, (*path, "keys"))
    return menu


def _check_keys(b: NodeBuilder, menu: flow.Menu, path: Path) -> None:
    for key, edge in menu.keys.items():
        hidden = b.header.global_keys.get(key)
        if hidden is not None and hidden.goto != edge.goto:
            b.document.warn(
                (*path, key),
                "E031",
                f'the key "{key}" hides the global key, which leads to "{hidden.goto}"',
                "use another key, or lead to the same node",
                key=True,
            )
        shorter = [k for k in menu.keys if k != key and key.startswith(k)]
        if shorter and menu.inter_digit_us == 0:
            b.document.warn(
                (*path, key),
                "E032",
                f'"{key}" can never be typed: "{shorter[0]}" is taken at once',
                "set inter_digit, for example 3s",
                key=True,
            )
    if len(menu.keys) > 5:
        b.document.warn(
            path,
            "E034",
            f"{len(menu.keys)} options are more than callers remember",
            "five at most; group the others in a second menu",
            key=True,
        )


def _collect(b: NodeBuilder, s: shapes.CollectShape, path: Path, shared: Shared) -> flow.Collect:
    _check_into(b, s.into, (*path, "into"))
    most = s.length or s.max or 1
    least = s.length or s.min or 1
    terminator = either(s.terminator, "" if least == most else "#")
    if terminator and terminator == s.clear_key:
        b.document.report(
            (*path, "clear_key"),
            "E012",
            f'"{terminator}" both ends and clears the input',
            'use "#" to end and "*" to clear',
        )
    regex = s.check.regex if s.check else ""
    _check_regex(b, regex, (*path, "check", "regex"))
    return flow.Collect(
        **shared,
        into=s.into,
        min=least,
        max=most,
        next=b.edge(s.next, (*path, "next"), shared["name"]),
        terminator=terminator,
        clear_key=s.clear_key,
        empty_is_accepted=s.empty == "accept",
        regex=regex,
        **b.listening(s, path),
    )


def _check_regex(b: NodeBuilder, regex: str, path: Path) -> None:
    """Refuse what cannot be compiled, and what could take for ever on a few digits."""
    try:
        re.compile(regex)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"not a regular expression: {error}"
        b.document.report(path, "E012", message, "check brackets and backslashes")
        return
    if _REPEATED_GROUP.search(regex) or len(_REPEAT.findall(regex)) > 3:
        message = "a regular expression that may take too long"
        hint = "repeat no groups, and use at most three of *, + and {}"
        b.document.report(path, "E012", message, hint)


def _check_into(b: NodeBuilder, name: str, path: Path) -> None:
    variable = b.header.vars.get(name)
    if name not in b.variables:
        b.document.report(
            path,
            "E040",
            f'there is no variable "{name}"',
            did_you_mean(name, b.variables, "declare it under vars"),
        )
    elif variable is not None and variable.type != "string":
        b.document.report(
            path,
            "E041",
            f'digits go into a string, and "{name}" is {variable.type}',
            f"declare {name}: {{type: string}}; compute with int(vars.{name})",
        )


def _branch(b: NodeBuilder, s: shapes.BranchShape, path: Path, shared: Shared) -> flow.Branch:
    cases: list[flow.Case] = []
    for index, case in enumerate(s.cases):
        here = (*path, "cases", index)
        target = shapes.EdgeObject(goto=case.goto, tag=case.tag)
        edge = b.edge(target, here, shared["name"], waits=False)
        condition = b.speaker.condition(case.condition, (*here, "if"))
        if condition is not None:
            cases.append(flow.Case(when=condition, edge=edge))
    otherwise = b.edge(s.otherwise, (*path, "else"), shared["name"], waits=False)
    return flow.Branch(**shared, cases=tuple(cases), otherwise=otherwise)


_TYPES: Mapping[str, type] = {"string": str, "enum": str, "int": int, "float": float, "bool": bool}


def _set(b: NodeBuilder, s: shapes.SetShape, path: Path, shared: Shared) -> flow.Set:
    assign: list[tuple[str, CelExpression]] = []
    for name, written in s.vars.items():
        here = (*path, "vars", name)
        variable = b.header.vars.get(name)
        if name not in b.variables:
            b.document.report(
                here,
                "E040",
                f'there is no variable "{name}"',
                did_you_mean(name, b.variables, "declare it under vars"),
                key=True,
            )
            continue
        expression = b.speaker.expression(
            written, here, _TYPES[variable.type] if variable else None
        )
        if expression is not None:
            assign.append((name, expression))
    if s.language is not None:
        if s.language not in b.speaker.offered:
            hint = did_you_mean(s.language, b.speaker.offered, "add it under languages: offered")
            message = f'"{s.language}" is not offered'
            b.document.report((*path, "language"), "E105", message, hint)
        assign.append((LANGUAGE, CelExpression(f"'{s.language.replace(chr(39), '')}'")))
    return flow.Set(
        **shared,
        assign=tuple(assign),
        next=b.edge(s.next, (*path, "next"), shared["name"], waits=False),
    )


def _hours(b: NodeBuilder, s: shapes.HoursShape, path: Path, shared: Shared) -> flow.Hours:
    calendar = b.calendar(s.calendar, (*path, "calendar"))
    holiday = s.holiday or s.closed
    at = "holiday" if s.holiday else "closed"
    edges = {
        "open": b.edge(s.open, (*path, "open"), shared["name"], waits=False),
        "closed": b.edge(s.closed, (*path, "closed"), shared["name"], waits=False),
        "holiday": b.edge(holiday, (*path, at), shared["name"], waits=False),
    }
    return flow.Hours(**shared, calendar=calendar, **edges)  # type: ignore[arg-type]


def _queue(b: NodeBuilder, s: shapes.QueueNodeShape, path: Path, shared: Shared) -> flow.Queue:
    b.names.queue(s.queue, (*path, "queue"))
    check_preferred(b.names, s.prefer, (*path, "prefer"))
    name = shared["name"]
    return flow.Queue(
        **shared,
        queue=QueueId(s.queue),
        timeout=b.edge(s.timeout, (*path, "timeout"), name),
        no_agents=b.edge(s.no_agents, (*path, "no_agents"), name, waits=False),
        full=b.edge(s.full, (*path, "full"), name, waits=False),
        say=b.speaker.prompt(s.say, (*path, "say")),
        priority=s.priority,
        boost_us=s.boost,
        skills=b.skills(s.skills, (*path, "skills")),
        require=b.names.requirement(s.require, (*path, "require")),
        steps=tuple(
            build_step(b.names, step, (*path, "steps", index)) for index, step in enumerate(s.steps)
        ),
        prefer=s.prefer,
        prefer_us=s.prefer_for,
        max_wait_us=s.max_wait,
        reason=s.reason,
        closed=b.optional_edge(s.closed, (*path, "closed"), name, waits=False),
        overflow=b.optional_edge(s.overflow, (*path, "overflow"), name, waits=False),
        withdrawn=b.optional_edge(s.withdrawn, (*path, "withdrawn"), name),
        keys={key: b.edge(edge, (*path, "keys", key), name) for key, edge in s.keys.items()},
    )


def _callback(b: NodeBuilder, s: shapes.CallbackShape, path: Path, shared: Shared) -> flow.Callback:
    b.names.queue(s.queue, (*path, "queue"))
    if s.queue in b.around.queues and s.queue not in b.around.callbacks:
        message = f'the queue "{s.queue}" calls nobody back'
        b.document.report((*path, "queue"), "E202", message, "add callbacks: true to the queue")
    name, number = shared["name"], None
    if s.number is not None:
        number = b.speaker.expression(s.number, (*path, "number"), str)
    return flow.Callback(
        **shared,
        queue=QueueId(s.queue),
        number=number,
        priority=s.priority,
        boost_us=s.boost,
        require=b.names.requirement(s.require, (*path, "require")),
        registered=b.edge(s.registered, (*path, "registered"), name, waits=False),
        already=b.optional_edge(s.already, (*path, "already"), name, waits=False),
        refused=b.edge(s.refused, (*path, "refused"), name, waits=False),
    )


def _voicemail(
    b: NodeBuilder, s: shapes.VoicemailShape, path: Path, shared: Shared
) -> flow.Voicemail:
    for name, least, most in (("max", 1_000_000, 900_000_000), ("silence", 500_000, 60_000_000)):
        if not least <= getattr(s, name) <= most:
            b.document.report(
                (*path, name),
                "E012",
                f"{name} is from {least / 1e6:g}s to {most // 1_000_000}s",
                "use max: 2m, silence: 4s",
            )
    if s.queue is not None:
        b.names.queue(s.queue, (*path, "queue"))
    return flow.Voicemail(
        **shared,
        queue=QueueId(s.queue) if s.queue is not None else None,
        box=s.box,
        say=b.speaker.prompt(s.say, (*path, "say")),
        max_us=s.max,
        silence_us=s.silence,
        min_us=s.min,
        recorded=b.edge(s.recorded, (*path, "recorded"), shared["name"]),
        empty=b.edge(s.empty, (*path, "empty"), shared["name"]),
        beep=s.beep,
    )


def _transfer(b: NodeBuilder, s: shapes.TransferShape, path: Path, shared: Shared) -> flow.Transfer:
    to = dialled(s.to, b.around.region)
    if to is None:
        b.document.report(
            (*path, "to"),
            "E101",
            f'"{s.to}" is no number that can be dialled',
            'write it as "+14155550123", or an extension',
        )
    name = shared["name"]
    return flow.Transfer(
        **shared,
        to=to or "",
        timeout_us=s.timeout,
        busy=b.edge(s.busy, (*path, "busy"), name, waits=False),
        no_answer=b.edge(s.no_answer, (*path, "no_answer"), name),
        failed=b.edge(s.failed, (*path, "failed"), name, waits=False),
        say=b.speaker.prompt(s.say, (*path, "say")),
    )


def _hangup(b: NodeBuilder, s: shapes.HangUpShape, path: Path, shared: Shared) -> flow.HangUp:
    return flow.HangUp(**shared, say=b.speaker.prompt(s.say, (*path, "say")), reason=s.reason)


_MAKERS: Mapping[type[shapes.NodeShape], Callable[..., Any]] = {
    shapes.PlayShape: _play,
    shapes.MenuShape: _menu,
    shapes.CollectShape: _collect,
    shapes.BranchShape: _branch,
    shapes.SetShape: _set,
    shapes.HoursShape: _hours,
    shapes.QueueNodeShape: _queue,
    shapes.CallbackShape: _callback,
    shapes.VoicemailShape: _voicemail,
    shapes.TransferShape: _transfer,
    shapes.HangUpShape: _hangup,
}
