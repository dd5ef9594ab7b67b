"""A telephone network without input or output: commands and a clock in, events out.

Everything a real switch would do is done at the moment it is due; `advance` brings the network to a
time and `next_deadline` says when it wants to be brought further. Times are integer microseconds
and never go back. The far ends (callers, agents' phones) are here too: `place_call`, `press`,
`answer`, `heard` and the like are what people do and hear.
"""

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from contact_center.adapters.simulated.calls import Calls
from contact_center.adapters.simulated.devices import Devices
from contact_center.adapters.simulated.examiner import Examiner
from contact_center.adapters.simulated.extensions import Extensions
from contact_center.adapters.simulated.handsets import Handsets
from contact_center.adapters.simulated.hearing import Heard
from contact_center.adapters.simulated.media import Media
from contact_center.adapters.simulated.parties import Leg, Stage
from contact_center.adapters.simulated.people import Caller, Person
from contact_center.adapters.simulated.phones import Phone, Phones, Population, Rings
from contact_center.adapters.simulated.recognising import Recognising
from contact_center.adapters.simulated.recordings import Recordings
from contact_center.adapters.simulated.switch import LEGS_BOUND, Switch, caller_id, number
from contact_center.adapters.simulated.talks import Talks
from contact_center.adapters.simulated.transfers import Transfers
from contact_center.core import commands as c
from contact_center.core.events import CallOffered, Event
from contact_center.core.ids import CallId, LegId
from contact_center.ports import PromptSource

AUTO_US = 150_000
"""How long a phone takes that picks up by itself."""


class NetworkFullError(Exception):
    """The network carries as many legs as it may."""


