"""Every message of ``desk.v1``: the one place where the protocol is written down.

What the messages carry in ``d`` is in ``payloads``.

A frame is one JSON object, UTF-8, at most 64 KiB towards us and 256 KiB towards the client. ``t``
names the type; the other fields around the payload ``d`` are the envelope:

=======  ========================================================================================
``v``    minor version; unknown fields are ignored, unknown types too unless ``must`` is true
``id``   the client's id of its message; of a command it is also the idempotency key
``re``   the id that this answers
``ch``   channel: ``agent:<id>`` is a ledger; ``queue:<id>``, ``provider:<name>``,
         ``callbacks:<agent>``, ``script:<agent>`` ``directory:<agent>`` ... are snapshots
``ep``   epoch of a ledger; another epoch means that what came before is gone
``seq``  ledger messages of a channel are numbered without holes
``rev``  snapshots only: a snapshot with a lower or equal revision is stale
``ts``   when it happened, milliseconds UTC (not when it was sent)
``call`` the call it is about
=======  ========================================================================================

Keys that a caller pressed never travel here; those that an agent presses for somebody do, in
``cmd.digits``, and are kept nowhere. The schemas under ``docs/protocol`` are
made from this module.
"""

from typing import Final

from msgspec import UNSET, UnsetType

from contact_center.adapters.desktop import beside_messages as beside
from contact_center.adapters.desktop import callback_messages as callback
from contact_center.adapters.desktop import dial_messages as dial
from contact_center.adapters.desktop import disposition_payloads as dp
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop import script_messages as script
from contact_center.adapters.desktop import staff_messages as staff
from contact_center.adapters.desktop import talk_messages as t
from contact_center.adapters.desktop.envelope import MINOR as MINOR
from contact_center.adapters.desktop.envelope import CallCommand as CallCommand
from contact_center.adapters.desktop.envelope import ClientMessage as ClientMessage
from contact_center.adapters.desktop.envelope import Command as Command
from contact_center.adapters.desktop.envelope import LedgerMessage as LedgerMessage
from contact_center.adapters.desktop.envelope import Message as Message
from contact_center.adapters.desktop.envelope import MessageId as MessageId
from contact_center.adapters.desktop.envelope import SnapshotMessage as SnapshotMessage

SUBPROTOCOL: Final = "desk.v1"
MAX_INBOUND: Final = 64 * 1024
MAX_OUTBOUND: Final = 256 * 1024
MAX_POP: Final = 4096


# --- from the server ----------------------------------------------------------------------------


class Hello(Message, tag="hello", kw_only=True):
    """The socket is open."""

    d: p.Greeting


class ResumeOk(Message, tag="resume.ok", kw_only=True):
    """Nothing was lost: the missed messages follow, then the live ones."""

    ch: str
    ep: str
    seq: int
    d: p.Replaying


class ResumeGap(Message, tag="resume.gap", kw_only=True):
    """Something may be lost: a full state follows, then the live messages."""

    ch: str
    ep: str
    seq: int
    d: p.Gap


class State(Message, tag="state", kw_only=True):
    """The full state of a ledger channel as of `seq`."""

    ch: str
    ep: str
    seq: int
    ts: int
    d: p.FullState


class Done(Message, tag="done", kw_only=True):
    """The command was carried out."""

    re: str


class Refused(Message, tag="error", kw_only=True):
    """A command was not carried out, or a frame made no sense (then often without ``re``)."""

    err: p.Problem
    re: str | UnsetType = UNSET


class ServerPing(Message, tag="ping", kw_only=True):
    """Are you there? Any frame is an answer; ``pong`` is the shortest."""

    ts: int


class ServerPong(Message, tag="pong", kw_only=True):
    """Yes, at server time `ts`."""

    ts: int
    re: str | UnsetType = UNSET


class AuthChanged(Message, tag="auth.changed", kw_only=True):
    """The session ended, elsewhere or, with the reason ``idle``, because nobody used the desk.

    A close with 4401 follows.
    """

    ts: int
    reason: str = ""


class IdleWarned(Message, tag="idle.warned", kw_only=True):
    """Nobody uses this desk: `until` (milliseconds UTC) the login lasts; 0: somebody did."""

    ts: int
    until: int


class AgentStateMessage(LedgerMessage, tag="agent.state", kw_only=True):
    """The agent's state changed."""

    d: p.AgentState


class CallOffered(LedgerMessage, tag="call.offered", kw_only=True):
    """The agent was reserved for a call."""

    d: p.Offer


class PopShow(LedgerMessage, tag="pop.show", kw_only=True):
    """The screen-pop; it leaves before the phone is told to ring."""

    d: p.Pop


class PopMoreMessage(LedgerMessage, tag="pop.more", kw_only=True):
    """The history, when it is known."""

    d: p.PopMore


class OfferEnded(LedgerMessage, tag="offer.ended", kw_only=True):
    """The offer is over."""

    d: p.OfferOver


class CallConnected(LedgerMessage, tag="call.connected", kw_only=True):
    """The conversation began."""

    d: p.Connected


