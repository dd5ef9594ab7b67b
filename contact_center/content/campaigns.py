"""A file of campaigns -> `CampaignSettings`, with every problem at once."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as File
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contact_center.content import campaign_shapes as shapes
from contact_center.content.center_files import read_bytes
from contact_center.content.day_parts import day_parts, minutes
from contact_center.content.numbers import dialled
from contact_center.content.problems import (
    ContentError,
    Problem,
    did_you_mean,
    raise_errors,
    renamed,
)
from contact_center.content.shapes import validate
from contact_center.content.yaml_source import MAX_BYTES, Document, Path, decode, read
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import is_safe_id
from dialer import campaign as made
from dialer.filter_parser import parse
from dialer.ids import AgentId, CampaignId, ListId, PolicyId, PoolId
from dialer.lead_filter import FilterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What campaigns may refer to."""

    region: str
    zone: str
    queues: Collection[str]
    flows: Collection[str]
    dispositions: Collection[str]
    policies: Collection[str]
    pacers: Collection[str]


def around(
    configuration: CenterConfiguration, policies: Collection[str], pacers: Collection[str]
) -> Around:
    """Say what a center offers to campaigns."""
    calendars = list(configuration.calendars.values())
    return Around(
        region=configuration.region,
        zone=str(calendars[0].zone) if calendars else "UTC",
        queues=tuple(configuration.queues),
        flows=tuple(configuration.flows),
        dispositions=tuple(configuration.dispositions),
        policies=tuple(policies),
        pacers=tuple(pacers),
    )


def load_campaigns_file(file: File, around: Around) -> tuple[made.CampaignSettings, ...]:
    """Read a file of campaigns. Raises ContentError with every problem, by path from here."""
    try:
        text = decode(file.name, read_bytes(file, MAX_BYTES + 1))
    except OSError as error:
        raise ContentError(
            [
                Problem(
                    file=str(file),
                    code="E100",
                    message=f"cannot be read: {error.strerror}",
                    hint="set CC_CAMPAIGNS or campaigns: to a file of campaigns",
                )
            ]
        ) from None
    try:
        return load_campaigns(file.name, text, around)
    except ContentError as error:
        folder = file.parent
        raise ContentError(
            renamed(p, os.path.normpath(folder / p.file)) for p in error.problems
        ) from None


def load_campaigns(name: str, text: str, around: Around) -> tuple[made.CampaignSettings, ...]:
    """Build campaigns from a text. Raises ContentError with every problem."""
    document = read(name, text)
    built = _Campaigns(document, around).build()
    raise_errors(document.problems)
    return built


