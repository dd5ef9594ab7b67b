"""Building the nodes that lead out of the flow."""

import re

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.numbers import dialled
from contact_center.content.problems import did_you_mean
from contact_center.content.steps import build_step, check_preferred
from contact_center.content.yaml_source import Path
from contact_center.core.ids import QueueId
from contact_center.core.ivr import flow

_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}\Z")
_LEAST_WINDOW_US = 15 * 60_000_000
_LONGEST_WINDOW_US = 12 * 3_600_000_000


def _queue(b: NodeBuilder, s: shapes.QueueNodeShape, path: Path, shared: Shared) -> flow.Queue:
    if s.queue:
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
        connected=b.optional_edge(s.connected, (*path, "connected"), name),
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
        at=_appointment(b, s, s.at, (*path, "at")) if s.at is not None else None,
        unavailable=b.optional_edge(s.unavailable, (*path, "unavailable"), name, waits=False),
    )


def _appointment(
    b: NodeBuilder, s: shapes.CallbackShape, at: shapes.AppointmentShape, path: Path
) -> flow.Appointment | None:
    """Build a time that a caller chooses; None when something of it is wrong, which is reported."""
    if at.into:
        b.check_into(at.into, (*path, "into"), "string", "times are texts")
    if not _LEAST_WINDOW_US <= at.window <= _LONGEST_WINDOW_US:
        message = "a window is from 15 minutes to 12 hours"
        b.document.report((*path, "window"), "E012", message, "write window: 2h")
    hours = at.calendar or b.around.callbacks.get(s.queue, "")
    calendar = b.calendar(hours, (*path, "calendar")) if hours else None
    if not hours and s.queue in b.around.callbacks:
        message = "nobody knows the hours, nor the zone, of that time"
        hint = "add calendar: name, or within: name to callbacks of the queue"
        b.document.report(path, "E202", message, hint)
    written = f"'{at.time}'" if _CLOCK.match(at.time) else at.time
    time = b.speaker.expression(written, (*path, "time"), None)
    day = b.speaker.expression(at.day, (*path, "day"), None)
    if calendar is None or time is None or day is None:
        return None
    return flow.Appointment(
        day=day, time=time, calendar=calendar, window_us=at.window, into=at.into
    )


def _shown(b: NodeBuilder, written: str | None, path: Path) -> str:
    """Check a number that is shown to others: only the center's own may be."""
    if written is None:
        return ""
    number = dialled(written, b.around.region)
    if number is None or number not in b.around.numbers:
        message = f'"{written}" is no number of this center, so it may not be shown'
        hint = did_you_mean(number or written, b.around.numbers, "leave it out")
        b.document.report(path, "E037", message, hint)
    return number or ""


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
        answered=b.optional_edge(s.answered, (*path, "answered"), name),
        caller_id=_shown(b, s.caller_id, (*path, "caller_id")),
        say=b.speaker.prompt(s.say, (*path, "say")),
        ask=b.speaker.prompt(s.ask, (*path, "ask")),
        accept=(s.accept or "1") if s.ask else "",
        declined=b.optional_edge(s.declined, (*path, "declined"), name),
    )


MAKERS: Makers = {
    shapes.QueueNodeShape: _queue,
    shapes.CallbackShape: _callback,
    shapes.TransferShape: _transfer,
}
