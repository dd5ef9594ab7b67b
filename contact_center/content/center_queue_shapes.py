"""How a queue looks in a center file, and what callers hear and may do while they wait in it."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, model_validator

from contact_center.content.prompt_shapes import LibraryPrompt
from contact_center.content.shapes import Duration, Name, Proficiency, Shape, Words, refused
from contact_center.content.steps import Requirement, StepShape

Skills = dict[str, Proficiency]
Band = Annotated[StrictInt, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=1, le=100_000)]
ScriptFile = Annotated[str, Field(min_length=1, max_length=300)]
Percent = Annotated[StrictInt, Field(ge=1, le=100)]
State = Literal[
    "paused",
    "not_eligible",
    "talking",
    "ringing",
    "unavailable",
    "invalid",
    "unknown",
    "wrap_up",
]


def yes_or(shape: Any) -> BeforeValidator:
    """Accept true for everything by default, and false for none of it."""

    def expand(value: object) -> object:
        return {} if value is True else None if value is False else value

    return BeforeValidator(expand, json_schema_input_type=bool | shape | None)


def _not_at_once(value: int) -> int:
    if value < 1_000_000:
        raise refused("E012", "shorter than a second", "at least 1s")
    return value


Pause = Annotated[Duration, AfterValidator(_not_at_once)]
Factors = Annotated[
    list[State] | None,
    BeforeValidator(
        lambda v: [] if v is True else None if v is False else v,
        json_schema_input_type=bool | list[State] | None,
    ),
]
"""In which states agents count as absent. true: logged out only; false: nobody ever asks."""


class WhenEmptyShape(Shape):
    """Who counts as absent when a caller enters a queue (`refuse`), and later (`evict`)."""

    refuse: Factors = Field(default_factory=list)
    evict: Factors = Field(default_factory=list)


class WrapUpShape(Shape):
    """Work after a call: `for` how long, and at `most` with every extension (10m)."""

    mode: Literal["none", "optional", "timed", "mandatory", "discretionary"] = "timed"
    lasts: Duration = Field(30_000_000, alias="for")
    most: Duration | None = None
    extend: Duration = 60_000_000
    early: StrictBool = True

    @property
    def bound(self) -> int:
        """How long it may last at most, in microseconds."""
        return max(600_000_000, self.lasts) if self.most is None else self.most

    @model_validator(mode="after")
    def _bounds(self) -> "WrapUpShape":
        if self.mode in ("timed", "optional") and self.lasts > self.bound:
            raise refused("E012", "wrap-up lasts longer than its bound", "raise most, or lower for")
        return self


class AgingShape(Shape):
    """How waiting counts: `slope` seconds a second, up to `ceiling` of gain."""

    slope: Annotated[float, Field(ge=0, le=1_000, strict=True)] = 1.0
    ceiling: Duration | None = None


class KeepBackShape(Shape):
    """Keep as many idle experts in `skill` for callers who need them."""

    skill: str
    keep: Annotated[StrictInt, Field(ge=1, le=1_000)] = 1
    until: Duration = 60_000_000


_NEEDED = {"length": "waiting", "expected": "over", "waited": "after", "service_level": "under"}


class OverflowShape(Shape):
    """Send callers to another queue (`to`), or out by the flow's edge `overflow`."""

    when: Literal["length", "expected", "no_agents", "closed", "waited", "service_level"]
    to: str | None = None
    waiting: Count | None = None
    over: Duration | None = None
    after: Duration | None = None
    under: Percent | None = None

    @model_validator(mode="after")
    def _fits(self) -> "OverflowShape":
        needed = _NEEDED.get(self.when)
        for name in _NEEDED.values():
            given = getattr(self, name) is not None
            if given and name != needed:
                raise refused("E012", f'"{name}" does not belong to {self.when}', f"remove {name}")
            if name == needed and not given:
                raise refused("E202", f"{self.when} without {name}", f"add {name}:")
        return self


class CallbacksShape(Shape):
    """Calling back who asks for it, `within` the hours of a calendar."""

    attempts: Annotated[StrictInt, Field(ge=1, le=20)] = 3
    retry: Pause = 900_000_000
    ring: Pause = 30_000_000
    within: str = ""
    most: Count = 200
    counted: StrictBool = True
    ahead: Duration = 14 * 24 * 3_600_000_000
    at_once: Annotated[StrictInt, Field(ge=0, le=10_000)] = 0


class RecordingShape(Shape):
    """Record conversations."""

    pausable: StrictBool = True


class ComfortShape(Shape):
    """Messages while waiting, each said in its turn or drawn at random."""

    say: list[LibraryPrompt] = Field(min_length=1)
    first: Pause = 20_000_000
    every: Pause = 45_000_000
    random: StrictBool = False


class PositionShape(Shape):
    """Say the place in line, up to `most`, or only when it got better."""

    most: Annotated[StrictInt, Field(ge=1, le=1_000)] = 10
    only_better: StrictBool = False


class ExpectedWaitShape(Shape):
    """Say the wait to expect, up to `most`, in multiples of `round`."""

    most: Pause = 3_600_000_000
    rounded: Pause = Field(60_000_000, alias="round")


class OfferShape(Shape):
    """Say which keys there are."""

    say: LibraryPrompt
    every: Duration = 0


