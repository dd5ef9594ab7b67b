"""Commands that begin, connect and end legs."""

from collections.abc import Callable

from contact_center.adapters.simulated.parties import Leg, Stage
from contact_center.adapters.simulated.phones import Phones, Rings, address
from contact_center.adapters.simulated.switch import LEGS_BOUND, Switch, caller_id
from contact_center.core.commands import (
    AmdProfile,
    Answer,
    EndCause,
    Hangup,
    Originate,
    PickUp,
    Progress,
    Reject,
    SetVariable,
    TelephonyCommand,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallProgress,
    EndedBy,
    ProgressKind,
)


class Calls:
    """Begins, connects and ends legs. The network sets `on_ring` and `on_up`."""

    def __init__(self, switch: Switch, phones: Phones) -> None:
        self._switch = switch
        self._phones = phones
        self.on_ring: Callable[[Leg], None] = lambda leg: None
        self.on_up: Callable[[Leg], None] = lambda leg: None

    def answer(self, command: Answer) -> None:
        """Pick up an offered leg; one that is up is left as it is."""
        leg = self._switch.ours(command)
        if leg is None or leg.stage is Stage.UP:
            return
        if leg.stage is Stage.OFFERED:
            self.up(leg)
        else:
            self._switch.fail(command, "refused", "a dialled leg is answered at its device")

    def pick_up(self, command: PickUp) -> None:
        """Answer a ringing leg at its own device; one that is up is left as it is."""
        leg = self._switch.ours(command)
        if leg is None or leg.stage is Stage.UP:
            return
        if leg.stage is Stage.RINGING:
            self.up(leg)
        else:
            self._switch.fail(command, "refused", "this leg does not ring at a device")

    def reject(self, command: Reject) -> None:
        """Refuse an offered leg; one that is gone counts as refused."""
        leg = self._switch.legs.get(command.leg)
        if leg is None or not leg.ours:
            return
        if leg.stage is Stage.OFFERED:
            self._switch.end(leg, command.cause, EndedBy.US)
        else:
            self._switch.fail(command, "refused", "the leg is answered already")

    def hang_up(self, command: Hangup) -> None:
        """End a leg; one that is gone counts as ended. A ringing phone's leg is canceled."""
        leg = self._switch.legs.get(command.leg)
        if leg is None or not leg.ours:
            return
        canceled = command.cause is EndCause.NORMAL and leg.stage is Stage.RINGING
        self._switch.end(leg, EndCause.CANCELED if canceled else command.cause, EndedBy.US)

    def touch(self, command: Progress | SetVariable) -> None:
        """Take a command that changes nothing a party could notice."""
        self._switch.ours(command)

    def originate(self, command: Originate) -> None:
        """Dial a phone or a number as a new leg; a leg that is known rings nothing again."""
        switch = self._switch
        if switch.known(command.leg) is not None:
            return
        if len(switch.legs) >= LEGS_BOUND:
            self.refuse(command, "overload")
            return
        leg = Leg(
            leg=command.leg,
            call=command.call,
            stage=Stage.RINGING,
            ani=caller_id(command.caller_id),
            ani_name=caller_id(command.caller_name),
            did=address(command.to)[1],
            device=address(command.to)[1],
            amd=command.amd is not AmdProfile.OFF,
            auto=command.auto_answer,
        )
        self.ring(leg, command.to, command.timeout_us)

    def refuse(self, command: TelephonyCommand, code: str) -> None:
        """Say that a command was not tried; the leg that an Originate named has then ended."""
        self._switch.fail(command, code)
        if isinstance(command, Originate) and self._switch.known(command.leg) is None:
            ended = CallEnded(
                call=command.call, leg=command.leg, cause=EndCause.FAILED, by=EndedBy.SWITCH
            )
            self._switch.out.append(ended)

    def ring(self, leg: Leg, to: str, timeout_us: int) -> None:
        """Let the device at `to` ring for the leg, or end the leg when it does not."""
        switch = self._switch
        refusal = self._phones.called(to)
        switch.legs[leg.leg] = leg
        if refusal is not None:
            by = EndedBy.FAR_END if refusal is EndCause.BUSY else EndedBy.SWITCH
            switch.end(leg, refusal, by)
            return
        if leg.ours:
            phone = self._phones.find(leg.device)
            sounds = phone is not None and phone.rings is Rings.ANNOUNCES
            kind = ProgressKind.EARLY_MEDIA if sounds else ProgressKind.RINGING
            switch.tell(CallProgress(call=leg.call, leg=leg.leg, kind=kind))
        switch.changed(leg)
        leg.no_answer = switch.deadlines.set(
            switch.now + timeout_us, lambda: switch.end(leg, EndCause.NO_ANSWER, EndedBy.SWITCH)
        )
        self.on_ring(leg)

    def up(self, leg: Leg) -> None:
        """Make a leg answered."""
        leg.stage = Stage.UP
        if leg.no_answer is not None:
            leg.no_answer.cancel()
        self._switch.changed(leg)
        if leg.ours:
            self._switch.tell(CallAnswered(call=leg.call, leg=leg.leg))
        self.on_up(leg)
