"""The desk: reads facts, keeps what every agent's screen shows, and carries their wishes inwards.

Nothing here waits. `publish` runs inside the core's turn and has written a screen-pop to its socket
when it returns, before the same turn's dial command is carried out.
"""

import itertools
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from contact_center.adapters.desktop import beside_messages as bm
from contact_center.adapters.desktop import callback_messages as cb
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop import script_messages as sm
from contact_center.adapters.desktop.beside import Beside
from contact_center.adapters.desktop.boards import Boards
from contact_center.adapters.desktop.callback_door import AtCall, PromiseDoor
from contact_center.adapters.desktop.codec import encode
from contact_center.adapters.desktop.command_book import TIMEOUT, Asked, CommandBook
from contact_center.adapters.desktop.current_call import Draft
from contact_center.adapters.desktop.ledger import GapReason, Ledger
from contact_center.adapters.desktop.places import Place, Places, Screen
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.adapters.desktop.script_door import ScriptDoor
from contact_center.adapters.desktop.wish import problem, request_of
from contact_center.core import facts as f
from contact_center.core.errors import InboxFullError
from contact_center.core.events import Event
from contact_center.core.ids import AgentId, CommandId
from contact_center.core.requests import (
    DeskConnected,
    DeskLost,
    PresenceRequested,
    PresenceWish,
)
from contact_center.ports import Post

_LOG = logging.getLogger(__name__)

TAKEN_OVER: Final = 4409
INBOX_RETRY_MS: Final = 500


@dataclass(slots=True)
class DeskCounts:
    """What happened since the start, for metrics."""

    screens: int = 0
    replays: int = 0
    gaps: int = 0
    taken_over: int = 0
    pops: int = 0
    pops_shown: int = 0
    commands: int = 0
    commands_repeated: int = 0
    commands_timed_out: int = 0
    slow_readers: int = 0
    failures: int = 0


