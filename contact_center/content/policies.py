"""A folder of rule books -> `Policy`, with every problem of every file at once."""

import os
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path as File

from contact_center.content import policy_shapes as shapes
from contact_center.content.calendars import DAYS, date_of, days_of, interval_of, zone_of
from contact_center.content.center_files import read_bytes
from contact_center.content.numbers import is_region
from contact_center.content.problems import ContentError, Problem, raise_errors, renamed
from contact_center.content.shapes import validate
from contact_center.content.yaml_source import (
    MAX_BYTES,
    Document,
    Path,
    UnusableTextError,
    decode,
    read,
)
from contact_center.core.ids import is_safe_id
from dialer import policy as made
from dialer.ids import PolicyId

MOST_FILES = 500
"""Rule books in one folder, at most."""


def load_policies_folder(folder: File) -> tuple[made.Policy, ...]:
    """Read every ``.yaml`` file of a folder. Raises ContentError with every problem."""
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files or len(files) > MOST_FILES:
        message = "has no rule books" if not files else f"has more than {MOST_FILES} rule books"
        hint = "set CC_POLICIES or dialer.policies to a folder of .yaml files"
        raise ContentError([Problem(file=str(folder), code="E100", message=message, hint=hint)])
    for file in files:
        try:
            sources[file.name] = decode(file.name, read_bytes(file, MAX_BYTES + 1))
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            problems.append(Problem(file=file.name, code="E100", message=message))
        except UnusableTextError as error:
            problems.append(error.problem)
    try:
        policies = load_policies(sources)
        raise_errors(problems)
    except ContentError as error:
        raise ContentError(
            renamed(p, os.path.normpath(folder / p.file)) for p in {*error.problems, *problems}
        ) from None
    return policies


def load_policies(sources: Mapping[str, str]) -> tuple[made.Policy, ...]:
    """Build rule books from texts by file name. Raises ContentError with every problem."""
    documents = [read(name, text) for name, text in sources.items()]
    found: list[tuple[Document, Path, made.Policy]] = []
    for document in documents:
        found += _Policies(document).build()
    _overlaps(found)
    raise_errors([problem for document in documents for problem in document.problems])
    return tuple(
        sorted((p for _, _, p in found), key=lambda policy: (policy.policy, policy.effective_from))
    )


def _overlaps(found: list[tuple[Document, Path, made.Policy]]) -> None:
    """Report versions of one policy that are in force on one day."""
    by_start = sorted(found, key=lambda one: (one[2].policy, one[2].effective_from))
    for (_, _, before), (document, path, after) in pairwise(by_start):
        if before.policy == after.policy and (
            not before.effective_to or after.effective_from < before.effective_to
        ):
            document.report(
                path,
                "E132",
                f'"{after.policy}" is in force twice from {after.effective_from} on',
                f"end the other with until: {after.effective_from}, or rename one",
                key=True,
            )


