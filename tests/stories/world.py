"""A whole center on a simulated network under a hand-driven clock: what stories are told in.

No tasks, no sockets, no sleeping: the core's commands go straight into the network and the
network's events straight into the core, at the very instants they are due. Every world keeps its
journal, and `World.close` replays it: there must be no difference.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.acd_events import ConfigurationReloaded
from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import (
    CenterStarted,
    Customer,
    CustomerLookedUp,
    DeadlinePassed,
    Event,
    PastInteraction,
)
from contact_center.core.facts import AgentChanged, Fact, RequestAnswered
from contact_center.core.ids import AgentId, CallId, CommandId, LegId
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.lookups import KeepSecret, LookupAnswered, LookupOutcome, RunLookup
from contact_center.core.output import Output
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.snapshot import CenterSnapshot, flows_in_use, restore, snapshot
from contact_center.runtime.codec import encoder
from contact_center.runtime.earlier import as_earlier, made_again, needed
from contact_center.runtime.journal import Earlier, Journal
from contact_center.runtime.replay import replay
from contact_center.runtime.vault import Vault

START = 1_764_000_000_000_000


class World:
    """Center, network and customers, in lock-step."""

    def __init__(self, configuration: CenterConfiguration, *, queue_events: bool = False) -> None:
        self.configuration = configuration
        self.now = START
        self.customers: dict[str, tuple[Customer, ...]] = {}
        self.history: dict[str, tuple[PastInteraction, ...]] = {}
        self.services: dict[str, tuple[LookupOutcome, dict[str, Scalar]]] = {}
        self.asked: list[tuple[RunLookup, dict[str, str | None]]] = []
        self.vault = Vault()
        self.center = Center(configuration)
        self.network = Network(seed=7, events_survive_gap=queue_events)
        for agent in configuration.agents.values():
            self.network.plug_in(phone(agent.device, "manual"))
        self.outputs: list[Output] = []
        self.facts: list[Fact] = []
        self.agent_states: dict[AgentId, AgentChanged] = {}
        self._folder = TemporaryDirectory()
        self._journal = Journal(Path(self._folder.name), 1)
        self._known = {"center": configuration}
        self._named = "center"
        self._earlier: tuple[Earlier, ...] = ()
        self._journal.begin(self._named, {}, None)
        self._requests = 0
        self.epoch = 1
        self.tell(CenterStarted(epoch=1))
        self.network.connect(self.now)
        self.pump()

    # --- driving ------------------------------------------------------------------------------

    def tell(self, event: Event) -> list[Output]:
        """Hand one event to the core and carry out what it decides."""
        event = self.vault.masked(self.center, event)
        outputs = self.center.handle(event, self.now)
        self._journal.append(event, self.now, outputs)
        self.outputs += outputs
        for output in outputs:
            if isinstance(output, Fact):
                self.facts.append(output)
                self.vault.told(output)
                if isinstance(output, AgentChanged):
                    self.agent_states[output.agent] = output
        for output in outputs:
            if isinstance(output, TelephonyCommand):
                command = self.vault.unmasked(output)
                assert command is not None
                self.network.handle(command, self.now)
            elif isinstance(output, FindCustomer):
                found = self.customers.get(output.ani, ())
                past = self.history.get(output.ani, ())
                self.tell(CustomerLookedUp(call=output.call, customers=found, history=past))
            elif isinstance(output, KeepSecret):
                self.tell(self.vault.keep(output))
            elif isinstance(output, RunLookup):
                self._look_up(output)
        return outputs

    def _look_up(self, asked: RunLookup) -> None:
        """Answer as the service in `services` would; one that is not there is silent."""
        secrets = {key: self.vault.reveal(asked.call, name) for key, name in asked.secrets}
        self.asked.append((asked, secrets))
        if asked.service not in self.services:
            return
        outcome, values = self.services[asked.service]
        for _, name in asked.secrets:
            self.vault.wipe(asked.call, name)
        told = tuple(values.items())
        self.tell(
            LookupAnswered(call=asked.call, lookup=asked.lookup, outcome=outcome, values=told)
        )

    @property
    def journal(self) -> str:
        """Everything that was written down so far."""
        self._journal.flush()
        files = sorted(Path(self._folder.name).glob("*.journal"))
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    def pump(self) -> None:
        """Deliver what the network has to say at this instant."""
        for _ in range(10_000):
            self.network.advance(self.now)
            events = list(self.network.events())
            if not events:
                break
            for event in events:
                self.tell(event)

    def wait(self, seconds: float) -> None:
        """Let time pass, stopping at every deadline of the core and the network."""
        until = self.now + round(seconds * 1_000_000)
        while True:
            dues = [self.network.next_deadline(), self.center.next_deadline()]
            due = min((d for d in dues if d is not None), default=until + 1)
            if due > until:
                break
            self.now = max(self.now, due)
            core_due = self.center.next_deadline()
            if core_due is not None and core_due <= self.now:
                self.tell(DeadlinePassed())
            self.pump()
        self.now = until
        self.pump()

    def restart(self) -> None:
        """Kill the process and start it anew: state comes from the journal, events are lost."""
        self.network.cut(self.now)
        list(self.network.events())
        self.vault = Vault()
        self._journal.begin(self._named, {}, snapshot(self.center), self._earlier)
        kept = made_again(self._earlier, self._load)
        self.center = restore(self.configuration, snapshot(self.center), kept)
        self.epoch += 1
        self.tell(CenterStarted(epoch=self.epoch))

    def reload(self, configuration: CenterConfiguration, *, keep: bool = True) -> None:
        """Go on under another configuration, as the loop does it.

        Without `keep` as if more versions of flows were in use than are kept.
        """
        taken = snapshot(self.center)
        copy = msgspec.json.decode(encoder.encode(taken), type=CenterSnapshot)
        kept = flows_in_use(self.center, configuration) if keep else ()
        last = as_earlier(self.configuration, self._named, {})
        self._earlier = needed(kept, [last, *self._earlier])
        self.center = restore(configuration, copy, kept)
        self.configuration = configuration
        self._named = f"center {len(self._known)}"
        self._known[self._named] = configuration
        self._journal.begin(self._named, {}, taken, self._earlier)
        for agent in configuration.agents.values():
            if agent.device not in self.network.devices():
                self.network.plug_in(phone(agent.device, "manual"))
        self.tell(ConfigurationReloaded(version=self._named))
        self.pump()

    def reconnect(self) -> None:
        """Reach the switch again."""
        self.network.restore(self.now)
        self.pump()

    # --- people -------------------------------------------------------------------------------

    def call(
        self,
        ani: str = "+14155550123",
        did: str = "+14155550100",
        script: Iterable[str] = (),
        name: str = "",
    ) -> CallId:
        """Let somebody call."""
        steps = read_script(list(script))
        leg = self.network.place_call(Caller(ani=ani, did=did, name=name, script=steps), self.now)
        self.pump()
        return CallId(leg)

    def press(self, call: CallId, keys: str) -> None:
        """Let the caller press keys."""
        self.network.press(LegId(call), keys, self.now)
        self.pump()

    def hang_up(self, call: CallId) -> None:
        """Let the caller hang up."""
        self.network.hang_up(LegId(call), self.now)
        self.pump()

    def hears(self, leg: LegId | CallId) -> str:
        """Say what a leg hears now: a kind and a text."""
        heard = self.network.hears(LegId(leg))
        return f"{heard.kind.value}:{heard.text}" if heard is not None else "nothing"

    def heard(self, leg: LegId | CallId) -> str:
        """Say everything a leg has heard so far, one sound a line."""
        sounds = self.network.heard(LegId(leg))
        return "\n".join(f"{sound.kind.value}:{sound.text}" for sound in sounds)

    def ready(self, *agents: str) -> None:
        """Let agents sit down and be ready."""
        for agent in agents:
            self.tell(DeskConnected(agent=AgentId(agent)))
            self.ask(PresenceRequested, agent, presence=PresenceWish.READY)

    def ask(self, request: type, agent: str, **fields: object) -> str:
        """Make a request as an agent; gives the code of its answer ('pending' when none yet)."""
        self._requests += 1
        cmd = CommandId(f"req-{self._requests}")
        self.tell(request(cmd=cmd, agent=AgentId(agent), **fields))
        self.pump()
        return self.answer(cmd)

    def answer(self, cmd: CommandId) -> str:
        """Give the code with which a request was answered."""
        for fact in self.facts:
            if isinstance(fact, RequestAnswered) and fact.cmd == cmd:
                return fact.code
        return "pending"

    def agent_leg(self, agent: str) -> LegId | None:
        """Name the leg at an agent's phone, ringing or up."""
        device = self.configuration.agents[AgentId(agent)].device
        legs = self.network.at_phone(device)
        return legs[0].leg if legs else None

    def pick_up(self, agent: str) -> LegId:
        """Let the agent answer their phone."""
        leg = self.agent_leg(agent)
        assert leg is not None, f"{agent}'s phone does not ring"
        self.network.answer(leg, self.now)
        self.pump()
        return leg

    def state(self, agent: str) -> str:
        """Describe an agent: presence and work."""
        state = self.agent_states[AgentId(agent)]
        return f"{state.presence.value} {state.work.value}"

    def said(self, *kinds: type) -> list[Fact]:
        """List the facts of some kinds, in order."""
        return [fact for fact in self.facts if isinstance(fact, kinds)]

    def abandon(self) -> None:
        """Let go of the journal: the test told the core what no event would have."""
        self._journal.close()
        self._folder.cleanup()

    def close(self) -> None:
        """Replay the journal: the same events must give the same outputs."""
        self._journal.close()
        result = replay(Path(self._folder.name), self._load)
        self._folder.cleanup()
        assert result.difference is None, str(result.difference)

    def _load(self, name: str, _sources: Mapping[str, str]) -> CenterConfiguration:
        return self._known[name]
