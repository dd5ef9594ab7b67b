"""Callers in the flows of a simulated center: they press keys, wait, lose patience, are answered.

What is heard and what follows from a key is the product's own interpreter's. Here is only what is
outside of it: people, each with chance of their own, and the services that flows ask.
"""

from collections.abc import Callable, Iterator
from random import Random

from contact_center.adapters.simulated.network import Network
from contact_center.core.center import Center
from contact_center.core.commands import Listen, PlaySequence
from contact_center.core.events import Direction, Event
from contact_center.core.facts import (
    CallConnected,
    CallFact,
    CallFinished,
    CallQueued,
    CallStarted,
    NodeLeft,
)
from contact_center.core.ids import CallId, FlowId
from contact_center.core.ivr.checks import Check
from contact_center.core.ivr.session import IvrSession, Phase
from contact_center.core.lookups import (
    KeepSecret,
    LookupAnswered,
    LookupOutcome,
    RunLookup,
    SecretKept,
)
from contact_center.reporting.flow_book import FlowQuestion
from contact_center.reporting.flow_fold import fold_flow
from contact_center.reporting.zero_out import zero_outs
from simulations.center.clock import Clock, us
from simulations.center.manners import HANG_UP, NOTHING, Answers, Manners
from simulations.center.outcome import FlowTally
from simulations.streams import Streams

Values = tuple[tuple[str, str | int | float | bool], ...]
_AGAIN_US = 500_000
"""How often a caller tries who has to hear something to its end first."""
_COUNTED = (CallStarted, NodeLeft, CallConnected, CallQueued, CallFinished)
_FOREVER = 2**62


