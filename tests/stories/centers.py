"""Small centers for stories and core tests, built by hand so that nothing hides in files."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.disposition import Disposition
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import AgentId, FlowId, QueueId
from contact_center.core.ivr.flow import (
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Hours,
    Menu,
    Play,
    Prompt,
    Queue,
    Speech,
    SpeechKind,
    Transfer,
    Voicemail,
)
from contact_center.core.queue_settings import AgentSettings, QueueSettings

LANGUAGE = "en-US"
SALES = QueueId("sales")
SUPPORT = QueueId("support")
MAIN_NUMBER = "+14155550100"
DIRECT_NUMBER = "+14155550101"
OUTSIDE = "+14155550199"

ALWAYS = Calendar(name="always", zone=ZoneInfo("UTC"), weekly=((Interval(start=0, end=1440),),) * 7)


def say(text: str) -> Prompt:
    """One spoken sentence."""
    return (Speech(kind=SpeechKind.TEXT, texts={LANGUAGE: text}),)


def to_queue(name: str, queue: QueueId, **fields: object) -> Queue:
    """A queue node that leads to voicemail when nobody comes."""
    voicemail = Edge(goto="voicemail")
    edges = {"timeout": voicemail, "no_agents": voicemail, "full": voicemail}
    return Queue(name=name, queue=queue, **{**edges, **fields})


def main_flow() -> FlowBundle:
    """Menu, queues, transfer, voicemail."""
    again = Failure(say=say("Please choose."))
    leave = Failure(edge=Edge(goto="bye"))
    nodes = [
        Hours(
            name="gate",
            calendar=ALWAYS,
            open=Edge(goto="menu"),
            closed=Edge(goto="bye"),
            holiday=Edge(goto="bye"),
        ),
        Menu(
            name="menu",
            say=say("For sales press 1. For support press 2. For our branch press 3."),
            keys={
                "1": Edge(goto="sales"),
                "2": Edge(goto="support"),
                "3": Edge(goto="branch"),
                "4": Edge(goto="notice"),
            },
            on_no_input=(again, leave),
            on_no_match=(again, leave),
            first_timeout_us=5_000_000,
            inter_digit_us=3_000_000,
        ),
        to_queue("sales", SALES, reason="Wants to buy"),
        to_queue("support", SUPPORT),
        Play(name="notice", say=say("We moved."), next=Edge(goto="menu")),
        Transfer(
            name="branch",
            to=OUTSIDE,
            timeout_us=15_000_000,
            busy=Edge(goto="voicemail"),
            no_answer=Edge(goto="voicemail"),
            failed=Edge(goto="voicemail"),
        ),
        Voicemail(
            name="voicemail",
            box="general",
            say=say("Leave a message."),
            max_us=60_000_000,
            silence_us=4_000_000,
            min_us=1_000_000,
            recorded=Edge(goto="bye"),
            empty=Edge(goto="bye"),
        ),
        HangUp(name="bye", say=say("Goodbye.")),
    ]
    return FlowBundle(
        flow=FlowId("main"),
        version="1",
        entry="gate",
        nodes={node.name: node for node in nodes},
        language=LANGUAGE,
        variables={},
    )


def direct_flow() -> FlowBundle:
    """Straight into the sales queue."""
    nodes = [
        to_queue("sales", SALES),
        Voicemail(
            name="voicemail",
            box="general",
            say=say("Leave a message."),
            max_us=60_000_000,
            silence_us=4_000_000,
            min_us=1_000_000,
            recorded=Edge(goto="bye"),
            empty=Edge(goto="bye"),
        ),
        HangUp(name="bye"),
    ]
    return FlowBundle(
        flow=FlowId("direct"),
        version="1",
        entry="sales",
        nodes={node.name: node for node in nodes},
        language=LANGUAGE,
        variables={},
    )


def agent(name: str, extension: int, *queues: QueueId, **skills: int) -> AgentSettings:
    """An agent with a phone."""
    return AgentSettings(
        agent=AgentId(name),
        name=name.title(),
        device=str(extension),
        queues=queues or (SALES, SUPPORT),
        skills=skills,
    )


def small_center(*agents: AgentSettings, **queue_fields: object) -> CenterConfiguration:
    """Two queues, by default two agents, a menu number and a direct number."""
    staff = agents or (agent("anna", 1001), agent("bob", 1002))
    sales = QueueSettings(
        queue=SALES,
        label="Sales",
        script=("Hello {customer}, this is {agent} of {queue}.",),
        dispositions=("sold", "lost"),
    )
    support = QueueSettings(queue=SUPPORT, label="Support")
    flows = {flow.flow: flow for flow in (main_flow(), direct_flow())}
    return CenterConfiguration(
        name="small",
        region="US",
        language=LANGUAGE,
        queues={q.queue: replace(q, **queue_fields) for q in (sales, support)},
        agents={a.agent: a for a in staff},
        numbers={
            MAIN_NUMBER: NumberSettings(did=MAIN_NUMBER, flow=FlowId("main")),
            DIRECT_NUMBER: NumberSettings(did=DIRECT_NUMBER, flow=FlowId("direct")),
        },
        flows=flows,
        calendars={"always": ALWAYS},
        dispositions={
            code: Disposition(code=code, label=code.title()) for code in ("sold", "lost", "other")
        },
    )
