"""What an agent sees of a run: the page in their language, with everything that can be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.core.scripting.answers import Answer
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Hint, Objection, Question
from contact_center.core.scripting.texts import Span, fill, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question, and its answer so far. A secret has none, only whether there was one."""

    name: str
    kind: str
    ask: tuple[Span, ...]
    help: tuple[Span, ...]
    options: tuple[tuple[str, str], ...]
    required: bool
    answer: Answer | None
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """An objection that may come up, `say` only of the one that is open; or a hint, untitled."""

    name: str
    title: str
    say: tuple[Span, ...] = ()
    leads_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """A button: `does` and `to` as with `script.Action`."""

    name: str
    does: str
    title: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page. ``secure``: something is asked that must not be recorded.

    ``confirm``: the words to be said and confirmed; ``confirmed`` whether they were, and
    ``confirm_from`` when they can be (microseconds since 1970 UTC).
    """

    script: str
    version: str
    fence: int
    page: str
    title: str
    say: tuple[Span, ...]
    questions: tuple[QuestionView, ...]
    confirm: tuple[Span, ...] = ()
    confirmed: bool = False
    confirm_from: int = 0
    over: bool = False
    objections: tuple[ObjectionView, ...] = ()
    open: ObjectionView | None = None
    hints: tuple[ObjectionView, ...] = ()
    actions: tuple[ActionView, ...] = ()
    offer: bool = False
    suggested: str = ""
    can_go_back: bool = False
    end: bool = False
    secure: bool = False

    @property
    def words(self) -> str:
        """All that is read on the page, as one text."""
        open_ = plain(self.open.say) if self.open is not None else ""
        asked = " ".join(plain(question.ask) for question in self.questions)
        hints = " ".join(plain(hint.say) for hint in self.hints)
        return " ".join(filter(None, (plain(self.say), plain(self.confirm), asked, open_, hints)))

    @property
    def missing(self) -> tuple[str, ...]:
        """Values that the page should show, and has not."""
        spans = (*self.say, *self.confirm, *(s for q in self.questions for s in q.ask))
        return tuple(dict.fromkeys(span.text for span in spans if span.kind == "missing"))


def shown(run: Run, given: Mapping[str, object]) -> PageView:
    """Show the page that a run is at, with the values of `given`."""
    script, page, names = run.script, run.here, run.names(given)
    disclosure = script.disclosures.get(page.disclose)

    def read(text: Mapping[str, tuple]) -> tuple[Span, ...]:  # type: ignore[type-arg]
        return fill(script.words(text, run.language), names, run.language)

    def question(asked: Question) -> QuestionView:
        return QuestionView(
            name=asked.name,
            kind=asked.kind.value,
            ask=read(asked.ask),
            help=read(asked.help),
            options=tuple((code, plain(read(text))) for code, text in asked.options.items()),
            required=asked.required,
            answer=None if asked.is_secret else run.answers.get(asked.name),
            given=asked.name in (run.secrets if asked.is_secret else run.answers),
        )

    met = script.objections.get(run.objection)
    asked = tuple(script.questions[name] for name in run.asked(names))
    return PageView(
        script=script.script,
        version=script.version,
        fence=run.fence,
        page=page.name,
        title=plain(read(page.title)) or page.name,
        say=read(page.say),
        questions=tuple(question(each) for each in asked),
        confirm=read(disclosure.say) if disclosure is not None else (),
        confirmed=page.disclose in run.confirmed,
        confirm_from=run.since + disclosure.least_us if disclosure is not None else 0,
        over=run.over,
        objections=tuple(
            ObjectionView(name=o.name, title=plain(read(o.title)))
            for o in script.objections.values()
        ),
        open=None if met is None else _beside(met, plain(read(met.title)), read(met.say)),
        hints=tuple(
            _beside(h, "", read(h.say)) for h in script.hints.values() if run.hinted.get(h.name)
        ),
        actions=tuple(
            ActionView(name=a.name, does=a.does.value, title=plain(read(a.title)), to=a.to)
            for a in (script.actions[name] for name in run.buttons(names))
        ),
        offer=page.offer is not None,
        suggested=run.suggested,
        can_go_back=bool(run.trail),
        end=page.end,
        secure=any(each.is_secret for each in asked),
    )


def _beside(what: Objection | Hint, title: str, say: tuple[Span, ...]) -> ObjectionView:
    return ObjectionView(name=what.name, title=title, say=say, leads_on=bool(what.goto))
