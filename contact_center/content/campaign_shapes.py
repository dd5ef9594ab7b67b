"""How campaigns look in their file: ``campaigns:`` and a mapping by id."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from contact_center.content.shapes import Duration, Name, Shape, Words, refused
from dialer.day_parts import MOST_DAYS

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[StrictInt, Field(ge=0, le=10_000_000)]
Positive = Annotated[StrictInt, Field(ge=1, le=100_000)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Date = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class RetryShape(Shape):
    """What follows an outcome: again after so long, so often at most."""

    after: Duration
    attempts: Annotated[StrictInt, Field(ge=0, le=100)] = 3
    backoff: Annotated[float, Field(ge=1, le=10)] = 1.0
    most: Duration = 7 * 86_400_000_000
    next_number: StrictBool = False
    spread: StrictBool = False


class LimitsShape(Shape):
    """Bounds: lines in use, lines for each agent, new calls a second (0 for none); share of all."""

    lines: Count = 0
    lines_per_agent: Annotated[float, Field(gt=0, le=50)] = 15.0
    calls_per_s: Annotated[float, Field(ge=0, le=1_000)] = 0.0
    trunk_share: Annotated[float, Field(ge=0.01, le=1)] = 1.0


class ListShape(Shape):
    """A list in the mix."""

    weight: Positive = 1
    on: StrictBool = True
    filter: str = ""
    order: list[str] = Field(default_factory=lambda: ["priority", "fresh"])


class QuotaShape(Shape):
    """So many successes at most among leads that match."""

    filter: Words
    most: Positive


class DayPartShape(Shape):
    """A part of the called party's day; how often at most, of all its days within the span."""

    hours: Clock
    attempts: Annotated[StrictInt, Field(ge=1, le=20)] | None = None


class DayPartsShape(Shape):
    """How often somebody is tried in each part of their day, within so many days."""

    days: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)]
    attempts: Annotated[StrictInt, Field(ge=1, le=20)] | None = None
    parts: dict[Name, DayPartShape] = Field(default_factory=dict)


class DispositionShape(Shape):
    """What an agent's disposition means to the dialer."""

    success: StrictBool = False
    contact: StrictBool = False
    suppress: Literal["", "global", "seller", "campaign"] = ""
    machine: StrictBool = False
    retry: RetryShape | None = None


class CallerIdShape(Shape):
    """A number to show, and why it may be shown."""

    number: Words
    regions: list[str] = Field(default_factory=list)
    proof: Words
    until: Date
    daily: Count = 0


class ScheduleShape(Shape):
    """When the campaign runs, beside what the law allows: days and hours in its zone."""

    zone: str = ""
    hours: dict[Day, Clock] = Field(default_factory=dict)
    holidays: list[Date] = Field(default_factory=list)
    start: Moment | None = None
    stop: Moment | None = None
    stop_after: Count = 0
    stop_over: Share = 0.0


class ExternalShape(Shape):
    """An endpoint outside that takes calls like so many agents."""

    to: Words
    most: Positive = 1


class CampaignShape(Shape):
    """A campaign; the words are those of docs/dialing.md."""

    label: Words
    seller: Words
    purpose: Literal["sales", "service", "debt", "survey"] = "sales"
    queue: Name
    pool: Name | None = None
    mode: Literal["manual", "preview", "progressive", "power", "ratio", "predictive", "agentless"]
    flow: Name
    lists: dict[Name, ListShape] = Field(min_length=1)
    caller_ids: list[CallerIdShape] = Field(min_length=1)
    policies: list[Name] = Field(default_factory=list)
    weight: Positive = 1
    pacer: str = "look_ahead"
    ratio: Annotated[float, Field(ge=1, le=15)] = 1.0
    target: Annotated[float, Field(ge=0, le=0.1)] = 0.027
    target_early: Annotated[float, Field(ge=0, le=0.1)] = 0.0
    keep_free: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0
    predictive_from: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0
    inbound_weight: Annotated[float, Field(ge=0, le=5)] = 1.0
    ring: Duration = 25_000_000
    amd: StrictBool = False
    on_machine: Literal["hang_up", "drop", "agent"] = "hang_up"
    machine_flow: Name | None = None
    machine_false: Share = 0.0
    machine_samples: Share = 0.0
    limits: LimitsShape = LimitsShape()
    outcomes: dict[
        Literal[
            "no_answer",
            "busy",
            "machine",
            "failed",
            "abandoned",
            "left",
            "cancelled",
            "lost",
            "skipped",
        ],
        RetryShape,
    ] = Field(default_factory=dict)
    dispositions: dict[Name, DispositionShape] = Field(default_factory=dict)
    quotas: dict[Name, QuotaShape] = Field(default_factory=dict)
    day_parts: DayPartsShape | None = None
    schedule: ScheduleShape = ScheduleShape()
    external: dict[Name, ExternalShape] = Field(default_factory=dict)
    holdout: Share = 0.0
    rest_numbers: Duration = 86_400_000_000
    preview: Duration = 60_000_000
    preview_dials: StrictBool = False
    skips: Count = 0
    skip_reasons: list[Name] = Field(
        default_factory=lambda: ["not_now", "wrong_fit", "already_handled"]
    )
    cost_per_hour: Annotated[float, Field(ge=0)] = 0.0
    seed: StrictInt = 1

    @model_validator(mode="after")
    def _fits(self) -> "CampaignShape":
        if self.on_machine == "drop" and self.machine_flow is None:
            raise refused("E202", "on_machine: drop without machine_flow", "add machine_flow:")
        if self.target_early and not self.schedule.hours:
            raise refused(
                "E202", "target_early without an end of the shift", "add schedule: with hours:"
            )
        if self.on_machine != "hang_up" and not self.amd:
            raise refused(
                "E012", f"on_machine: {self.on_machine} without amd", "add amd: true, or remove it"
            )
        if self.machine_samples and not self.amd:
            raise refused("E012", "machine_samples without amd", "add amd: true, or remove it")
        if self.machine_samples and not any(d.machine for d in self.dispositions.values()):
            raise refused(
                "E202",
                "machine_samples, and no disposition means a machine",
                "write machine: true under the disposition by which agents say so",
            )
        return self


class CampaignsFile(Shape):
    """The file: version of the format, and the campaigns by id."""

    version: Literal[1] = Field(alias="schema")
    campaigns: dict[Name, CampaignShape]
