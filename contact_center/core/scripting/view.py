"""What an agent sees of a run: the page in their language, with everything that can be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.core.scripting.answers import Answer
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Question
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
    """An objection that may come up; `say` only of the one that is open."""

    name: str
    title: str
    say: tuple[Span, ...] = ()
    leads_on: bool = False


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
        return " ".join(filter(None, (plain(self.say), plain(self.confirm), asked, open_)))

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
        open=None
        if met is None
        else ObjectionView(
            name=met.name,
            title=plain(read(met.title)),
            say=read(met.say),
            leads_on=bool(met.goto),
        ),
        offer=page.offer is not None,
        suggested=run.suggested,
        can_go_back=bool(run.trail),
        end=page.end,
        secure=any(each.is_secret for each in asked),
    )
