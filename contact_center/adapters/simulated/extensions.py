"""Calls from phone to phone that the center has nothing to do with."""

from contact_center.adapters.simulated.calls import Calls
from contact_center.adapters.simulated.parties import Leg, Stage
from contact_center.adapters.simulated.switch import LEGS_BOUND, Switch
from contact_center.core.commands import EndCause
from contact_center.core.events import EndedBy
from contact_center.core.ids import CallId, LegId

RING_US = 60_000_000


class Extensions:
    """Direct calls. No event tells of their legs; the phones at both ends are in use."""

    def __init__(self, switch: Switch, calls: Calls) -> None:
        self._switch = switch
        self._calls = calls
        self._dialled = 0
        self._others: dict[LegId, LegId] = {}

    def dial(self, device: str, to: str) -> LegId | None:
        """Let one phone call another; gives the caller's leg, None when there are too many."""
        if len(self._switch.legs) + 2 > LEGS_BOUND:
            return None
        self._dialled += 1
        ends = [LegId(f"direct-{self._dialled}-{end}") for end in ("from", "to")]
        self._others.update({ends[0]: ends[1], ends[1]: ends[0]})
        caller, called = (
            Leg(leg=name, call=CallId(ends[0]), stage=stage, did=to, device=at, ours=False)
            for name, stage, at in (
                (ends[0], Stage.OFFERED, device),
                (ends[1], Stage.RINGING, to),
            )
        )
        self._switch.legs[caller.leg] = caller
        self._calls.ring(called, f"device:{to}", RING_US)
        return caller.leg

    def answered(self, leg: Leg) -> None:
        """Somebody picked up: the one who called them is through."""
        other = self._switch.legs.get(self._others.get(leg.leg, LegId("")))
        if other is not None:
            other.stage = Stage.UP

    def ended(self, leg: Leg) -> None:
        """One end hung up: so does the other."""
        other = self._switch.legs.get(self._others.pop(leg.leg, LegId("")))
        if other is not None:
            self._switch.end(other, EndCause.NORMAL, EndedBy.FAR_END)
