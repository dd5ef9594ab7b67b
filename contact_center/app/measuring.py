"""What tells others of the center while it happens: live numbers, the stream of facts, webhooks."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.stream.fact_log import FactLog
from contact_center.adapters.stream.feed import FactFeed, Guard
from contact_center.adapters.stream.live import LiveBoard
from contact_center.adapters.stream.webhooks import Webhook, WebhookSettings
from contact_center.app.own_numbers import own_numbers
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import Fact
from contact_center.core.ids import QueueId
from contact_center.ports import FactSink
from contact_center.reporting.live import DAY_US, LiveNumbers
from contact_center.reporting.tally import Thresholds
from contact_center.runtime.metrics import Metrics
from contact_center.runtime.supervise import Supervisor
from contact_center.settings import Settings

MARK_EVERY_S = 1.0


class Measuring:
    """The readers of facts that are for others; `guard` says who may not come in."""

    def __init__(
        self,
        settings: Settings,
        configuration: CenterConfiguration,
        clock: Callable[[], int],
        epoch: int,
        guard: Guard,
    ) -> None:
        numbers = LiveNumbers(thresholds_of(configuration), day_origin(configuration, clock()))
        self.live = LiveBoard(numbers, clock, guard)
        self._clock = clock
        self.log = FactLog(epoch)
        self.feed = FactFeed(self.log, guard)
        self.webhooks = [Webhook(hook, clock) for hook in webhooks_of(settings)]
        self._folder = settings.state_dir

    @property
    def sinks(self) -> list[FactSink]:
        """All who read along."""
        return [self.live, self.log, *self.webhooks]

    def tell_again(self, facts: Sequence[Fact]) -> None:
        """Facts of the last process: counted as what happened, and told to webhooks which may
        have missed them."""
        self.live.publish(facts)
        for hook in self.webhooks:
            since = _marked(self._mark_of(hook))
            if since is not None:
                hook.publish([fact for fact in facts if fact.at >= since])

    def refit(self, configuration: CenterConfiguration) -> None:
        """Go by the thresholds of another configuration; what was counted stays counted."""
        self.live.numbers.use(thresholds_of(configuration))

    def attach(self, app: web.Application, desk: Desk | None = None) -> None:
        """Add the doors, and show agents at `desk` their own numbers."""
        if desk is not None:
            desk.beside.numbers = own_numbers(self.live.numbers, self._clock)
        app.add_routes(self.live.routes())
        self.feed.attach(app)

    def start(self, supervisor: Supervisor) -> None:
        """Begin counting and delivering."""
        supervisor.start("live numbers", self.live.run())
        for hook in self.webhooks:
            supervisor.start(f"webhook {hook.name}", hook.run())
        if self.webhooks:
            supervisor.start("marks of webhooks", self._mark())

    def watch(self, metrics: Metrics) -> None:
        """Add the gauges."""
        hooks = self.webhooks
        metrics.watch("live_behind", "Facts not in live numbers yet", lambda: self.live.behind)
        metrics.watch("live_dropped", "Facts live numbers lack", lambda: self.live.dropped)
        metrics.watch("fact_readers", "Readers of the stream of facts", lambda: self.feed.readers)
        metrics.watch("fact_readers_slow", "Readers that were too slow", lambda: self.feed.slow)
        metrics.watch(
            "webhook_waiting", "Facts to be delivered", lambda: sum(hook.waiting for hook in hooks)
        )
        metrics.watch(
            "webhook_lost",
            "Facts no webhook was told: too many waited, or given up",
            lambda: sum(hook.counts.dropped + hook.counts.given_up for hook in hooks),
        )

    async def _mark(self) -> None:
        """Note how far each webhook is, so that the next process tells it the rest."""
        marked: dict[str, int] = {}
        while True:
            for hook in self.webhooks:
                if hook.all_before > marked.get(hook.name, 0):
                    marked[hook.name] = hook.all_before
                    file = self._mark_of(hook)
                    new = file.with_suffix(".new")
                    await asyncio.to_thread(new.write_text, f"{hook.all_before}\n")
                    new.replace(file)
            await asyncio.sleep(MARK_EVERY_S)

    def _mark_of(self, hook: Webhook) -> Path:
        return self._folder / f"webhook-{hook.name}.mark"


def thresholds_of(configuration: CenterConfiguration) -> Mapping[QueueId, Thresholds]:
    """What is in time, and what is short, in each queue."""
    return {
        queue.queue: Thresholds(answer_us=queue.service_level_us, short_us=queue.short_abandon_us)
        for queue in configuration.queues.values()
    }


def day_origin(configuration: CenterConfiguration, now: int) -> int:
    """An instant at which a day begins where the center is: in the zone of its first calendar."""
    zones = [calendar.zone for calendar in configuration.calendars.values()]
    zone = zones[0] if zones else UTC
    ahead = datetime.fromtimestamp(now // 1_000_000, zone).utcoffset()
    assert ahead is not None
    return -int(ahead.total_seconds()) * 1_000_000 % DAY_US


def webhooks_of(settings: Settings) -> list[WebhookSettings]:
    """The webhooks with their secrets. Raises OSError when a file cannot be read."""
    made = []
    for hook in settings.webhooks:
        if hook.secret_file is not None:
            secret = hook.secret_file.read_text(encoding="utf-8").strip()
        else:
            secret = os.environ.get(hook.secret_env, "")
        made.append(
            WebhookSettings(
                name=hook.name,
                url=hook.url,
                secret=secret.encode(),
                types=frozenset(hook.facts),
            )
        )
    return made


def _marked(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
