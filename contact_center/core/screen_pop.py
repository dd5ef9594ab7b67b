"""The screen-pop: who calls, why, and what to say first. Pure composition, in two parts.

The first part must be on the screen before the phone rings, so it holds only what is known at once;
the history follows as the second part, in the same step when storage has answered by then.
"""

import re

from contact_center.core.call import Call
from contact_center.core.events import Customer
from contact_center.core.facts import ScreenPopCompleted, ScreenPopped
from contact_center.core.ids import CustomerId, ReservationId
from contact_center.core.outcomes import Preview
from contact_center.core.queue_settings import AgentSettings, QueueSettings

_ASKED = re.compile(r"(?:(?<=[.!?] )|(?<=^))[^.!?]*\{customer\}\?\s*")
_AT_THE_END = re.compile(r"\s*,?\s*\{customer\}(?=[.!])")


def pop(
    call: Call, queue: QueueSettings, agent: AgentSettings, reservation: ReservationId, now: int
) -> ScreenPopped:
    """Compose the first part for the agent of this reservation."""
    return ScreenPopped(
        at=now,
        call=call.call,
        seq=call.ids.fact(),
        agent=agent.agent,
        reservation=reservation,
        ani=call.ani,
        did=call.did,
        queue=queue.queue,
        queue_label=queue.label,
        reason=call.reason or queue.label,
        customers=who(call),
        waited_us=now - call.queued_at,
        script=tuple(filter(None, (fill(line, call, queue, agent) for line in queue.script))),
        maybe_machine=call.dial is not None and call.dial.machine,
        direction=call.direction,
        campaign=call.dial.asked.campaign if call.dial is not None else "",
        lead_list=call.dial.asked.lead_list if call.dial is not None else "",
    )


def completion(
    call: Call,
    agent: AgentSettings,
    reservation: ReservationId,
    now: int,
    preview: Preview | None = None,
) -> ScreenPopCompleted:
    """Compose the second part."""
    return ScreenPopCompleted(
        at=now,
        call=call.call,
        seq=call.ids.fact(),
        agent=agent.agent,
        reservation=reservation,
        customers=who(call),
        history=call.history,
        fields=(*(call.dial.asked.fields if call.dial is not None else ()), *noted(call).items()),
        preview=preview,
    )


def who(call: Call) -> tuple[Customer, ...]:
    """Say who it may be; whom we dialled and nobody knows is who the dialer says."""
    if call.customers or call.dial is None or not call.dial.asked.name:
        return call.customers
    asked = call.dial.asked
    name = CustomerId(f"dialled-{call.call}")
    return (Customer(customer=name, name=asked.name, language=asked.language),)


def noted(call: Call) -> dict[str, str]:
    """Gather what the flow, or a page, has noted of the caller for the agent."""
    if call.callback is not None:
        return dict(call.callback.noted)
    said = dict(call.visit.noted) if call.visit is not None else {}
    return {**said, **(call.session.wish.attributes if call.session is not None else {})}


def fill(line: str, call: Call, queue: QueueSettings, agent: AgentSettings) -> str:
    """Put names into a script line; only an unambiguous customer is named."""
    known = who(call)
    customer = known[0].name if len(known) == 1 else ""
    if not customer:
        line = _for_a_stranger(line)
    names = (("customer}", customer), ("agent}", agent.name), ("queue}", queue.label))
    # One pass over the template only: a name that contains a placeholder stays what it is.
    parts: list[str] = []
    for piece in line.split("{"):
        for name, value in names:
            if parts and piece.startswith(name):
                parts.append(value + piece[len(name) :])
                break
        else:
            parts.append(("{" if parts else "") + piece)
    return "".join(parts).replace("  ", " ").replace(" ,", ",").strip()


def _for_a_stranger(line: str) -> str:
    """Leave out what makes no sense without a name: "Am I speaking with {customer}?"."""
    line = _ASKED.sub("", line)
    return _AT_THE_END.sub("", line)
