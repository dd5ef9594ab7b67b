"""From a desk's command to the core's request; what is plainly wrong is refused right here."""

from collections.abc import Callable
from typing import Any, Final

from contact_center.adapters.desktop import dial_messages as dm
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import staff_messages as sm
from contact_center.adapters.desktop import talk_messages as tm
from contact_center.adapters.desktop.payloads import Problem
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.adapters.desktop.screen_text import clean, clean_lines
from contact_center.core import dialing
from contact_center.core import requests as r
from contact_center.core import supervisor_requests as s
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId, is_safe_id

_WORDS: Final = {
    "unknown_reason": "This reason for a pause does not exist.",
    "field": "Something has to be said with this.",
    "unknown_disposition": "This disposition does not exist.",
    "bad_id": "This id cannot name anything.",
    "busy": "The center is overloaded for a moment; try again.",
    "not_resumed": "Say resume first.",
    "rate": "Too many messages.",
    "malformed": "This frame makes no sense.",
    "unknown_type": "This type of message is not known.",
    "offer_is_over": "This call is not offered to you any more.",
    "no_such_call": "This call is over.",
    "not_your_call": "This is not your call.",
    "not_talking": "You are not talking in this call.",
    "answer_on_the_phone": "Please answer on your phone; it cannot be answered from here.",
    "asked_again": "You asked for the same again.",
    "consulting": "You are consulting somebody; finish that first.",
    "not_consulting": "You are consulting nobody.",
    "not_now": "That is not possible right now.",
    "unknown_target": "There is nobody of that name.",
    "bad_number": "This is no telephone number.",
    "not_dialled": "Numbers of this kind or country are not called from here.",
    "not_recorded": "This conversation is not recorded.",
    "not_allowed": "That is not allowed in this queue.",
    "no_slot": "All slots are taken.",
    "nobody_parked": "Nobody is parked there.",
    "taken": "Somebody else is taking this caller.",
    "not_your_queue": "You do not serve this queue.",
    "logged_out": "This agent is not logged in.",
    "paused": "This agent is paused.",
    "forbidden": "Your role may not do that.",
    "not_your_team": "This is not of your team.",
    "no_agent": "No agent is talking in this call.",
    "no_device": "You have no phone that could ring.",
    "not_supervising": "You are not in this call.",
    "too_many": "Too many supervisors are in this call.",
    "unknown_agent": "The center does not know you.",
    "disposition_needed": "Please say first how the call ended.",
    "wrap_up_is_not_over": "Wrap-up ends by itself in this queue.",
    "there_is_no_wrap_up": "There is no wrap-up in this queue.",
    "not_in_wrap_up": "You are not in wrap-up.",
    "no_extension": "Wrap-up is not extended in this queue.",
    "longest_wrap_up": "This wrap-up lasts as long as it may already.",
    "not_a_call": "This is no telephone call.",
    "not_your_work": "This is not your work.",
    "refused": "This number may not be called now.",
    "no_dialer": "Nobody can call for you right now.",
    "nobody_to_call": "There is nobody here whom a campaign may call back.",
    "not_your_promise": "This is not your promise, or it is kept already.",
    "being_called": "This customer is being called right now.",
    "storage": "The promise could not be written down; try again.",
    "unread": "Promises cannot be read right now; try again.",
    "not_shown": "The number to be shown is no telephone number.",
    "not_a_number": "This is no telephone number that can be called.",
    "bad_reason": "This reason does not exist.",
    "stale": "This script is not at your desk any more.",
    "unsaid": "Something has to be said first that the script has.",
    "resting": "You are resting for a moment; try again.",
    "timeout": "No answer in time; it may or may not have happened.",
}


def problem(code: str, message: str = "", retry_after_ms: int | None = None) -> Problem:
    """Describe why something is not done."""
    return Problem(
        code=code,
        message_key=f"error.{code}",
        message=message or _WORDS.get(code, ""),
        retry_after_ms=retry_after_ms,
    )


def request_of(
    agent: str,
    command: m.Command,
    roster: DeskRoster,
    call_of: Callable[[str], str | None],
) -> r.AgentRequest | s.SupervisorRequest | Problem:
    """Translate a command of this agent; a Problem when it names what does not exist.

    `call_of` gives the call that an agent is at, for supervisors.
    """
    if not _names_are_safe(command):
        return problem("bad_id")
    if isinstance(command, tm.CmdSupervise | tm.CmdSuperviseEnd):
        return _supervise(agent, command, roster, call_of)
    if isinstance(command, m.CmdPause | sm.CmdPauseQueue):
        asked = not isinstance(command, sm.CmdPauseQueue) or command.d.on
        if asked and all(command.d.reason != known.code for known in roster.pause_reasons):
            return problem("unknown_reason")
    elif isinstance(command, m.CmdDisposition) and all(
        command.d.code != known.code for known in roster.dispositions
    ):
        return problem("unknown_disposition")
    return _TRANSLATIONS[type(command)](
        {"cmd": CommandId(command.id), "agent": AgentId(agent)}, command
    )


