"""Penalty rules of Asterisk (queuerules.conf) as steps: who may serve after how long. Pure."""

from dataclasses import dataclass, field

from contact_center.content.importing.asterisk_conf import Section
from contact_center.content.importing.draft import seconds
from contact_center.content.importing.report import Report, Verdict

HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """Penalties from `least` to `most` may serve; None is no bound."""

    least: int | None
    most: int | None

    def text(self, skill: str) -> str:
        """Write it as a requirement of a skill whose proficiency is the penalty."""
        parts = [f"{skill} >= {self.least or 0}"]
        if self.most is not None:
            parts.append(f"{skill} <= {self.most}")
        return " and ".join(parts)


@dataclass(slots=True)
class Steps:
    """The bounds that hold from so many seconds of waiting on, in order."""

    bounds: list[tuple[int, Bounds]] = field(default_factory=list)


def steps_of(rule: Section, report: Report) -> Steps:
    """Read ``penaltychange => seconds, most[, least[, raise]]``; what is relative adds up."""
    report.say(rule.file, rule.line, Verdict.KEPT)
    found: list[tuple[int, int, str, str]] = []
    for option in rule.options:
        parts = [part.strip() for part in option.value.split(",")]
        at = seconds(parts[0])
        if option.key != "penaltychange" or at is None or at < 0 or len(parts) < 2:
            words = "this is no penaltychange => seconds,most,least"
            report.say(option.file, option.line, Verdict.LEFT_OUT, words)
            continue
        if len(parts) > 3 and parts[3]:
            words = "raising penalties has no counterpart; the bounds are kept"
            report.say(option.file, option.line, Verdict.LEFT_OUT, words)
        else:
            report.say(option.file, option.line, Verdict.KEPT, f"a step after {at}s")
        found.append((at, option.line, parts[1], parts[2] if len(parts) > 2 else ""))
    steps = Steps()
    most: int | None = None
    least: int | None = None
    for at, line, wished_most, wished_least in sorted(found, key=lambda row: row[:2]):
        most, fine = _changed(most, wished_most)
        least, fine_too = _changed(least, wished_least)
        if not (fine and fine_too):
            words = "a relative change counts from what the dial plan sets, which is not here"
            report.say(rule.file, line, Verdict.LEFT_OUT, words)
        steps.bounds.append((at, Bounds(least, most)))
    return steps


def _changed(now: int | None, wish: str) -> tuple[int | None, bool]:
    """Give the new bound, and whether it could be known."""
    if not wish:
        return now, True
    count = seconds(wish.lstrip("+"))
    if count is None:
        return now, False
    if wish[0] in "+-":
        if now is None:
            return None, False
        count += now
    return min(max(count, 0), HIGHEST), True
