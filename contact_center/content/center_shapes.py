"""How a center file looks. Queues are in ``center_queue_shapes``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.calendars import CalendarShape
from contact_center.content.center_cases import CasesShape
from contact_center.content.center_context import ContextRuleShape
from contact_center.content.center_floor import FloorShape
from contact_center.content.center_queue_shapes import Pause, QueueShape, Skills
from contact_center.content.center_teams import TeamShape
from contact_center.content.disposition_shapes import DispositionInput
from contact_center.content.shapes import Digits, Duration, Name, Shape, Words, refused
from contact_center.content.texts import CannedShape
from contact_center.core.permissions import Role

ChannelName = Literal["voice", "chat", "email", "task"]
Many = Annotated[StrictInt, Field(ge=1, le=1_000)]


PAUSES = {
    "break": "Break",
    "lunch": "Lunch",
    "training": "Training",
    "meeting": "Meeting",
    "paperwork": "Paperwork",
}
"""What agents pause for where a center says nothing."""
_OURS = frozenset({"signed_in", "no_answer", "screen_lost", "device_lost"})


def _not_ours(code: str) -> str:
    """Keep the codes that the center itself pauses agents with apart from those of people."""
    if code in _OURS:
        raise refused("E012", f'the center itself uses the reason "{code}"', "call yours otherwise")
    return code


ReasonCode = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$"), AfterValidator(_not_ours)]
ReasonLabel = Annotated[str, Field(min_length=1, max_length=80)]


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


class MembershipShape(Shape):
    """An agent's place in a queue: lower tiers are asked first, `delay` after the call came."""

    queue: str
    tier: Annotated[StrictInt, Field(ge=0, le=1_000)] = 1
    delay: Duration = 0
    prefer: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0


Member = Annotated[
    MembershipShape,
    BeforeValidator(
        lambda q: {"queue": q} if isinstance(q, str) else q,
        json_schema_input_type=str | MembershipShape,
    ),
]

_REASONS = ("declined", "busy", "no_answer", "failed")
"""What one duration is for; a phone that is not registered is given longer."""


class BackOffShape(Shape):
    """How long an agent rests after an offer that failed, by why; one duration for all but the
    last."""

    declined: Pause = 5_000_000
    busy: Pause = 5_000_000
    no_answer: Pause = 5_000_000
    failed: Pause = 5_000_000
    unregistered: Pause = 15_000_000


def _one_for_all(value: object) -> object:
    return dict.fromkeys(_REASONS, value) if isinstance(value, str | int) else value


Rest = Annotated[
    BackOffShape,
    BeforeValidator(_one_for_all, json_schema_input_type=BackOffShape | Duration),
]


class ChannelShape(Shape):
    """What one job of a channel costs of the agent's capacity, and how many at once."""

    cost: Many
    most: Many = 1


Channels = dict[
    ChannelName,
    Annotated[
        ChannelShape,
        BeforeValidator(
            lambda c: {"cost": c} if isinstance(c, int) else c,
            json_schema_input_type=ChannelShape | int,
        ),
    ],
]


PersonsRole = Literal[
    "agent", "lead", "supervisor", "manager", "author", "compliance", "auditor", "admin"
]


class AgentShape(Shape):
    """An agent: who they are, where their phone rings, what they can do."""

    name: Words
    login: Name
    extension: Annotated[Digits, Field(pattern=r"^[0-9]{2,6}$")]
    queues: list[Member] = Field(min_length=1)
    skills: Skills = Field(default_factory=dict)
    after_no_answer: Literal["pause", "back_off"] = "pause"
    no_answers: Annotated[StrictInt, Field(ge=1, le=100)] = 1
    back_off: Rest | None = None
    ring: Pause | None = None
    wrap_up: Duration | None = None
    capacity: Many = 100
    channels: Channels | None = None
    idle_grace: Duration = 30_000_000
    weight: Many = 1
    supervises: StrictBool = False
    roles: list[PersonsRole] = Field(
        default_factory=list,
        description="What they may do, see the roles in the pages for operators; else an agent.",
    )
    auto_answer: StrictBool = Field(
        False, description="The phone picks up by itself when a campaign's call is put through."
    )
    phone: Annotated[str, Field(pattern=r"^(browser|desk|\+[1-9][0-9]{6,14})?$")] = Field(
        "", description="Until they choose otherwise: browser, desk, or a number outside."
    )
    note: str = ""

    @property
    def all_roles(self) -> frozenset[Role]:
        """What they are: as written, else an agent; `supervises` adds a supervisor to it."""
        written = frozenset(Role(name) for name in self.roles) or frozenset({Role.AGENT})
        return written | {Role.SUPERVISOR} if self.supervises else written

    @model_validator(mode="after")
    def _fits(self) -> "AgentShape":
        for name, channel in (self.channels or {}).items():
            if channel.cost > self.capacity:
                raise refused(
                    "E012",
                    f"one {name} job costs {channel.cost} of {self.capacity}: it never fits",
                    "raise capacity, or lower the cost",
                )
        return self


