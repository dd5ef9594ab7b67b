"""Reading a script: what an agent may do on a page, and what follows. Pure.

Each function checks first and changes nothing when it refuses; what it does is a list of facts,
applied to the run already.
"""

from collections.abc import Mapping
from fractions import Fraction

from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.silent import BUCKETS, bucket_of
from contact_center.core.parties import Stretch
from contact_center.core.scripting import facts as f
from contact_center.core.scripting.answers import Answer, AnswerRefusedError, checked
from contact_center.core.scripting.run import MOST_FACTS, Run
from contact_center.core.scripting.script import Hint, Page, Product, Question
from contact_center.core.scripting.texts import holds

Names = Mapping[str, object]
Facts = list[f.ScriptFact]
TAKEN = "accepted"
MOST_STEPS = 100
"""Pages that may be passed in one go, by splits and offers there are none of."""


class ScriptRefusedError(Exception):
    """What cannot be done now.

    `code` is ``stale``, ``over``, ``incomplete``, ``unconfirmed``, ``too_soon``, ``invalid``,
    ``unknown``, ``nowhere``, ``too_often``, ``no_way_back``, ``undecided`` or ``too_much``;
    `about` names the question, disclosure or page that it is about.
    """

    def __init__(self, code: str, words: str, about: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.about = about


def begin(run: Run, names: Names, now: int) -> Facts:
    """Show the first page."""
    return _enter(run, run.script.entry, "entry", names, now)


def check_fence(run: Run, fence: int) -> None:
    """Refuse what comes from a desk that has the script no more, or after its end."""
    if fence != run.fence:
        raise ScriptRefusedError("stale", "this script is at another desk now")
    if run.over:
        raise ScriptRefusedError("over", "this script is over")
    if run.counted >= MOST_FACTS:
        raise ScriptRefusedError("too_much", "more has happened in this script than it takes")


def answer(run: Run, question: str, given: object, now: int) -> Facts:
    """Give, change or take back an answer to a question of this page."""
    asked = run.script.questions.get(question)
    if asked is None or question not in run.here.questions:
        raise ScriptRefusedError("unknown", "this page does not ask that", question)
    try:
        found = checked(asked, given)
    except AnswerRefusedError as refused:
        raise ScriptRefusedError("invalid", str(refused), question) from None
    kept: Answer | None = "" if asked.is_secret and found is not None else found
    if not asked.is_secret and run.answers.get(question) == kept:
        return []
    return _done(run, f.QuestionAnswered(at=now, page=run.page, question=question, answer=kept))


def confirm(run: Run, now: int, heard: Stretch | None = None) -> Facts:
    """Say that this page's disclosure was said; `heard`: where in the recording that is."""
    disclosure = run.script.disclosures.get(run.here.disclose)
    if disclosure is None:
        raise ScriptRefusedError("unknown", "there is nothing to confirm on this page")
    if disclosure.name in run.confirmed:
        return []
    read_us = now - run.since
    if read_us < disclosure.least_us:
        left_s = -(-(disclosure.least_us - read_us) // 1_000_000)
        raise ScriptRefusedError(
            "too_soon", f"nobody has read this yet: {left_s} s more", disclosure.name
        )
    return _done(
        run,
        f.DisclosureConfirmed(
            at=now,
            page=run.page,
            disclosure=disclosure.name,
            digest=disclosure.digest,
            language=run.language,
            read_us=read_us,
            recording=None if heard is None else heard.recording,
            recording_us=None if heard is None else heard.end_us,
            recorded_us=None if heard is None else heard.long_us,
        ),
    )


def go_on(run: Run, names: Names, now: int) -> Facts:
    """Go to the next page, if this one is done."""
    page = run.here
    _check_done(run, page, names)
    if page.offer is not None:
        raise ScriptRefusedError("undecided", "say whether the offer was taken")
    if page.end:
        raise ScriptRefusedError("nowhere", "this is the last page")
    goto, way = _way(run, page, names)
    return _move(run, goto, way, names, now)


def answer_offer(run: Run, names: Names, now: int, *, accepted: bool) -> Facts:
    """Say whether the customer took the offer of this page, and go on."""
    page = run.here
    if page.offer is None:
        raise ScriptRefusedError("unknown", "there is no offer on this page")
    _check_done(run, page, names)
    goto, way = (page.offer.accepted, "accepted") if accepted else (page.offer.declined, "declined")
    _check_visits(run, goto)
    said = f.OfferAnswered(at=now, page=page.name, offer=run.offering, accepted=accepted)
    return _done(run, said) + _move(run, goto, way, names, now)


def go_back(run: Run, now: int) -> Facts:
    """Go to the page before; answers stay."""
    if not run.trail:
        raise ScriptRefusedError("no_way_back", "this is the first page")
    left = f.PageLeft(at=now, page=run.page, way="back", dwell_us=now - run.since)
    return _done(run, left, f.PageEntered(at=now, page=run.trail[-1], came="back"))


def object_to(run: Run, objection: str, now: int) -> Facts:
    """Open the answer to an objection beside the page."""
    if objection not in run.script.objections:
        raise ScriptRefusedError("unknown", "this script has no such objection", objection)
    return _done(run, f.ObjectionMet(at=now, page=run.page, objection=objection))


def close_objection(run: Run, names: Names, now: int, *, go: bool = False) -> Facts:
    """Close it; with `go`, go where its answer leads."""
    objection = run.script.objections.get(run.objection)
    if objection is None:
        raise ScriptRefusedError("unknown", "no objection is open")
    if go and not objection.goto:
        raise ScriptRefusedError("nowhere", "this answer leads nowhere", objection.name)
    if not go:
        return _done(run, f.ObjectionMet(at=now, page=run.page, objection=""))
    return _move(run, objection.goto, f"objection:{objection.name}", names, now)


def act(run: Run, names: Names, action: str, now: int) -> Facts:
    """Note that a button of this page was pressed."""
    if action not in run.buttons(run.names(names)):
        raise ScriptRefusedError("unknown", "this page has no such button", action)
    return _done(run, f.ActionTaken(at=now, page=run.page, action=action))


def remind(run: Run, names: Names, now: int) -> Facts:
    """Show the hints that it is time for; what no condition lets through does not come later."""
    if run.over:
        return []
    happened: Facts = []
    known = run.names(names)
    for hint in due(run, now):
        shown = hint.when is None or holds(hint.when, known)
        happened += _done(run, f.HintDue(at=now, page=run.page, hint=hint.name, shown=shown))
    return happened


def due(run: Run, now: int) -> list[Hint]:
    """List the hints that it is time for and that were not told yet, in order of time."""
    waiting = [h for h in run.script.hints.values() if h.name not in run.hinted]
    ready = [h for h in waiting if run.began + h.after_us <= now]
    return sorted(ready, key=lambda hint: hint.after_us)


def close_hint(run: Run, names: Names, hint: str, now: int, *, go: bool = False) -> Facts:
    """Put a hint away; with `go`, go where it leads."""
    if not run.hinted.get(hint):
        raise ScriptRefusedError("unknown", "this hint is not before you", hint)
    goto = run.script.hints[hint].goto
    if go and not goto:
        raise ScriptRefusedError("nowhere", "this hint leads nowhere", hint)
    if go:
        _check_visits(run, goto)
    closed = f.HintClosed(at=now, page=run.page, hint=hint, way="take" if go else "close")
    gone = _done(run, closed)
    return [*gone, *_move(run, goto, f"hint:{hint}", names, now)] if go else gone


def hand_over(run: Run, agent: str, now: int) -> Facts:
    """Let another agent go on, from this page; the former desk has it no more."""
    return _done(run, f.HandedOver(at=now, page=run.page, agent=agent, fence=run.fence + 1))


def end(run: Run, disposition: str, now: int, *, overruled: bool = False) -> Facts:
    """End the run with what the call's end is called; refuses one that something is missing for.

    `overruled`: a supervisor lets it end so all the same.
    """
    if run.over:
        return []
    missing = [] if overruled else missing_for(run, disposition)
    if missing:
        raise ScriptRefusedError("unconfirmed", f"not said yet: {missing[0]}", missing[0])
    left = f.PageLeft(at=now, page=run.page, way="end", dwell_us=now - run.since)
    complete = run.here.end
    return _done(
        run, left, f.RunEnded(at=now, page=run.page, disposition=disposition, complete=complete)
    )


def missing_for(run: Run, disposition: str) -> list[str]:
    """Name the disclosures that have to be confirmed before a call may end like this."""
    return [
        name
        for name, disclosure in run.script.disclosures.items()
        if disposition in disclosure.required_for and name not in run.confirmed
    ]


def patch(run: Run) -> dict[str, Answer]:
    """Give what the answers change in the customer's record, by field."""
    changes: dict[str, Answer] = {}
    for name, given in run.answers.items():
        question = run.script.questions[name]
        if question.write:
            changes[question.write] = question.mapped.get(str(given), given)
    for name, accepted in run.offers.items():
        if accepted is not None and name in run.script.products:
            changes[f"offer_{name}"] = TAKEN if accepted else "declined"
    return changes


# --- on the way -----------------------------------------------------------------------------------


def _check_done(run: Run, page: Page, names: Names) -> None:
    if page.disclose and page.disclose not in run.confirmed:
        raise ScriptRefusedError("unconfirmed", "confirm that this was said", page.disclose)
    for name in run.asked(run.names(names)):
        question = run.script.questions[name]
        if question.required and not _is_answered(run, question):
            raise ScriptRefusedError("incomplete", "an answer is needed", name)


def _is_answered(run: Run, question: Question) -> bool:
    return question.name in (run.secrets if question.is_secret else run.answers)


def _way(run: Run, page: Page, names: Names) -> tuple[str, str]:
    known = run.names(names)
    for way in page.next:
        if way.when is None or holds(way.when, known):
            return way.goto, way.tag or (f"next:{way.goto}" if len(page.next) > 1 else "next")
    raise ScriptRefusedError("nowhere", "no way on is open from here", page.name)


def _check_visits(run: Run, goto: str) -> None:
    most = run.script.pages[goto].most
    if most and run.visits.get(goto, 0) >= most:
        raise ScriptRefusedError("too_often", f"{goto} was read {most} times already", goto)


def _move(run: Run, goto: str, way: str, names: Names, now: int) -> Facts:
    _check_visits(run, goto)
    left = f.PageLeft(at=now, page=run.page, way=way, dwell_us=now - run.since)
    return _done(run, left) + _enter(run, goto, way, names, now)


def _enter(run: Run, goto: str, came: str, names: Names, now: int) -> Facts:
    """Show a page; forks, and offers when there are none, are passed at once."""
    happened: Facts = []
    for _ in range(MOST_STEPS):
        page = run.script.pages[goto]
        if page.arms:
            goto, came = _arm(run, page)
        elif page.offer is not None and not best_offer(run, names):
            goto, came = page.offer.none, "none"
        else:
            offer = best_offer(run, names) if page.offer is not None else ""
            happened += _done(run, f.PageEntered(at=now, page=goto, came=came))
            if offer:
                happened += _done(run, f.OfferShown(at=now, page=goto, offer=offer))
            return happened
        happened += _done(run, f.PagePassed(at=now, page=page.name, way=came))
    raise ScriptRefusedError("nowhere", "pages that nobody sees lead in a circle", goto)


def _arm(run: Run, page: Page) -> tuple[str, str]:
    bucket = bucket_of(run.script.script, page.name, "", run.call)
    total, upper = sum(arm.weight for arm in page.arms), Fraction(0)
    for arm in page.arms:
        upper += Fraction(arm.weight, total)
        if Fraction(bucket, BUCKETS) < upper:
            return arm.goto, f"arm:{arm.name}"
    raise ScriptRefusedError("nowhere", "a split without arms", page.name)


def best_offer(run: Run, names: Names) -> str:
    """Choose what to offer: of what is for them and was not answered yet, what is worth most.

    Without any, what `names` say that somebody else has chosen; "" when nobody has.
    """
    known = run.names(names)
    record = known.get("customer")
    said = record if isinstance(record, Mapping) else {}
    worth: dict[str, float] = {}
    for name, product in run.script.products.items():
        was_declined = said.get(f"offer_{name}") == "declined" and not product.again
        if run.offers.get(name) is not None or was_declined or said.get(f"offer_{name}") == TAKEN:
            continue
        if product.when is None or holds(product.when, known):
            worth[name] = _worth(product, known)
    if worth:
        return max(worth, key=lambda name: worth[name])
    offer = names.get("offer")
    return str(offer.get("id", "")) if isinstance(offer, Mapping) else ""


def _worth(product: Product, known: Names) -> float:
    try:
        value = product.worth.evaluate(known) if product.worth is not None else 0
    except ExpressionFailedError:
        return 0.0
    return float(value) if isinstance(value, int | float) else 0.0


def _done(run: Run, *happened: f.ScriptFact) -> Facts:
    for fact in happened:
        run.apply(fact)
    return list(happened)
