"""What a campaign has achieved, as data and as a table: in all, by segment, by hour, by attempt."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialer.analysis import Analysis, Share, Tried, analyse, lift, wilson
from dialer.filter_parser import parse
from dialer.lead_filter import matches
from dialer.list_definition import FieldKind
from simulations.dialing_list.campaign import ZONE, Outcome
from simulations.dialing_list.source import Person

SEGMENTS: Mapping[str, str] = {
    "bought before": 'fields.poutcome == "success"',
    "refused before": 'fields.poutcome == "failure"',
    "new": 'fields.poutcome == "nonexistent"',
    "students and retired": 'fields.job in ["student", "retired"]',
    "blue-collar": 'fields.job == "blue-collar"',
    "under 30": "fields.age < 30",
    "30 to 59": "fields.age >= 30 && fields.age < 60",
    "60 and over": "fields.age >= 60",
    "mobile": 'fields.contact == "cellular"',
    "landline": 'fields.contact == "telephone"',
    "default not known": "!has(fields.default)",
}
"""Filters, in the language that lists are filtered by, and what they are called."""


def document(
    outcome: Outcome, kinds: Mapping[str, FieldKind], segments: Mapping[str, str] = SEGMENTS
) -> dict[str, Any]:
    """Tell everything as data. Raises FilterError for a segment that cannot be."""
    whole = analyse(outcome.settings, outcome.tried, ZONE)
    called = len(outcome.people)
    bought = sum(each.success for each in outcome.tried)
    # The file tells of nobody who was not called: that nobody buys by themselves is assumed.
    compared = lift(bought, called, 0, len(outcome.held_out))
    hours = outcome.first_hours
    return {
        "pacer": outcome.setting.pacer,
        "order": outcome.setting.order,
        "agents": outcome.setting.agents,
        "seed": outcome.setting.seed,
        "called": called,
        "held_out": len(outcome.held_out),
        "states": outcome.states,
        "planned": {
            "dials": round(outcome.volume.dials),
            "talks": round(outcome.volume.talks),
            "hours": _hours(outcome.begins_at, outcome.plan.done_at),
        },
        "first_pass": {
            "hours": round(hours, 2),
            "utilisation": round(outcome.first.utilisation, 4),
            "abandonment": round(outcome.first.abandonment, 4),
            "dials_per_hour": round(outcome.first.dials / hours) if hours else 0,
        },
        "abandonment": round(outcome.totals.abandonment, 4),
        "hours_to_the_last": _hours(outcome.begins_at, outcome.done_at),
        "sales": bought,
        "sales_in_first_half_of_talks": outcome.half_sales,
        "lift": {
            "value": round(compared.value, 4),
            "low": round(compared.low, 4),
            "high": round(compared.high, 4),
        },
        "total": _row(whole, called),
        "segments": {
            name: _segment(outcome, _chosen(kinds, source)) for name, source in segments.items()
        },
        "by_hour": {
            hour: _counts(counts.answered(), counts.conversion(), counts.attempts)
            for hour, counts in sorted(whole.by["hour"].items())
        },
        "by_attempt": {
            number: _counts(counts.answered(), counts.conversion(), counts.attempts)
            for number, counts in sorted(whole.by["attempt"].items(), key=lambda kv: int(kv[0]))
        },
    }


def _chosen(kinds: Mapping[str, FieldKind], source: str) -> Callable[[Person], bool]:
    term = parse(source, kinds)
    return lambda person: matches(term, person.row.fields)


def _segment(outcome: Outcome, chosen: Callable[[Person], bool]) -> dict[str, Any]:
    keys = {person.row.key for person in outcome.people if chosen(person)}
    tried: Sequence[Tried] = [each for each in outcome.tried if each.attempt.lead in keys]
    return _row(analyse(outcome.settings, tried, ZONE), len(keys))


def _row(found: Analysis, leads: int) -> dict[str, Any]:
    total = found.total
    penetration = total.leads / leads if leads else 0.0
    return {
        "leads": leads,
        "penetration": round(penetration, 4),
        "reached": _share(wilson(min(total.connected, leads), leads)),
        **_counts(total.answered(), total.conversion(), total.attempts),
    }


def _counts(answered: Share, conversion: Share, attempts: int) -> dict[str, Any]:
    return {"attempts": attempts, "answered": _share(answered), "conversion": _share(conversion)}


def _share(share: Share) -> dict[str, float | int]:
    ends = {"value": share.value, "low": share.low, "high": share.high}
    return {"count": share.count, **{name: round(value, 4) for name, value in ends.items()}}


def _hours(begins_at: int, done_at: int | None) -> float | None:
    return None if done_at is None else round((done_at - begins_at) / 3.6e9, 1)


def table(told: Mapping[str, Any]) -> str:
    """Write one campaign for people."""
    first, planned = told["first_pass"], told["planned"]
    lines = [
        f"{told['pacer']}, order {told['order']}, {told['agents']} agents: "
        f"{told['called']} called, {told['held_out']} held out",
        f"  planned: {planned['dials']} dials, {planned['talks']} talks",
        f"  first pass: {first['hours']} h, agents busy {first['utilisation']:.1%}, "
        f"{first['dials_per_hour']} dials an hour",
        f"  abandoned: {told['abandonment']:.2%} of those who answered",
        f"  sales: {told['sales']}, of these {told['sales_in_first_half_of_talks']} "
        "in the first half of the talks",
        f"  lift over who was held out: {told['lift']['value']:.1%} "
        f"({told['lift']['low']:.1%} to {told['lift']['high']:.1%})",
        "",
        f"  {'':22} {'leads':>6} {'called':>7} {'answered':>21} {'sold, of talks':>21}",
    ]
    rows = {"all": told["total"], **told["segments"]}
    for name, row in rows.items():
        lines.append(
            f"  {name:22} {row['leads']:6} {row['penetration']:7.0%} "
            f"{_cell(row['answered'])} {_cell(row['conversion'])}"
        )
    for title, group in (("hour", told["by_hour"]), ("attempt", told["by_attempt"])):
        lines.append("")
        for name, row in group.items():
            lines.append(
                f"  {title + ' ' + name:22} {row['attempts']:6} {'':7} "
                f"{_cell(row['answered'])} {_cell(row['conversion'])}"
            )
    return "\n".join(lines)


def _cell(share: Mapping[str, float]) -> str:
    reach = f"({share['low']:.1%} to {share['high']:.1%})"
    return f"{share['value']:6.1%} {reach:>18}"