class TimingShape(Shape):
    """Bounds of the whole center. `lost_device_back_off` is back_off's `unregistered`.

    An agent who is gone within `least_talk` has missed the caller, who waits on.
    """

    back_off: Rest | None = None
    lost_device_back_off: Pause | None = None
    desk_grace: Duration = 30_000_000
    device_grace: Duration = 60_000_000
    max_call: Duration = 4 * 3_600_000_000
    setup: Duration = 10_000_000
    least_talk: Duration = 1_000_000
    lookup: Duration = 1_000_000
    park: Pause = 120_000_000


class CenterHeader(Shape):
    """A center file without the sections that are checked entry by entry."""

    center: Words
    version: Literal[1] = Field(alias="schema")
    region: str = Field(description="The country, as ISO 3166 code, that numbers are read in.")
    dial_countries: list[str] = Field(
        default_factory=list,
        description="Countries, as ISO 3166 codes, that agents may have numbers called in, by hand,"
        " in a transfer or a consultation, and none at a price; anywhere, without any.",
    )
    language: str
    timezone: str
    flows: list[str] = Field(min_length=1, description="Flow files, relative to this file.")
    skills: dict[str, Words] = Field(default_factory=dict, description="Every skill, and its name.")
    dispositions: dict[Name, DispositionInput] = Field(
        default_factory=dict, description="How calls may end: a label, or with groups and fields."
    )
    pause_reasons: dict[ReasonCode, ReasonLabel] = Field(
        default_factory=lambda: dict(PAUSES),
        min_length=1,
        max_length=30,
        description="What agents may say they pause for: code and label, in this order.",
    )
    texts: dict[Name, CannedShape] = Field(
        default_factory=dict, max_length=500, description="What agents say again and again."
    )
    knowledge: Annotated[str, Field(max_length=200)] = Field(
        "", description="A folder of articles in Markdown, relative to this file."
    )
    agents_see_listeners: StrictBool = Field(
        False, description="Agents see which supervisor is in their call, and how."
    )
    timing: TimingShape = TimingShape()
    discipline: Literal["aging", "fixed_ratio", "cost"] = Field(
        "aging", description="Whom of several queues' first callers a free agent gets."
    )
    weight_worth: Duration = Field(
        10_000_000, description="The head start that a queue's weight of 1 is worth."
    )
    context: list[ContextRuleShape] = Field(
        default_factory=list, description="What callers get for what is known of them."
    )
    seed: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)] = Field(
        1, description="What drawing at random begins with."
    )
    floor: FloorShape = Field(
        default_factory=lambda: FloorShape.model_validate({}),
        description="What supervisors see, and are alarmed by.",
    )
    cases: CasesShape = Field(
        default_factory=lambda: CasesShape.model_validate({}),
        description="Until when cases are answered and solved.",
    )
    teams: dict[Name, TeamShape] = Field(
        default_factory=dict, max_length=500, description="Whoever leads one reaches it alone."
    )
    unknown_number: str | None = Field(None, description="The flow for numbers not listed.")
    apology: Words = "We are sorry, this number is not in service."
    note: str = ""


class CenterFile(CenterHeader):
    """A whole center file, for the JSON Schema."""

    numbers: dict[str, NumberInput] = Field(min_length=1)
    queues: dict[str, QueueShape] = Field(min_length=1)
    agents: dict[str, AgentShape] = Field(default_factory=dict)
    calendars: dict[str, CalendarShape] = Field(default_factory=dict)
