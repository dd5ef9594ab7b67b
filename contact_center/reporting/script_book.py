"""What came of call scripts: counts by version (or queue, or agent), page, arm, objection, offer.

A run of a script belongs to the time in which it began, with all that happened in it later, to the
agent who has it now or had it last, and to the queue that it began for. Shares come with Wilson's
interval (95 %); they are shares of runs that are over.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contact_center.core.scripting.script import Script, Text
from contact_center.reporting.flow_book import share

By = Literal["version", "queue", "agent"]
BY: Final[tuple[By, ...]] = ("version", "queue", "agent")
"""By what runs can be counted."""
ARM: Final = "arm:"
BACK: Final = "back"
PERCENTS: Final = (50, 90)
NAME_OF_REPORT: Final = "script"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptQuestion:
    """What is asked: runs of `script` that began in ``[begin, end)``, microseconds UTC.

    ``queue``, ``agent``: of this one alone; empty for all. ``goals``: dispositions that are what
    the script is for; conversion is the share of runs that ended with one of them.
    """

    script: str
    begin: int
    end: int
    by: By = "version"
    queue: str = ""
    agent: str = ""
    goals: frozenset[str] = frozenset()


@dataclass(slots=True)
class RunTally:
    """Runs. Of those: ``ended``; ``complete`` on a last page; ``dispositions`` by code, if any."""

    runs: int = 0
    ended: int = 0
    complete: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)

    def count(self, *, over: bool, complete: bool, disposition: str, times: int = 1) -> None:
        """Count runs that came to the same."""
        self.runs += times
        self.ended += times * over
        self.complete += times * (over and complete)
        if over and disposition:
            self.dispositions[disposition] += times


@dataclass(slots=True)
class PageTally(RunTally):
    """One page, and the runs that came to it. ``calls``: of how many calls these are.

    ``entries``: how often it came up, ``back`` of them by going back; ``exits``: how often it was
    left, by way; ``passed``: how often it was passed unseen, by way. ``dwell_us``: sum over exits;
    ``dwell_at``: percentiles of it (nearest rank), by percent. ``lost``: runs that ended here
    though it is no last page.
    """

    calls: int = 0
    entries: int = 0
    back: int = 0
    lost: int = 0
    exits: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    dwell_us: int = 0
    dwell_at: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class ObjectionTally(RunTally):
    """One objection, and the runs in which it came up; ``times``: how often."""

    times: int = 0


@dataclass(slots=True)
class DisclosureTally(RunTally):
    """One disclosure, and the runs in which it was confirmed; ``recorded``: those of them in whose
    recording it can be heard."""

    recorded: int = 0


@dataclass(slots=True)
class OfferTally:
    """One offer: ``shown`` in how many runs, and what was said of it last in each."""

    shown: int = 0
    accepted: int = 0
    declined: int = 0


@dataclass(slots=True)
class ScriptTally(RunTally):
    """One version, queue or agent. ``calls``: of how many calls the runs are.

    ``arms`` by page of the split and name; ``disclosures``: runs in which each was confirmed.
    """

    calls: int = 0
    pages: dict[str, PageTally] = field(default_factory=dict)
    arms: dict[tuple[str, str], RunTally] = field(default_factory=dict)
    objections: dict[str, ObjectionTally] = field(default_factory=dict)
    offers: dict[str, OfferTally] = field(default_factory=dict)
    disclosures: dict[str, DisclosureTally] = field(default_factory=dict)

    def page(self, name: str) -> PageTally:
        """Give the tally of a page, made when missing."""
        return self.pages.setdefault(name, PageTally())

    def arm(self, page: str, way: str) -> RunTally:
        """Give the tally of the arm that `way` names."""
        return self.arms.setdefault((page, way.removeprefix(ARM)), RunTally())

    def objection(self, name: str) -> ObjectionTally:
        """Give the tally of an objection, made when missing."""
        return self.objections.setdefault(name, ObjectionTally())

    def offer(self, name: str) -> OfferTally:
        """Give the tally of an offer, made when missing."""
        return self.offers.setdefault(name, OfferTally())

    def disclosure(self, name: str) -> DisclosureTally:
        """Give the tally of a disclosure, made when missing."""
        return self.disclosures.setdefault(name, DisclosureTally())


@dataclass(slots=True)
class ScriptBook:
    """The answer to a question, by what was asked for."""

    asked: ScriptQuestion
    groups: dict[str, ScriptTally] = field(default_factory=dict)

    def group(self, name: str) -> ScriptTally:
        """Give the tally of a version, queue or agent, made when missing."""
        return self.groups.setdefault(name, ScriptTally())

    def plain(self, script: Script | None = None) -> dict[str, Any]:
        """Everything as plain data.

        `script`: the script of today, for the order and titles of pages; without it pages are in
        the order of how many runs came to them.
        """
        asked = self.asked
        now = script.version if script is not None and asked.by == "version" else ""
        ordered = sorted(self.groups.items(), key=lambda g: (g[0] != now, -g[1].runs, g[0]))
        return {
            "report": NAME_OF_REPORT,
            "script": asked.script,
            "from_at": asked.begin,
            "to_at": asked.end,
            "by": asked.by,
            "queue": asked.queue or None,
            "agent": asked.agent or None,
            "goals": sorted(asked.goals),
            "groups": [
                {
                    asked.by: name,
                    **({"current": name == now} if asked.by == "version" else {}),
                    **_plain_group(tally, asked.goals, script),
                }
                for name, tally in ordered
            ],
        }


def _plain_group(
    tally: ScriptTally, goals: frozenset[str], script: Script | None
) -> dict[str, Any]:
    return {
        "calls": tally.calls,
        **_plain_runs(tally, goals),
        "pages": [
            _plain_page(name, tally.pages.get(name, PageTally()), tally.runs, goals, script)
            for name in _in_order(tally.pages, script)
        ],
        "splits": [
            {"page": page, "arm": name, **_plain_runs(arm, goals)}
            for (page, name), arm in sorted(tally.arms.items())
        ],
        "objections": [
            {"objection": name, "times": met.times, **_plain_runs(met, goals)}
            for name, met in sorted(tally.objections.items(), key=lambda o: (-o[1].runs, o[0]))
        ],
        "offers": [
            {
                "offer": name,
                "shown": offer.shown,
                "accepted": share(offer.accepted, offer.shown),
                "declined": share(offer.declined, offer.shown),
            }
            for name, offer in sorted(tally.offers.items(), key=lambda o: (-o[1].shown, o[0]))
        ],
        "disclosures": [
            {"disclosure": name, "recorded": said.recorded, **_plain_runs(said, goals)}
            for name, said in sorted(tally.disclosures.items())
        ],
    }


def _plain_runs(tally: RunTally, goals: frozenset[str]) -> dict[str, Any]:
    codes = tally.dispositions
    ordered = sorted(codes, key=lambda code: (-codes[code], code))
    converted = sum(codes[code] for code in goals)
    return {
        "runs": tally.runs,
        "ended": tally.ended,
        "completion": share(tally.complete, tally.ended),
        "conversion": share(converted, tally.ended) if goals else None,
        "dispositions": {code: share(codes[code], tally.ended) for code in ordered},
    }


def _plain_page(
    name: str, tally: PageTally, runs: int, goals: frozenset[str], script: Script | None
) -> dict[str, Any]:
    exits = tally.exits.total()
    page = script.pages.get(name) if script is not None else None
    return {
        "page": name,
        "title": _words(script, page.title) if script is not None and page is not None else "",
        "calls": tally.calls,
        **_plain_runs(tally, goals),
        "reached": round(tally.runs / runs, 6) if runs else None,
        "entries": tally.entries,
        "back": tally.back,
        "lost": share(tally.lost, tally.ended),
        "mean_us": tally.dwell_us // exits if exits else None,
        **{f"p{percent}_us": tally.dwell_at.get(percent) for percent in PERCENTS},
        "exits": _plain_ways(tally.exits),
        "passed": _plain_ways(tally.passed),
    }


def _plain_ways(ways: Mapping[str, int]) -> list[dict[str, Any]]:
    total = sum(ways.values())
    return [
        {"way": way, "times": times, "share": round(times / total, 6)}
        for way, times in sorted(ways.items(), key=lambda one: (-one[1], one[0]))
    ]


def _words(script: Script, text: Text) -> str:
    return "".join(piece.text for piece in script.words(text, script.language))


def _in_order(pages: Mapping[str, PageTally], script: Script | None) -> list[str]:
    by_runs = sorted(pages, key=lambda name: (-pages[name].runs, name))
    if script is None:
        return by_runs
    return [*script.pages, *(name for name in by_runs if name not in script.pages)]
