"""Messages of ``desk.v1`` about what agents and supervisors do with a caller they have."""

from typing import Annotated

from msgspec import Meta, Struct

from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.envelope import CallCommand, Command, LedgerMessage
from contact_center.core.outcomes import Listening


class Supervise(Struct, frozen=True, kw_only=True):
    """Whose call, and what to do in it."""

    agent: p.Name
    mode: Listening


class SuperviseEnd(Struct, frozen=True, kw_only=True):
    """Whose call to leave."""

    agent: p.Name


class Digits(Struct, frozen=True, kw_only=True):
    """Keys, in order. ``repr`` has them not: they may be somebody's secret."""

    digits: Annotated[str, Meta(pattern=r"^[0-9*#A-D]{1,32}$")]

    def __repr__(self) -> str:
        return "Digits()"


class KeysLost(Struct, frozen=True, kw_only=True):
    """Why they did not: ``not_supported`` where the phone system cannot, or another code."""

    code: str


class Help(Struct, frozen=True, kw_only=True):
    """On or off, and what it is about."""

    on: bool
    note: Annotated[str, Meta(max_length=200)] = ""


# --- from the server ----------------------------------------------------------------------------


class CallMute(LedgerMessage, tag="call.mute", kw_only=True):
    """Mute changed."""

    d: p.Muted


class CallKeys(LedgerMessage, tag="call.keys", kw_only=True):
    """Keys that the agent pressed did not come through."""

    d: KeysLost


class CallConsult(LedgerMessage, tag="call.consult", kw_only=True):
    """A consultation went on."""

    d: p.Consult


class CallTransferred(LedgerMessage, tag="call.transferred", kw_only=True):
    """The caller was passed on."""

    d: p.Transferred


class CallParked(LedgerMessage, tag="call.parked", kw_only=True):
    """The caller was put aside."""

    d: p.ParkedCall


class CallListeners(LedgerMessage, tag="call.listeners", kw_only=True):
    """Who is in the call besides; only where the center lets agents see it."""

    d: p.Listeners


class CallRecording(LedgerMessage, tag="call.recording", kw_only=True):
    """Recording began, or its pause changed."""

    d: p.RecordingState


# --- from the client ----------------------------------------------------------------------------


class CmdMute(CallCommand, tag="cmd.mute", kw_only=True):
    """Let the others not hear the agent, or hear them again."""

    d: p.Switch


class CmdDigits(CallCommand, tag="cmd.digits", kw_only=True):
    """Press keys for whom the agent talks with. They are kept and shown nowhere."""

    d: Digits


class CmdHelp(Command, tag="cmd.help", kw_only=True):
    """Ask supervisors for help, or do without."""

    d: Help


class CmdRecord(CallCommand, tag="cmd.record", kw_only=True):
    """Let the recording go on, or pause it."""

    d: p.Switch


class CmdTransfer(CallCommand, tag="cmd.transfer", kw_only=True):
    """Pass the caller on without a word."""

    d: p.Target


class CmdRequeue(CallCommand, tag="cmd.requeue", kw_only=True):
    """Give the caller back to their queue."""


class CmdConsult(CallCommand, tag="cmd.consult", kw_only=True):
    """Ask somebody while the caller is on hold."""

    d: p.Target


class CmdConsultStep(CallCommand, tag="cmd.consult.step", kw_only=True):
    """Go on with the consultation."""

    d: p.Step


class CmdPark(CallCommand, tag="cmd.park", kw_only=True):
    """Put the caller aside in a slot."""


class CmdRetrieve(Command, tag="cmd.retrieve", kw_only=True):
    """Take the caller out of a slot."""

    d: p.Slot


class CmdWrapUp(CallCommand, tag="cmd.wrapup", kw_only=True):
    """Ask for wrap-up after the call, where it is optional; or for more of it."""

    d: p.Extension = p.Extension()


class CmdWorkDone(CallCommand, tag="cmd.done", kw_only=True):
    """A piece of work that is no call is done."""


class CmdSupervise(Command, tag="cmd.supervise", kw_only=True):
    """Listen to an agent's call, whisper, barge in or take over; for supervisors."""

    d: Supervise


class CmdSuperviseEnd(Command, tag="cmd.supervise.end", kw_only=True):
    """Leave an agent's call; for supervisors."""

    d: SuperviseEnd
