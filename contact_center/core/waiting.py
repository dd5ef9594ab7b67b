"""What callers hear and may do while they wait: the caller's side of a queue.

Music is the ground; over it, one thing at a time, a greeting, news of place and wait, what the keys
do, and comfort. Nothing of that is on the way of an answer: what is being said goes on while a
phone rings and is cut off the moment an agent picks up.
"""

from abc import abstractmethod
from collections.abc import Mapping

from contact_center.core.acd import AskWait, EnterQueue, LeaveQueue, PlaceResumed, WaitNews
from contact_center.core.call import Call, CallPhase, CallTrigger, LegKind
from contact_center.core.caller_facts import PlaceTakenUp
from contact_center.core.commands import PlaySequence, PromptItem, StopPlayback
from contact_center.core.conversation import Conversations
from contact_center.core.dialled import dialled_entry
from contact_center.core.events import (
    CommandFailed,
    Event,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
)
from contact_center.core.facts import (
    CallQueued,
    CustomerIdentified,
    OfferResult,
    QueueOutcome,
)
from contact_center.core.ivr import phrases
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import Prompt
from contact_center.core.ivr.names import names_of
from contact_center.core.ivr.speech import longest_us, speak
from contact_center.core.output import Outbox
from contact_center.core.place import Place, Told
from contact_center.core.waiting_room import WaitingRoom

LISTENING = frozenset({CallPhase.WAITING, CallPhase.OFFERING})
"""The phases in which a caller waits, and hears what there is to hear."""
GROWTH = 2
"""A longer wait than was told is admitted when it grew by more than so many steps of rounding."""


