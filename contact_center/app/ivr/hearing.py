"""From what the center decides to what a person would notice: words, music, edges, people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from contact_center.core.commands import (
    Announce,
    EnterWaiting,
    HoldMusic,
    Originate,
    PlaySequence,
    PromptItem,
    PromptKind,
    StartRecording,
)
from contact_center.core.facts import (
    AgentOffered,
    CallbackRegistered,
    CallConnected,
    CallFinished,
    CallQueued,
    ConversationEnded,
    FaultFound,
    LegAnswered,
    LegEnded,
    NodeLeft,
    VoicemailLeft,
    WaitEnded,
)
from contact_center.core.ids import CallId, LegId
from contact_center.core.ivr.session import IvrSession
from contact_center.core.output import Output


class What(Enum):
    """What sort of moment it is.

    SAYS: the caller begins to hear `text`. MUSIC, BEEP, RINGING: the same of no words. LEFT: the
    node was left by the edge `text`. QUEUED: the caller waits in the queue `text`. UNQUEUED: the
    wait ended with `text`. OFFERED: the phone of the agent `text` rings. JOINED: the caller talks
    with `text`. ALONE: not any more. NOTED: something was written down. ASKED: a service was, and
    so it answers. FAULT: a bug. ENDED: the call is over.
    """

    SAYS = "says"
    MUSIC = "music"
    BEEP = "beep"
    RINGING = "ringing"
    LEFT = "left"
    QUEUED = "queued"
    UNQUEUED = "unqueued"
    OFFERED = "offered"
    JOINED = "joined"
    ALONE = "alone"
    NOTED = "noted"
    ASKED = "asked"
    FAULT = "fault"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened. `at` is microseconds UTC; `node` where the caller was.

    ``flow``: for LEFT, the flow of the node, which may be one that was called.
    """

    at: int
    what: What
    text: str = ""
    node: str = ""
    flow: str = ""


class Narrator:
    """Reads outputs of one call. ``node``: where the caller is, or was last."""

    def __init__(self) -> None:
        self._outside: dict[str, str] = {}
        self.node = ""

    def read(
        self,
        outputs: Sequence[Output],
        session: IvrSession | None,
        call: CallId,
        leg: LegId,
        now: int,
    ) -> Iterator[Moment]:
        """Give what happened to `call` and at `leg`; `session` is as it is behind all of it."""
        for output in outputs:
            if getattr(output, "call", call) != call:
                continue
            if not isinstance(output, NodeLeft) and session is not None:
                self.node = session.node or self.node
            told = self._moment(output, leg)
            if told is not None:
                flow = output.flow if isinstance(output, NodeLeft) else ""
                yield Moment(at=now, what=told[0], text=told[1], node=self.node, flow=flow)
        if session is not None:
            self.node = session.node or self.node

    def _moment(self, output: Output, leg: LegId) -> tuple[What, str] | None:
        match output:
            case PlaySequence() if output.leg == leg:
                return What.SAYS, words_of(output.items)
            case Announce() if output.talk is not None or output.leg == leg:
                return What.SAYS, words_of(output.items)
            case NodeLeft():
                self.node = output.node
                return What.LEFT, output.edge
            case EnterWaiting() | HoldMusic() if output.leg == leg:
                return What.MUSIC, output.music
            case StartRecording() if output.leg == leg and output.talk is None and output.beep:
                return What.BEEP, ""
            case Originate() if output.to.startswith("number:"):
                number = output.to.removeprefix("number:")
                if output.leg != leg:
                    self._outside[output.leg] = number
                return What.RINGING, number
        return self._of_people(output)

    def _of_people(self, output: Output) -> tuple[What, str] | None:
        match output:
            case CallQueued():
                return What.QUEUED, output.queue
            case WaitEnded():
                return What.UNQUEUED, output.outcome.value
            case AgentOffered():
                return What.OFFERED, output.agent
            case CallConnected():
                return What.JOINED, output.agent
            case LegAnswered() if output.leg in self._outside:
                return What.JOINED, self._outside[output.leg]
            case ConversationEnded():
                return What.ALONE, output.agent
            case LegEnded() if output.leg in self._outside:
                return What.ALONE, f"{self._outside.pop(output.leg)}: {output.cause.value}"
        return self._of_records(output)

    def _of_records(self, output: Output) -> tuple[What, str] | None:
        match output:
            case VoicemailLeft():
                return What.NOTED, f"a message of {output.ms / 1000:g} s in {output.box}"
            case CallbackRegistered():
                return What.NOTED, f"a call back by {output.queue}"
            case FaultFound():
                return What.FAULT, output.message
            case CallFinished():
                return What.ENDED, output.outcome.value
        return None


def words_of(items: Sequence[PromptItem]) -> str:
    """Write down what is played: words as they are, the rest in brackets."""
    return " ".join(filter(None, map(_word, items)))


def _word(item: PromptItem) -> str:
    if item.kind is PromptKind.TEXT:
        return item.text
    if item.kind is PromptKind.FILE:
        return f"[{item.text}]"
    return "[tone]" if item.kind is PromptKind.TONE else ""
