"""Blind transfer: the leg goes its own way, and no event tells of it any more."""

from contact_center.adapters.simulated.calls import Calls
from contact_center.adapters.simulated.parties import Leg, Member, Stage, Talk
from contact_center.adapters.simulated.phones import Phones, address
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import BlindTransfer, EndCause, Role
from contact_center.core.events import CallEnded, EndedBy, TransferResult
from contact_center.core.ids import CallId, LegId, TalkId

_RING_US = 60_000_000


class Transfers:
    """Sends legs away and keeps both halves of what became of them."""

    def __init__(self, switch: Switch, phones: Phones, calls: Calls) -> None:
        self._switch = switch
        self._phones = phones
        self._calls = calls
        self._partner: dict[LegId, LegId] = {}

    def transfer(self, command: BlindTransfer) -> None:
        """Send the leg to `to`; it stays ours when there is no such phone or number."""
        switch = self._switch
        leg = switch.ours(command)
        if leg is None:
            return
        if self._phones.refusal(command.to) in (EndCause.UNREGISTERED, EndCause.INVALID_NUMBER):
            switch.tell(TransferResult(call=leg.call, leg=leg.leg, result="failed"))
            return
        for playback in tuple(leg.playbacks):
            switch.drop_playback(playback)
        switch.leave_talk(leg, "transferred")
        switch.tell(TransferResult(call=leg.call, leg=leg.leg, result="accepted"))
        cause, by = EndCause.NORMAL, EndedBy.US
        switch.tell(CallEnded(call=leg.call, leg=leg.leg, cause=cause, by=by, q850=16))
        leg.ours, leg.stage, leg.muted = False, Stage.UP, False
        leg.music = leg.waiting = None
        switch.changed(leg)
        self._dial(leg, command.to)

    def answered(self, leg: Leg) -> None:
        """Let both halves talk once the second one answered."""
        partner = self._partner.get(leg.leg)
        if partner is None:
            return
        talk = Talk(talk=TalkId(f"away-{leg.leg}"), call=leg.call, leg=leg.leg, ours=False)
        self._switch.talks[talk.talk] = talk
        for half in (partner, leg.leg):
            talk.members[half] = Member(leg=half, role=Role.CUSTOMER)
            self._switch.legs[half].talk = talk.talk
        self._switch.changed_talk(talk)

    def ended(self, leg: Leg) -> None:
        """End the other half too."""
        partner = self._partner.pop(leg.leg, None)
        if partner is None:
            return
        self._partner.pop(partner, None)
        for half in (leg.leg, partner):
            talk = self._switch.talks.get(TalkId(f"away-{half}"))
            if talk is not None:
                self._switch.end_talk(talk, "ended")
        other = self._switch.legs.get(partner)
        if other is not None:
            self._switch.end(other, leg.cause or EndCause.NORMAL, EndedBy.FAR_END)

    def _dial(self, leg: Leg, to: str) -> None:
        away = LegId(f"{leg.leg}-away")
        self._partner[leg.leg], self._partner[away] = away, leg.leg
        ringing = Leg(
            leg=away, call=CallId(away), stage=Stage.RINGING, ani=leg.ani, ani_name=leg.ani_name,
            did=address(to)[1], device=address(to)[1], ours=False,
        )  # fmt: skip
        self._calls.ring(ringing, to, _RING_US)