class Desk:
    """A FactSink whose readers are people.

    `post` takes their requests, `clock` gives microseconds UTC, `on_pop_shown` hears agent, call
    and the milliseconds from receipt to paint that a screen reports.
    """

    def __init__(
        self,
        roster: DeskRoster,
        post: Post,
        clock: Callable[[], int],
        *,
        epoch: str | None = None,
        book: CommandBook | None = None,
        on_pop_shown: Callable[[str, str, int], None] | None = None,
    ) -> None:
        self.roster = roster
        self.counts = DeskCounts()
        self.clock = clock
        self.promises: PromiseDoor | None = None
        self.scripts: ScriptDoor | None = None
        self._post = post
        self._book = book or CommandBook()
        self._on_pop_shown = on_pop_shown
        self._boards = Boards(clock())
        self._pushed: list[Place] = []
        self._is_stopped = False
        self._places = Places(roster, epoch or secrets.token_hex(6))
        self.beside = Beside(self._places, self._boards, lambda: self.roster, self._show_own)

    def reseat(self, roster: DeskRoster) -> None:
        """Go on with another roster, and show it on every screen."""
        self.roster = roster
        self._places.reseat(roster)
        self._boards.keep_queues(roster)
        self.beside.changed()
        for place in self._places:
            if place.screen is not None:
                place.screen.push(self._state(place))
                self._boards.put(place, place.screen)

    # --- facts -----------------------------------------------------------------------------------

    def publish(self, facts: Sequence[f.Fact]) -> None:
        """Take facts, in order; what concerns a connected screen is on its way on return."""
        for fact in facts:
            try:
                self._publish(fact)
            except Exception:  # noqa: BLE001 - a reader of facts must not stop the core
                self.counts.failures += 1
                _LOG.exception("a fact could not be shown: %s", type(fact).__name__)
        # What one turn of the core has for one screen leaves in one piece.
        for place in self._pushed:
            frames, place.frames = place.frames, []
            if place.screen is not None:
                place.screen.push(b"".join(frames))
        self._pushed.clear()

    def _publish(self, fact: f.Fact) -> None:
        if isinstance(fact, f.RequestAnswered):
            self._answered(fact.agent, fact)
        elif isinstance(fact, f.SupervisorAnswered):
            self._answered(fact.by, fact)
        elif isinstance(fact, f.QueueChanged):
            self._boards.queue_changed(fact, self.roster)
            self.beside.changed()
        elif isinstance(fact, f.ProviderChanged):
            self._boards.provider_changed(fact)
        else:
            place = self._places.get(getattr(fact, "agent", None) or "")
            if place is not None:
                self._agent_fact(place, fact)
                if isinstance(fact, f.AgentChanged):
                    self.beside.changed(fact.agent)

    def _agent_fact(self, place: Place, fact: f.Fact) -> None:
        ledger = place.ledger
        for change in place.view.apply(fact):
            if isinstance(change, Draft):
                frame = ledger.append(self._numbering(ledger, change))
                if place.screen is not None:
                    if not place.frames:
                        self._pushed.append(place)
                    place.frames.append(frame)
                if change.kind is m.PopShow:
                    self.counts.pops += 1
                    place.view.sent(change, ledger.seq)
            else:
                ledger.amend(change.seq, self._numbering(ledger, change.draft))

    @staticmethod
    def _numbering(ledger: Ledger, draft: Draft) -> Callable[[int], bytes]:
        return lambda seq: encode(draft.message(ledger.channel, ledger.epoch, seq))

    def spread(self) -> Iterator[None]:
        """Send the snapshots that changed to who may see them, a hundred screens at a time.

        To be run through a few times a second, giving way to others at every step: telling
        everyone of a queue within the core's turn would hold up the calls.
        """
        return itertools.chain(self._boards.spread(self._places), self.beside.spread())

    # --- screens ---------------------------------------------------------------------------------

    def positions(self, agent: str) -> list[p.ChannelPosition]:
        """Say which ledgers an agent's screen follows and how far they have come."""
        ledger = self._places[agent].ledger
        return [p.ChannelPosition(ch=ledger.channel, ep=ledger.epoch, seq=ledger.seq)]

    def resume(self, screen: Screen, positions: Mapping[str, p.Position]) -> None:
        """Bring a screen up to date and keep it so; another screen of the agent is displaced."""
        place = self._places[screen.agent]
        old, place.screen = place.screen, screen
        self.beside.close(screen.agent)
        if old is not screen:
            self.counts.screens += 1
            if old is not None:
                self.counts.taken_over += 1
                old.close(TAKEN_OVER, "taken over by a newer screen")
        screen.forget_ledger()
        for frame in self._catch_up(place, positions.get(place.ledger.channel)):
            screen.push(frame)
        self._boards.put(place, screen)
        self._announce(place)
        self.beside.look_at(screen.agent)
        if self.promises is not None:
            self.promises.look_at(screen.agent)
        if self.scripts is not None:
            self.scripts.look_at(screen.agent)

    def _state(self, place: Place) -> bytes:
        ledger = place.ledger
        at, full = self.clock() // 1000, place.view.full()
        return encode(m.State(ch=ledger.channel, ep=ledger.epoch, seq=ledger.seq, ts=at, d=full))

    def _catch_up(self, place: Place, position: p.Position | None) -> Iterable[bytes]:
        ledger = place.ledger
        missed = ledger.resume(position.ep, position.seq) if position else GapReason.NEW
        ch, ep, seq = ledger.channel, ledger.epoch, ledger.seq
        if not isinstance(missed, GapReason):
            self.counts.replays += 1
            count = p.Replaying(count=len(missed))
            return [encode(m.ResumeOk(ch=ch, ep=ep, seq=seq, d=count)), *missed]
        self.counts.gaps += 1
        gap = m.ResumeGap(ch=ch, ep=ep, seq=seq, d=p.Gap(reason=missed.value))
        return [encode(gap), self._state(place)]

    def leave(self, screen: Screen) -> None:
        """A socket is gone."""
        place = self._places[screen.agent]
        if place.screen is screen:
            place.screen = None
            self.beside.close(screen.agent)
            self._announce(place)

    def screen_of(self, agent: str) -> Screen | None:
        """Give the screen an agent works at, if any."""
        return self._places[agent].screen

    def state_of(self, agent: str) -> p.AgentState:
        """Say what an agent does now."""
        return self._places[agent].view.state

    def shown(self, agent: str, message: m.PopShownMessage) -> None:
        """Hear from a screen that a pop was painted."""
        self.counts.pops_shown += 1
        if self._on_pop_shown is not None:
            took = min(max(message.d.t_paint - message.d.t_recv, 0), 60_000)
            self._on_pop_shown(agent, message.call, took)

    def stop(self) -> None:
        """The process stops: agents whose sockets close now did not leave."""
        self._is_stopped = True

    def _announce(self, place: Place) -> None:
        is_here = place.screen is not None
        if is_here == place.is_announced or self._is_stopped:
            return
        agent = AgentId(place.view.agent.id)
        try:
            self._post(DeskConnected(agent=agent) if is_here else DeskLost(agent=agent))
        except InboxFullError:
            return  # `housekeep` tries again
        place.is_announced = is_here

    # --- commands --------------------------------------------------------------------------------

    def command(self, screen: Screen, command: m.Command) -> None:
        """Carry a command inwards, once; the answer goes to the agent's screen when it is known."""
        now = self.clock()
        asked = self._book.find(screen.agent, command.id, now)
        if asked is not None:
            self.counts.commands_repeated += 1
            if asked.is_answered or asked.is_overdue:
                screen.push(_answer(command.id, asked), is_ledger=False)
            return
        if isinstance(command, sm.ScriptCommand):
            self._follow_script(screen.agent, command, now)
            return
        if isinstance(command, bm.BesideCommand):
            self._asked(screen.agent, command, now)
            self.settle(screen.agent, command.id, self.beside.take(screen.agent, command))
            return
        if isinstance(command, cb.PromiseCommand):
            taken = self._promise(screen.agent, command, now)
        else:
            taken = self._request(screen.agent, command, now)
        if isinstance(taken, p.Problem):
            screen.push(encode(m.Refused(re=command.id, err=taken)), is_ledger=False)
        elif not taken:
            self._book.drop(screen.agent, command.id)
            busy = problem("busy", retry_after_ms=INBOX_RETRY_MS)
            screen.push(encode(m.Refused(re=command.id, err=busy)), is_ledger=False)

    def _follow_script(self, agent: str, command: sm.ScriptCommand, now: int) -> None:
        """Do something in a script, which takes no time, and answer."""
        self._asked(agent, command, now)
        why = problem("stale") if self.scripts is None else self.scripts.take(agent, command)
        self.settle(agent, command.id, why)

    def _request(self, agent: str, command: m.Command, now: int) -> bool | p.Problem:
        """Ask the center; False when it cannot be asked right now."""
        request = request_of(agent, command, self.roster, self._call_of)
        if isinstance(command, m.CmdDisposition) and self.scripts is not None:
            request = self.scripts.against(agent, command.call, command.d.code) or request
        if isinstance(request, p.Problem):
            return request
        self._asked(agent, command, now)
        return self._try_post(request)

    def _promise(self, agent: str, command: cb.PromiseCommand, now: int) -> bool | p.Problem:
        """Ask whoever keeps promises; False when they have no time."""
        if self.promises is None:
            return problem("no_dialer")
        view, at = self._places[agent].view, None
        call = view.call
        if call is not None and view.state.work in (f.Work.TALKING, f.Work.WRAP_UP):
            number = call.pop.ani if call.pop is not None else ""
            at = AtCall(call=call.call, queue=call.queue, number=number)
        self._asked(agent, command, now)
        return self.promises.take(agent, command, at)

    def _asked(self, agent: str, command: m.Command, now: int) -> None:
        self.counts.commands += 1
        self._book.ask(agent, command.id, now)

    def log_out(self, agent: str) -> None:
        """The person ended the session: stop working, whatever the screen said before."""
        if self._places[agent].view.state.presence is f.Presence.LOGGED_OUT:
            return
        cmd = CommandId(f"logout-{secrets.token_hex(8)}")
        self._try_post(
            PresenceRequested(cmd=cmd, agent=AgentId(agent), presence=PresenceWish.LOGGED_OUT)
        )

    def _try_post(self, request: Event) -> bool:
        try:
            self._post(request)
        except InboxFullError:
            return False
        return True

    def _call_of(self, agent: str) -> str | None:
        place = self._places.get(agent)
        return place.view.call.call if place is not None and place.view.call else None

    def _answered(self, agent: str, fact: f.RequestAnswered | f.SupervisorAnswered) -> None:
        self.settle(agent, fact.cmd, problem(fact.code, fact.message) if fact.code else None)

    def settle(self, agent: str, cmd: str, why: p.Problem | None) -> None:
        """Tell an agent what came of a command: it was done, or why not."""
        place = self._places.get(agent)
        if place is None:
            return
        if self._book.settle(agent, cmd, why) and place.screen is not None:
            frame = _answer(cmd, Asked(at=0, is_answered=True, problem=why))
            place.screen.push(frame, is_ledger=False)

    def show_callbacks(self, agent: str, d: cb.PromisedCalls) -> None:
        """Show an agent what they have promised, at once."""
        place = self._places.get(agent)
        if place is None:
            return
        self._show_own(place, "callbacks", cb.CallbacksState, d)

    def show_script(self, agent: str, d: sm.ScriptShown) -> None:
        """Show an agent the page of their script, or that there is none, at once."""
        place = self._places.get(agent)
        if place is not None:
            self._show_own(place, "script", sm.ScriptState, d)

    def _show_own(
        self, place: Place, name: str, kind: Callable[..., m.SnapshotMessage], d: Struct
    ) -> None:
        """Show an agent what nobody else sees."""
        channel = f"{name}:{place.view.agent.id}"
        frame = place.own[channel] = self._boards.snapshot(channel, kind, d, self.clock())
        if place.screen is not None:
            place.screen.put(channel, frame)

    def seated(self) -> list[str]:
        """Name the agents who have a screen."""
        return [place.view.agent.id for place in self._places if place.screen is not None]

    def housekeep(self) -> None:
        """Do what is due: refuse commands without an answer, repeat what the inbox refused.

        To be called a few times a second.
        """
        for agent, cmd in self._book.overdue(self.clock()):
            self.counts.commands_timed_out += 1
            screen = self._places[agent].screen
            if screen is not None:
                screen.push(encode(m.Refused(re=cmd, err=TIMEOUT)), is_ledger=False)
        for place in self._places:
            self._announce(place)


def _answer(cmd: str, asked: Asked) -> bytes:
    if not asked.is_answered:
        return encode(m.Refused(re=cmd, err=TIMEOUT))
    if asked.problem is not None:
        return encode(m.Refused(re=cmd, err=asked.problem))
    return encode(m.Done(re=cmd))
