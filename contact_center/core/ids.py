"""Names of things. Every id is a short ASCII string of ``[A-Za-z0-9._-]``.

Ids that the core makes are *derived*, never drawn: the id of an agent's leg follows from the
reservation, the id of a talk from the call. A command that is sent twice therefore names the same
thing twice, and a switch that honours caller-chosen ids refuses the second one instead of ringing
a phone again. The same derivation lets a restarted process read the call out of a leg's id.
"""

import re
from dataclasses import dataclass
from typing import NewType

CallId = NewType("CallId", str)
"""One interaction. Equal to the id of its first leg."""
LegId = NewType("LegId", str)
"""One party's connection to the switch (a channel in Asterisk, a call in Twilio)."""
TalkId = NewType("TalkId", str)
"""Where legs hear each other (a mixing bridge, a conference)."""
CommandId = NewType("CommandId", str)
PlaybackId = NewType("PlaybackId", str)
RecordingId = NewType("RecordingId", str)
TimerId = NewType("TimerId", str)
LookupId = NewType("LookupId", str)
ListenId = NewType("ListenId", str)
ReservationId = NewType("ReservationId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
FlowId = NewType("FlowId", str)
CustomerId = NewType("CustomerId", str)

_SAFE = re.compile(r"[A-Za-z0-9._-]{1,120}\Z")
_AGENT_LEG = re.compile(r"a-(?P<reservation>(?P<call>.+)-e\d+-n\d+)\Z")
_TRANSFER_LEG = re.compile(r"x-(?P<call>.+)-n\d+\Z")
_SUPERVISOR_LEG = re.compile(r"v-(?P<call>.+)-n\d+\Z")


def is_safe_id(text: str) -> bool:
    """Say whether `text` may be used as an id on every switch and in every URL."""
    return _SAFE.match(text) is not None


def reservation_id(call: CallId, epoch: int, attempt: int) -> ReservationId:
    """Name the `attempt`-th reservation made for `call` by the router of fencing `epoch`."""
    return ReservationId(f"{call}-e{epoch}-n{attempt}")


def agent_leg(reservation: ReservationId) -> LegId:
    """Name the one leg that may ring for this reservation."""
    return LegId(f"a-{reservation}")


def transfer_leg(call: CallId, attempt: int) -> LegId:
    """Name the leg dialled by the call's `attempt`-th transfer to a number."""
    return LegId(f"x-{call}-n{attempt}")


def supervisor_leg(call: CallId, attempt: int) -> LegId:
    """Name the leg that rings the `attempt`-th supervisor of a call."""
    return LegId(f"v-{call}-n{attempt}")


def callback_call(call: CallId, number: int) -> CallId:
    """Name the `number`-th request for a call back that was made in `call`."""
    return CallId(f"cb-{call}" if number == 1 else f"cb-{call}-{number}")


def call_of_recording(recording: RecordingId) -> CallId:
    """Read the call out of a recording's id; what is none gives a call that never was."""
    return CallId(recording.removeprefix("r-").rpartition("-")[0])


def work_of_recording(recording: RecordingId) -> CallId:
    """Name the piece of work that a message left by a caller is."""
    return CallId(f"w-{recording}")


def talk_of(call: CallId) -> TalkId:
    """Name the one talk of a call."""
    return TalkId(f"t-{call}")


def call_of_talk(talk: TalkId) -> CallId | None:
    """Read the call out of a talk's id; ``None`` when the talk is not ours."""
    return CallId(talk[2:]) if talk.startswith("t-") else None


def call_of_leg(leg: LegId) -> CallId:
    """Read the call out of a leg's id: a leg the core did not name is its call's first leg."""
    match = _AGENT_LEG.match(leg) or _TRANSFER_LEG.match(leg) or _SUPERVISOR_LEG.match(leg)
    return CallId(match["call"] if match else leg)


def reservation_of_leg(leg: LegId) -> ReservationId | None:
    """Read the reservation out of an agent leg's id; ``None`` for any other leg."""
    match = _AGENT_LEG.match(leg)
    return ReservationId(match["reservation"]) if match else None


def is_our_leg(leg: LegId) -> bool:
    """Say whether the core named this leg, that is, whether we dialled it."""
    return any(kind.match(leg) for kind in (_AGENT_LEG, _TRANSFER_LEG, _SUPERVISOR_LEG))


@dataclass(slots=True, kw_only=True)
class CallIds:
    """Counters from which one call names its commands, playbacks, recordings and timers."""

    call: CallId
    commands: int = 0
    things: int = 0
    facts: int = 0

    def command(self) -> CommandId:
        """Name the next command."""
        self.commands += 1
        return CommandId(f"{self.call}:{self.commands}")

    def playback(self) -> PlaybackId:
        """Name the next playback."""
        self.things += 1
        return PlaybackId(f"p-{self.call}-{self.things}")

    def recording(self) -> RecordingId:
        """Name the next recording."""
        self.things += 1
        return RecordingId(f"r-{self.call}-{self.things}")

    def listen(self) -> ListenId:
        """Name the next stretch of listening for keys."""
        self.things += 1
        return ListenId(f"l-{self.call}-{self.things}")

    def timer(self) -> TimerId:
        """Name the next timer."""
        self.things += 1
        return TimerId(f"m-{self.call}-{self.things}")

    def lookup(self) -> LookupId:
        """Name the next lookup."""
        self.things += 1
        return LookupId(f"k-{self.call}-{self.things}")

    def fact(self) -> int:
        """Number the call's next fact, from 1: with the call it makes the fact's identity."""
        self.facts += 1
        return self.facts
