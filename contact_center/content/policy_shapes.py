"""How rule books look in their files: ``policies:`` and a mapping by id."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from contact_center.content.shapes import Duration, Name, Shape, Words

Date = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Region = Annotated[str, Field(pattern=r"^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")]
Hours = Literal["closed"] | Annotated[str, Field(max_length=20)]
Purpose = Literal["sales", "service", "debt", "survey"]
Way = Literal[
    "any",
    "automatic",
    "mobile",
    "machine_drop",
    "manual",
    "preview",
    "callback",
    "progressive",
    "power",
    "ratio",
    "predictive",
    "agentless",
]
Says = Literal["seller", "telephone", "purpose"]


class AbandonShape(Shape):
    """How abandonment is counted and capped: ``cap`` as a share of live answers."""

    cap: Annotated[float, Field(ge=0, le=1)]
    window: Literal["campaign_30d", "calendar_month", "local_day", "rolling"]
    key: Literal["campaign", "seller", "center"] = "campaign"
    hours: Annotated[StrictInt, Field(ge=1, le=24 * 31)] = 24
    zone: str = "UTC"
    within: Duration = 2_000_000
    start: Literal["answer", "speech_start", "greeting_end"] = "answer"
    early_counts: StrictBool = False
    count_false_machines: StrictBool = True
    strict: StrictBool = False


class HolidaysShape(Shape):
    """Dates without calls, and until when they are known: from then on nobody is called."""

    known_until: Date
    dates: list[Date] = Field(min_length=1)


class CapShape(Shape):
    """At most so many attempts within so many hours, or (``day``) within the party's local day."""

    most: Annotated[StrictInt, Field(ge=1, le=1_000)]
    hours: Annotated[StrictInt, Field(ge=1, le=24 * 366)] | None = None
    day: StrictBool = False
    key: Literal["number", "party", "subject"] = "number"


class MessageShape(Shape):
    """What a message to somebody who was abandoned has to say, and whether it offers a way out."""

    must: list[Says] = Field(default_factory=list)
    opt_out: StrictBool = False


class PolicyShape(Shape):
    """A rule of a law, an industry code, or the house. The words are those of docs/compliance.md.

    Days that are not written under ``hours`` are closed. ``except``: parts of the region that have
    rules of their own instead.
    """

    region: Region
    excepting: list[Region] = Field(default_factory=list, alias="except")
    title: Words
    source: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    effective: Date = Field(alias="from")
    until: Date | None = None
    purposes: list[Purpose] = Field(default_factory=list)
    abandon: AbandonShape | None = None
    min_ring: Duration = 0
    hours: dict[str, Hours] = Field(default_factory=dict)
    holidays: HolidaysShape | None = None
    caps: list[CapShape] = Field(default_factory=list)
    quiet_after_contact: Duration = 0
    lock_abandoned: Duration = 0
    lock_machine_same_day: StrictBool = False
    dnc: dict[Name, Annotated[StrictInt, Field(ge=1, le=366)]] = Field(default_factory=dict)
    consent: dict[Way, Name] = Field(default_factory=dict)
    local_presence: StrictBool = True
    rnd_days: Annotated[StrictInt, Field(ge=0, le=366)] = 0
    message: MessageShape = MessageShape()
    retention_years: Annotated[StrictInt, Field(ge=0, le=100)] = 5
    verify: str = ""


class PoliciesHeader(Shape):
    """The top of a file."""

    schema_version: Literal[1] = Field(alias="schema")


class PoliciesFile(PoliciesHeader):
    """A file of rule books of one place."""

    policies: dict[Name, PolicyShape] = Field(min_length=1)
