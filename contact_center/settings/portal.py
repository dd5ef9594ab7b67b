"""Settings of the public self-service page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, StrictInt

Address = Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
QueueName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:\[\]-]{1,253}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
FlowName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,64}$")]
Dialled = Annotated[str, Field(pattern=r"^[+A-Za-z0-9._-]{1,40}$")]
Number = Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14})?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """The page at ``/help``, which is off while `queues` is empty.

    `queues`: which of them are public. `origins`: whose pages may show the widget. `countries`: to
    which we call, by default the center's own. `caller_id`: shown to who is called, by default the
    center's first number. `slot`: minutes; `ahead`: days that can be booked; `notice`: minutes
    before a slot that it can be booked last. `per_slot`: calls in a slot, 0 to work it out of the
    staff. `talk`: for a queue, the number of the center whose callers visitors are led as who talk
    in their browser. `code_flow`: the flow that tells a code to whoever says that a number is
    theirs, as `ivr_flows/self_service_code.yaml` does; without it nobody sees what is theirs.
    `proxies`: addresses that say for whom they ask. `context_key_file`: with what a shop's pages
    sign what they say of a visit.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    queues: tuple[QueueName, ...] = ()
    origins: tuple[Origin, ...] = ()
    countries: tuple[Country, ...] = ()
    caller_id: Number = ""
    slot: Literal[15, 20, 30, 60] = 30
    ahead: Annotated[StrictInt, Field(ge=1, le=30)] = 7
    notice: Annotated[StrictInt, Field(ge=0, le=7 * 24 * 60)] = 30
    per_slot: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0
    code_flow: FlowName = ""
    talk: Mapping[QueueName, Dialled] = field(default_factory=dict)
    proxies: tuple[Address, ...] = ()
    context_key_file: Path | None = None
