"""A supervisor who listens to a talk and is heard by one agent only, or by nobody. Pure.

Asterisk has no such role in a bridge. So the agent's leg gets a snoop channel, which hears both
sides and whispers to the agent, and that channel meets the supervisor in a bridge of their own.
"""

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.plans import CONFLICT, NOT_FOUND, Plan, Refusal, Step
from contact_center.adapters.asterisk.translate import SNOOP
from contact_center.core.commands import Join
from contact_center.core.events import Event, TalkJoined, TalkLeft
from contact_center.core.ids import LegId


class Coaching:
    """Says what Asterisk is asked for coaches, and what the core is told of them."""

    def __init__(self, book: Book, app: str) -> None:
        self._book = book
        self._app = app

    def join(self, command: Join, note: LegNote) -> Plan | Refusal:
        """Let the leg listen in on the talk of the agent `coach_of`, whispering unless muted."""
        agent = self._book.legs.get(command.coach_of or note.leg)
        if agent is None or agent is note:
            return Refusal(code="no_such_leg", detail="nobody there to be coached")
        if agent.talk != command.talk:
            return Refusal(code="no_such_talk", detail="who is coached is not in that talk")
        if note.leg in self._book.coaches:
            return Plan()
        self._book.coaches[note.leg] = command.talk
        snoop = (
            ("spy", "both"),
            ("whisper", "none" if command.muted else "out"),
            ("app", self._app),
            ("appArgs", f"{SNOOP},{note.leg}"),
        )
        return Plan.of(
            Step(Ask("POST", f"bridges/{_bridge(note.leg)}", (("type", "mixing"),)), CONFLICT),
            Step(_add(note.leg, note.leg)),
            Step(Ask("POST", f"channels/{agent.leg}/snoop/{_snoop(note.leg)}", snoop)),
        )

    def leave(self, leg: LegId) -> tuple[Ask, ...]:
        """Take a coach out; nothing when the leg is none."""
        if self._book.coaches.pop(leg, None) is None:
            return ()
        return (
            Ask("DELETE", f"channels/{_snoop(leg)}"),
            Ask("DELETE", f"bridges/{_bridge(leg)}"),
        )

    def leave_plan(self, note: LegNote) -> Plan:
        """Take a coach out because the core says so."""
        talk = self._book.coaches[note.leg]
        left = TalkLeft(call=note.call, leg=note.leg, talk=talk, reason="asked")
        steps = tuple(Step(ask, NOT_FOUND) for ask in self.leave(note.leg))
        return Plan(steps=steps, done=(left,))

    def heard(self, event: wire.Event) -> tuple[tuple[Ask, ...], tuple[Event, ...]]:
        """Act on an event of a snoop channel: what to ask, what to tell."""
        match event:
            case wire.StasisStart(args=(name, coach)) if name == SNOOP:
                leg = LegId(coach)
                known = leg in self._book.coaches
                return ((_add(leg, _snoop(leg)),) if known else ()), ()
            case wire.ChannelEnteredBridge(bridge=bridge, channel=wire.Channel() as channel):
                return (), self._moved(bridge.id, channel.id, TalkJoined)
            case wire.ChannelLeftBridge(bridge=bridge, channel=channel):
                return (), self._moved(bridge.id, channel.id, TalkLeft)
            case _:
                return (), ()

    def _moved(
        self, bridge: str, channel: str, kind: type[TalkJoined] | type[TalkLeft]
    ) -> tuple[Event, ...]:
        leg = LegId(bridge.removeprefix("c-"))
        note, talk = self._book.legs.get(leg), self._book.coaches.get(leg)
        if note is None or talk is None or channel != _snoop(leg):
            return ()
        return (kind(call=note.call, leg=leg, talk=talk),)


def _bridge(leg: LegId) -> str:
    return f"c-{leg}"


def _snoop(leg: LegId) -> str:
    return f"s-{leg}"


def _add(leg: LegId, channel: str) -> Ask:
    return Ask("POST", f"bridges/{_bridge(leg)}/addChannel", (("channel", channel),))