class CallHold(LedgerMessage, tag="call.hold", kw_only=True):
    """Hold changed."""

    d: p.Hold


class CallEnded(LedgerMessage, tag="call.ended", kw_only=True):
    """The conversation ended; wrap-up may follow."""

    d: p.Talked


class CallNotes(LedgerMessage, tag="call.notes", kw_only=True):
    """Notes were kept."""

    d: p.SavedNotes


class CallDisposition(LedgerMessage, tag="call.disposition", kw_only=True):
    """The disposition was kept."""

    d: dp.SavedDisposition


class CallMissed(LedgerMessage, tag="call.missed", kw_only=True):
    """A row for the list of missed calls."""

    d: p.MissedCall


class QueueState(SnapshotMessage, tag="queue.state", kw_only=True):
    """A queue tile."""

    d: p.QueueTile


class ProviderState(SnapshotMessage, tag="provider.state", kw_only=True):
    """The phone system, for the banner."""

    d: p.ProviderUp


# --- from the client ----------------------------------------------------------------------------


class Resume(ClientMessage, tag="resume", kw_only=True):
    """Answer to ``hello``, and again whenever a hole is seen."""

    d: p.Resuming
    id: MessageId | UnsetType = UNSET


class ClientPing(ClientMessage, tag="ping", kw_only=True):
    """Are you there?"""

    id: MessageId | UnsetType = UNSET


class ClientPong(ClientMessage, tag="pong", kw_only=True):
    """Yes."""


class Here(ClientMessage, tag="here", kw_only=True):
    """Somebody does something at the screen; best said once a minute at most."""


class PopShownMessage(ClientMessage, tag="pop.shown", kw_only=True):
    """The pop is on the screen."""

    call: p.Name
    d: p.PopShown


class CmdReady(Command, tag="cmd.ready", kw_only=True):
    """Be ready for calls; in wrap-up, be done with it."""

    d: p.Readiness = p.Readiness()


class CmdPause(Command, tag="cmd.pause", kw_only=True):
    """Take no calls for now; during a call, after it."""

    d: p.Reason


class CmdLogout(Command, tag="cmd.logout", kw_only=True):
    """Stop working; during a call, after it."""


class CmdAccept(Command, tag="cmd.accept", kw_only=True):
    """Answer the ringing phone."""

    d: p.OfferRef


class CmdDecline(Command, tag="cmd.decline", kw_only=True):
    """Do not take this call."""

    d: p.OfferRef


class CmdHangup(CallCommand, tag="cmd.hangup", kw_only=True):
    """End the call."""


class CmdHold(CallCommand, tag="cmd.hold", kw_only=True):
    """Put the customer on hold or back."""

    d: p.Hold


class CmdNotes(CallCommand, tag="cmd.notes", kw_only=True):
    """Keep these notes; the whole text each time."""

    d: p.SavedNotes


class CmdDisposition(CallCommand, tag="cmd.disposition", kw_only=True):
    """Say how it ended; in wrap-up this ends the wrap-up."""

    d: dp.ChosenDisposition


ClientUnion = (
    Resume
    | ClientPing
    | ClientPong
    | Here
    | PopShownMessage
    | CmdReady
    | CmdPause
    | staff.CmdPauseQueue
    | CmdLogout
    | CmdAccept
    | CmdDecline
    | CmdHangup
    | CmdHold
    | t.CmdMute
    | t.CmdDigits
    | t.CmdHelp
    | t.CmdRecord
    | t.CmdTransfer
    | t.CmdRequeue
    | t.CmdConsult
    | t.CmdConsultStep
    | t.CmdPark
    | t.CmdRetrieve
    | t.CmdWrapUp
    | t.CmdWorkDone
    | t.CmdSupervise
    | t.CmdSuperviseEnd
    | dial.CmdDial
    | dial.CmdPreviewDial
    | dial.CmdPreviewSkip
    | callback.CmdPromiseForm
    | callback.CmdPromise
    | callback.CmdPromiseMove
    | callback.CmdPromiseCancel
    | script.CmdScriptAnswer
    | script.CmdScriptMove
    | script.CmdScriptObjection
    | script.CmdScriptHint
    | script.CmdScriptAct
    | beside.CmdDirectory
    | beside.CmdKnowledge
    | beside.CmdNoticeRead
    | CmdNotes
    | CmdDisposition
)
ServerUnion = (
    Hello
    | ResumeOk
    | ResumeGap
    | State
    | Done
    | Refused
    | ServerPing
    | ServerPong
    | AuthChanged
    | IdleWarned
    | AgentStateMessage
    | CallOffered
    | PopShow
    | PopMoreMessage
    | OfferEnded
    | CallConnected
    | CallHold
    | t.CallMute
    | t.CallKeys
    | t.CallConsult
    | t.CallTransferred
    | t.CallParked
    | t.CallRecording
    | t.CallListeners
    | CallEnded
    | CallNotes
    | CallDisposition
    | CallMissed
    | QueueState
    | ProviderState
    | callback.CallbacksState
    | script.ScriptState
    | beside.DirectoryState
    | beside.KnowledgeState
    | beside.NumbersState
    | beside.NoticesState
)
