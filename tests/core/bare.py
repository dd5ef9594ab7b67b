"""A bare center, told one event after the other: no network, no journal."""

from contact_center.core import events as e
from contact_center.core.call import Call
from contact_center.core.center import Center
from contact_center.core.commands import Command, EndCause
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import RequestAnswered
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, ReservationId, agent_leg
from contact_center.core.output import Output
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from tests.core.nasty import rough_center

START = 1_764_000_000_000_000
SECOND = 1_000_000


class Bare:
    """A center and a clock. `tell` gives what the event led to; `said` keeps everything."""

    def __init__(self, configuration: CenterConfiguration | None = None, *, up: bool = True):
        self.now = START
        self.center = Center(configuration or rough_center())
        self.outputs: list[Output] = []
        self._asked = 0
        self.tell(e.CenterStarted(epoch=1))
        if up:
            self.tell(e.ProviderResynced(provider="test", legs=()))

    def tell(self, event: e.Event) -> list[Output]:
        outputs = self.center.handle(event, self.now)
        self.outputs += outputs
        return outputs

    def wait(self, seconds: float) -> list[Output]:
        """Let time pass; gives everything that came of it."""
        until = self.now + round(seconds * SECOND)
        before = len(self.outputs)
        while (due := self.center.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(e.DeadlinePassed())
        self.now = until
        return self.outputs[before:]

    def call(self, did: str, name: str = "c1", *, answered: bool = True) -> CallId:
        """An anonymous caller, so that nothing has to be looked up."""
        call = CallId(name)
        self.tell(e.CallOffered(call=call, leg=LegId(call), ani="", did=did, answered=answered))
        return call

    def ready(self, *agents: str) -> None:
        for agent in agents:
            self.tell(DeskConnected(agent=AgentId(agent)))
            self.ask(PresenceRequested, agent, presence=PresenceWish.READY)

    def ask(self, kind: type, agent: str, **fields: object) -> str:
        """Make a request; gives the code of its answer, or 'pending'."""
        self._asked += 1
        cmd = CommandId(f"q{self._asked}")
        self.tell(kind(cmd=cmd, agent=AgentId(agent), **fields))
        return self.answer(cmd)

    def answer(self, cmd: CommandId | None = None) -> str:
        """The code of a request's answer (the last one's), or 'pending'."""
        cmd = cmd or CommandId(f"q{self._asked}")
        answers = [o for o in self.outputs if isinstance(o, RequestAnswered) and o.cmd == cmd]
        return answers[0].code if answers else "pending"

    def of(self, call: str) -> Call:
        return self.center.calls.calls[CallId(call)]

    def reservation(self, call: str) -> ReservationId:
        reservation = self.of(call).reservation
        assert reservation is not None
        return reservation

    def rung(self, call: str) -> LegId:
        """The agent's leg of the call's current offer."""
        return agent_leg(self.reservation(call))

    def up(self, call: str, leg: LegId | None = None) -> list[Output]:
        return self.tell(e.CallAnswered(call=CallId(call), leg=leg or LegId(call)))

    def ends(
        self, call: str, leg: LegId | None = None, cause: EndCause = EndCause.NORMAL
    ) -> list[Output]:
        return self.tell(e.CallEnded(call=CallId(call), leg=leg or LegId(call), cause=cause))

    def fails(self, command: Command, code: str) -> list[Output]:
        call = command.call
        return self.tell(e.CommandFailed(call=call, leg=LegId(call), cmd=command.cmd, code=code))

    def connect(self, call: str) -> LegId:
        """The agent picks up, and both legs come into the talk."""
        leg = self.rung(call)
        self.up(call, leg)
        self.join(call, LegId(call))
        self.join(call, leg)
        return leg

    def join(self, call: str, leg: LegId) -> list[Output]:
        talk = f"t-{call}"
        return self.tell(e.TalkJoined(call=CallId(call), leg=leg, talk=talk))  # type: ignore[arg-type]

    def state(self, agent: str) -> str:
        one = self.center.router.agents[AgentId(agent)]
        return f"{one.presence.value} {one.work.value}"

    def said(self, *kinds: type) -> list[Output]:
        return [output for output in self.outputs if isinstance(output, kinds)]
