"""Alerts while the service runs: looked at once a second, told to whoever reads along."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

from aiohttp import web

from contact_center.content.center_floor import FloorWords
from contact_center.core.alert_watch import Alert, Alerts, Values
from contact_center.core.alerts import AlertChanged, Measure
from contact_center.core.facts import Fact

EVERY_S: Final = 1.0

log = logging.getLogger(__name__)


class Alerting:
    """Keeps the alerts of a process.

    ``words`` gives what the center's file says of now; ``tell`` takes what changed.
    """

    def __init__(
        self,
        words: Callable[[], FloorWords],
        values: Values,
        clock: Callable[[], int],
        tell: Callable[[Sequence[Fact]], None],
        every_s: float = EVERY_S,
    ) -> None:
        self.alerts = Alerts()
        self._words = words
        self._rules: object = None
        self._values = values
        self._clock = clock
        self._tell = tell
        self._every_s = every_s

    @property
    def on(self) -> int:
        """How many are on."""
        return len(self.alerts.on)

    def look(self) -> None:
        """Look once."""
        rules, now = self._words().alerts, self._clock()
        changed: list[AlertChanged] = []
        if rules is not self._rules:
            changed += self.alerts.use(rules, now)
            self._rules = rules
        changed += self.alerts.look(self._values, now)
        for fact in changed:
            _note("an alert came on" if fact.on else "an alert is over", fact)
        if changed:
            self._tell(changed)

    def acknowledge(self, name: str, by: str) -> bool:
        """Note who has seen an alert; False when there is none to be seen."""
        fact = self.alerts.acknowledge(name, by, self._clock())
        if fact is None:
            return False
        _note("an alert was acknowledged", fact)
        self._tell([fact])
        return True

    def queue_of(self, name: str) -> str | None:
        """Give the queue of an alert that is on; None when there is none."""
        return next((alert.queue for alert in self.alerts.on if alert.name == name), None)

    async def keep(self, app: web.Application) -> AsyncIterator[None]:
        """Look once a second; for ``cleanup_ctx``."""

        async def repeat() -> None:
            while True:
                await asyncio.sleep(self._every_s)
                try:
                    self.look()
                except Exception:
                    log.exception("alerts could not be looked at")

        task = asyncio.get_running_loop().create_task(repeat())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def rows(self) -> list[dict[str, Any]]:
        """Those that are on, in the shape of the console's rows."""
        return [_row(alert) for alert in self.alerts.on]


def _row(alert: Alert) -> dict[str, Any]:
    rule, since = alert.rule, alert.on_since
    scale = 1_000 if rule.measure is Measure.LONGEST_WAIT else 1
    return {
        "alert": alert.name,
        "rule": rule.name,
        "queue": alert.queue,
        "measure": rule.measure.value,
        "above": rule.above,
        "value": alert.value / scale,
        "limit": rule.limit / scale,
        "since": (since or 0) // 1_000,
        "severity": rule.severity.value,
        "whom": list(rule.whom),
        "say": rule.say,
        "seen_by": alert.seen_by,
    }


def _note(words: str, fact: AlertChanged) -> None:
    told = {"rule": fact.rule, "queue": fact.queue, "measure": fact.measure, "value": fact.value}
    log.warning(words, extra={**told, "limit": fact.limit, "who": fact.by})