class AnnouncementsShape(Shape):
    """What callers hear and may do while they wait, and what the agent hears first."""

    greeting: LibraryPrompt = Field(default_factory=list)
    comfort: ComfortShape | None = None
    first: Pause = 10_000_000
    every: Duration = 0
    position: Annotated[PositionShape | None, yes_or(PositionShape)] = PositionShape()
    expected_wait: Annotated[ExpectedWaitShape | None, yes_or(ExpectedWaitShape)] = Field(
        default_factory=lambda: ExpectedWaitShape.model_validate({})
    )
    keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Name] = Field(default_factory=dict)
    offer: Annotated[
        OfferShape | None,
        BeforeValidator(
            lambda v: v if v is None or (isinstance(v, dict) and "say" in v) else {"say": v},
            json_schema_input_type=OfferShape | str | list[Any] | dict[str, Any] | None,
        ),
    ] = None
    whisper: LibraryPrompt = Field(default_factory=list)


class CallScriptShape(Shape):
    """Call scripts: a list's goes before a campaign's, and a campaign's before the direction's."""

    inbound: ScriptFile | None = Field(None, description="Read to who calls.")
    outbound: ScriptFile | None = Field(None, description="Read to who is called.")
    campaigns: dict[Name, ScriptFile] = Field(
        default_factory=dict, description="Read to whom a campaign calls."
    )
    lists: dict[Name, ScriptFile] = Field(
        default_factory=dict, description="Read to who is called from a list."
    )

    @model_validator(mode="after")
    def _some(self) -> "CallScriptShape":
        if not (self.inbound or self.outbound or self.campaigns or self.lists):
            hint = "name one for inbound, outbound, campaigns or lists"
            raise refused("E012", "no call script is named", hint)
        return self


class QueueShape(Shape):
    """A queue. `script` is what the agent says first, one paragraph an item."""

    label: Words
    channel: Literal["voice", "chat", "email", "task"] = "voice"
    music: Name = "default"
    order: Literal["fifo", "lifo"] = "fifo"
    strategy: str = "longest_idle"
    idle_clock: Literal[
        "available", "last_call", "last_call_new_last", "last_inbound", "last_handled"
    ] = "available"
    declined_restarts_clock: StrictBool = Field(
        True, description="Whether an agent who declines an offer counts as idle since then."
    )
    window: Pause = 8 * 3_600_000_000
    ring: Pause = 20_000_000
    ring_most: Count = 50
    ring_step: Pause = 5_000_000
    score_within: Duration = 500_000
    max_waiting: Count = 500
    max_wait: Duration = 900_000_000
    when_no_agents: Literal["leave", "wait"] | None = Field(
        None, description="Short for when_empty: leave is true, wait is false."
    )
    when_empty: Annotated[
        WhenEmptyShape | None,
        BeforeValidator(
            lambda v: {"refuse": v, "evict": v} if isinstance(v, bool | list) else v,
            json_schema_input_type=WhenEmptyShape | bool | list[State] | None,
        ),
    ] = None
    auto_answer: StrictBool = Field(
        False,
        description="The phone of an agent who gets a caller picks up by itself, with a tone.",
    )
    pausable: StrictBool = Field(
        True, description="Whether agents may take a break from this queue alone."
    )
    wrap_up: Annotated[
        WrapUpShape,
        BeforeValidator(
            lambda v: {"for": v} if isinstance(v, str | int) else v,
            json_schema_input_type=WrapUpShape | Duration,
        ),
    ] = Field(default_factory=lambda: WrapUpShape.model_validate({}))
    priority: Band = 0
    weight: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0
    aging: AgingShape = AgingShape()
    promote_after: Pause | None = None
    share: Annotated[StrictInt, Field(ge=1, le=1_000)] = 1
    skills: Skills = Field(default_factory=dict, description="Skills an agent needs, 0 to 100.")
    require: Requirement = Field(
        "", description='Who may serve, such as "es >= 30 and (cards or fraud >= 50)".'
    )
    steps: list[StepShape] = Field(default_factory=list)
    keep_back: list[KeepBackShape] = Field(default_factory=list)
    overflow: list[OverflowShape] = Field(default_factory=list)
    calendar: str = Field("", description="When the queue is open; always, without one.")
    redial: Duration = Field(0, description="Whoever redials within it gets their place back.")
    counts_from: Literal["queue", "call"] = Field(
        "queue", description="What a caller's age begins with: the first wait, or the call."
    )
    prefer: str = Field("", description="last_agent, owner, or an agent.")
    prefer_for: Duration = 20_000_000
    callbacks: Annotated[CallbacksShape | None, yes_or(CallbacksShape)] = None
    recording: Annotated[RecordingShape | None, yes_or(RecordingShape)] = None
    expected_handle: Pause = 240_000_000
    service_level: Duration = 20_000_000
    short_abandon: Duration = 5_000_000
    announcements: AnnouncementsShape | None = None
    script: list[Words] = Field(default_factory=list)
    call_script: (
        Annotated[
            CallScriptShape,
            BeforeValidator(
                lambda s: {"inbound": s, "outbound": s} if isinstance(s, str) else s,
                json_schema_input_type=ScriptFile | CallScriptShape,
            ),
        ]
        | None
    ) = Field(None, description="The file of a call script, relative to this one, or several.")
    dispositions: list[str] = Field(default_factory=list)
    note: str = ""
