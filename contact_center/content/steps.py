"""Steps: what changes for a caller who has waited for some time. Queues and flows have them."""

from typing import Annotated

from pydantic import Field, StrictInt, model_validator

from contact_center.content.center_references import References
from contact_center.content.shapes import Duration, Shape, refused
from contact_center.content.yaml_source import Path
from contact_center.core.queue_settings import WaitStep

PREFERRED = ("last_agent", "owner")
"""Whom a queue or a flow may prefer, beside an agent by name."""
Requirement = Annotated[str, Field(max_length=1_000)]


class StepShape(Shape):
    """What changes for a caller who has waited `after`; `priority` and `boost` are added."""

    after: Duration
    expected_over: Duration | None = None
    require: Requirement | None = None
    priority: Annotated[StrictInt, Field(ge=-100, le=100)] = 0
    boost: Duration = 0

    @model_validator(mode="after")
    def _something(self) -> "StepShape":
        if self.require is None and not self.priority and not self.boost:
            raise refused("E012", "a step that changes nothing", "add require, priority or boost")
        return self


def check_preferred(names: References, prefer: str, path: Path) -> None:
    """Report somebody preferred who does not exist; "" is nobody."""
    if prefer and prefer not in PREFERRED:
        names.agent(prefer, path, f"write {', '.join(PREFERRED)} or an agent")


def build_step(names: References, step: StepShape, path: Path) -> WaitStep:
    """Build one step, checking the skills it names."""
    asked = step.require
    if asked is not None:
        asked = names.requirement(asked, (*path, "require"))
    return WaitStep(
        after_us=step.after,
        over_expected_us=step.expected_over,
        requirement=asked,
        band=step.priority,
        boost_us=step.boost,
    )
