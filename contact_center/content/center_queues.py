"""The queues of a center: from what is written to the core's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import Formatter

from contact_center.content.center_queue_shapes import (
    CallbacksShape,
    OverflowShape,
    QueueShape,
    WhenEmptyShape,
)
from contact_center.content.center_references import References
from contact_center.content.problems import did_you_mean
from contact_center.content.steps import build_step, check_preferred
from contact_center.content.yaml_source import Path
from contact_center.core.ids import QueueId
from contact_center.core.queue_settings import (
    Absence,
    Callbacks,
    Channel,
    IdleClock,
    KeepBack,
    Order,
    Overflow,
    OverflowWhen,
    QueueSettings,
    Recording,
    WrapUp,
    WrapUpMode,
)
from contact_center.core.skills import joined, text_of
from contact_center.core.strategies import STRATEGIES, Rings

_PLACES = frozenset({"customer", "agent", "queue"})


@dataclass(slots=True)
class QueueBuilder:
    """Builds queues and checks what they name; those with errors too, since errors are reported."""

    names: References

    def build(self, written: Mapping[str, QueueShape]) -> dict[QueueId, QueueSettings]:
        """Build every queue."""
        built = {
            QueueId(name): self._queue(name, shape, ("queues", name))
            for name, shape in written.items()
        }
        self._check_circles(built)
        return built

    def _queue(self, name: str, s: QueueShape, path: Path) -> QueueSettings:
        self._check(name, s, path)
        absent = _absent(s)
        return QueueSettings(
            queue=QueueId(name),
            label=s.label,
            channel=Channel(s.channel),
            music=s.music,
            order=Order(s.order),
            strategy=s.strategy,
            idle_clock=IdleClock(s.idle_clock),
            declined_restarts_clock=s.declined_restarts_clock,
            window_us=s.window,
            ring_us=s.ring,
            ring_most=s.ring_most,
            ring_step_us=s.ring_step,
            score_us=s.score_within,
            max_waiting=s.max_waiting,
            max_wait_us=s.max_wait,
            absent_at_entry=_states(absent.refuse),
            absent_waiting=_states(absent.evict),
            auto_answer=s.auto_answer,
            pausable=s.pausable,
            wrap_up=_wrap_up(s),
            priority=s.priority,
            weight=s.weight,
            slope=round(s.aging.slope * 1_000),
            ceiling_us=s.aging.ceiling,
            promote_us=s.promote_after,
            share=s.share,
            requirement=self._requirement(s, path),
            steps=tuple(
                build_step(self.names, step, (*path, "steps", index))
                for index, step in enumerate(s.steps)
            ),
            keep_back=tuple(
                KeepBack(skill=kept.skill, keep=kept.keep, until_us=kept.until)
                for kept in s.keep_back
            ),
            overflow=tuple(_overflow(rule) for rule in s.overflow),
            calendar=s.calendar,
            redial_us=s.redial,
            counts_menus=s.counts_from == "call",
            prefer=s.prefer,
            prefer_us=s.prefer_for,
            callbacks=_callbacks(s.callbacks) if s.callbacks else None,
            recording=Recording(on=True, pausable=s.recording.pausable)
            if s.recording
            else Recording(),
            expected_handle_us=s.expected_handle,
            service_level_us=s.service_level,
            short_abandon_us=s.short_abandon,
            script=tuple(s.script),
            dispositions=tuple(s.dispositions),
        )

    def _requirement(self, s: QueueShape, path: Path) -> str:
        self.names.levels(s.skills, (*path, "skills"))
        return joined(text_of(s.skills), self.names.requirement(s.require, (*path, "require")))

    def _check(self, name: str, s: QueueShape, path: Path) -> None:
        names, report = self.names, self.names.document.report
        if s.strategy not in STRATEGIES:
            message = f'there is no strategy "{s.strategy}"'
            report((*path, "strategy"), "E012", message, did_you_mean(s.strategy, STRATEGIES))
        elif s.auto_answer and STRATEGIES[s.strategy].rings is not Rings.ONE:
            message = "many phones would pick up by themselves for one caller"
            hint = "choose a strategy that rings one phone, or auto_answer: false"
            report((*path, "auto_answer"), "E202", message, hint)
        if s.when_no_agents is not None and s.when_empty is not None:
            message = "when_empty says what when_no_agents says"
            report((*path, "when_no_agents"), "E012", message, "remove when_no_agents", key=True)
        for index, code in enumerate(s.dispositions):
            names.disposition(code, (*path, "dispositions", index))
        for index, kept in enumerate(s.keep_back):
            names.skill(kept.skill, (*path, "keep_back", index, "skill"))
        for index, (earlier, later) in enumerate(pairwise(s.steps), 1):
            if later.after < earlier.after:
                message = "a step that comes before the one above it"
                report((*path, "steps", index, "after"), "E012", message, "sort the steps by after")
        names.calendar(s.calendar, (*path, "calendar"))
        if s.callbacks:
            names.calendar(s.callbacks.within, (*path, "callbacks", "within"))
        check_preferred(names, s.prefer, (*path, "prefer"))
        self._check_overflow(name, s, path)
        self._check_script(s.script, (*path, "script"))

    def _check_overflow(self, name: str, s: QueueShape, path: Path) -> None:
        report = self.names.document.report
        for index, rule in enumerate(s.overflow):
            here = (*path, "overflow", index)
            if rule.when == "closed" and not s.calendar:
                report((*here, "when"), "E202", "closed without a calendar", "add calendar:")
            if rule.to == name:
                report((*here, "to"), "E012", "a queue that overflows into itself", "name another")
            elif rule.to is not None:
                self.names.queue(rule.to, (*here, "to"))

    def _check_circles(self, built: Mapping[QueueId, QueueSettings]) -> None:
        """Warn of queues that send callers round: they would be moved again and again."""
        onward = {
            name: {rule.to for rule in queue.overflow if rule.to is not None and rule.to != name}
            for name, queue in built.items()
        }
        for name, first in onward.items():
            seen: set[QueueId] = set()
            todo = set(first)
            while todo:
                here = todo.pop()
                if here not in seen:
                    seen.add(here)
                    todo |= onward.get(here, set())
            if name in seen:
                self.names.document.warn(
                    ("queues", name, "overflow"),
                    "E112",
                    f'callers who overflow out of "{name}" may come back to it',
                    "let one queue of the circle end with an overflow without to",
                    key=True,
                )

    def _check_script(self, script: list[str], path: Path) -> None:
        for index, paragraph in enumerate(script):
            try:
                fields = [part[1:] for part in Formatter().parse(paragraph) if part[1] is not None]
                wrong = any(f[0] not in _PLACES or f[1] or f[2] for f in fields)
            except ValueError:
                wrong = True
            if wrong:
                self.names.document.report(
                    (*path, index),
                    "E012",
                    "a place in braces that is not filled in",
                    "there are {customer}, {agent} and {queue}",
                )


def _absent(s: QueueShape) -> WhenEmptyShape:
    if s.when_empty is not None:
        return s.when_empty
    if s.when_no_agents == "wait":
        return WhenEmptyShape(refuse=None, evict=None)
    return WhenEmptyShape()


def _states(written: Sequence[str] | None) -> frozenset[Absence] | None:
    return None if written is None else frozenset(Absence(state) for state in written)


def _wrap_up(s: QueueShape) -> WrapUp:
    w = s.wrap_up
    return WrapUp(
        mode=WrapUpMode(w.mode), us=w.lasts, most_us=w.bound, extend_us=w.extend, early=w.early
    )


def _overflow(rule: OverflowShape) -> Overflow:
    return Overflow(
        when=OverflowWhen(rule.when),
        to=QueueId(rule.to) if rule.to is not None else None,
        us=rule.over or rule.after or 0,
        most=rule.waiting or 0,
        percent=rule.under or 0,
    )


def _callbacks(s: CallbacksShape) -> Callbacks:
    return Callbacks(
        attempts=s.attempts,
        retry_us=s.retry,
        ring_us=s.ring,
        within=s.within,
        most=s.most,
        counted=s.counted,
        ahead_us=s.ahead,
        at_once=s.at_once,
    )
