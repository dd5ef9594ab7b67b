"""One caller, the production center and a simulated switch, under a clock that is moved by hand.

No rule is written here a second time: events go into `Center`, its commands into the simulated
network, and time passes only in `wait` and `rest`. What comes of it is noted as `Moment`.
"""

import heapq
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from contact_center.adapters.simulated.hearing import speech_us
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.phones import phone
from contact_center.app.ivr.callers import customers_of, dialled, reached
from contact_center.app.ivr.hearing import Moment, Narrator, What
from contact_center.app.ivr.services import answer
from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import (
    CenterStarted,
    CustomerLookedUp,
    DeadlinePassed,
    Event,
    KeyPressed,
)
from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, CallId, CommandId, FlowId, LegId, transfer_leg
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import HangUp
from contact_center.core.ivr.scenario import Given
from contact_center.core.ivr.session import IvrSession, Phase
from contact_center.core.lookups import KeepSecret, RunLookup
from contact_center.core.outcomes import QueueOutcome
from contact_center.core.output import Output
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.supervisor_requests import EmergencySwitched
from contact_center.runtime.vault import Vault

SECOND_US = 1_000_000
LONGEST_SILENCE_US = 600 * SECOND_US
"""So long a caller may be silent before it is said that nobody asks them anything."""
CONNECTING_US = 20 * SECOND_US
ANSWERING_US = 60 * SECOND_US
EVENTS_BOUND = 100_000
"""Nobody's test is to keep the machine busy for ever."""
OUTSIDE = "answer after 2 s"
"""What telephones outside do of which nothing is said."""
_ASKING = (Phase.PROMPT, Phase.KEYS)
_STILL = (Phase.KEYS, Phase.RECORDING, Phase.AWAY)


class CannotError(Exception):
    """What was asked for cannot be done now; the message says why."""


