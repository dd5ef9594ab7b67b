"""The same answer as the database gives about a script, from facts alone: both must agree on it."""

from collections.abc import Iterable

from contact_center.core.scripting import facts as f
from contact_center.core.scripting.kept import KeptRun
from contact_center.reporting.flow_book import nearest_rank
from contact_center.reporting.script_book import (
    ARM,
    BACK,
    PERCENTS,
    RunTally,
    ScriptBook,
    ScriptQuestion,
    ScriptTally,
)


def fold_script(runs: Iterable[KeptRun], asked: ScriptQuestion) -> ScriptBook:
    """Count whole runs, each told once."""
    book = ScriptBook(asked)
    dwells: dict[tuple[str, str], list[int]] = {}
    calls: dict[tuple[str, str | None], set[str]] = {}
    for run in runs:
        if not _is_asked(run, asked):
            continue
        name = {"version": run.version, "queue": run.queue, "agent": run.agent}[asked.by]
        tally = book.group(name)
        _count_run(tally, run)
        calls.setdefault((name, None), set()).add(run.call)
        for fact in run.facts:
            _count_step(tally, fact)
            if isinstance(fact, f.PageEntered):
                calls.setdefault((name, fact.page), set()).add(run.call)
            elif isinstance(fact, f.PageLeft):
                dwells.setdefault((name, fact.page), []).append(fact.dwell_us)
    for (name, page), those in calls.items():
        found = book.group(name) if page is None else book.group(name).page(page)
        found.calls = len(those)
    for (name, page), lengths in dwells.items():
        at = {percent: nearest_rank(sorted(lengths), percent) for percent in PERCENTS}
        book.group(name).page(page).dwell_at = at
    return book


def _is_asked(run: KeptRun, asked: ScriptQuestion) -> bool:
    return (
        run.script == asked.script
        and bool(run.facts)
        and asked.begin <= run.facts[0].at < asked.end
        and asked.queue in ("", run.queue)
        and asked.agent in ("", run.agent)
    )


def _count_run(tally: ScriptTally, run: KeptRun) -> None:
    end = next((fact for fact in run.facts if isinstance(fact, f.RunEnded)), None)
    entered = {fact.page for fact in run.facts if isinstance(fact, f.PageEntered)}
    passed = {(fact.page, fact.way) for fact in run.facts if isinstance(fact, f.PagePassed)}
    met = {fact.objection for fact in run.facts if isinstance(fact, f.ObjectionMet)}
    confirmed = [fact for fact in run.facts if isinstance(fact, f.DisclosureConfirmed)]
    said = {fact.disclosure for fact in confirmed}
    for name in {fact.disclosure for fact in confirmed if fact.recording is not None}:
        tally.disclosure(name).recorded += 1
    of_run: list[RunTally] = [
        tally,
        *(tally.page(page) for page in entered),
        *(tally.arm(page, way) for page, way in passed if way.startswith(ARM)),
        *(tally.objection(name) for name in met - {""}),
        *(tally.disclosure(name) for name in said),
    ]
    for one in of_run:
        one.count(
            over=end is not None,
            complete=end is not None and end.complete,
            disposition="" if end is None else end.disposition,
        )
    if end is not None and not end.complete:
        tally.page(end.page).lost += 1
    for offer in {fact.offer for fact in run.facts if isinstance(fact, f.OfferShown)}:
        tally.offer(offer).shown += 1
    answers = {fact.offer: fact.accepted for fact in run.facts if isinstance(fact, f.OfferAnswered)}
    for offer, accepted in answers.items():
        tally.offer(offer).accepted += accepted
        tally.offer(offer).declined += not accepted


def _count_step(tally: ScriptTally, fact: f.ScriptFact) -> None:
    if isinstance(fact, f.PageEntered):
        page = tally.page(fact.page)
        page.entries += 1
        page.back += fact.came == BACK
    elif isinstance(fact, f.PagePassed):
        tally.page(fact.page).passed[fact.way] += 1
    elif isinstance(fact, f.PageLeft):
        page = tally.page(fact.page)
        page.exits[fact.way] += 1
        page.dwell_us += fact.dwell_us
    elif isinstance(fact, f.ObjectionMet) and fact.objection:
        tally.objection(fact.objection).times += 1