class _Campaigns:
    def __init__(self, document: Document, around: Around) -> None:
        self._document = document
        self._around = around

    def build(self) -> tuple[made.CampaignSettings, ...]:
        data = self._document.data
        written = data.get("campaigns") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(written, dict):
            validate(shapes.CampaignsFile, self._document)
            return ()
        header = {k: v if k != "campaigns" else {} for k, v in data.items()}
        validate(shapes.CampaignsFile, self._document, expanded=header)
        built = []
        for name in written:
            path = ("campaigns", name)
            if not is_safe_id(name):
                self._document.report(
                    path,
                    "E014",
                    f'"{str(name)[:40]}" is not a usable name',
                    "use letters, digits, '.', '_' and '-'",
                    key=True,
                )
                continue
            shape = validate(shapes.CampaignShape, self._document, path)
            if shape is not None:
                built.append(self._campaign(name, shape))
        return tuple(built)

    def _campaign(self, name: str, shape: shapes.CampaignShape) -> made.CampaignSettings:
        path = ("campaigns", name)
        self._refers(path, shape)
        self._choices(path, shape)
        return made.CampaignSettings(
            campaign=CampaignId(name),
            label=shape.label,
            seller=shape.seller,
            purpose=shape.purpose,
            queue=shape.queue,
            pool=PoolId(shape.pool) if shape.pool else None,
            mode=made.Mode(shape.mode),
            flow=shape.flow,
            lists=tuple(_list(one, share) for one, share in shape.lists.items()),
            caller_ids=self._caller_ids(path, shape),
            policies=tuple(PolicyId(one) for one in shape.policies),
            weight=shape.weight,
            pacer=shape.pacer,
            ratio=shape.ratio,
            target=shape.target,
            target_early=shape.target_early,
            keep_free=shape.keep_free,
            predictive_from=shape.predictive_from,
            inbound_weight=shape.inbound_weight,
            ring_us=shape.ring,
            amd=shape.amd,
            on_machine=made.OnMachine(shape.on_machine),
            machine_flow=shape.machine_flow or "",
            machine_false=shape.machine_false,
            machine_samples=shape.machine_samples,
            limits=made.Limits(**shape.limits.model_dump()),
            verdicts={verdict: retry_rule(rule) for verdict, rule in shape.outcomes.items()},
            dispositions={
                code: _disposition(code, one) for code, one in shape.dispositions.items()
            },
            quotas=tuple(
                made.Quota(name=quota, filter=one.filter, most=one.most)
                for quota, one in shape.quotas.items()
            ),
            day_parts=day_parts(self._document, (*path, "day_parts"), shape.day_parts),
            schedule=self._schedule(path, shape.schedule),
            external=tuple(
                made.External(agent=AgentId(f"external.{one}"), to=end.to, most=end.most)
                for one, end in shape.external.items()
            ),
            holdout=shape.holdout,
            rest_numbers_us=shape.rest_numbers,
            preview_us=shape.preview,
            preview_dials=shape.preview_dials,
            skips=shape.skips,
            skip_reasons=tuple(shape.skip_reasons),
            cost_per_hour=shape.cost_per_hour,
            seed=shape.seed,
        )

    def _refers(self, path: Path, shape: shapes.CampaignShape) -> None:
        """Check that what is named is there."""
        there = self._around
        for where, name, names, code, what in (
            (("queue",), shape.queue, there.queues, "E024", "queue"),
            (("flow",), shape.flow, there.flows, "E026", "flow"),
            (("machine_flow",), shape.machine_flow, there.flows, "E026", "flow"),
            (("pacer",), shape.pacer, there.pacers, "E130", "pacer"),
            *(
                (("policies", index), policy, there.policies, "E131", "policy")
                for index, policy in enumerate(shape.policies)
            ),
            *(
                (("dispositions", code), code, there.dispositions, "E028", "disposition")
                for code in shape.dispositions
            ),
        ):
            if name is not None and name not in names:
                self._document.report(
                    (*path, *where),
                    code,
                    f'there is no {what} "{name}"',
                    did_you_mean(name, names, f"write it in the center, or name another {what}"),
                )

    def _choices(self, path: Path, shape: shapes.CampaignShape) -> None:
        """Check filters and orders as far as that goes without the lists and their fields."""
        filters = [
            *((("lists", name, "filter"), each.filter) for name, each in shape.lists.items()),
            *((("quotas", name, "filter"), each.filter) for name, each in shape.quotas.items()),
        ]
        for where, written in filters:
            try:
                parse(written)
            except FilterError as error:
                told = f"{error.args[0]}, at character {error.at} of the filter"
                self._document.report((*path, *where), "E090", told, error.mend)
        for name, each in shape.lists.items():
            for index, order in enumerate(each.order):
                if order not in made.ORDERS and not order.removeprefix("-").startswith("field:"):
                    self._document.report(
                        (*path, "lists", name, "order", index),
                        "E012",
                        f'there is no order "{order}"',
                        did_you_mean(order, (*made.ORDERS, "field:NAME", "-field:NAME")),
                    )

    def _caller_ids(self, path: Path, shape: shapes.CampaignShape) -> tuple[made.CallerId, ...]:
        found = []
        for index, one in enumerate(shape.caller_ids):
            number = dialled(one.number, self._around.region)
            if number is None or not number.startswith("+"):
                self._document.report(
                    (*path, "caller_ids", index, "number"),
                    "E101",
                    f'"{one.number}" is no number that can be shown',
                    'write it as "+14155550100"',
                )
                continue
            found.append(
                made.CallerId(
                    number=number,
                    regions=tuple(one.regions),
                    proof=one.proof,
                    valid_until=self._instant(
                        (*path, "caller_ids", index, "until"), one.until, "UTC"
                    ),
                    daily_cap=one.daily,
                )
            )
        return tuple(found)

    def _schedule(self, path: Path, shape: shapes.ScheduleShape) -> made.Schedule:
        zone = shape.zone or self._around.zone
        where = (*path, "schedule")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            self._document.report(
                (*where, "zone"),
                "E104",
                f'there is no time zone "{zone}"',
                "write one as America/New_York",
            )
            zone = "UTC"
        windows = []
        for day, hours in shape.hours.items():
            begin, end = minutes(self._document, (*where, "hours", day), hours)
            windows.append((shapes.DAYS.index(day), begin, end))
        start = self._moment((*where, "start"), shape.start, zone)
        stop = self._moment((*where, "stop"), shape.stop, zone)
        if start is not None and stop is not None and stop <= start:
            self._document.report(
                (*where, "stop"), "E060", "it stops before it starts", "choose a later time"
            )
        return made.Schedule(
            zone=zone,
            windows=tuple(windows),
            holidays=tuple(shape.holidays),
            start_at=start,
            stop_at=stop,
            stop_after=shape.stop_after,
            stop_over=shape.stop_over,
        )

    def _moment(self, path: Path, text: str | None, zone: str) -> int | None:
        return self._instant(path, text, zone) if text is not None else None

    def _instant(self, path: Path, text: str, zone: str) -> int:
        """Read a wall time in a zone; a time that a clock skips is the first one after the gap."""
        try:
            wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            self._document.report(path, "E012", f'"{text}" is no date', "write it as 2026-03-31")
            return 0
        return int(wall.timestamp()) * 1_000_000


def _list(name: str, shape: shapes.ListShape) -> made.ListShare:
    return made.ListShare(
        list=ListId(name),
        weight=shape.weight,
        on=shape.on,
        filter=shape.filter,
        order=tuple(shape.order),
    )


def _disposition(code: str, shape: shapes.DispositionShape) -> made.DispositionRule:
    return made.DispositionRule(
        code=code,
        success=shape.success,
        contact=shape.contact or shape.success,
        suppress=shape.suppress,
        machine=shape.machine,
        retry=retry_rule(shape.retry) if shape.retry is not None else None,
    )


def retry_rule(shape: shapes.RetryShape) -> made.RetryRule:
    """Make a rule of what is written."""
    return made.RetryRule(
        delay_us=shape.after,
        attempts=shape.attempts,
        backoff=shape.backoff,
        most_us=shape.most,
        next_number=shape.next_number,
        spread=shape.spread,
    )