class Network:
    """The simulated network.

    ``leg_prefix`` begins the ids of callers' legs; make it new for every process, as ids are kept
    in history. ``events_survive_gap``: whether what happens during `cut` is told afterwards, as a
    switch that queues for us does, or never, as one that we connect to.
    """

    def __init__(
        self,
        *,
        name: str = "simulated",
        prompts: PromptSource | None = None,
        seed: int = 0,
        leg_prefix: str = "sim",
        events_survive_gap: bool = True,
    ) -> None:
        self._switch = Switch(name=name, prompts=prompts, events_survive_gap=events_survive_gap)
        self._rng = Random(seed)  # noqa: S311 - people's whims, not secrets
        self._prefix = leg_prefix
        self._placed = 0
        self._phones = Phones(self._switch)
        self._calls = Calls(self._switch, self._phones)
        media = Media(self._switch)
        recordings = Recordings(self._switch)
        recognising = Recognising(self._switch)
        self._handsets = Handsets(self._switch, self._calls, recordings, recognising)
        self._transfers = Transfers(self._switch, self._phones, self._calls)
        self._extensions = Extensions(self._switch, self._calls)
        self._devices = Devices(self._switch, self._phones)
        self._examiner = Examiner(self._switch, self._rng)
        self._people: dict[LegId, Person] = {}
        self._calls.on_ring = self._ring
        self._calls.on_up = self._up
        self._switch.on_hearing = self._hearing
        self._switch.on_end = self._ended
        talks = Talks(self._switch, media)
        self._rules = _rules(self._calls, self._transfers, media, talks, recordings, recognising)

    # --- the provider's side -------------------------------------------------------------------

    def handle(self, command: c.TelephonyCommand, now: int) -> None:
        """Carry out one command; failures come out as events."""
        self.advance(now)
        rule = self._rules.get(type(command))
        if not self._switch.connected:
            self._calls.refuse(command, "unreachable")
        elif rule is None:
            self._switch.fail(command, "not_supported")
        else:
            rule(command)
        self.advance(now)

    def advance(self, now: int) -> None:
        """Let everything happen that is due by `now`, in order."""
        switch = self._switch
        self._settle()
        while (deadline := switch.deadlines.take(now)) is not None:
            switch.now = max(switch.now, deadline.at)
            if deadline.action is not None:
                deadline.action()
            self._settle()
        switch.now = max(switch.now, now)

    def next_deadline(self) -> int | None:
        """Say when `advance` is wanted next; None when nothing is to come."""
        return self._switch.deadlines.next()

    def events(self) -> Iterator[Event]:
        """Take the events that came out, oldest first."""
        while self._switch.out:
            yield self._switch.out.popleft()

    def connect(self, now: int) -> None:
        """Connect the stream of events, for the first time or again."""
        self.advance(now)
        if not self._switch.connected:
            self._switch.connect()
            self._devices.connected()

    restore = connect

    def cut(self, now: int) -> None:
        """Lose the stream of events; calls live on."""
        self.advance(now)
        self._switch.cut()

    def watch(self, devices: Iterable[str]) -> None:
        """Tell what these phones do, from now on."""
        self._devices.watch(devices)

    # --- the far ends' side ----------------------------------------------------------------------

    def plug_in(self, phone: Phone) -> None:
        """Put a phone, or a number outside, on the network."""
        self._phones.plug_in(phone)
        self._devices.look(phone.device)

    def unplug(self, device: str) -> None:
        """Take a phone off the network."""
        self._phones.unplug(device)
        self._devices.look(device)

    def populate(self, population: Population) -> None:
        """Let somebody live at the numbers outside that nobody plugs in."""
        self._phones.population = population

    def devices(self) -> tuple[str, ...]:
        """List the phones' addresses."""
        return self._phones.devices()

    def rung(self, device: str) -> int:
        """Say how often a phone or number was called."""
        return self._phones.rung[device]

    def place_call(self, caller: Caller, now: int) -> LegId:
        """Let a caller dial. Raises NetworkFullError at the bound of legs."""
        self.advance(now)
        switch = self._switch
        if len(switch.legs) >= LEGS_BOUND:
            raise NetworkFullError(f"{LEGS_BOUND} legs are alive")
        self._placed += 1
        name = LegId(f"{self._prefix}-{self._placed}")
        leg = Leg(
            leg=name, call=CallId(name), stage=Stage.OFFERED, ani=number(caller.ani),
            did=caller_id(caller.did), ani_name=caller_id(caller.name),
        )  # fmt: skip
        switch.legs[name] = leg
        switch.changed(leg)
        switch.tell(
            CallOffered(call=leg.call, leg=name, ani=leg.ani, did=leg.did, ani_name=leg.ani_name)
        )
        patience = caller.patience_s
        patience_us = None if patience is None else round(patience * 1_000_000)
        self._follow(leg, caller.script, patience_us)
        self.advance(now)
        return name

    def dial_extension(self, device: str, to: str, now: int) -> LegId:
        """Let one phone call another, past the center. Raises NetworkFullError."""
        self.advance(now)
        leg = self._extensions.dial(device, to)
        if leg is None:
            raise NetworkFullError(f"{LEGS_BOUND} legs are alive")
        self._devices.look(device)
        self.advance(now)
        return leg

    def press(self, leg: LegId, keys: str, now: int) -> bool:
        """Press keys; False when the leg is not up. Raises ValueError for what is no key."""
        return self._do(now, lambda: self._handsets.press(leg, keys))

    def say(self, leg: LegId, text: str, now: int) -> bool:
        """Say something; False when the leg is not up."""
        return self._do(now, lambda: self._handsets.say(leg, text))

    def answer(self, leg: LegId, now: int) -> bool:
        """Pick up a ringing phone; False when it does not ring."""
        return self._do(now, lambda: self._handsets.answer(leg))

    def decline(self, leg: LegId, now: int, cause: c.EndCause = c.EndCause.REJECTED) -> bool:
        """Refuse a ringing call; False when it does not ring."""
        return self._do(now, lambda: self._handsets.decline(leg, cause))

    def hang_up(self, leg: LegId, now: int) -> bool:
        """Put the receiver down; False when the leg is gone or rings."""
        return self._do(now, lambda: self._handsets.hang_up(leg))

    def at(self, when: int, action: Callable[[int], None]) -> None:
        """Do something at `when`, as part of the network; it is given that time."""
        self._switch.deadlines.set(when, lambda: action(self._switch.now))

    def legs(self) -> tuple[Leg, ...]:
        """Return the live legs, oldest first; read them only."""
        return tuple(self._switch.legs.values())

    def leg(self, leg: LegId) -> Leg | None:
        """Find a leg, alive or lately ended; read it only."""
        return self._switch.known(leg)

    def at_phone(self, device: str) -> tuple[Leg, ...]:
        """Return the live legs at a phone, oldest first."""
        return tuple(leg for leg in self._switch.legs.values() if leg.device == device)

    def hears(self, leg: LegId) -> Heard | None:
        """Say what a party hears now; None when it is gone."""
        party = self._switch.legs.get(leg)
        return self._switch.hears(party) if party is not None else None

    def heard(self, leg: LegId) -> tuple[Heard, ...]:
        """Return the transcript of a party, oldest first; empty for one nobody remembers."""
        party = self._switch.known(leg)
        return tuple(party.transcript.entries) if party is not None else ()

    # --- inside --------------------------------------------------------------------------------

    def _do(self, now: int, action: Callable[[], bool]) -> bool:
        self.advance(now)
        done = action()
        self.advance(now)
        return done

    def _settle(self) -> None:
        while self._switch.listen_again():
            pass

    def _ring(self, leg: Leg) -> None:
        self._devices.look(leg.device)
        phone = self._phones.find(leg.device)
        if phone is None:
            return
        by_itself = leg.auto and phone.rings is Rings.MANUAL
        if not (by_itself or phone.picks_up or phone.rings is Rings.DECLINES):
            return
        act = self._handsets.decline if phone.rings is Rings.DECLINES else self._handsets.answer
        at = self._switch.now + (AUTO_US if by_itself else phone.after.draw_us(self._rng))
        self._switch.deadlines.set(at, lambda: act(leg.leg))

    def _up(self, leg: Leg) -> None:
        self._transfers.answered(leg)
        self._extensions.answered(leg)
        self._devices.look(leg.device)
        phone = self._phones.find(leg.device) if leg.device else None
        if phone is not None:
            self._examiner.answered(leg, phone)
            self._follow(leg, phone.then, None)

    def _follow(self, leg: Leg, script: tuple[Any, ...], patience_us: int | None) -> None:
        if script or patience_us is not None:
            person = Person(self._switch, self._handsets, leg, self._rng, script, patience_us)
            self._people[leg.leg] = person

    def _hearing(self, leg: Leg) -> None:
        person = self._people.get(leg.leg)
        if person is not None:
            person.heard()

    def _ended(self, leg: Leg) -> None:
        person = self._people.pop(leg.leg, None)
        if person is not None:
            person.stop()
        self._transfers.ended(leg)
        self._extensions.ended(leg)
        self._devices.look(leg.device)


