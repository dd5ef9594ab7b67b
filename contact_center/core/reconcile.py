"""After the switch was out of sight: compare what is alive with what we believe.

Pure and idempotent. Legs we believe in that are gone have ended; legs we dialled that nobody waits
for are hung up; callers we do not know are taken in; and for every call that lives on, what its
caller should hear is asked for again, with commands that do no harm when it is so already.
"""

from contact_center.core import recording
from contact_center.core.call import Call, CallPhase, LegKind
from contact_center.core.calls import Calls, ghost_hangup
from contact_center.core.commands import (
    Answer,
    EndCause,
    EndTalk,
    Hangup,
    HoldMusic,
    Mute,
    StopListen,
    StopPlayback,
    StopRecording,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    EndedBy,
    LegState,
    LiveLeg,
    ProviderResynced,
)
from contact_center.core.ids import CommandId, LegId, call_of_leg, call_of_talk, is_our_leg, talk_of
from contact_center.core.ivr.session import StreamRecovered
from contact_center.core.output import Outbox


def resync(calls: Calls, event: ProviderResynced, now: int, out: Outbox) -> None:
    """Bring every call in line with what the switch says is alive."""
    live = {leg.leg: leg for leg in event.legs}
    for call in list(calls.calls.values()):
        _bury_the_gone(calls, call, live, now, out)
    known = {leg for call in calls.calls.values() for leg in call.legs}
    for leg in event.legs:
        if leg.leg not in known:
            _adopt(calls, leg, now, out)
    for call in list(calls.calls.values()):
        # A call that went on with a new leg just now, or was just taken in, has had its say.
        if set(call.legs) <= known and set(call.legs) <= live.keys():
            _carry_on(calls, call, live, now, out)
    for talk in event.talks:
        owner = call_of_talk(talk)
        if owner is not None and not (owner in calls.calls and calls.calls[owner].has_talk):
            cmd = CommandId(f"{talk}:ghost")
            out.emit(EndTalk(cmd=cmd, call=owner, leg=LegId(owner), talk=talk))


def _bury_the_gone(
    calls: Calls, call: Call, live: dict[LegId, LiveLeg], now: int, out: Outbox
) -> None:
    gone = [leg.leg for leg in call.legs.values() if leg.leg not in live]
    # The caller's end decides the call, so it is told last: by then the other legs are accounted
    # for, and a call that lost all its legs is not offered to anybody on its way out.
    if call.caller in gone:
        call.lost = True
        gone.sort(key=lambda leg: leg == call.caller)
    for leg in gone:
        ended = CallEnded(call=call.call, leg=leg, cause=EndCause.SYSTEM, by=EndedBy.UNKNOWN)
        calls.handle(ended, now, out)
    if call.caller in gone and call.session is not None and call.session.recording is not None:
        # The caller left a message and hung up: asked to end it, the switch tells what it has.
        out.emit(
            StopRecording(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.caller,
                recording=call.session.recording,
            )
        )


def _adopt(calls: Calls, leg: LiveLeg, now: int, out: Outbox) -> None:
    call = call_of_leg(leg.leg)
    if is_our_leg(leg.leg):
        out.emit(ghost_hangup(leg.leg))
        return
    if call in calls.calls:
        # Its end was never confirmed, and was believed in the end.
        out.emit(ghost_hangup(leg.leg))
        return
    offered = CallOffered(
        call=call,
        leg=leg.leg,
        ani=leg.ani,
        did=leg.did,
        ani_name=leg.ani_name,
        answered=leg.state is LegState.UP,
    )
    calls.handle(offered, now, out)


def _carry_on(calls: Calls, call: Call, live: dict[LegId, LiveLeg], now: int, out: Outbox) -> None:
    talk = talk_of(call.call)
    for leg in list(call.legs.values()):
        seen = live[leg.leg]
        if not calls.is_wanted(call, leg):
            # Given up while nobody could be told to hang up.
            cmd = call.ids.command()
            out.emit(Hangup(cmd=cmd, call=call.call, leg=leg.leg, cause=EndCause.CANCELED))
            continue
        leg.joined = seen.talk == talk
        if seen.state is LegState.UP and not leg.up:
            calls.handle(CallAnswered(call=call.call, leg=leg.leg), now, out)
            return
    recording.again(call, out, whole=True)
    _ask_again(calls, call, now, out)


def _ask_again(calls: Calls, call: Call, now: int, out: Outbox) -> None:
    """Ask for what the call's legs should hear in its phase."""
    caller = call.caller
    match call.phase:
        case CallPhase.OFFERED if not call.legs[caller].up:
            out.emit(Answer(cmd=call.ids.command(), call=call.call, leg=caller))
        case CallPhase.OFFERED:
            start_flow(calls, call, now, out)
        case CallPhase.IVR:
            calls.step(call, StreamRecovered(), now, out)
        case CallPhase.WAITING | CallPhase.OFFERING | CallPhase.PARKED:
            calls.enter_waiting(call, out)
        case CallPhase.CONNECTING if call.whispering is not None:
            # Nobody will say that the announcement is over.
            calls.bring_together(call, now, out)
        case CallPhase.DIALING:
            out.emit(HoldMusic(cmd=call.ids.command(), call=call.call, leg=caller))
            calls.asked_again(call, now, out)
        case CallPhase.SCHEDULED | CallPhase.CALLING | CallPhase.RINGING | CallPhase.SCREENING:
            pass  # who is being dialled hears nothing of ours yet
        case CallPhase.ENDING:
            for leg in call.legs:
                out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg))
        case _:
            _rejoin(calls, call, now, out)


def start_flow(calls: Calls, call: Call, now: int, out: Outbox) -> None:
    """Begin the flow of a caller, if it is time to; what an earlier one left playing is stopped."""
    left = call.session
    if left is not None and left.playback is not None:
        cmd = call.ids.command()
        out.emit(StopPlayback(cmd=cmd, call=call.call, leg=call.caller, playback=left.playback))
    if left is not None and left.listen is not None:
        cmd = call.ids.command()
        out.emit(StopListen(cmd=cmd, call=call.call, leg=call.caller, listen=left.listen))
    calls.begin_if_ready(call, now, out)


def reloaded(calls: Calls, now: int, out: Outbox) -> None:
    """The configuration changed: callers whose place in a flow is gone begin again."""
    for call in list(calls.calls.values()):
        if call.phase is CallPhase.OFFERED and call.session is not None:
            start_flow(calls, call, now, out)


def _rejoin(calls: Calls, call: Call, now: int, out: Outbox) -> None:
    """Who should be talking is joined, unless they are; who is on hold hears music."""
    talkers = [leg for leg in call.legs.values() if calls.talks(call, leg)]
    others = [leg for leg in talkers if leg.kind is not LegKind.SUPERVISOR and not leg.held]
    joined = [leg for leg in others if leg.joined]
    if len(joined) < len(others):
        calls.join_all(call, out)
    elif call.phase is CallPhase.CONNECTING:
        for leg in joined:
            calls.joined(call, leg, now, out)
    for leg in talkers:
        if leg.held:
            calls.hold_leg(call, leg, out)
        if leg.muted:
            out.emit(Mute(cmd=call.ids.command(), call=call.call, leg=leg.leg, on=True))
    recording.again(call, out)
    calls.supervisors_again(call, out)
