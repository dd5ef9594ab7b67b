"""The part of the page on dialing that is made from a benchmark."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

BEGIN = "<!-- made by python -m simulations bench dialer --write-docs -->\n"
END = "<!-- end of the benchmark -->"
_PART = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
HEADINGS: Mapping[str, str] = {
    "look_ahead": "**look-ahead**",
    "mean_matching": "mean matching",
    "progressive": "1:1",
    "best_ratio": "best ratio in hindsight",
    "vicidial_tapered": "VICIdial tapered",
    "vicidial_hard": "VICIdial hard",
    "vicidial_average": "VICIdial average",
    "oracle_talks": "talks known",
    "oracle_answers": "answers known",
}
Rows = Sequence[Mapping[str, Any]]


def with_benchmark(text: str, made: str) -> str:
    """Put the part in its place. Raises ValueError for a page without a place for it."""
    if not _PART.search(text):
        raise ValueError(f"the page has no lines {BEGIN.strip()} and {END}")
    return _PART.sub(lambda _: BEGIN + made + END, text)


def benchmark(rows: Rows, bounds: Rows) -> str:
    """Write tables of policies by scenario, of sums over them, and of bounds."""
    scenarios = list(dict.fromkeys(row["scenario"] for row in rows))
    policies = list(dict.fromkeys(row["policy"] for row in rows))
    real = [policy for policy in policies if not policy.startswith("oracle")]
    found = {(row["scenario"], row["policy"]): row for row in rows}
    lines = [
        _line(["scenario", *(HEADINGS.get(p, p) for p in real)]),
        _line(["---"] * (len(real) + 1)),
    ]
    for scenario in scenarios:
        cells = [
            _cell(found[scenario, policy])
            if (scenario, policy) in found
            else ("none" if policy == "best_ratio" else "not run")
            for policy in real
        ]
        lines.append(_line([f"`{scenario}`", *cells]))
    lines += ["", *_sums(found, scenarios, real)]
    lines += ["", *_ours(found, scenarios)]
    lines += ["", *_bounds(bounds)]
    return "\n".join(lines) + "\n"


def _cell(row: Mapping[str, Any]) -> str:
    shown = f"{_percent(row['utilisation'])} at {_percent(row['abandonment'], 2)}"
    if row["setting"]:
        shown += f" ({row['setting'].removeprefix('ratio_')})"
    elif row["abandonment_worst"] > row["abandonment"] + 0.00005:
        shown += f", {_percent(row['abandonment_worst'], 2)}"
    return shown


def _sums(
    found: Mapping[tuple[str, str], Mapping[str, Any]],
    scenarios: Sequence[str],
    policies: Sequence[str],
) -> list[str]:
    lines = [
        "| policy | scenarios | seeds | mean utilisation | share of the bound | scenarios with a "
        "seed over 3 % | highest abandonment of a seed | mean worst quarter of an hour |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for policy in policies:
        rows = [found[s, policy] for s in scenarios if (s, policy) in found]
        seeds = sorted({row["seeds"] for row in rows})
        over = sum(row["abandonment_worst"] > 0.03 for row in rows)
        lines.append(
            _line(
                [
                    HEADINGS.get(policy, policy),
                    str(len(rows)),
                    "-".join(map(str, dict.fromkeys([seeds[0], seeds[-1]]))),
                    _percent(_mean(rows, "utilisation")),
                    _percent(_mean(rows, "share_of_bound")),
                    f"{over} of {len(rows)}",
                    _percent(max(row["abandonment_worst"] for row in rows), 2),
                    _percent(_mean(rows, "worst_quarter")),
                ]
            )
        )
    return lines


def _ours(
    found: Mapping[tuple[str, str], Mapping[str, Any]], scenarios: Sequence[str]
) -> list[str]:
    lines = [
        "| scenario | seeds | utilisation | worst seed | abandonment | worst seed | worst quarter "
        "of an hour | talk min/h | dials a connect | decision p99, µs |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for scenario in scenarios:
        row = found.get((scenario, "look_ahead"))
        if row:
            lines.append(
                _line(
                    [
                        f"`{scenario}`",
                        str(row["seeds"]),
                        _percent(row["utilisation"]),
                        _percent(row["utilisation_worst"]),
                        _percent(row["abandonment"], 2),
                        _percent(row["abandonment_worst"], 2),
                        _percent(row["worst_quarter"]),
                        f"{row['talk_minutes_per_hour']:.1f}",
                        f"{row['dials_per_connect']:.2f}",
                        f"{row['decision_p99_us']:.0f}",
                    ]
                )
            )
    return lines


def _bounds(bounds: Rows) -> list[str]:
    names = ("clairvoyant", "oracle_answers", "oracle_talks", "blind")
    lines = [
        "| scenario | clairvoyant | answers known | talks known | blind | look-ahead "
        "of the clairvoyant | of answers known | of talks known | of blind |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for bound in bounds:
        tops = [_percent(bound[n]) if n in bound else "" for n in names]
        keys = [f"share_of_{n}" for n in names]
        shares = [_percent(bound[k]) if k in bound else "" for k in keys]
        lines.append(_line([f"`{bound['scenario']}`", *tops, *shares]))
    return lines


def _mean(rows: Rows, name: str) -> float:
    return float(sum(row[name] for row in rows)) / len(rows)


def _percent(share: float, places: int = 1) -> str:
    return f"{100 * share:.{places}f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