class Waits(Conversations):
    """Callers while they wait."""

    @abstractmethod
    def key_in_line(self, call: Call, action: str, now: int, out: Outbox) -> None:
        """Do what a waiting caller pressed a key for."""

    # --- the place in line --------------------------------------------------------------------

    def enter_queue(
        self,
        call: Call,
        place: Place,
        now: int,
        out: Outbox,
        *,
        returns: bool = False,
        position: int | None = None,
    ) -> None:
        """Let the call wait in a place; its age goes on from where it began.

        ``returns``: it waited before (a transfer came back, a call back), and is let in however
        full the queue is. ``position``: from 1, where a person put it.
        """
        call.move(CallTrigger.QUEUE)
        if call.since is None:
            counts_menus = self.configuration.queues[place.queue].counts_menus
            # Of those whom we call, the call begins long before anybody waits.
            from_call = counts_menus and call.callback is None and call.dial is None
            call.since = call.started_at if from_call else now
        self.queued(call, place, now, out)
        self.enter_waiting(call, out)
        callbacks = self.configuration.queues[place.queue].callbacks
        counted = callbacks is None or callbacks.counted
        entry = entry_of(call, place, position, returns=returns, counted=counted)
        self.stand_in_line(call, entry, out)

    def queued(self, call: Call, place: Place, now: int, out: Outbox) -> None:
        """State that a wait begins, and plan what is told in it."""
        call.place, call.queue, call.queued_at = place, place.queue, now
        out.emit(
            CallQueued(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=place.queue,
                priority=place.priority,
                since=now if call.since is None else call.since,
                requirement=place.requirement,
            )
        )
        self.plan_telling(call, now)

    def place_resumed(self, call: Call, message: PlaceResumed, now: int, out: Outbox) -> None:
        """The caller, cut off a little while ago, is as far as they were then."""
        call.since = message.since
        out.emit(PlaceTakenUp(at=now, call=call.call, seq=call.ids.fact(), since=message.since))

    def out_of_line(self, call: Call, outcome: QueueOutcome, now: int, out: Outbox) -> None:
        """Take the call out of the line, and off every phone that rings for it."""
        for leg in [leg for leg in call.legs.values() if leg.kind is LegKind.AGENT]:
            self.hang_up_leg(call, leg.leg, out)
        for offer in list(call.offers.values()):
            self.give_up_offer(call, offer, now, out)
        if call.part is not None:
            self.connecting_over(call, call.part, OfferResult.REVOKED, now, out)
        if call.phase is CallPhase.OFFERING:
            call.move(CallTrigger.OFFER_FAILED)
        self.wait_ended(call, outcome, now, out)
        out.tell(LeaveQueue(call=call.call, outcome=outcome))

    def identified(self, call: Call, now: int, out: Outbox) -> None:
        """State who the caller is, when there is no doubt."""
        if len(call.customers) != 1:
            return
        customer = call.customers[0]
        out.emit(
            CustomerIdentified(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                customer=customer.customer,
                name=customer.name,
            )
        )

    # --- what is heard ------------------------------------------------------------------------

    def room_of(self, call: Call) -> WaitingRoom | None:
        """Give the room of the caller's queue, if there is more to it than music."""
        return self.configuration.rooms.get(call.queue) if call.queue is not None else None

    def enter_waiting(self, call: Call, out: Outbox) -> None:
        """Let the caller hear that they wait. Nothing to do for whoever is not on the line."""
        caller = call.legs.get(call.caller)
        if caller is not None and caller.up:
            super().enter_waiting(call, out)
            self._arm(call)

    def stop_announcing(self, call: Call, now: int, out: Outbox) -> None:
        """Somebody is there."""
        self.hush(call, out)

    def back_in_place(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The caller waits on, and is told on."""
        super().back_in_place(call, result, now, out)
        self._arm(call)

    def plan_telling(self, call: Call, now: int) -> None:
        """A wait begins: plan what is told in it, and when."""
        room = self.room_of(call)
        call.told = None
        self.media_deadlines.cancel("tell", call.call)
        if room is None:
            return
        every = room.announce_every_us if room.position or room.expected else 0
        # What is due at once is said when the router has had its say: it may refuse the caller.
        call.told = Told(
            greeting_at=now if room.greeting else None,
            comfort_at=now + room.comfort_first_us if room.comfort else None,
            news_at=now + room.announce_first_us if every else None,
            offer_at=now if room.offer else None,
        )

    def tell_more(self, call: Call, now: int, out: Outbox) -> None:
        """Say the next thing that is due, unless something is being said."""
        told, room = call.told, self.room_of(call)
        if told is None or room is None or call.phase not in LISTENING:
            return
        if told.playback is not None and told.ends_at is not None and now < told.ends_at:
            self._arm(call)
            return
        told.playback = told.command = told.ends_at = None
        items: tuple[PromptItem, ...] = ()
        while not items and (due := _due(told, now)) is not None:
            if due == "news":
                told.news_at = now + room.announce_every_us
                out.tell(AskWait(call=call.call))  # it is said when the router has answered
                break
            items = self._next(due, call, told, room, now)
        if items:
            self.say_in_line(call, items, now, out)
        self._arm(call)

    def _next(
        self, due: str, call: Call, told: Told, room: WaitingRoom, now: int
    ) -> tuple[PromptItem, ...]:
        """Give what is to be said of one kind, and plan when it is said again."""
        match due:
            case "greeting":
                told.greeting_at = None
                return self._spoken(call, room.greeting, now)
            case "offer":
                every = room.offer_every_us
                told.offer_at = now + every if every else None
                return self._spoken(call, room.offer, now)
            case _:
                every = room.comfort_every_us
                told.comfort_at = now + every if every else None
                return self._spoken(call, room.comfort[self._turn(call, told, room)], now)

    def _turn(self, call: Call, told: Told, room: WaitingRoom) -> int:
        """Say whose turn it is among the comforts; none is drawn twice in a row."""
        count, turn = len(room.comfort), told.turn
        told.turn += 1
        if not room.comfort_random:
            return turn % count
        drawn = _drawn(f"{self.configuration.seed}:{call.call}:{turn}", count)
        if drawn == told.last:
            drawn = (drawn + 1) % count
        told.last = drawn
        return drawn

    def news(self, call: Call, message: WaitNews, now: int, out: Outbox) -> None:
        """Tell the caller how far they are, as the router has just said."""
        told, room = call.told, self.room_of(call)
        if told is None or room is None or told.playback is not None:
            return
        if call.phase not in LISTENING or message.queue != call.queue:
            return
        language = self.language_of(call)
        items: list[PromptItem] = []
        worse = told.position is not None and message.position >= told.position
        if room.position and not (room.only_better and worse):
            items += phrases.position(message.position, room.position_most, language)
            told.position = message.position
        if room.expected and message.low_us is not None and message.high_us is not None:
            items += _expected(told, room, message.low_us, message.high_us, language)
        if items:
            self.say_in_line(call, tuple(items), now, out)
            self._arm(call)
        else:
            self.tell_more(call, now, out)

    def say_in_line(self, call: Call, items: tuple[PromptItem, ...], now: int, out: Outbox) -> None:
        """Say something over the music, instead of what is being said."""
        if not items or call.caller not in call.legs:
            return
        self.hush(call, out)
        told = call.told = call.told or Told()
        told.playback, told.command = call.ids.playback(), call.ids.command()
        told.ends_at = now + longest_us(items)
        out.emit(
            PlaySequence(
                cmd=told.command,
                call=call.call,
                leg=call.caller,
                playback=told.playback,
                items=items,
            )
        )
        self._arm(call)

    def hush(self, call: Call, out: Outbox) -> None:
        """Cut off what is being said; nothing more is said until the caller waits again."""
        self.media_deadlines.cancel("tell", call.call)
        told = call.told
        if told is None or told.playback is None:
            return
        out.emit(
            StopPlayback(
                cmd=call.ids.command(), call=call.call, leg=call.caller, playback=told.playback
            )
        )
        told.playback = told.command = told.ends_at = None

    def while_waiting(self, call: Call, event: Event, now: int, out: Outbox) -> bool:
        """Act on what happens to a waiting caller's leg; False when it is none of the wait's."""
        told = call.told
        match event:
            case PlaybackFinished() | PlaybackFailed():
                if told is None or event.playback != told.playback:
                    return False
            case CommandFailed():
                if told is None or event.cmd != told.command:
                    return False
            case KeyPressed() | KeysCollected():
                self._pressed(call, event, now, out)
                return True
            case _:
                return False
        told.playback = told.command = told.ends_at = None
        self.tell_more(call, now, out)
        return True

    def _pressed(
        self, call: Call, event: KeyPressed | KeysCollected, now: int, out: Outbox
    ) -> None:
        room = self.room_of(call)
        keys = event.key if isinstance(event, KeyPressed) else event.keys
        actions = [room.keys[key] for key in keys if key in room.keys] if room else []
        if actions and event.leg == call.caller:
            self.key_in_line(call, actions[0], now, out)

    def language_of(self, call: Call) -> str:
        """Say which language the caller is spoken to in."""
        session = call.session
        if session is None:
            return self.configuration.language
        flow = self.configuration.flows.get(session.flow)
        return session.language or (flow.language if flow else self.configuration.language)

    def _spoken(self, call: Call, prompt: Prompt, now: int) -> tuple[PromptItem, ...]:
        session = call.session

        def names() -> Mapping[str, object]:
            return names_of(session, now) if session is not None else {}

        try:
            return speak(prompt, self.language_of(call), (self.configuration.language,), names)
        except ExpressionFailedError:
            return ()  # one announcement less; nobody's wait ends for that

    def _arm(self, call: Call) -> None:
        told = call.told
        if told is None or call.caller not in call.legs:
            return
        if told.playback is not None:
            due = told.ends_at
        else:
            due = min(filter(None, (at for _, at in _plan(told))), default=None)
        if due is None:
            self.media_deadlines.cancel("tell", call.call)
        else:
            self.media_deadlines.set("tell", call.call, due)


def entry_of(
    call: Call,
    place: Place,
    position: int | None = None,
    *,
    returns: bool = False,
    counted: bool = True,
) -> EnterQueue:
    """Word a place as the router is told of it."""
    entry = EnterQueue(
        call=call.call,
        queue=place.queue,
        priority=place.priority,
        requirement=place.requirement,
        max_wait_us=place.max_wait_us,
        boost_us=place.boost_us,
        since=call.since,
        caller="" if call.callback is not None else call.ani,
        named=place.named,
        named_us=place.named_us,
        steps=place.steps,
        position=position,
        returns=returns,
        counted=counted or call.callback is None,
        outbound=call.callback is not None,
        no_flow=call.session is None,
    )
    return entry if call.dial is None else dialled_entry(call.dial, entry)


def _plan(told: Told) -> tuple[tuple[str, int | None], ...]:
    return (
        ("greeting", told.greeting_at),
        ("offer", told.offer_at),
        ("news", told.news_at),
        ("comfort", told.comfort_at),
    )


def _due(told: Told, now: int) -> str | None:
    """Name what is due; of several, what is said first when they fall together."""
    return next((name for name, at in _plan(told) if at is not None and at <= now), None)


def _expected(
    told: Told, room: WaitingRoom, low_us: int, high_us: int, language: str
) -> tuple[PromptItem, ...]:
    """Word the wait to expect: never more than was told, unless it grew by a good deal."""
    step = max(1, room.round_us)
    low, high = low_us // step * step, -(-high_us // step) * step
    before, grew = told.high_us, False
    if before is not None:
        if room.only_better and high >= before:
            return ()
        grew = high > before
        if grew and high - before <= GROWTH * step:
            return ()
    told.high_us = high
    return phrases.expected(low, high, room.expected_most_us, language, grew=grew)


def _drawn(text: str, count: int) -> int:
    """Draw from 0 to below `count`, always the same for the same text (FNV-1a)."""
    state = 0x811C9DC5
    for byte in text.encode():
        state = (state ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (state ^ state >> 15) % count