class Menus:
    """People in flows. `tell` gives an event to the center, `hang_up` ends a call."""

    def __init__(
        self,
        manners: dict[str, Manners],
        streams: Streams,
        clock: Clock,
        center: Callable[[], Center],
        network: Network,
        tell: Callable[[Event], None],
        hang_up: Callable[[CallId], None],
        settle: Callable[[], None],
    ) -> None:
        self._manners = manners
        self._streams = streams
        self._clock = clock
        self._center = center
        self._network = network
        self._tell, self._hang_up, self._settle = tell, hang_up, settle
        self._chance: dict[CallId, Random] = {}
        self._luck: dict[CallId, Random] = {}
        self._silent: set[CallId] = set()
        self._inside: dict[CallId, int] = {}
        self._stubborn: set[CallId] = set()
        self._facts: list[CallFact] = []
        self._spent: dict[CallId, tuple[str, int, bool]] = {}

    def dialled(self, call: CallId, number: int, *, has_script: bool) -> None:
        """Note a call of the `number`-th caller, who goes by a script or else by the mix."""
        self._luck[call] = self._streams.of("lookups", number)
        if not has_script:
            self._chance[call] = self._streams.of("flow", number)

    # --- what the center says -------------------------------------------------------------------

    def heard(self, fact: CallFact) -> None:
        """Keep what is counted, and note who comes into a flow and leaves it."""
        if not self._manners or not isinstance(fact, _COUNTED):
            return
        self._facts.append(fact)
        if isinstance(fact, CallStarted):
            self._begin(fact)
        elif isinstance(fact, NodeLeft) and fact.call not in self._spent:
            # Whom the center calls comes into the flow with the answer, not with the ringing.
            self._inside[fact.call] = fact.entered_at
            self._spent[fact.call] = fact.flow, 0, False
        elif isinstance(fact, CallQueued | CallConnected | CallFinished):
            began = self._inside.pop(fact.call, None)
            if began is not None:
                flow = self._spent[fact.call][0]
                queued = isinstance(fact, CallQueued | CallConnected)
                self._spent[fact.call] = flow, fact.at - began, queued
            if isinstance(fact, CallFinished):
                self._chance.pop(fact.call, None)
                self._luck.pop(fact.call, None)
                self._silent.discard(fact.call)
                self._stubborn.discard(fact.call)

    def _begin(self, fact: CallStarted) -> None:
        manners, chance = self._manners.get(fact.flow), self._chance.get(fact.call)
        if fact.direction is Direction.INBOUND:
            self._inside[fact.call] = fact.at
            self._spent[fact.call] = fact.flow, 0, False
        if manners is None or chance is None:
            return
        if chance.random() < manners.silent:
            self._silent.add(fact.call)
        if fact.direction is Direction.OUTBOUND:
            return  # nobody loses patience with a telephone that rings elsewhere
        patience = manners.patience.draw(chance)
        if patience != float("inf"):
            self._clock.at(self._clock.now + us(patience), lambda moment: self._gives_up(fact.call))

    def stays(self, call: CallId) -> bool:
        """Decide whether a caller lets the agent hang up first, for what the flow has then."""
        session, chance = self._session(call), self._chance.get(call)
        manners = self._manners.get(session.flow) if session is not None else None
        if manners is None or chance is None or not manners.stays:
            return False
        return chance.random() < manners.stays

    def _gives_up(self, call: CallId) -> None:
        if call in self._inside:
            self._hang_up(call)

    def plays(self, command: PlaySequence) -> None:
        """Note whether what is heard can be cut short."""
        note = self._stubborn.discard if command.interruptible else self._stubborn.add
        note(command.call)

    def asks(self, command: Listen) -> None:
        """Decide what the caller does who is asked for keys, and when."""
        session, chance = self._session(command.call), self._chance.get(command.call)
        if session is None or chance is None:
            return
        manners = self._manners.get(session.inside or session.flow)
        acts = manners.nodes.get(session.node, {}) if manners is not None else {}
        if manners is None or not acts:
            return
        act = chance.choices(list(acts), list(acts.values()))[0]
        thinks = us(manners.thinks.draw(chance))
        if act == NOTHING or (act != HANG_UP and command.call in self._silent):
            return
        self._later(thinks, command, act)

    def _later(self, after_us: int, asked: Listen, act: str) -> None:
        self._clock.at(self._clock.now + after_us, lambda moment: self._acts(asked, act))

    def _acts(self, asked: Listen, act: str) -> None:
        session = self._session(asked.call)
        if session is None or session.listen != asked.listen:
            return
        if act == HANG_UP:
            self._hang_up(asked.call)
        elif session.phase is Phase.PROMPT and asked.call in self._stubborn:
            self._later(_AGAIN_US, asked, act)
        else:
            self._network.press(asked.leg, act, self._clock.now)
            self._settle()

    def _session(self, call: CallId) -> IvrSession | None:
        known = self._center().calls.calls.get(call)
        return known.session if known is not None else None

    # --- services -------------------------------------------------------------------------------

    def looks_up(self, command: RunLookup) -> None:
        """Answer a lookup, after a while, as the scenario has it; else there is nothing."""
        manners = self._manners.get(command.flow)
        answers = manners.lookups.get(command.service) if manners is not None else None
        chance = self._luck.get(command.call)
        if answers is None or chance is None:
            self._answer(command, LookupOutcome.NOT_FOUND)
            return
        takes = us(answers.time.draw(chance))
        outcome = _outcome(answers, chance)
        values = tuple((name, chance.choice(many)) for name, many in answers.values.items())
        if takes >= command.timeout_us:
            takes, outcome = command.timeout_us, LookupOutcome.TIMEOUT
        kept = values if outcome is LookupOutcome.OK else ()
        due = self._clock.now + takes
        self._clock.at(due, lambda moment: self._answers(command, outcome, kept))

    def _answers(self, command: RunLookup, outcome: LookupOutcome, values: Values) -> None:
        self._answer(command, outcome, values)
        self._settle()

    def _answer(self, command: RunLookup, outcome: LookupOutcome, values: Values = ()) -> None:
        call, lookup = command.call, command.lookup
        self._tell(LookupAnswered(call=call, lookup=lookup, outcome=outcome, values=values))

    def keeps(self, command: KeepSecret) -> None:
        """Say whether what was typed looks as it has to; nobody keeps it."""
        passed = Check(regex=command.regex, luhn=command.luhn).holds(command.keys)
        self._tell(SecretKept(call=command.call, secret=command.secret, passed=passed))

    # --- what came of it ------------------------------------------------------------------------

    def tallies(self, begin: int) -> Iterator[tuple[str, FlowTally]]:
        """Count the callers of each flow of the scenario who came from `begin` on."""
        for flow in self._manners:
            bundle = self._center().configuration.flows[FlowId(flow)]
            asked = FlowQuestion(
                flow=flow, begin=begin, end=_FOREVER, until=begin, zero_outs=zero_outs(bundle)
            )
            versions = fold_flow(self._facts, asked).versions.values()
            began = {
                fact.call
                for fact in self._facts
                if isinstance(fact, CallStarted) and fact.at >= begin and fact.flow == flow
            }
            spent = [
                self._spent[call]
                for call in began
                if call in self._spent and call not in self._inside
            ]
            yield (
                flow,
                FlowTally(
                    calls=sum(one.calls for one in versions),
                    finished=sum(one.finished for one in versions),
                    contained=sum(one.contained for one in versions),
                    zero_outs=sum(one.zero_outs for one in versions),
                    timed=len(spent),
                    to_people=sum(queued for _, _, queued in spent),
                    in_flow_s=sum(took for _, took, _ in spent) / 1e6,
                ),
            )


def _outcome(answers: Answers, chance: Random) -> LookupOutcome:
    point = chance.random()
    if point < answers.failed:
        return LookupOutcome.ERROR
    left = (point - answers.failed) / (1.0 - answers.failed)
    return LookupOutcome.OK if left < answers.found else LookupOutcome.NOT_FOUND
