"""How a center file looks."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt

from contact_center.content.calendars import CalendarShape
from contact_center.content.shapes import Digits, Duration, Name, Proficiency, Shape, Words

Skills = dict[str, Proficiency]


class NumberShape(Shape):
    """A number that people dial."""

    flow: Name
    label: str = Field("", max_length=80)


NumberInput = Annotated[
    NumberShape,
    BeforeValidator(
        lambda n: {"flow": n} if isinstance(n, str) else n, json_schema_input_type=str | NumberShape
    ),
]


class QueueShape(Shape):
    """A queue. `script` is what the agent says first, one paragraph an item."""

    label: Words
    music: Name = "default"
    ring: Duration = 20_000_000
    max_waiting: Annotated[StrictInt, Field(ge=1, le=100_000)] = 500
    max_wait: Duration = 900_000_000
    when_no_agents: Literal["leave", "wait"] = "leave"
    wrap_up: Duration = 30_000_000
    priority: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    skills: Skills = Field(default_factory=dict, description="Skills an agent needs, 1 to 10.")
    script: list[Words] = Field(default_factory=list)
    dispositions: list[str] = Field(default_factory=list)
    note: str = ""


class AgentShape(Shape):
    """An agent: who they are, where their phone rings, what they can do."""

    name: Words
    login: Name
    extension: Annotated[Digits, Field(pattern=r"^[0-9]{2,6}$")]
    queues: list[str] = Field(min_length=1)
    skills: Skills = Field(default_factory=dict)
    after_no_answer: Literal["pause", "back_off"] = "pause"
    note: str = ""


class TimingShape(Shape):
    """Bounds of the whole center."""

    back_off: Duration = 5_000_000
    lost_device_back_off: Duration = 15_000_000
    desk_grace: Duration = 30_000_000
    max_call: Duration = 4 * 3_600_000_000
    setup: Duration = 10_000_000
    lookup: Duration = 1_000_000


class CenterHeader(Shape):
    """A center file without the sections that are checked entry by entry."""

    center: Words
    version: Literal[1] = Field(alias="schema")
    region: str = Field(description="The country, as ISO 3166 code, that numbers are read in.")
    language: str
    timezone: str
    flows: list[str] = Field(min_length=1, description="Flow files, relative to this file.")
    skills: dict[str, Words] = Field(default_factory=dict, description="Every skill, and its name.")
    dispositions: dict[Name, Words] = Field(default_factory=dict)
    timing: TimingShape = TimingShape()
    unknown_number: str | None = Field(None, description="The flow for numbers not listed.")
    apology: Words = "We are sorry, this number is not in service."
    note: str = ""


class CenterFile(CenterHeader):
    """A whole center file, for the JSON Schema."""

    numbers: dict[str, NumberInput] = Field(min_length=1)
    queues: dict[str, QueueShape] = Field(min_length=1)
    agents: dict[str, AgentShape] = Field(default_factory=dict)
    calendars: dict[str, CalendarShape] = Field(default_factory=dict)
