"""The demonstration: agents' phones, a caller's phone for the browser, traffic when asked for.

Plain methods on top of `SimulatedTelephony`; `web` puts them on HTTP.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contact_center.adapters.simulated.hearing import Heard, HeardKind
from contact_center.adapters.simulated.parties import Leg, Stage
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.telephony import SimulatedTelephony
from contact_center.adapters.simulated.traffic import Traffic
from contact_center.core.ids import LegId

LISTED_BOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoNumber:
    """A number that can be dialled in the demo, or one to call from."""

    number: str
    label: str = ""


class Demo:
    """What a visitor of the demo can do.

    ``devices``: the agents' phones; ``behaviours`` says for some of them what they do when they
    ring (``answer after 2 s``, ``ignore``...), all others ring until somebody picks up.
    ``outside``: numbers that transfers may reach. Calls are known by their leg's id.
    """

    def __init__(
        self,
        telephony: SimulatedTelephony,
        *,
        devices: Iterable[str],
        dids: Sequence[DemoNumber],
        callers: Sequence[DemoNumber] = (),
        behaviours: Mapping[str, str] | None = None,
        outside: Iterable[str] = (),
        seed: int = 1,
    ) -> None:
        self._telephony = telephony
        self._network = telephony.network
        self.callers = tuple(callers)
        self._behaviours = dict(behaviours or {})
        self.traffic = Traffic(self._network, dids=(), seed=seed)
        self.refit(devices=devices, dids=dids, outside=outside)

    def refit(
        self, *, devices: Iterable[str], dids: Sequence[DemoNumber], outside: Iterable[str] = ()
    ) -> None:
        """Plug in what is not there yet, and offer these numbers from now on."""
        self.dids = tuple(dids)
        self.traffic.dids = tuple(number.number for number in dids)
        there = set(self._network.devices())
        for device in devices:
            if device not in there:
                self._network.plug_in(phone(device, self._behaviours.get(device, "manual")))
        for number in outside:
            if number not in there:
                self._network.plug_in(phone(number, "answer after 2..5 s"))

    def call(self, ani: str, did: str, name: str = "") -> LegId:
        """Place a call. Raises NetworkFullError."""
        caller = Caller(ani=ani, did=did, name=name)
        leg = self._network.place_call(caller, self._telephony.now())
        self._telephony.pump()
        return leg

    def press(self, leg: LegId, keys: str) -> bool:
        """Press keys; False when the call is not up. Raises ValueError for what is no key."""
        return self._pumped(self._network.press(leg, keys, self._telephony.now()))

    def say(self, leg: LegId, text: str) -> bool:
        """Say something; False when the call is not up."""
        return self._pumped(self._network.say(leg, text, self._telephony.now()))

    def hang_up(self, leg: LegId) -> bool:
        """Hang up, at either end; False when the call is over."""
        now = self._telephony.now()
        party = self._network.leg(leg)
        if party is not None and party.stage is Stage.RINGING:
            return self._pumped(self._network.decline(leg, now))
        return self._pumped(self._network.hang_up(leg, now))

    def pick_up(self, device: str) -> bool:
        """Answer what rings at an agent's phone; False when nothing does."""
        for leg in self._network.at_phone(device):
            if self._network.answer(leg.leg, self._telephony.now()):
                return self._pumped(True)
        return False

    def set_traffic(self, per_minute: float) -> None:
        """Let so many callers come a minute, 0 for none. Raises ValueError out of range."""
        self.traffic.start(per_minute, self._telephony.now())
        self._telephony.pump()

    def view(self, leg: LegId, after: int = 0) -> dict[str, Any] | None:
        """Describe a call and what was heard from the entry numbered `after` on; None if unknown.

        Shape: ``leg``, ``ani``, ``did``, ``state`` (offered, ringing, up, ended), ``cause``,
        ``next`` (pass it as `after` the next time), ``heard`` (a list of ``at_ms``, ``kind``,
        ``text``), ``hears`` (what is heard now, or None).
        """
        self._telephony.pump()
        party = self._network.leg(leg)
        if party is None:
            return None
        hears = self._network.hears(leg)
        return {
            **_brief(party),
            "next": party.transcript.total,
            "heard": [_sound(sound) for sound in party.transcript.since(after)],
            "hears": _sound(hears) if hears is not None else None,
        }

    def calls(self) -> list[dict[str, Any]]:
        """Describe the calls of callers that are alive, newest first, a bounded number."""
        alive = [leg for leg in self._network.legs() if not leg.device]
        return [_brief(leg) for leg in reversed(alive)][:LISTED_BOUND]

    def phones(self) -> list[dict[str, Any]]:
        """Describe the phones and the calls at them."""
        return [
            {"device": device, "calls": [_brief(leg) for leg in self._network.at_phone(device)]}
            for device in self._network.devices()
        ]

    def _pumped(self, done: bool) -> bool:
        self._telephony.pump()
        return done


def _brief(leg: Leg) -> dict[str, Any]:
    return {
        "leg": leg.leg,
        "ani": leg.ani,
        "did": leg.did,
        "state": leg.stage.value,
        "cause": leg.cause.value if leg.cause is not None else None,
    }


def _sound(sound: Heard) -> dict[str, Any]:
    text = sound.text
    if sound.kind is HeardKind.TALK:
        text = ", ".join(sound.whom)
    return {"at_ms": sound.at // 1_000, "kind": sound.kind.value, "text": text}
