"""What a center promises for cases: within which business time they are answered and solved."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from contact_center.content.center_references import References
from contact_center.content.shapes import Duration, Shape, refused
from contact_center.core.case_clocks import TARGETS, CasePolicy, Targets
from contact_center.core.cases import CasePriority
from contact_center.core.hours import Calendar

OWN_CALENDAR = "cases"
"""A calendar of this name counts where no other is named."""
_DAY_US = 24 * 3_600_000_000


class CaseTargetsShape(Shape):
    """Until when a case of one priority has its first answer, its next one, and its end."""

    first_answer: Duration
    update: Duration
    solve: Duration

    @model_validator(mode="after")
    def _possible(self) -> "CaseTargetsShape":
        if min(self.first_answer, self.update, self.solve) <= 0:
            raise refused("E012", "a target of no time cannot be met", "write such as 4h")
        if self.first_answer > self.solve:
            hint = "answer at the latest when it is solved"
            raise refused("E012", "it is solved before its first answer", hint)
        return self


class CasesShape(Shape):
    """What is promised for cases. Times are business hours of a calendar."""

    hours: str = Field(
        "", description="A calendar; without it the one called cases, or round the clock."
    )
    acknowledge: Duration = Field(
        _DAY_US, gt=0, description="Until when a customer hears that a complaint has arrived."
    )
    targets: dict[Literal["urgent", "high", "normal", "low"], CaseTargetsShape] = Field(
        default_factory=dict, description="By priority; what is not here is as it comes."
    )


def build_cases(
    written: CasesShape, names: References, calendars: Mapping[str, Calendar | None]
) -> CasePolicy:
    """Build it; a calendar that does not exist is reported."""
    names.calendar(written.hours, ("cases", "hours"))
    targets = {
        CasePriority(name): Targets(
            first_answer_us=one.first_answer, update_us=one.update, solve_us=one.solve
        )
        for name, one in written.targets.items()
    }
    return CasePolicy(
        calendar=calendars.get(written.hours or OWN_CALENDAR),
        targets={**TARGETS, **targets},
        acknowledge_us=written.acknowledge,
    )
