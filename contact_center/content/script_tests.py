"""Tests that stand in a script's file, built and performed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contact_center.content.problems import did_you_mean
from contact_center.content.script_shapes import (
    ExpectShape,
    GivenShape,
    ScriptTestShape,
    StepShape,
)
from contact_center.content.yaml_source import Document, Path
from contact_center.core.scripting import reading
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from contact_center.core.scripting.view import shown

BEGIN_US = 1_795_000_000_000_000
"""When every test begins; only differences matter."""
_STEP_US = 10_000_000
"""How long each step takes that says nothing else: agents read."""


@dataclass(frozen=True, slots=True)
class ScriptTest:
    """One test. ``lines``: where its steps stand."""

    name: str
    given: GivenShape
    steps: tuple[StepShape, ...]
    line: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """How a test went: no words when all was well, else the line and what was not so."""

    test: ScriptTest
    line: int = 0
    words: str = ""


def build_tests(
    document: Document, written: Sequence[ScriptTestShape], script: Script
) -> tuple[ScriptTest, ...]:
    """Check what tests name, and find their places."""
    built: list[ScriptTest] = []
    for index, test in enumerate(written):
        path: Path = ("tests", index)
        if not any(step.expect is not None for step in test.steps):
            hint = "add {expect: {page: ...}}"
            document.report((*path, "steps"), "E120", "this test expects nothing", hint)
        spoken = test.given.language
        if spoken is not None and spoken not in script.languages:
            hint = did_you_mean(spoken, script.languages)
            where = (*path, "given", "language")
            document.report(where, "E120", f'the script does not speak "{spoken}"', hint)
        if test.name in (other.name for other in built):
            document.report((*path, "name"), "E120", f'a second test "{test.name}"', "rename it")
        for number, step in enumerate(test.steps):
            _check(document, script, step, (*path, "steps", number))
        lines = tuple(document.place((*path, "steps", n)).line for n in range(len(test.steps)))
        place = document.place(path).line
        built.append(ScriptTest(test.name, test.given, tuple(test.steps), place, lines))
    return tuple(built)


def _check(document: Document, script: Script, step: StepShape, path: Path) -> None:
    named: list[tuple[str, Mapping[str, object], Path, str]] = [
        (question, script.questions, (*path, "answer", question), "question")
        for question in step.answer or {}
    ]
    if step.objection is not None:
        named.append((step.objection, script.objections, (*path, "objection"), "objection"))
    hints = [step.hint, step.take_hint, *(step.expect.hints or () if step.expect else ())]
    acts = [step.act, *(step.expect.actions or () if step.expect else ())]
    named += [(act, script.actions, path, "action") for act in acts if act is not None]
    named += [(hint, script.hints, path, "hint") for hint in hints if hint is not None]
    if step.expect is not None and step.expect.page is not None:
        named.append((step.expect.page, script.pages, (*path, "expect", "page"), "page"))
    for name, known, where, what in named:
        if name not in known:
            message = f'there is no {what} "{name}"'
            document.report(where, "E120", message, did_you_mean(name, known))


def run_test(script: Script, test: ScriptTest) -> ScriptOutcome:
    """Perform a test; it ends with the first thing that is not so."""
    given = test.given
    names: dict[str, object] = {
        "customer": {"known": bool(given.customer), "name": "", "tier": "", "language": ""}
        | given.customer,
        "call": {"id": given.id, "number": "", "direction": "inbound", "queue": ""}
        | {"language": given.language or script.language}
        | given.call,
        "agent": {"name": "Ann"},
        "offer": {"id": "", "name": "", "text": "", "price": ""} | given.offer,
    }
    run = Run(call=given.id, script=script, agent="ann", language=given.language or script.language)
    bench = _Bench(run, names)
    reading.begin(run, names, bench.now)
    for step, line in zip(test.steps, test.lines, strict=True):
        words = bench.step(step)
        if words:
            return ScriptOutcome(test, line, words)
    if bench.refused is not None:
        return ScriptOutcome(test, test.lines[-1], f"refused: {bench.refused}")
    return ScriptOutcome(test)


class _Bench:
    def __init__(self, run: Run, names: Mapping[str, object]) -> None:
        self.run, self.names = run, names
        self.now = BEGIN_US
        self.refused: ScriptRefusedError | None = None

    def step(self, step: StepShape) -> str:
        """Do one step; gives what was not so."""
        if step.expect is not None:
            return self._expect(step.expect)
        if self.refused is not None:
            return f"the step before was refused: {self.refused.code}: {self.refused}"
        self.now += step.wait if step.wait is not None else _STEP_US
        reading.remind(self.run, self.names, self.now)
        try:
            if not (step.wait is not None):
                self._do(step)
        except ScriptRefusedError as refused:
            self.refused = refused
        return ""

    def _do(self, step: StepShape) -> None:
        run, names, now = self.run, self.names, self.now
        reading.check_fence(run, run.fence)
        simple: Mapping[str | None, Callable[[], object]] = {
            "next": lambda: reading.go_on(run, names, now),
            "back": lambda: reading.go_back(run, now),
            "confirm": lambda: reading.confirm(run, now),
            "close": lambda: reading.close_objection(run, names, now),
        }
        if step.do is not None:
            simple[step.do]()
        elif step.answer is not None:
            for question, given in step.answer.items():
                reading.answer(run, question, given, now)
        elif step.offer is not None:
            reading.answer_offer(run, names, now, accepted=step.offer == "accepted")
        elif step.take:
            reading.close_objection(run, names, now, go=True)
        else:
            self._name(step)

    def _name(self, step: StepShape) -> None:
        """Do a step that names something."""
        run, names, now = self.run, self.names, self.now
        named: Sequence[tuple[str | None, Callable[[str], object]]] = (
            (step.act, lambda name: reading.act(run, names, name, now)),
            (step.hint, lambda name: reading.close_hint(run, names, name, now)),
            (step.take_hint, lambda name: reading.close_hint(run, names, name, now, go=True)),
            (step.objection, lambda name: reading.object_to(run, name, now)),
            (step.hand_over, lambda name: reading.hand_over(run, name, now)),
            (step.end, lambda name: reading.end(run, name, now)),
        )
        for name, does in named:
            if name is not None:
                does(name)

    def _expect(self, s: ExpectShape) -> str:
        refused, self.refused = self.refused, None
        if (refused.code if refused else None) != s.refused:
            found = f"{refused.code}: {refused}" if refused else "not refused"
            return f"expected refused: {s.refused}, and it was {found}"
        view = shown(self.run, self.names)
        facts: list[tuple[str, Any, Any]] = [
            ("page", s.page, view.page),
            ("asks", s.asks, [question.name for question in view.questions]),
            ("suggests", s.suggests, view.suggested),
            ("writes", s.writes, {k: _plain(v) for k, v in reading.patch(self.run).items()}),
            ("missing", s.missing, list(view.missing)),
            ("actions", s.actions, [action.name for action in view.actions]),
            ("hints", s.hints, [hint.name for hint in view.hints]),
            ("over", s.over, self.run.over),
        ]
        for name, wanted, found in facts:
            if wanted is not None and wanted != found:
                return f"expected {name}: {wanted}, and it was {found}"
        if s.shows is not None and s.shows not in view.words:
            return f'expected to read "{s.shows}" in "{view.words}"'
        return ""


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