class _Policies:
    def __init__(self, document: Document) -> None:
        self._document = document

    def build(self) -> list[tuple[Document, Path, made.Policy]]:
        data = self._document.data
        written = data.get("policies") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(written, dict):
            if not self._document.problems:
                validate(shapes.PoliciesFile, self._document)
            return []
        if not written:
            self._report(("policies",), "E011", "there is no rule book", "add one under policies:")
        unknown = {k: v for k, v in data.items() if k != "policies"}
        validate(shapes.PoliciesHeader, self._document, expanded=unknown)
        built: list[tuple[Document, Path, made.Policy]] = []
        for name in written:
            path: Path = ("policies", name)
            if not is_safe_id(name):
                message = f'"{str(name)[:40]}" is not a usable name'
                self._report(path, "E014", message, "use letters, digits, '.', '_' and '-'", True)
            shape = validate(shapes.PolicyShape, self._document, path)
            if shape is not None:
                built.append((self._document, path, self._policy(name, path, shape)))
        return built

    def _policy(self, name: str, path: Path, shape: shapes.PolicyShape) -> made.Policy:
        self._regions(path, shape)
        self._dates(path, shape)
        holidays = shape.holidays
        return made.Policy(
            policy=PolicyId(name),
            region=shape.region,
            except_in=tuple(shape.excepting),
            title=shape.title,
            source=shape.source,
            effective_from=shape.effective,
            effective_to=shape.until or "",
            purposes=tuple(shape.purposes),
            abandon=self._abandon((*path, "abandon"), shape.abandon),
            min_ring_us=shape.min_ring,
            hours=self._hours((*path, "hours"), shape.hours),
            holidays=tuple(sorted(holidays.dates)) if holidays else (),
            holidays_until=holidays.known_until if holidays else "",
            caps=tuple(self._cap((*path, "caps", i), cap) for i, cap in enumerate(shape.caps)),
            quiet_after_contact_us=shape.quiet_after_contact,
            lock_abandoned_us=shape.lock_abandoned,
            lock_machine_same_day=shape.lock_machine_same_day,
            dnc=tuple(sorted(shape.dnc.items())),
            consent=tuple(sorted(shape.consent.items())),
            local_presence=shape.local_presence,
            rnd_days=shape.rnd_days,
            message_must=tuple(sorted(set(shape.message.must))),
            opt_out_in_message=shape.message.opt_out,
            retention_years=shape.retention_years,
            verify=shape.verify,
        )

    def _regions(self, path: Path, shape: shapes.PolicyShape) -> None:
        places: list[tuple[Path, str]] = [(("region",), shape.region)]
        places += [(("except", index), one) for index, one in enumerate(shape.excepting)]
        for where, region in places:
            country = region.partition("-")[0]
            if region != "*" and not is_region(country):
                message = f'there is no region "{country}"'
                self._report((*path, *where), "E105", message, "write it as US, US-FL or GB")

    def _dates(self, path: Path, shape: shapes.PolicyShape) -> None:
        written: list[tuple[Path, str | None]] = [
            (("from",), shape.effective),
            (("until",), shape.until),
        ]
        if shape.holidays is not None:
            written.append((("holidays", "known_until"), shape.holidays.known_until))
            for index, day in enumerate(shape.holidays.dates):
                written.append((("holidays", "dates", index), day))
                if day >= shape.holidays.known_until:
                    message = f"{day} is not before known_until"
                    where = (*path, "holidays", "dates", index)
                    self._report(where, "E060", message, "write a later known_until")
        for where, text in written:
            if text is not None and date_of(text) is None:
                self._report((*path, *where), "E012", f'"{text}" is no date', "write 2026-12-25")
        if shape.until is not None and shape.until <= shape.effective:
            self._report((*path, "until"), "E060", "it ends before it begins", "write a later date")

    def _abandon(self, path: Path, shape: shapes.AbandonShape | None) -> made.AbandonRule | None:
        if shape is None:
            return None
        zone_of(self._document, (*path, "zone"), shape.zone)
        return made.AbandonRule(
            cap=shape.cap,
            window=made.WindowKind(shape.window),
            key=shape.key,
            hours=shape.hours,
            zone=shape.zone,
            threshold_us=shape.within,
            start=made.StartPoint(shape.start),
            early_counts=shape.early_counts,
            count_false_machines=shape.count_false_machines,
            strict=shape.strict,
        )

    def _hours(self, path: Path, written: Mapping[str, str]) -> tuple[tuple[int, int] | None, ...]:
        week: dict[str, tuple[int, int] | None] = {}
        for text, hours in written.items():
            here = (*path, text)
            days = days_of(text)
            if not days:
                hint = "write mon, mon-fri or tue,thu"
                self._report(here, "E060", f'"{text}" is not a day', hint, True)
            for day in days:
                if day in week:
                    self._report(here, "E060", f"{day} is there twice", "remove one", True)
                week[day] = self._row(here, hours)
        return tuple(week.get(day) for day in DAYS) if week else ()

    def _row(self, path: Path, hours: str) -> tuple[int, int] | None:
        if hours == "closed":
            return None
        interval = interval_of(hours)
        if interval is None or interval.end <= interval.start:
            message = f'"{hours}" are no hours of a day'
            self._report(path, "E060", message, 'write "08:00-21:00", or closed')
            return None
        return interval.start, interval.end

    def _cap(self, path: Path, shape: shapes.CapShape) -> made.AttemptCap:
        if (shape.hours is None) != shape.day:
            self._report(
                path, "E012", "a cap is within hours or a day", "write hours: or day: true"
            )
        return made.AttemptCap(most=shape.most, hours=shape.hours or 0, key=shape.key)

    def _report(self, path: Path, code: str, message: str, hint: str, key: bool = False) -> None:
        self._document.report(path, code, message, hint, key=key)


def expiring(policies: tuple[made.Policy, ...], day: date) -> tuple[str, ...]:
    """Name, in words, what ends within ninety days of `day` or is over: for warnings."""
    soon = date.fromordinal(day.toordinal() + 90).isoformat()
    said = []
    for policy in policies:
        if policy.holidays_until and policy.holidays_until <= soon and not policy.effective_to:
            said.append(f"{policy.policy}: holidays are known until {policy.holidays_until} only")
        later = any(
            p.policy == policy.policy and p.effective_from >= policy.effective_to for p in policies
        )
        if policy.effective_to and policy.effective_to <= soon and not later:
            said.append(f"{policy.policy}: nothing follows it on {policy.effective_to}")
    return tuple(said)
