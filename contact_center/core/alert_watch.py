"""Alerts on what queues measure: when one begins, whether it is still on, when it is over.

A value beyond the limit is *pending* until it has been so for as long as the rule says; then the
alert is *on*, until the value has been back behind the rule's second limit for as long again. So
a value that trembles around a limit makes one alert, not ten. Pure; values come in, changes go out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contact_center.core.alerts import AlertChanged, AlertRule, Measure
from contact_center.core.ids import QueueId


@dataclass(slots=True, kw_only=True)
class Alert:
    """One rule and one queue. ``beyond_since``, ``well_since``: None while it is not so.

    ``on_since``: None while it is not on. ``seen_by``: who acknowledged it, "" nobody.
    """

    rule: AlertRule
    queue: QueueId
    value: float = 0.0
    beyond_since: int | None = None
    well_since: int | None = None
    on_since: int | None = None
    seen_by: str = ""
    seen_at: int | None = None

    @property
    def name(self) -> str:
        """Name it."""
        return f"{self.rule.name}.{self.queue}"

    def changed(self, now: int, *, on: bool, by: str = "") -> AlertChanged:
        """Tell it as a fact."""
        return AlertChanged(
            at=now,
            rule=self.rule.name,
            queue=self.queue,
            measure=self.rule.measure.value,
            severity=self.rule.severity,
            on=on,
            value=self.value,
            limit=self.rule.limit,
            by=by,
        )


Values = Callable[[QueueId, Measure], float | None]
"""Gives what is measured; None when there is nothing to be measured."""


class Alerts:
    """All alerts of a center."""

    def __init__(self, rules: Iterable[AlertRule] = ()) -> None:
        self._alerts: dict[str, Alert] = {}
        self.use(rules, 0)

    def use(self, rules: Iterable[AlertRule], now: int) -> list[AlertChanged]:
        """Go by these rules from now on; gives what is over because its rule is another, or none.

        What goes by the same rule as before stays as it is.
        """
        made: dict[str, Alert] = {}
        for rule in rules:
            for queue in rule.queues:
                alert = Alert(rule=rule, queue=queue)
                known = self._alerts.get(alert.name)
                made[alert.name] = known if known and known.rule == rule else alert
        left = [alert for name, alert in self._alerts.items() if made.get(name) is not alert]
        self._alerts = made
        return [
            alert.changed(now, on=False, by=alert.seen_by)
            for alert in left
            if alert.on_since is not None
        ]

    @property
    def on(self) -> Sequence[Alert]:
        """Those that are on, oldest first."""
        found = [alert for alert in self._alerts.values() if alert.on_since is not None]
        return sorted(found, key=lambda alert: (alert.on_since or 0, alert.name))

    def look(self, values: Values, now: int) -> list[AlertChanged]:
        """Look at every value; gives what changed."""
        told: list[AlertChanged] = []
        for alert in self._alerts.values():
            value = values(alert.queue, alert.rule.measure)
            if value is None:
                # Nothing to measure is nothing to be alarmed about; what is on has to prove it.
                value, beyond, well = alert.value, False, True
            else:
                beyond, well = alert.rule.is_beyond(value), alert.rule.is_well(value)
            alert.value = value
            told += _step(alert, beyond, well, now)
        return told

    def acknowledge(self, name: str, by: str, now: int) -> AlertChanged | None:
        """Note that somebody has seen it; None when it is not on, or somebody did before."""
        alert = self._alerts.get(name)
        if alert is None or alert.on_since is None or alert.seen_by:
            return None
        alert.seen_by, alert.seen_at = by, now
        return alert.changed(now, on=True, by=by)


def _step(alert: Alert, beyond: bool, well: bool, now: int) -> list[AlertChanged]:
    span = alert.rule.for_us
    if alert.on_since is None:
        alert.well_since = None
        if not beyond:
            alert.beyond_since = None
            return []
        alert.beyond_since = now if alert.beyond_since is None else alert.beyond_since
        if now - alert.beyond_since < span:
            return []
        alert.on_since = now
        return [alert.changed(now, on=True)]
    if not well:
        alert.well_since = None
        return []
    alert.well_since = now if alert.well_since is None else alert.well_since
    if now - alert.well_since < span:
        return []
    over = alert.changed(now, on=False, by=alert.seen_by)
    alert.on_since = alert.beyond_since = alert.well_since = alert.seen_at = None
    alert.seen_by = ""
    return [over]