def _names_are_safe(command: m.Command) -> bool:
    if isinstance(command, m.CallCommand):
        return is_safe_id(command.call)
    if isinstance(command, (m.CmdAccept, m.CmdDecline)):
        return is_safe_id(command.d.reservation)
    return not isinstance(command, sm.CmdPauseQueue) or is_safe_id(command.d.queue)


def _supervise(
    agent: str,
    command: tm.CmdSupervise | tm.CmdSuperviseEnd,
    roster: DeskRoster,
    call_of: Callable[[str], str | None],
) -> s.SupervisorRequest | Problem:
    me = roster.agents.get(agent)
    if me is not None and me.reach is not None and not me.reach.has_agents([command.d.agent]):
        return problem("not_your_team")
    call = call_of(command.d.agent)
    if call is None:
        return problem("no_agent")
    cmd = CommandId(command.id)
    if isinstance(command, tm.CmdSuperviseEnd):
        return s.SuperviseEndRequested(cmd=cmd, by=agent, call=CallId(call))
    mode = command.d.mode
    device = me.device if me is not None else ""
    return s.SuperviseRequested(cmd=cmd, by=agent, call=CallId(call), mode=mode, device=device)


def _presence(wish: r.PresenceWish) -> Callable[[dict[str, Any], Any], r.AgentRequest]:
    def translate(who: dict[str, Any], command: m.Command) -> r.AgentRequest:
        reason = command.d.reason if isinstance(command, m.CmdPause) else ""
        once = isinstance(command, m.CmdReady) and command.d.once
        return r.PresenceRequested(**who, presence=wish, reason=reason, once=once)

    return translate


_TRANSLATIONS: Final[dict[type[m.Command], Callable[[dict[str, Any], Any], r.AgentRequest]]] = {
    m.CmdReady: _presence(r.PresenceWish.READY),
    m.CmdPause: _presence(r.PresenceWish.PAUSED),
    sm.CmdPauseQueue: lambda who, c: r.QueuePauseRequested(
        **who, queue=QueueId(c.d.queue), on=c.d.on, reason=c.d.reason if c.d.on else ""
    ),
    m.CmdLogout: _presence(r.PresenceWish.LOGGED_OUT),
    m.CmdAccept: lambda who, c: r.AcceptRequested(
        **who, reservation=ReservationId(c.d.reservation)
    ),
    m.CmdDecline: lambda who, c: r.DeclineRequested(
        **who, reservation=ReservationId(c.d.reservation)
    ),
    m.CmdHangup: lambda who, c: r.HangupRequested(**who, call=CallId(c.call)),
    m.CmdHold: lambda who, c: r.HoldRequested(**who, call=CallId(c.call), on=c.d.on),
    tm.CmdMute: lambda who, c: r.MuteRequested(**who, call=CallId(c.call), on=c.d.on),
    tm.CmdRecord: lambda who, c: r.RecordingRequested(**who, call=CallId(c.call), on=c.d.on),
    tm.CmdDigits: lambda who, c: r.DigitsRequested(**who, call=CallId(c.call), digits=c.d.digits),
    tm.CmdHelp: lambda who, c: r.HelpRequested(**who, on=c.d.on, note=clean(c.d.note)),
    tm.CmdTransfer: lambda who, c: r.TransferRequested(**who, call=CallId(c.call), to=c.d.to),
    tm.CmdRequeue: lambda who, c: r.RequeueRequested(**who, call=CallId(c.call)),
    tm.CmdConsult: lambda who, c: r.ConsultRequested(**who, call=CallId(c.call), to=c.d.to),
    tm.CmdConsultStep: lambda who, c: r.ConsultStepRequested(
        **who, call=CallId(c.call), step=c.d.step
    ),
    tm.CmdPark: lambda who, c: r.ParkRequested(**who, call=CallId(c.call)),
    tm.CmdRetrieve: lambda who, c: r.RetrieveRequested(**who, slot=c.d.slot),
    tm.CmdWrapUp: lambda who, c: r.WrapUpRequested(**who, call=CallId(c.call), extend=c.d.extend),
    tm.CmdWorkDone: lambda who, c: r.WorkDoneRequested(**who, call=CallId(c.call)),
    dm.CmdDial: lambda who, c: dialing.ClickToDialRequested(
        **who, number=clean(c.d.number), campaign=c.d.campaign, shown=clean(c.d.shown)
    ),
    dm.CmdPreviewDial: lambda who, c: dialing.PreviewDialRequested(**who, call=CallId(c.call)),
    dm.CmdPreviewSkip: lambda who, c: dialing.PreviewSkipRequested(
        **who, call=CallId(c.call), reason=c.d.reason
    ),
    m.CmdNotes: lambda who, c: r.NotesRequested(
        **who, call=CallId(c.call), text=clean_lines(c.d.text)
    ),
    m.CmdDisposition: lambda who, c: r.DispositionRequested(
        **who,
        call=CallId(c.call),
        code=c.d.code,
        fields=tuple((name, clean_lines(text)) for name, text in c.d.fields.items()),
        notes=None if c.d.notes is None else clean_lines(c.d.notes),
    ),
}
