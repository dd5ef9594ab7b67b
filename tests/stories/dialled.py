"""A center that calls people: campaigns' flows, numbers outside, and what is asked of the core."""

from collections.abc import Callable
from dataclasses import replace

from contact_center.adapters.simulated.phones import Phone, phone
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.commands import Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import (
    OPT_OUT,
    DialEnded,
    DialRequested,
    DialStage,
    DialStaged,
    RingOffRequested,
)
from contact_center.core.ids import AgentId, CallId, FlowId, LegId, transfer_leg
from contact_center.core.ivr.flow import Edge, Failure, FlowBundle, HangUp, Menu
from tests.stories.centers import LANGUAGE, SALES, say, small_center, to_queue
from tests.stories.world import World

Make = Callable[..., World]
EVE = "+14155550123"
SHOWN = "+14155550100"
SECOND = 1_000_000
FIRST = CallId("d-1")
SALE = FlowId("sale")
NOTICE = FlowId("notice")
MACHINE = FlowId("machine")


def sale_flow(**queue: object) -> FlowBundle:
    """Two seconds for an agent to be there; then the message, and a key against more calls."""
    sorry = Edge(goto="sorry")
    fields = {"max_wait_us": 2 * SECOND, "timeout": sorry, "no_agents": sorry, "full": sorry}
    return _bundle(SALE, to_queue("agents", SALES, **{**fields, **queue}), _opt_out("sorry"))


def _opt_out(name: str) -> Menu:
    done = (Failure(edge=Edge(goto="bye")),)
    return Menu(
        name=name,
        say=say("This was Larkfield. To get no more calls, press 9."),
        keys={"9": Edge(goto="noted", tag=OPT_OUT), "1": Edge(goto="agents")},
        on_no_input=done,
        on_no_match=done,
        first_timeout_us=4 * SECOND,
        inter_digit_us=2 * SECOND,
    )


def _bundle(flow: FlowId, *nodes: object) -> FlowBundle:
    known = [*nodes, HangUp(name="noted", say=say("Noted.")), HangUp(name="bye")]
    return FlowBundle(
        flow=flow,
        version="1",
        entry=known[0].name,  # type: ignore[attr-defined]
        nodes={node.name: node for node in known},  # type: ignore[attr-defined, misc]
        language=LANGUAGE,
        variables={},
    )


def calling_center(*, auto_answer: bool = True, **queue: object) -> CenterConfiguration:
    """The small center, with flows for those it calls, and phones that pick up by themselves."""
    plain = small_center(**queue)
    notice = _opt_out("words")
    notice = replace(notice, keys={k: v for k, v in notice.keys.items() if k == "9"})
    message = HangUp(name="words", say=say("Please call us back."))
    flows = (sale_flow(), _bundle(NOTICE, notice), _bundle(MACHINE, message))
    agents = {a: replace(s, auto_answer=auto_answer) for a, s in plain.agents.items()}
    known = {**plain.flows, **{flow.flow: flow for flow in flows}}
    return replace(plain, flows=known, agents=agents)


def plug_in(world: World, behaviour: str, number: str = EVE, *then: str) -> None:
    """Let a number outside be there, and behave."""
    world.network.plug_in(phone(number, behaviour, read_script(list(then))))


def plug(world: World, outside: Phone) -> None:
    """Let a phone be there that words do not describe."""
    world.network.plug_in(outside)


def dial(world: World, call: str = "d-1", number: str = EVE, **fields: object) -> CallId:
    """Let the dialer ask for a call."""
    asked = {"campaign": "spring", "caller_id": SHOWN, "flow": SALE, "queue": SALES, **fields}
    world.tell(DialRequested(call=CallId(call), number=number, **asked))
    world.pump()
    return CallId(call)


def ring_off(world: World, call: CallId, why: str = "shed") -> None:
    """Let the dialer take a call back."""
    world.tell(RingOffRequested(call=call, why=why))
    world.pump()


def customer(call: CallId, attempt: int = 1) -> LegId:
    """The customer's leg."""
    return transfer_leg(call, attempt)


def stages(world: World, call: CallId | None = None) -> list[DialStage]:
    """How far a call came (all calls, without one), step by step."""
    told = [fact for fact in world.said(DialStaged) if isinstance(fact, DialStaged)]
    return [fact.stage for fact in told if call in (None, fact.call)]


def ended(world: World, call: CallId = FIRST) -> DialEnded:
    """What the dialer was told of a call that is over, once."""
    told = [f for f in world.said(DialEnded) if isinstance(f, DialEnded) and f.call == call]
    assert len(told) == 1, f"told {len(told)} times"
    return told[0]


def numbers_rung(world: World) -> list[str]:
    """Which numbers outside were dialled, in order."""
    orders = [c for c in world.outputs if isinstance(c, Originate)]
    return [c.to.removeprefix("number:") for c in orders if c.to.startswith("number:")]


def agent(name: str) -> AgentId:
    """Name an agent."""
    return AgentId(name)
