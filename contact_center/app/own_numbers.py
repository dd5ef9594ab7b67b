"""An agent's own numbers of today, out of the live numbers that everybody is counted in."""

from collections.abc import Callable

from contact_center.adapters.desktop.beside_messages import NumbersShown
from contact_center.core.ids import AgentId
from contact_center.reporting.live import LiveNumbers
from contact_center.reporting.records import Activity


def own_numbers(
    numbers: LiveNumbers, clock: Callable[[], int]
) -> Callable[[str], NumbersShown | None]:
    """Give who tells an agent's numbers; None of somebody who was never there."""

    def told(agent: str) -> NumbersShown | None:
        found = numbers.of_agent(AgentId(agent), clock())
        if found is None:
            return None
        since, tally = found
        return NumbersShown(
            since=since // 1_000,
            calls=tally.handled.total(),
            talk_ms=tally.talk_us.total() // 1_000,
            hold_ms=tally.hold_us.total() // 1_000,
            wrap_up_ms=tally.wrap_up_us.total() // 1_000,
            missed=tally.unanswered,
            ready_ms=tally.time_us[Activity.IDLE] // 1_000,
            paused_ms=tally.time_us[Activity.PAUSED] // 1_000,
        )

    return told
