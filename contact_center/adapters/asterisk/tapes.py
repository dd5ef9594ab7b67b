"""Recordings of all that a leg says and hears, for as long as it lives. Pure.

Asterisk records what a channel says, or a bridge. So the leg gets a snoop channel that hears both
ways, whatever is played to the leg and whichever talk it is in, and that channel is recorded. Its
id is made of the recording's, so that another process finds it, and asking twice makes one.
"""

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import LegNote
from contact_center.adapters.asterisk.plans import Plan, Step
from contact_center.core.ids import RecordingId, is_safe_id

TAPE = "tape"
"""First argument of channels that listen for a recording."""
_PREFIX = "tape-"
_THERE = frozenset({409, 500})
"""What Asterisk says to a channel that is there already; `Keeping` finds out whether it is."""


def channel_of(recording: RecordingId) -> str:
    """Name the channel that listens for a recording."""
    return f"{_PREFIX}{recording}"


def is_tape(channel: str) -> bool:
    """Say whether a channel listens for a recording."""
    return channel.startswith(_PREFIX)


def listen(recording: RecordingId, note: LegNote, app: str) -> Plan:
    """Let a channel listen to a leg; what it hears is recorded when it is there."""
    query = (("spy", "both"), ("app", app), ("appArgs", f"{TAPE},{recording}"))
    ask = Ask("POST", f"channels/{note.leg}/snoop/{channel_of(recording)}", query)
    return Plan.of(Step(ask, _THERE))


def heard(event: wire.Event) -> Ask | None:
    """Say what is to be recorded now that a channel listens; None for any other event."""
    match event:
        case wire.StasisStart(args=(name, recording)) if name == TAPE and is_safe_id(recording):
            query = (
                ("name", recording),
                ("format", "wav"),
                ("maxDurationSeconds", "0"),
                ("maxSilenceSeconds", "0"),
                ("ifExists", "fail"),
                ("beep", "false"),
            )
            return Ask("POST", f"channels/{event.channel.id}/record", query)
        case _:
            return None


def over(event: wire.Event) -> tuple[Ask, ...]:
    """Say what is to be asked when a recording is over: its channel has nothing to do any more."""
    match event:
        case wire.RecordingFinished(recording=live) | wire.RecordingFailed(recording=live):
            channel = live.target_uri.partition(":")[2]
            return (Ask("DELETE", f"channels/{channel}"),) if is_tape(channel) else ()
        case _:
            return ()


def let_go(recording: RecordingId) -> Ask:
    """End the channel that listened for a recording that is over."""
    return Ask("DELETE", f"channels/{channel_of(recording)}")