def _rules(
    calls: Calls,
    transfers: Transfers,
    media: Media,
    talks: Talks,
    recordings: Recordings,
    recognising: Recognising,
) -> dict[type[c.TelephonyCommand], Callable[[Any], None]]:
    def nothing(command: c.TelephonyCommand) -> None:
        """Timers are ours, so there is nothing to do."""

    return {
        c.Answer: calls.answer,
        c.Reject: calls.reject,
        c.Progress: calls.touch,
        c.PlaySequence: media.play,
        c.StopPlayback: media.stop_playback,
        c.Listen: recognising.listen,
        c.StopListen: recognising.stop,
        c.StartTimer: nothing,
        c.CancelTimer: nothing,
        c.HoldMusic: media.hold_music,
        c.Silence: media.silence,
        c.EnterWaiting: media.enter_waiting,
        c.LeaveWaiting: media.leave_waiting,
        c.CreateTalk: talks.create,
        c.Join: talks.join,
        c.LeaveTalk: talks.leave,
        c.EndTalk: talks.end,
        c.Hold: talks.hold,
        c.Unhold: talks.unhold,
        c.Mute: talks.mute,
        c.Announce: media.announce,
        c.StartRecording: recordings.start,
        c.PauseRecording: recordings.pause,
        c.ResumeRecording: recordings.resume,
        c.StopRecording: recordings.stop,
        c.DiscardRecording: recordings.discard,
        c.Originate: calls.originate,
        c.PickUp: calls.pick_up,
        c.BlindTransfer: transfers.transfer,
        c.SendDigits: media.send_digits,
        c.Hangup: calls.hang_up,
        c.SetVariable: calls.touch,
    }
