"""A campaign's ``day_parts`` -> `dialer.day_parts.DayParts`, with every problem in its place."""

from itertools import pairwise

from contact_center.content.campaign_shapes import DayPartShape, DayPartsShape
from contact_center.content.yaml_source import Document, Path
from dialer.day_parts import USUAL, DayPart, DayParts


def minutes(document: Document, path: Path, hours: str) -> tuple[int, int]:
    """Read hours as minutes of the day; an empty span is reported."""
    begins, ends = (int(t[:2]) * 60 + int(t[3:]) for t in hours.split("-"))
    if begins >= ends or ends > 1440:
        document.report(
            path, "E060", f"{hours} is empty", "write the earlier time first, as 09:00-17:30"
        )
    return begins, ends


def day_parts(document: Document, path: Path, shape: DayPartsShape | None) -> DayParts | None:
    """Read the parts of the day of a campaign; None where it has none."""
    if shape is None:
        return None
    named = shape.parts or {
        name: DayPartShape(hours=f"{_clock(begins)}-{_clock(ends)}") for name, begins, ends in USUAL
    }
    found: list[DayPart] = []
    for name, part in named.items():
        where = (*path, "parts", name) if shape.parts else path
        most = part.attempts if part.attempts is not None else shape.attempts
        if most is None:
            document.report(
                where,
                "E011",
                f'nobody says how often to try in the part "{name}"',
                "add attempts: to it, or to day_parts for all",
            )
        begins, ends = minutes(document, (*where, "hours"), part.hours)
        found.append(DayPart(name=name, begins=begins, ends=ends, most=most or 1))
    found.sort(key=lambda each: each.begins)
    for before, after in pairwise(found):
        if after.begins < before.ends:
            document.report(
                (*path, "parts", after.name, "hours"),
                "E060",
                f'{after.name} begins before "{before.name}" ends',
                "let each hour be in one part only",
            )
    return DayParts(days=shape.days, parts=tuple(found))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