class Tryout:
    """A call to `flow` of a center. `tell` is told of every moment as it comes."""

    def __init__(
        self,
        configuration: CenterConfiguration,
        flow: FlowId,
        given: Given,
        tell: Callable[[Moment], None] = lambda moment: None,
    ) -> None:
        self.given = given
        self.now = given.at
        self.configuration, self._did = reached(configuration, flow, given.dialled)
        self.center = Center(self.configuration)
        self.network = Network(seed=1)
        self.network.populate(lambda number: phone(number, given.numbers.get(number, OUTSIDE)))
        self.moments: list[Moment] = []
        self.session: IvrSession | None = None
        self.over = False
        self.talking = self.queue = ""
        self._tell = tell
        self._inbox: deque[Event] = deque()
        self._later: list[tuple[int, int, Event]] = []
        self._numbered = self._events = 0
        self._flow = flow
        self._call, self._leg = CallId(""), LegId("")
        self._narrator = Narrator()
        self._vault = Vault()
        self._bundles = self.configuration.flows
        self._open()

    # --- what the caller and others do --------------------------------------------------------

    def call(self) -> None:
        """Let the caller call."""
        given = self.given
        if given.emergency:
            self.emergency(on=True)
        if given.outbound:
            self._be_called()
            return
        caller = Caller(ani=given.number, did=self._did, name=given.name)
        self._leg = self.network.place_call(caller, self.now)
        self._call = CallId(self._leg)
        self._settle()

    def _be_called(self) -> None:
        """Let the center call, and pick up: the flow begins, unless nobody answers there."""
        self._call = CallId("tryout")
        self._leg = transfer_leg(self._call, 1)
        bundle = self._bundles[self._flow]
        self._inbox.append(dialled(self._call, bundle, self.given, self._did))
        self._settle()
        limit = self.now + ANSWERING_US
        while self.session is None and not self.over:
            due = self.next_due()
            if due is None or due > limit:
                raise CannotError(f"nobody answers at {self.given.number}")
            self._go_to(due)

    def press(self, keys: str) -> None:
        """Let the caller press keys. Raises CannotError when the call is over."""
        for key in keys:
            if not self.network.press(self._leg, key, self.now):
                raise CannotError("nobody is on the line")
            self._settle()

    def speak(self, words: str) -> None:
        """Let the caller say something, until it is understood where somebody listens for words.

        ``balance (0.5)`` is a word that was only half understood.
        """
        leg = self.network.leg(self._leg)
        listened = leg is not None and leg.listening is not None
        if not self.network.say(self._leg, words, self.now):
            raise CannotError("nobody is on the line")
        self._settle()
        if listened:
            self.wait(speech_us(words))

    def hang_up(self) -> None:
        """Let the caller hang up."""
        if not self.network.hang_up(self._leg, self.now):
            raise CannotError("nobody is on the line")
        self._settle()

    def wait(self, us: int) -> None:
        """Let time pass."""
        until = self.now + us
        while (due := self.next_due()) is not None and due <= until:
            self._go_to(due)
        self.now = until
        self._settle()

    def rest(self) -> bool:
        """Let time pass until something is heard or done; False when nothing is to come."""
        said = len(self.moments)
        limit = self.now + LONGEST_SILENCE_US
        while len(self.moments) == said:
            due = self.next_due()
            if due is None or due > limit:
                return False
            self._go_to(due)
        return True

    def run_to_caller(self) -> None:
        """Let time pass while something is said or done, until the caller is waited for."""
        limit = self.now + LONGEST_SILENCE_US
        while self.session is not None and self.session.phase not in _STILL and not self.over:
            due = self.next_due()
            if due is None or due > limit:
                return
            self._go_to(due)

    def be_silent(self, times: int) -> None:
        """Let the flow wait in vain so many times. Raises CannotError when it does not wait."""
        for number in range(times):
            before, limit = self._failures(), self.now + LONGEST_SILENCE_US
            while self._failures() == before or self._is_leaving():
                due = self.next_due()
                if not self._asks() and self._failures() == before:
                    raise CannotError(f"the flow waited for keys {number} times only")
                if due is None or due > limit:
                    raise CannotError("the flow goes on waiting")
                self._go_to(due)

    def agent_answers(self) -> str:
        """Let the first agent answer who may take the call; gives their id. Raises CannotError."""
        if self.over:
            raise CannotError("the call is over")
        ringing = self._ringing()
        for agent in [] if ringing else self.configuration.agents.values():
            self._phone_of(agent.device, DeviceState.IDLE)
            ringing = self._ringing()
            if ringing:
                break
            self._phone_of(agent.device, DeviceState.IN_USE)
        if not ringing:
            raise CannotError("there is no agent who may take this call now")
        name, leg = ringing
        self.network.answer(leg, self.now)
        self._settle()
        limit = self.now + CONNECTING_US
        while not self.talking and (due := self.next_due()) is not None and due <= limit:
            self._go_to(due)  # what the agent is told before the caller is there
        return name

    def others_leave(self) -> None:
        """Let whoever talks with the caller hang up. Raises CannotError when nobody does."""
        legs = [leg.leg for leg in self.network.legs() if leg.leg != self._leg]
        if not self.talking or not legs:
            raise CannotError("nobody talks with the caller")
        for leg in legs:
            self.network.hang_up(leg, self.now)
        self._settle()

    def emergency(self, *, on: bool) -> None:
        """Let operations switch the flow's emergency on or off."""
        self._numbered += 1
        cmd = CommandId(f"emergency-{self._numbered}")
        self._inbox.append(EmergencySwitched(cmd=cmd, by="tryout", on=on))
        self._settle()

    # --- what there is to see -----------------------------------------------------------------

    @property
    def node(self) -> str:
        """The node the caller is in, or was in last."""
        return self._narrator.node

    @property
    def nodes(self) -> tuple[str, ...]:
        """The node the caller is in, and the call nodes around it, the outermost first."""
        frames = self.session.frames if self.session is not None and not self.over else []
        return (*(frame.node for frame in frames), self.node)

    @property
    def variables(self) -> Mapping[str, Scalar]:
        """What the flow that was called knows, also while another one is under way for it."""
        if self.session is None:
            return {}
        frames = self.session.frames
        return frames[0].variables if frames else self.session.variables

    @property
    def language(self) -> str:
        """The language that the caller is spoken to in."""
        if self.session is None:
            return self.configuration.language
        return self.session.language or self._bundles[self.session.flow].language

    @property
    def reason(self) -> str:
        """Why the flow ended the call, as its hangup node says; "" when it did not."""
        if self.session is None or not self.over:
            return ""
        bundle = self._bundles.get(self.session.inside or self.session.flow)
        node = bundle.nodes.get(self.node) if bundle is not None else None
        return self.session.ending or (node.reason if isinstance(node, HangUp) else "")

    @property
    def waits_for_caller(self) -> bool:
        """Whether the flow waits for keys now, and nothing is being said."""
        return self.session is not None and self.session.phase is Phase.KEYS and not self.over

    def hides(self, key: str) -> bool:
        """Whether `key`, pressed now, is nobody's business."""
        event = KeyPressed(call=self._call, leg=self._leg, key=key)
        return not self.over and self.center.masks_keys(event, key)

    @property
    def has_secrets(self) -> bool:
        """Whether anything that is typed in any flow of the center is nobody's business."""
        return self.center.calls.flows.has_secrets

    def next_due(self) -> int | None:
        """Say when something happens by itself, if anything does; microseconds UTC."""
        later = self._later[0][0] if self._later else None
        dues = (self.network.next_deadline(), self.center.next_deadline(), later)
        return min((due for due in dues if due is not None), default=None)

    # --- inside -------------------------------------------------------------------------------

    def _open(self) -> None:
        for agent in self.configuration.agents.values():
            self.network.plug_in(phone(agent.device, "manual"))
        self._inbox.append(CenterStarted(epoch=1))
        self.network.connect(self.now)
        self._settle()
        for agent in self.configuration.agents.values() if self.given.agents else ():
            cmd, wish = CommandId(f"tryout-{agent.agent}"), PresenceWish.READY
            self._inbox.append(DeskConnected(agent=agent.agent))
            self._inbox.append(PresenceRequested(cmd=cmd, agent=agent.agent, presence=wish))
            self._phone_of(agent.device, DeviceState.IN_USE)

    def _phone_of(self, device: str, state: DeviceState) -> None:
        """Agents are at work, on calls of their own, until somebody is to answer this one."""
        self._inbox.append(DeviceChanged(device=device, state=state))
        self._settle()

    def _ringing(self) -> tuple[AgentId, LegId] | None:
        for agent in self.configuration.agents.values():
            for leg in self.network.at_phone(agent.device):
                if leg.call == self._call and leg.alive:
                    return agent.agent, leg.leg
        return None

    def _go_to(self, due: int) -> None:
        self.now = max(self.now, due)
        center_due = self.center.next_deadline()
        if center_due is not None and center_due <= self.now:
            self._inbox.append(DeadlinePassed())
        self._settle()

    def _settle(self) -> None:
        """Let everything happen that happens at this instant."""
        while True:
            self.network.advance(self.now)
            self._inbox.extend(self.network.events())
            while self._later and self._later[0][0] <= self.now:
                self._inbox.append(heapq.heappop(self._later)[2])
            if not self._inbox:
                return
            self._events += 1
            if self._events > EVENTS_BOUND:
                raise CannotError(f"more than {EVENTS_BOUND} things happen in this call")
            self._take(self._inbox.popleft())

    def _take(self, event: Event) -> None:
        event = self._vault.masked(self.center, event)
        outputs = self.center.handle(event, self.now)
        call = self.center.calls.calls.get(self._call)
        if call is not None and call.session is not None:
            self.session = call.session
        self._note(outputs)
        for output in outputs:
            self._carry_out(output)

    def _carry_out(self, output: Output) -> None:
        if isinstance(output, TelephonyCommand):
            self.network.handle(output, self.now)
        elif isinstance(output, FindCustomer):
            self._inbox.append(
                CustomerLookedUp(
                    call=output.call,
                    customers=customers_of(self.given),
                    language=self.given.language,
                )
            )
        elif isinstance(output, KeepSecret):
            self._inbox.append(self._vault.keep(output))
        elif isinstance(output, RunLookup):
            self._answer(output)
        elif isinstance(output, Fact):
            self._vault.told(output)

    def _answer(self, command: RunLookup) -> None:
        bundle = self._bundles.get(command.flow)
        service = bundle.services.get(command.service) if bundle is not None else None
        event, after_us, told = answer(command, self.given.services, service)
        self._numbered += 1
        heapq.heappush(self._later, (self.now + after_us, self._numbered, event))
        self._add(What.ASKED, f"{command.service} {told}")

    def _add(self, what: What, text: str) -> None:
        moment = Moment(at=self.now, what=what, text=text, node=self.node)
        self.moments.append(moment)
        self._tell(moment)

    def _note(self, outputs: Sequence[Output]) -> None:
        for moment in self._narrator.read(outputs, self.session, self._call, self._leg, self.now):
            self._follow(moment)
            self.moments.append(moment)
            self._tell(moment)

    def _follow(self, moment: Moment) -> None:
        match moment.what:
            case What.JOINED:
                self.talking = moment.text
            case What.ALONE:
                self.talking = ""
            case What.QUEUED:
                self.queue = moment.text
            case What.UNQUEUED if moment.text != QueueOutcome.ANSWERED.value:
                self.queue = ""
            case What.ENDED:
                self.over, self.queue, self.talking = True, "", ""

    def _asks(self) -> bool:
        return self.session is not None and self.session.phase in _ASKING and not self.over

    def _failures(self) -> int:
        return self.session.failures if self.session is not None else 0

    def _is_leaving(self) -> bool:
        return self._asks() and self.session is not None and bool(self.session.leaving)
