"""Script files -> `Script`: shape, references, texts, conditions, graph; all problems at once."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contact_center.content import script_shapes as shapes
from contact_center.content.languages import check_languages
from contact_center.content.problems import did_you_mean
from contact_center.content.script_lint import lint
from contact_center.content.script_tests import ScriptTest, build_tests
from contact_center.content.script_texts import Writer
from contact_center.content.shapes import validate, validate_leniently
from contact_center.content.yaml_source import Document, Path
from contact_center.core.scripting import script as made
from contact_center.core.scripting.script import Kind, Script

_EPOCH = date(1970, 1, 1).toordinal()
_SAMPLES: Mapping[Kind, object] = {
    Kind.WHOLE: 0,
    Kind.NUMBER: 0.0,
    Kind.YES_NO: False,
    Kind.SEVERAL: [],
    Kind.DATE: "2026-11-23",
}
CALL_NAMES: Mapping[str, object] = {
    "id": "",
    "number": "",
    "direction": "inbound",
    "queue": "",
    "language": "en-US",
}
"""What can be read of a call, with a value each."""
OFFER_NAMES: Mapping[str, object] = {"id": "", "name": "", "text": "", "price": ""}


@dataclass(frozen=True, slots=True)
class LoadedScript:
    """A script, and the tests that stand in its file."""

    script: Script
    tests: tuple[ScriptTest, ...]


def script_id_of(data: object) -> str:
    """Read a script's name off a file's plain data, whatever that is; empty for none."""
    name = data.get("script") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def load_script(
    document: Document,
    text: str,
    language: str = "en-US",
    dispositions: Collection[str] | None = None,
) -> LoadedScript | None:
    """Build one script; None when anything is wrong, which is added to the document.

    `language`: what a script speaks that names no languages. `dispositions`: those of the center
    that it belongs to, if that is known.
    """
    if not isinstance(document.data, dict):
        if not document.problems:
            document.report((), "E012", "a script file is a mapping", "begin with script: name")
        return None
    header = validate_leniently(
        shapes.ScriptHeader,
        document,
        ("pages", "questions"),
        {"script": "unknown", "schema": 1, "entry": ""},
    )
    return _Loader(document, text, header, language, dispositions).load()


class _Loader:
    def __init__(
        self,
        document: Document,
        text: str,
        header: shapes.ScriptHeader,
        language: str,
        dispositions: Collection[str] | None,
    ) -> None:
        self.document, self.text, self.header = document, text, header
        self.known_dispositions = dispositions
        self.languages = check_languages(document, header.languages, language)
        self.question_shapes = self._section("questions", shapes.QuestionShape)
        self.page_shapes = self._section("pages", shapes.PageShape)
        self.written_questions = frozenset(self._written("questions"))
        self.written_pages = tuple(self._written("pages"))
        self.writer = Writer(
            document,
            self.languages,
            _names(self.question_shapes, self.written_questions),
            frozenset(n for n, q in self.question_shapes.items() if q.kind is Kind.SECRET),
            all_fragments=frozenset(header.fragments),
        )

    def load(self) -> LoadedScript | None:
        header, writer = self.header, self.writer
        for name, parts in header.fragments.items():
            for index, part in enumerate(parts):
                if part.when is not None:
                    where = ("fragments", name, index, "when")
                    hint = "write it where the fragment is named"
                    self.document.report(where, "E012", "a fragment has no condition", hint)
            writer.fragments[name] = writer.text(parts, ("fragments", name))
        self._check_names()
        questions = {n: self._question(n, q) for n, q in self.question_shapes.items()}
        disclosures = {n: self._disclosure(n, d) for n, d in header.disclosures.items()}
        objections = {n: self._objection(n, o) for n, o in header.objections.items()}
        actions = {n: self._action(n, a) for n, a in header.actions.items()}
        hints = {n: self._hint(n, h) for n, h in header.hints.items()}
        pages = {n: self._page(n, p) for n, p in self.page_shapes.items()}
        if not self.written_pages:
            self.document.report((), "E011", 'the field "pages" is missing', "add pages:")
        else:
            self._check_page(header.entry, ("entry",))
        script = Script(
            script=header.script,
            version=hashlib.sha256(self.text.encode()).hexdigest()[:16],
            title=writer.text(header.title, ("title",)),
            language=self.languages.default,
            entry=header.entry,
            pages=pages,
            questions=questions,
            objections=objections,
            disclosures=disclosures,
            hints=hints,
            actions=actions,
            products={n: self._product(n, p) for n, p in header.offers.items()},
            fallback=dict(self.languages.fallback),
            languages=writer.offered,
        )
        if len(pages) == len(self.written_pages) and header.entry in pages:
            lint(self.document, script)
        tests = build_tests(self.document, header.tests, script)
        if any(problem.is_error for problem in self.document.problems):
            return None
        return LoadedScript(script, tests)

    # --- parts --------------------------------------------------------------------------------

    def _question(self, name: str, s: shapes.QuestionShape) -> made.Question:
        path: Path = ("questions", name)
        if s.pattern:
            self._check_pattern(s.pattern, (*path, "pattern"))
        for option in s.map:
            if option not in s.options:
                hint = did_you_mean(option, s.options)
                message = f'there is no option "{option}"'
                self.document.report((*path, "map", option), "E012", message, hint, key=True)
        least = self._bound(s.kind, s.min, (*path, "min"))
        most = self._bound(s.kind, s.max, (*path, "max"))
        if least is not None and most is not None and least > most:
            message = f'no answer is from "{s.min}" to "{s.max}"'
            self.document.report((*path, "min"), "E012", message, "the smaller one is min")
        return made.Question(
            name=name,
            kind=s.kind,
            ask=self.writer.text(s.ask, (*path, "ask")),
            help=self.writer.text(s.help, (*path, "help")),
            options={
                option: self.writer.text(parts, (*path, "options", option))
                for option, parts in s.options.items()
            },
            required=s.required,
            least=least,
            most=most,
            pattern=s.pattern,
            write=s.write or "",
            mapped=s.map,
        )

    def _bound(self, kind: Kind, written: float | str | None, path: Path) -> float | None:
        if written is None:
            return None
        if kind is Kind.DATE:
            try:
                return date.fromisoformat(str(written)).toordinal() - _EPOCH
            except ValueError:
                self.document.report(path, "E012", "a bound of a date is a date", "as 2026-11-23")
                return None
        try:
            return float(written)
        except ValueError:
            self.document.report(path, "E012", f'"{written}" is no number')
            return None

    def _check_pattern(self, pattern: str, path: Path) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            self.document.report(path, "E012", f"not a regular expression: {error}")
            return
        if re.search(r"[*+}]\)?[*+{]|\([^)]*[*+][^)]*\)[*+{]", pattern):
            self.document.report(
                path, "E012", "a repetition in a repetition may take for ever", "write it flat"
            )

    def _disclosure(self, name: str, s: shapes.DisclosureShape) -> made.Disclosure:
        path: Path = ("disclosures", name)
        for index, code in enumerate(s.required_for):
            self._check_disposition(code, (*path, "required_for", index))
        say = self.writer.text(s.say, (*path, "say"))
        exact = "\0".join(part.model_dump_json() for part in s.say)
        return made.Disclosure(
            name=name,
            say=say,
            least_us=s.least,
            required_for=tuple(s.required_for),
            digest=hashlib.sha256(exact.encode()).hexdigest()[:16],
        )

    def _objection(self, name: str, s: shapes.ObjectionShape) -> made.Objection:
        path: Path = ("objections", name)
        if s.goto is not None:
            self._check_page(s.goto, (*path, "goto"))
        return made.Objection(
            name=name,
            title=self.writer.text(s.title, (*path, "title")),
            say=self.writer.text(s.say, (*path, "say")),
            goto=s.goto or "",
        )

    def _action(self, name: str, s: shapes.ActionShape) -> made.Action:
        title = self.writer.text(s.title, ("actions", name, "title"))
        return made.Action(name=name, does=made.Does(s.do), title=title, to=s.to)

    def _hint(self, name: str, s: shapes.HintShape) -> made.Hint:
        path: Path = ("hints", name)
        if not 1_000_000 <= s.after <= 14_400_000_000:
            message = "a hint comes up between a second and four hours"
            self.document.report((*path, "after"), "E012", message, "write 30s")
        if s.goto is not None:
            self._check_page(s.goto, (*path, "goto"))
        return made.Hint(
            name=name,
            say=self.writer.text(s.say, (*path, "say")),
            after_us=s.after,
            when=None if s.when is None else self.writer.condition(s.when, (*path, "when")),
            goto=s.goto or "",
        )

    def _page(self, name: str, s: shapes.PageShape) -> made.Page:
        path: Path = ("pages", name)
        self._check_references(s, path)
        ways: list[made.Way] = []
        for index, way in enumerate(s.next):
            here = (*path, "next", index)
            self._check_page(way.goto, (*here, "goto"))
            when = None
            if way.when is not None:
                when = self.writer.condition(way.when, (*here, "when"))
            elif index + 1 < len(s.next):
                self.document.report(here, "E021", "the ways behind this one are never taken")
            ways.append(made.Way(goto=way.goto, when=when, tag=way.tag))
        if s.next and s.next[-1].when is not None:
            hint = "add a last way without when:"
            self.document.report((*path, "next"), "E080", "no way when none of these is true", hint)
        return made.Page(
            name=name,
            title=self.writer.text(s.title, (*path, "title")),
            say=self.writer.text(s.say, (*path, "say")),
            ask=tuple(self._asked(asked, (*path, "ask", i)) for i, asked in enumerate(s.ask)),
            next=tuple(ways),
            arms=tuple(
                made.Arm(name=arm, goto=to.goto, weight=to.weight) for arm, to in s.split.items()
            ),
            offer=None if s.offer is None else made.Offer(**s.offer.model_dump()),
            disclose=s.disclose or "",
            disposition=s.disposition or "",
            end=s.end,
            most=s.max_visits or 0,
            actions=tuple(self._button(b, (*path, "actions", i)) for i, b in enumerate(s.actions)),
        )

    def _button(self, s: shapes.ButtonShape, path: Path) -> made.Button:
        # By what is written: something wrong in one of them does not make it missing as well.
        known = list(self._written("actions"))
        if s.action not in known:
            hint = did_you_mean(s.action, known, "add it under actions")
            self.document.report(path, "E140", f'there is no action "{s.action}"', hint)
        when = None if s.when is None else self.writer.condition(s.when, (*path, "when"))
        return made.Button(action=s.action, when=when)

    def _asked(self, s: shapes.AskShape, path: Path) -> made.Asked:
        when = None if s.when is None else self.writer.condition(s.when, (*path, "when"))
        return made.Asked(question=s.question, when=when)

    def _product(self, name: str, s: shapes.ProductShape) -> made.Product:
        path: Path = ("offers", name)
        writer = self.writer
        return made.Product(
            name=name,
            title=writer.text(s.name, (*path, "name")),
            say=writer.text(s.text, (*path, "text")),
            price=s.price,
            when=None if s.when is None else writer.condition(s.when, (*path, "when")),
            worth=None if s.worth is None else writer.value(s.worth, (*path, "worth")),
            again=s.again,
        )

    # --- references ---------------------------------------------------------------------------

    def _check_references(self, s: shapes.PageShape, path: Path) -> None:
        for index, question in enumerate(asked.question for asked in s.ask):
            if question not in self.written_questions:
                hint = did_you_mean(question, self.written_questions, "add it under questions")
                message = f'there is no question "{question}"'
                self.document.report((*path, "ask", index), "E140", message, hint)
        known = list(self._written("disclosures"))
        if s.disclose is not None and s.disclose not in known:
            hint = did_you_mean(s.disclose, known, "add it under disclosures")
            message = f'there is no disclosure "{s.disclose}"'
            self.document.report((*path, "disclose"), "E140", message, hint)
        if s.disposition is not None:
            self._check_disposition(s.disposition, (*path, "disposition"))
        for arm, to in s.split.items():
            self._check_page(to.goto, (*path, "split", arm, "goto"))
        for way, goto in ({} if s.offer is None else s.offer.model_dump()).items():
            self._check_page(goto, (*path, "offer", way))

    def _check_page(self, name: str, path: Path) -> None:
        if name not in self.written_pages:
            hint = did_you_mean(name, self.written_pages)
            self.document.report(path, "E020", f'there is no page "{name}"', hint)

    def _check_disposition(self, code: str, path: Path) -> None:
        own, all_ = self.header.dispositions, self.known_dispositions
        known = own or all_
        if known is not None and (own or all_) and code not in known:
            hint = did_you_mean(code, known, "add it under dispositions")
            self.document.report(path, "E028", f'there is no disposition "{code}"', hint)

    def _check_names(self) -> None:
        for name in self.written_questions:
            if shapes.QUESTION_NAME.match(name) is None:
                self.document.report(
                    ("questions", name),
                    "E014",
                    f'"{name}" is not a usable name for a question',
                    "use small letters, digits and _",
                    key=True,
                )
        if self.known_dispositions is not None:
            for index, code in enumerate(self.header.dispositions):
                if code not in self.known_dispositions:
                    hint = did_you_mean(code, self.known_dispositions)
                    message = f'the center has no disposition "{code}"'
                    self.document.report(("dispositions", index), "E028", message, hint)

    # --- sections -----------------------------------------------------------------------------

    def _written(self, section: str) -> Iterable[str]:
        data: Any = self.document.data
        written = data.get(section)
        return (
            [name for name in written if isinstance(name, str)] if isinstance(written, dict) else []
        )

    def _section(self, section: str, model: type[Any]) -> dict[str, Any]:
        data: Any = self.document.data
        written = data.get(section)
        if written is not None and not isinstance(written, dict):
            self.document.report((section,), "E012", f"{section} is a mapping of names")
        found = {
            name: validate(model, self.document, (section, name)) for name in self._written(section)
        }
        return {name: shape for name, shape in found.items() if shape is not None}


def _names(
    questions: Mapping[str, shapes.QuestionShape], written: frozenset[str]
) -> dict[str, dict[str, object]]:
    """Every name that a script's expressions can read, with a value each."""
    answers: dict[str, object] = dict.fromkeys(written, "")
    answers.update({n: _SAMPLES.get(q.kind, "") for n, q in questions.items()})
    return {
        "customer": {"known": False, "name": "", "tier": "", "language": ""},
        "call": dict(CALL_NAMES),
        "agent": {"name": ""},
        "offer": dict(OFFER_NAMES),
        "answers": answers,
    }
