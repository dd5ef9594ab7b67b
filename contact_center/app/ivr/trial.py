"""Tests of a flow, run: each on a center of its own, under a clock that is moved by hand."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contact_center.app.ivr.hearing import Moment, What
from contact_center.app.ivr.tryout import CannotError, Tryout
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import FlowBundle
from contact_center.core.ivr.labels import labels_of
from contact_center.core.ivr.scenario import Act, Does, Expect, FlowTest

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one test. ``failures`` are in words; ``path`` the edges taken, as node/outcome.

    ``heard`` is all that was said to the caller. ``nodes`` and ``edges`` are those of the flow
    itself that the caller went through, without those of flows that it called. ``line`` is that of
    what failed first, or of the test.
    """

    name: str
    line: int
    failures: tuple[str, ...]
    path: tuple[str, ...]
    heard: tuple[str, ...]
    nodes: frozenset[str]
    edges: frozenset[str]

    @property
    def passed(self) -> bool:
        """Whether all that was expected came true."""
        return not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which nodes and edges of a flow its tests went through; edges as node/outcome."""

    nodes: tuple[str, ...]
    edges: tuple[str, ...]
    missed_nodes: tuple[str, ...]
    missed_edges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of all tests of a flow."""

    flow: FlowId
    outcomes: tuple[Outcome, ...]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        """Whether every test passed; so it is when there is none."""
        return all(outcome.passed for outcome in self.outcomes)


def run_tests(configuration: CenterConfiguration, flow: FlowId, only: str = "") -> Report:
    """Run the tests in the file of `flow`, in this center. Never raises for what a test does.

    `only`: those with these words in their name.
    """
    bundle = configuration.flows[flow]
    chosen = [test for test in bundle.tests if only in test.name]
    outcomes = tuple(_run(configuration, bundle, test) for test in chosen)
    return Report(flow=flow, outcomes=outcomes, coverage=_coverage(bundle, outcomes))


def _run(configuration: CenterConfiguration, bundle: FlowBundle, test: FlowTest) -> Outcome:
    tryout = Tryout(configuration, bundle.flow, test.given)
    failures: list[str] = []
    line, since = test.line, 0
    try:
        tryout.call()
        for step in test.steps:
            line = step.line
            if isinstance(step, Act):
                _ACTS[step.does](tryout, step)
                continue
            failures += judge(step, tryout, tryout.moments[since:])
            since = len(tryout.moments)
            if failures:
                break
    except CannotError as problem:
        failures.append(str(problem))
    moments = tryout.moments
    failures += [f"a bug of ours: {m.text}" for m in moments if m.what is What.FAULT]
    own = [m for m in moments if m.what is What.LEFT and m.flow == bundle.flow]
    return Outcome(
        name=test.name,
        line=line if failures else test.line,
        failures=tuple(failures),
        path=_path(moments),
        heard=_heard(moments),
        nodes=frozenset({m.node for m in own} | (set(tryout.nodes) & set(bundle.nodes))),
        edges=frozenset(_path(own)),
    )


_ACTS: dict[Does, Callable[[Tryout, Act], object]] = {
    Does.KEYS: lambda tryout, act: tryout.press(act.text),
    Does.WAIT: lambda tryout, act: tryout.wait(act.for_us),
    Does.SILENCE: lambda tryout, act: tryout.be_silent(act.times),
    Does.SPEECH: lambda tryout, act: tryout.speak(act.text),
    Does.HANGUP: lambda tryout, act: tryout.hang_up(),
    Does.AGENT: lambda tryout, act: (
        tryout.agent_answers() if act.text == "answers" else tryout.others_leave()
    ),
    Does.EMERGENCY: lambda tryout, act: tryout.emergency(on=act.text == "on"),
}


def judge(expect: Expect, tryout: Tryout, since: Sequence[Moment]) -> list[str]:
    """Say in words what is not as expected; `since` is what happened since the last time."""
    heard = _heard(since)
    whole = _plain(" ".join(heard))
    told = "; heard: " + (" / ".join(heard) or "nothing")
    wrong = [f'did not hear "{w}"{told}' for w in expect.heard if _plain(w) not in whole]
    wrong += [f'heard "{w}"' for w in expect.not_heard if _plain(w) in whole]
    missing = _missing(expect.edges, _path(since))
    if missing:
        wrong.append(f"did not take {missing}; took: {' > '.join(_path(since)) or 'none'}")
    session = tryout.session
    for name, value in expect.variables.items():
        found = tryout.variables.get(name)
        if found != value:
            wrong.append(f"vars.{name} is {found!r}, not {value!r}")
    if expect.node is not None and expect.node not in tryout.nodes:
        wrong.append(f'in the node "{tryout.node}", not "{expect.node}"')
    tags = session.tags if session is not None else []
    wrong += [f"no tag {tag}; tags: {', '.join(tags) or 'none'}" for tag in expect.tags
              if tag not in tags]  # fmt: skip
    states: tuple[tuple[str, object, object], ...] = (
        ("in the queue", expect.queue, tryout.queue),
        ("spoken to in", expect.language, tryout.language),
        ("ended for", expect.reason, tryout.reason),
    )
    for words, wanted, is_now in states:
        if wanted is not None and wanted != is_now:
            wrong.append(f'{words} "{is_now}", not "{wanted}"')
    flags = (
        ("the call is {}over", expect.ended, tryout.over),
        ("the caller does {}talk with somebody", expect.talking, bool(tryout.talking)),
    )
    for words, flag, is_so in flags:
        if flag is not None and flag is not is_so:
            wrong.append(words.format("" if is_so else "not "))
    return wrong


def _missing(wanted: Iterable[str], taken: Sequence[str]) -> str:
    """Name the first of the wanted edges that does not follow the ones before it."""
    rest = iter(taken)
    return next((edge for edge in wanted if edge not in rest), "")


def _heard(moments: Iterable[Moment]) -> tuple[str, ...]:
    return tuple(m.text for m in moments if m.what is What.SAYS)


def _path(moments: Iterable[Moment]) -> tuple[str, ...]:
    return tuple(f"{m.node}/{m.text}" for m in moments if m.what is What.LEFT)


def _plain(text: str) -> str:
    """Only words count, and those of single characters stand together, as digits are spoken."""
    words = " ".join(_WORD.findall(text.casefold()))
    return re.sub(r"(?<=\b\d) (?=\d\b)", "", words)


def _coverage(bundle: FlowBundle, outcomes: Sequence[Outcome]) -> Coverage:
    edges = {
        f"{name}/{label}": None
        for name, node in bundle.nodes.items()
        for label, _ in labels_of(node)
    }
    been = frozenset[str]().union(*(outcome.nodes for outcome in outcomes))
    taken = frozenset[str]().union(*(outcome.edges for outcome in outcomes))
    return Coverage(
        nodes=tuple(name for name in bundle.nodes if name in been),
        edges=tuple(edge for edge in edges if edge in taken),
        missed_nodes=tuple(name for name in bundle.nodes if name not in been),
        missed_edges=tuple(edge for edge in edges if edge not in taken),
    )
