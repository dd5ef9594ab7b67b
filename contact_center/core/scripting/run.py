"""One reading of a script during one call: where the agent is, and what was said so far.

Everything that happens is a fact, and `Run.apply` is the one place that changes anything: a run
read back from its facts is the run it was. Each run has a fence, a number that grows with every
agent who takes it up, so that a page left open at a former agent's desk changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from contact_center.core.scripting import facts as f
from contact_center.core.scripting.answers import Answer, blank
from contact_center.core.scripting.script import Page, Script, Text
from contact_center.core.scripting.texts import fill, holds, plain

MOST_FACTS = 2_000
"""Nobody reads that far in one call; a desk gone wild is stopped here."""
MOST_TRAIL = 200


@dataclass(slots=True, kw_only=True)
class Run:
    """The state of a run. ``trail``: pages that lead back; ``since``: when the page came up;
    ``offering``: what it offers.

    ``queue``: whose script it is; ``customer``: the only one known to the call, empty otherwise;
    ``began``: when the first thing happened. ``hinted``: hints it was time for, and whether each is
    still before the agent.
    """

    call: str
    script: Script
    agent: str
    language: str
    queue: str = ""
    customer: str = ""
    began: int = 0
    fence: int = 1
    page: str = ""
    since: int = 0
    trail: list[str] = field(default_factory=list)
    visits: dict[str, int] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    confirmed: dict[str, int] = field(default_factory=dict)
    objection: str = ""
    offering: str = ""
    hinted: dict[str, bool] = field(default_factory=dict)
    offers: dict[str, bool | None] = field(default_factory=dict)
    suggested: str = ""
    disposition: str = ""
    over: bool = False
    complete: bool = False
    counted: int = 0

    @property
    def here(self) -> Page:
        """The page before the agent."""
        return self.script.pages[self.page]

    def names(self, given: Mapping[str, object]) -> dict[str, object]:
        """What conditions and texts can read: `given`, and the answers so far."""
        answers = {
            name: self.answers.get(name, blank(question))
            for name, question in self.script.questions.items()
            if not question.is_secret
        }
        shown = {n: list(v) if isinstance(v, tuple) else v for n, v in answers.items()}
        names = {**given, "answers": shown}
        product = self.script.products.get(self.offering)
        if product is not None:

            def words(text: Text) -> str:
                return plain(fill(self.script.words(text, self.language), names, self.language))

            names["offer"] = {
                "id": product.name,
                "name": words(product.title),
                "text": words(product.say),
                "price": product.price,
            }
        return names

    def asked(self, names: Mapping[str, object]) -> tuple[str, ...]:
        """The questions that the page asks now, by `names` as `names()` gives them."""
        return tuple(
            asked.question
            for asked in self.here.ask
            if asked.when is None or holds(asked.when, names)
        )

    def buttons(self, names: Mapping[str, object]) -> tuple[str, ...]:
        """The actions that the page has now, by `names` as `names()` gives them."""
        return tuple(
            each.action
            for each in self.here.actions
            if each.when is None or holds(each.when, names)
        )

    def apply(self, fact: f.ScriptFact) -> None:
        """Let a fact be so."""
        if not self.counted:
            self.began = fact.at
        self.counted += 1
        _APPLY[type(fact)](self, fact)

    # --- what each fact changes -------------------------------------------------------------------

    def _entered(self, fact: f.PageEntered) -> None:
        if fact.came == "back":
            self.trail.pop()
        elif self.page:
            self.trail.append(self.page)
            del self.trail[:-MOST_TRAIL]
        self.page, self.since, self.objection, self.offering = fact.page, fact.at, "", ""
        self.visits[fact.page] = self.visits.get(fact.page, 0) + (fact.came != "back")
        self.suggested = self.here.disposition or self.suggested

    def _answered(self, fact: f.QuestionAnswered) -> None:
        if self.script.questions[fact.question].is_secret:
            (self.secrets.discard if fact.answer is None else self.secrets.add)(fact.question)
        elif fact.answer is None:
            self.answers.pop(fact.question, None)
        else:
            self.answers[fact.question] = fact.answer

    def _confirmed(self, fact: f.DisclosureConfirmed) -> None:
        self.confirmed[fact.disclosure] = fact.at

    def _met(self, fact: f.ObjectionMet) -> None:
        self.objection = fact.objection

    def _hinted(self, fact: f.HintDue) -> None:
        self.hinted[fact.hint] = fact.shown

    def _hint_closed(self, fact: f.HintClosed) -> None:
        self.hinted[fact.hint] = False

    def _offered(self, fact: f.OfferShown) -> None:
        self.offering = fact.offer
        self.offers.setdefault(fact.offer, None)

    def _offer_answered(self, fact: f.OfferAnswered) -> None:
        self.offers[fact.offer] = fact.accepted

    def _handed_over(self, fact: f.HandedOver) -> None:
        self.agent, self.fence = fact.agent, fact.fence

    def _ended(self, fact: f.RunEnded) -> None:
        self.over, self.complete, self.disposition = True, fact.complete, fact.disposition

    def _noted(self, fact: f.ScriptFact) -> None:
        """Only the reports need it."""


_APPLY: Mapping[type[f.ScriptFact], Callable[[Run, f.ScriptFact], None]] = {
    f.PageEntered: Run._entered,  # type: ignore[dict-item]
    f.PageLeft: Run._noted,
    f.PagePassed: Run._noted,
    f.QuestionAnswered: Run._answered,  # type: ignore[dict-item]
    f.DisclosureConfirmed: Run._confirmed,  # type: ignore[dict-item]
    f.ObjectionMet: Run._met,  # type: ignore[dict-item]
    f.HintDue: Run._hinted,  # type: ignore[dict-item]
    f.HintClosed: Run._hint_closed,  # type: ignore[dict-item]
    f.ActionTaken: Run._noted,
    f.OfferShown: Run._offered,  # type: ignore[dict-item]
    f.OfferAnswered: Run._offer_answered,  # type: ignore[dict-item]
    f.HandedOver: Run._handed_over,  # type: ignore[dict-item]
    f.RunEnded: Run._ended,  # type: ignore[dict-item]
}


def read_back(run: Run, happened: Sequence[f.ScriptFact]) -> Run:
    """Bring a new run to where its facts say that it was."""
    for fact in happened:
        run.apply(fact)
    return run
