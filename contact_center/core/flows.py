"""The flows of a center, ready to run: which one answers a number, and one interpreter each."""

from collections.abc import Iterable, Mapping

from contact_center.core.call import Call
from contact_center.core.commands import PromptItem
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Event, RecordingFinished, SpeechFinal
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import CallIds, FlowId, QueueId
from contact_center.core.ivr.edges import edge_after
from contact_center.core.ivr.flow import (
    Edge,
    FlowBundle,
    HangUp,
    Queue,
    Speech,
    SpeechKind,
    Transfer,
)
from contact_center.core.ivr.frames import bundle_of, is_there
from contact_center.core.ivr.interpreter import Interpreter
from contact_center.core.ivr.session import (
    CallbackExit,
    IvrSession,
    Phase,
    QueueExit,
    Step,
)
from contact_center.core.ivr.walk import EVERY_FLOW
from contact_center.core.waiting_room import WaitingRoom

APOLOGY = FlowId("apology")
"""The built-in flow for numbers that nobody configured."""
MOST_EARLIER = 32
"""So many earlier versions of flows are kept for their calls; calls in others go on in today's."""


Pin = tuple[FlowId, str]
"""A flow and which version of it: what a call holds."""


class Flows:
    """Interpreters by flow id: those of today, and those of earlier versions that calls are in."""

    def __init__(self, configuration: CenterConfiguration) -> None:
        self._configuration = configuration
        bundles = dict(configuration.flows)
        bundles.setdefault(APOLOGY, _apology(configuration))
        self._bundles = bundles
        self._earlier: dict[Pin, Interpreter] = {}
        self._interpreters = {flow: Interpreter(bundle) for flow, bundle in bundles.items()}
        self.emergencies: set[str] = set()
        self.has_secrets = any(one.secrecy.has_secrets for one in self._interpreters.values())

    @property
    def bundles(self) -> tuple[FlowBundle, ...]:
        """Every flow, the built-in one too, and every earlier version that is kept."""
        return (*self._bundles.values(), *self.earlier)

    @property
    def earlier(self) -> tuple[FlowBundle, ...]:
        """Earlier versions that are kept."""
        return tuple(interpreter.bundle for interpreter in self._earlier.values())

    @property
    def has_earlier(self) -> bool:
        """Whether there are any."""
        return bool(self._earlier)

    def keep(self, bundles: Iterable[FlowBundle]) -> None:
        """Keep earlier versions, for the calls that are in them."""
        for bundle in bundles:
            self._earlier[bundle.flow, bundle.version] = one = Interpreter(bundle)
            self.has_secrets = self.has_secrets or one.secrecy.has_secrets

    def release(self, sessions: Iterable[IvrSession]) -> None:
        """Let go of earlier versions that none of all `sessions` is in."""
        held = {(session.flow, session.version) for session in sessions}
        for pin in [pin for pin in self._earlier if pin not in held]:
            del self._earlier[pin]

    def in_use(
        self, sessions: Iterable[IvrSession], tomorrow: CenterConfiguration
    ) -> tuple[FlowBundle, ...]:
        """Give the versions that sessions are in and `tomorrow` lacks: the newest, so many."""
        held = {(session.flow, session.version) for session in sessions}
        known = {(one.flow, one.version): one for one in self.bundles if one.flow != APOLOGY}
        today = {(flow, one.version) for flow, one in tomorrow.flows.items()}
        found = [one for pin, one in known.items() if pin in held and pin not in today]
        return tuple(found[:MOST_EARLIER])

    def instead_of(self, queue: QueueId | None, exit_: QueueExit | CallbackExit) -> str:
        """Say how a caller leaves a node whose queue is gone: an earlier version may name one."""
        if queue is None or queue in self._configuration.queues:
            return ""
        return "closed" if isinstance(exit_, QueueExit) else "refused"

    def _interpreter(self, session: IvrSession) -> Interpreter | None:
        today = self._interpreters.get(session.flow)
        if today is not None and today.bundle.version == session.version:
            return today
        return self._earlier.get((session.flow, session.version), today)

    @property
    def rooms(self) -> tuple[WaitingRoom, ...]:
        """What is heard in queues."""
        return tuple(self._configuration.rooms.values())

    def for_number(self, did: str) -> FlowBundle:
        """Find the flow that answers a number; switches give numbers with and without a plus."""
        numbers = self._configuration.numbers
        bare = did.lstrip("+")
        settings = numbers.get(did) or numbers.get("+" + bare) or numbers.get(bare)
        if settings is not None:
            return self._bundles[settings.flow]
        return self._bundles[self._configuration.unknown_number or APOLOGY]

    def begin(self, call: Call) -> IvrSession:
        """Make the session of a caller who has just been answered, or of somebody who answered."""
        bundle = self.for_number(call.did)
        if call.dial is not None:
            bundle = self._bundles.get(call.dial.flow, bundle)
        return IvrSession(
            flow=bundle.flow,
            version=bundle.version,
            leg=call.caller,
            ani=call.ani,
            did=call.did,
            ani_name=call.ani_name,
            direction=call.direction,
            language=call.dial.asked.language if call.dial is not None else "",
        )

    def step(self, session: IvrSession, ids: CallIds, event: Event, now: int) -> Step:
        """Let a session go on."""
        interpreter = self._interpreter(session) or self._interpreters[session.flow]
        return interpreter.step(session, ids, event, now, self.emergencies)

    def switch(self, flow: FlowId | None, *, on: bool) -> str:
        """Switch a flow, or all, to emergency or back; gives what stands against it, or ""."""
        if flow is not None and flow not in self._bundles:
            return "no_such_flow"
        if on:
            self.emergencies.add(EVERY_FLOW if flow is None else flow)
        elif flow is None:
            self.emergencies.clear()
        elif EVERY_FLOW in self.emergencies:
            return "all_flows"  # one of them cannot be taken out
        else:
            self.emergencies.discard(flow)
        return ""

    def masks(self, call: Call, key: str) -> bool:
        """Say whether `key`, pressed by the caller now, is secret."""
        session = call.session
        if session is None:
            bundle = self.for_number(call.did)
            flow = call.dial.flow if call.dial is not None else bundle.flow
            return self._interpreters.get(flow, self._interpreters[bundle.flow]).secrecy.at_entry()
        found = self._interpreter(session)
        return found is not None and found.secrecy.masks(session, key)

    def understood(self, call: Call, event: SpeechFinal) -> str:
        """Give the words of an option that the caller said, if they were asked for; else ""."""
        session = call.session
        found = self._interpreter(session) if session is not None else None
        return found.understood(session, event) if found and session is not None else ""

    def keys_of(self, session: IvrSession) -> Mapping[str, Edge]:
        """Where keys lead that a caller presses while waiting, by the names of the edges."""
        bundle = self._bundle_of(session)
        node = bundle.nodes.get(session.node) if bundle is not None else None
        return node.keys if isinstance(node, Queue) else {}

    def _bundle_of(self, session: IvrSession) -> FlowBundle | None:
        """Find the flow that a caller is in, which may be one that theirs has called."""
        root = self._interpreter(session)
        return bundle_of(root.bundle, session) if root is not None else None

    def reopen(self, session: IvrSession) -> None:
        """Let a flow that was over, for its caller had reached somebody, go on where it ended."""
        bundle = self._bundle_of(session)
        if session.phase is Phase.DONE and bundle is not None and session.node in bundle.nodes:
            session.phase = Phase.AWAY

    def goes_on(self, session: IvrSession | None, after: type[Queue] | type[Transfer]) -> bool:
        """Say whether the flow has a way for a caller whom this kind of node had connected."""
        bundle = self._bundle_of(session) if session is not None else None
        if session is None or bundle is None or session.phase is not Phase.DONE:
            return False
        node = bundle_of(bundle, session).nodes.get(session.node)
        return isinstance(node, after) and edge_after(node) is not None

    def part(
        self,
        session: IvrSession,
        ids: CallIds,
        reason: str,
        words: tuple[PromptItem, ...],
        now: int,
    ) -> Step:
        """Say last words to the caller, and end the flow and with it the call."""
        interpreter = self._interpreter(session) or self._interpreters[session.flow]
        return interpreter.part(session, ids, reason, words, now)

    def message_left(
        self, session: IvrSession, ids: CallIds, event: RecordingFinished, now: int
    ) -> VoicemailLeft | None:
        """Take up a message whose caller has hung up meanwhile; None when it does not count."""
        interpreter = self._interpreter(session) or self._interpreters[session.flow]
        return interpreter.message_left(session, ids, event, now)

    def refit(self, session: IvrSession) -> bool:
        """Fit a session that was written down to its version, else to the flow as it is today.

        Gives False when its flow, or the node it stood at, is no more: the caller starts over.
        """
        found = self._interpreter(session)
        bundle = found.bundle if found is not None else None
        if bundle is None or not is_there(bundle, session):
            return False
        session.version = bundle.version
        return True


def _apology(configuration: CenterConfiguration) -> FlowBundle:
    language = configuration.language
    say = (Speech(kind=SpeechKind.TEXT, texts={language: configuration.apology}),)
    return FlowBundle(
        flow=APOLOGY,
        version="built-in",
        entry="sorry",
        nodes={"sorry": HangUp(name="sorry", say=say, reason="unknown number")},
        language=language,
        variables={},
    )
