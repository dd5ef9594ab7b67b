"""Centers as people write them, for stories of what becomes of what is written."""

from contact_center.content.center import load_content
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import WaitEnded
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.outcomes import QueueOutcome
from tests.stories.world import World

TO_SALES = "+14155550101"
TO_SUPPORT = "+14155550102"
IN_SPANISH = "+14155550103"
AFTER_A_WHILE = "+14155550104"
"""To sales, after eight seconds in the flow."""

CENTER = """\
center: As it is written
schema: 1
region: US
language: en-US
timezone: UTC
flows: [sales.yaml, support.yaml, spanish.yaml, slow.yaml]
skills: {{es: Spanish, cards: Cards}}
{header}
numbers:
  {{"+14155550101": sales, "+14155550102": support, "+14155550103": spanish, "+14155550104": slow}}
calendars:
  never: {{weekly: {{sun: ["00:00-00:01"]}}}}
dispositions: {{sold: Sold}}
queues:
  sales: {{label: Sales, {sales}}}
  support: {{label: Support, {support}}}
agents:
"""
PERSON = "  {name}: {{name: {name}, login: {name}, extension: {extension}, {text}}}\n"
FLOW = """\
flow: {name}
schema: 1
entry: wait
nodes:
  wait: {{do: queue, queue: {queue}, timeout: bye, no_agents: bye, full: bye{more}}}
  bye: {{do: hangup}}
"""
SLOW = """\
flow: slow
schema: 1
entry: hear
nodes:
  hear: {do: play, say: [{silence: 8s}], next: wait}
  wait: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  bye: {do: hangup}
"""
BOTH = "queues: [sales, support]"


def written(
    sales: str = "", support: str = "", header: str = "", **people: str
) -> CenterConfiguration:
    """Load a center: what is written of two queues, and of each agent (ann alone by default)."""
    texts = [text if "wrap_up" in text else f"{text}, wrap_up: 0s" for text in (sales, support)]
    texts = [text.removeprefix(", ") for text in texts]
    center = CENTER.format(header=header, sales=texts[0], support=texts[1])
    for extension, (name, text) in enumerate((people or {"ann": BOTH}).items(), 1001):
        center += PERSON.format(name=name, extension=extension, text=text)
    return load_content(
        {
            "center.yaml": center,
            "sales.yaml": FLOW.format(name="sales", queue="sales", more=""),
            "support.yaml": FLOW.format(name="support", queue="support", more=""),
            "spanish.yaml": FLOW.format(name="spanish", queue="sales", more=", skills: {es: 10}"),
            "slow.yaml": SLOW,
        }
    ).configuration


def ready(world: World, *agents: str) -> None:
    """Let agents be ready, one a second after the other."""
    for agent in agents or world.configuration.agents:
        world.ready(agent)
        world.wait(1)


def calls(world: World, caller: int = 1, to: str = TO_SALES) -> CallId:
    """Let caller number so-and-so call."""
    return world.call(ani=f"+1415555{1000 + caller}", did=to)


def rung(world: World) -> list[str]:
    """Whose phones ring, or are on a call."""
    return [name for name in world.configuration.agents if world.agent_leg(name) is not None]


def served(world: World) -> str:
    """Whose phone rings for a caller who comes now; they talk for a second."""
    call = calls(world)
    (agent,) = rung(world)
    world.pick_up(agent)
    world.wait(1)
    world.hang_up(call)
    return agent


def busy(world: World, agent: str = "ann", to: str = TO_SALES) -> CallId:
    """Let an agent talk with somebody."""
    call = calls(world, 99, to)
    world.pick_up(agent)
    return call


def who(world: World, agent: str = "ann") -> CallId | None:
    """Name the call that an agent is offered, or at."""
    return world.center.router.agents[AgentId(agent)].call


def queue_of(world: World, call: CallId) -> QueueId | None:
    """Name the queue in which a caller waits."""
    waiting = world.center.router.waiting.get(call)
    return waiting.queue if waiting is not None else None


def outcomes(world: World, call: CallId) -> list[QueueOutcome]:
    """How a caller's waits ended."""
    ends = [f for f in world.said(WaitEnded) if isinstance(f, WaitEnded)]
    return [fact.outcome for fact in ends if fact.call == call]
