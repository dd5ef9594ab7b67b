"""A supervisor who listens to a talk and is heard by one agent only, or by nobody. Pure.

Asterisk has no such role in a bridge. So the agent's leg gets a snoop channel, which hears both
sides and whispers to the agent, and that channel meets the supervisor in a bridge of their own.
Whoever only listens is muted there, so going from one to the other changes no channel. Each snoop
has an id of its own: one that is told to go may still be there when the next one comes.
"""

from collections.abc import Collection

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book, Coach, LegNote
from contact_center.adapters.asterisk.plans import CONFLICT, NOT_FOUND, Plan, Refusal, Step
from contact_center.adapters.asterisk.translate import SNOOP
from contact_center.core.commands import Join
from contact_center.core.events import Event, TalkJoined, TalkLeft
from contact_center.core.ids import LegId

_BRIDGE = "c-"


class Coaching:
    """Says what Asterisk is asked for coaches, and what the core is told of them.

    ``nonce`` tells the snoops of this process from those an earlier one left behind.
    """

    def __init__(self, book: Book, app: str, nonce: str = "") -> None:
        self._book = book
        self._app = app
        self._nonce = nonce
        self._made = 0

    def join(self, command: Join, note: LegNote) -> Plan | Refusal:
        """Let the leg listen in on the talk of the agent `coach_of`, whispering unless muted."""
        agent = self._book.legs.get(command.coach_of or note.leg)
        if agent is None or agent is note:
            return Refusal(code="no_such_leg", detail="nobody there to be coached")
        if agent.talk != command.talk:
            return Refusal(code="no_such_talk", detail="who is coached is not in that talk")
        coach = self._book.coaches.get(note.leg)
        if coach is not None and coach.agent == agent.leg:
            return Plan(steps=mute_steps(note, command.muted))
        away = self._silence(note.leg)
        self._made += 1
        snoop = f"s-{self._nonce}{self._made}-{note.leg}"
        self._book.coaches[note.leg] = Coach(talk=command.talk, agent=agent.leg, snoop=snoop)
        query = (
            ("spy", "both"),
            ("whisper", "out"),
            ("app", self._app),
            ("appArgs", f"{SNOOP},{note.leg}"),
        )
        return Plan.of(
            *away,
            # Before there is any way for the voice to the agent.
            *mute_steps(note, command.muted),
            Step(Ask("POST", f"bridges/{_bridge(note.leg)}", (("type", "mixing"),)), CONFLICT),
            Step(_add(note.leg, note.leg)),
            Step(Ask("POST", f"channels/{agent.leg}/snoop/{snoop}", query)),
        )

    def leave(self, leg: LegId) -> tuple[Ask, ...]:
        """Take a coach out; nothing when the leg is none."""
        coach = self._book.coaches.pop(leg, None)
        if coach is None:
            return ()
        bridge = Ask("DELETE", f"bridges/{_bridge(leg)}")
        return (_end(coach.snoop), bridge) if coach.snoop else (bridge,)

    def step_in(self, note: LegNote) -> tuple[Step, ...]:
        """End the snoop of a coach who goes into the talk. The bridge stays for the way back: it is
        gone only some time after it was told to."""
        steps = self._silence(note.leg)
        coach = self._book.coaches.get(note.leg)
        if coach is not None:
            self._book.coaches[note.leg] = Coach(talk=coach.talk, agent=None, snoop="")
        return steps

    def _silence(self, leg: LegId) -> tuple[Step, ...]:
        coach = self._book.coaches.get(leg)
        return (Step(_end(coach.snoop), NOT_FOUND),) if coach is not None and coach.snoop else ()

    def is_aside(self, leg: LegId) -> bool:
        """Say whether the leg hears by a snoop, and is not in the talk itself."""
        coach = self._book.coaches.get(leg)
        return coach is not None and coach.snoop != ""

    def leave_plan(self, note: LegNote) -> Plan:
        """Take a coach out because the core says so."""
        talk = self._book.coaches[note.leg].talk
        left = TalkLeft(call=note.call, leg=note.leg, talk=talk, reason="asked")
        steps = tuple(Step(ask, NOT_FOUND) for ask in self.leave(note.leg))
        return Plan(steps=steps, done=(left,))

    def heard(self, event: wire.Event) -> tuple[tuple[Ask, ...], tuple[Event, ...]]:
        """Act on an event of a snoop channel: what to ask, what to tell."""
        match event:
            case wire.StasisStart(args=(name, coached)) if name == SNOOP:
                coach = self._book.coaches.get(LegId(coached))
                if coach is None or coach.snoop != event.channel.id:
                    return (_end(event.channel.id),), ()
                return (_add(LegId(coached), coach.snoop),), ()
            case wire.ChannelEnteredBridge(bridge=bridge, channel=wire.Channel() as channel):
                return (), self._moved(bridge.id, channel.id, TalkJoined)
            case wire.ChannelLeftBridge(bridge=bridge, channel=channel):
                return (), self._moved(bridge.id, channel.id, TalkLeft)
            case _:
                return (), ()

    def _moved(
        self, bridge: str, channel: str, kind: type[TalkJoined] | type[TalkLeft]
    ) -> tuple[Event, ...]:
        leg = LegId(bridge.removeprefix(_BRIDGE))
        note, coach = self._book.legs.get(leg), self._book.coaches.get(leg)
        if note is None or coach is None or channel != coach.snoop:
            return ()
        return (kind(call=note.call, leg=leg, talk=coach.talk),)

    def left_behind(self, channels: Collection[str], bridges: Collection[str]) -> tuple[Ask, ...]:
        """Say how to be rid of snoops and bridges of coaches whom an earlier process let in."""
        snoops = {coach.snoop for coach in self._book.coaches.values()}
        mine = {_bridge(leg) for leg in self._book.coaches}
        return (
            *(_end(snoop) for snoop in channels if snoop not in snoops),
            *(
                Ask("DELETE", f"bridges/{bridge}")
                for bridge in bridges
                if bridge.startswith(_BRIDGE) and bridge not in mine
            ),
        )


def mute_steps(note: LegNote, on: bool) -> tuple[Step, ...]:
    """Let nobody hear the leg, or let it be heard; nothing when that is so already."""
    if note.muted is on:
        return ()
    note.muted = on
    ask = Ask("POST" if on else "DELETE", f"channels/{note.leg}/mute", (("direction", "in"),))
    return (Step(ask),)


def _bridge(leg: LegId) -> str:
    return f"{_BRIDGE}{leg}"


def _end(channel: str) -> Ask:
    return Ask("DELETE", f"channels/{channel}")


def _add(leg: LegId, channel: str) -> Ask:
    return Ask("POST", f"bridges/{_bridge(leg)}/addChannel", (("channel", channel),))
