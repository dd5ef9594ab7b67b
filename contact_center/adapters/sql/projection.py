"""What the facts of one call come to, as rows. Pure.

``project`` looks at *all* facts of a call it is given and says what the rows are. It keeps nothing
between calls, so telling it a fact twice, or late, cannot count anything twice: rows depend on the
set of facts alone. That is what makes writing them again after a restart harmless.

A call is cut into segments: ``ivr`` (the flow speaks), ``wait``, ``offer`` (an agent's phone
rings), ``talk``, ``hold``. Segments of different kinds overlap: a caller waits while a phone rings.
"""

from collections.abc import Callable, Iterable
from typing import Any

from contact_center.adapters.sql.e164 import e164
from contact_center.adapters.sql.node_visits import visit_row
from contact_center.adapters.sql.text import clean_line, clean_text
from contact_center.core.caller_facts import LanguageChosen, SurveyAnswered, SurveyEnded
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    ConversationEnded,
    CustomerIdentified,
    DispositionRecorded,
    HoldChanged,
    LegAnswered,
    LegEnded,
    LegStarted,
    NodeLeft,
    NotesSaved,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    VoicemailLeft,
    WaitEnded,
)
from contact_center.core.ids import CallId
from contact_center.core.talk_facts import AgentJoined, CallTransferred, RecordingSaved

Row = dict[str, Any]
"""Column name to value: every column of its table."""
Key = tuple[str | int, ...]
Rows = dict[str, dict[Key, Row]]
"""Table name to primary key to row."""

TABLES = (
    *("interactions", "segments", "legs", "notes", "dispositions", "recordings"),
    *("surveys", "survey_answers", "node_visits"),
)
"""The tables a call has rows in, in the order in which foreign keys allow writing them."""

_SERVED = frozenset({"wait", "talk"})
"""Segments that are about who may serve the caller."""
_FLOW_GOES_ON = frozenset(QueueOutcome) - {QueueOutcome.ANSWERED, QueueOutcome.ABANDONED}


def project(facts: Iterable[CallFact], region: str) -> Rows:
    """Return the rows that these facts of one call come to; no facts that shape rows, no rows.

    Facts may come in any order and more than once. `region` is the country in which national
    numbers are read.
    """
    known = {fact.seq: fact for fact in facts if type(fact) in _APPLY}
    if not known:
        return {}
    ordered = [known[seq] for seq in sorted(known)]
    fold = _Fold(ordered[0].call, ordered[0].at, region)
    for fact in ordered:
        _APPLY[type(fact)](fold, fact)
    return fold.rows


def changes(before: Rows, after: Rows) -> Rows:
    """Return the rows of `after` that are new or differ. Rows never go away."""
    changed: Rows = {}
    for table, rows in after.items():
        old = before.get(table, {})
        fresh = {key: row for key, row in rows.items() if old.get(key) != row}
        if fresh:
            changed[table] = fresh
    return changed


def is_projected(kind: type[CallFact]) -> bool:
    """Say whether facts of this kind shape any row; the others are kept as events only."""
    return kind in _APPLY


class _Fold:
    """The rows so far, and which segments are open."""

    def __init__(self, call: CallId, at: int, region: str) -> None:
        self.call = call
        self.region = region
        self.interaction: Row = {
            "call": call,
            "direction": Direction.INBOUND.value,
            "channel": "voice",
            "subject": "",
            "ani": "",
            "ani_name": "",
            "did": "",
            "language": None,
            "party": None,
            "customer": None,
            "customer_name": "",
            "flow": "",
            "queue": "",
            "agent": "",
            "started_at": at,
            "answered_at": None,
            "connected_at": None,
            "ended_at": None,
            "outcome": "",
            "lost": False,
            "disposition": "",
            "notes": "",
            "talk_us": 0,
            "hold_us": 0,
            "wait_us": 0,
        }
        self.rows: Rows = {table: {} for table in TABLES}
        self.rows["interactions"][(call,)] = self.interaction
        self.requirement = ""
        self._open: dict[tuple[str, str], Row] = {}

    def begin(
        self, fact: CallFact, kind: str, of: str = "", queue: str = "", agent: str = ""
    ) -> None:
        """Open the segment `kind` (told apart by `of`) unless it is open."""
        if (kind, of) in self._open:
            return
        row: Row = {
            "call": self.call,
            "seq": fact.seq,
            "kind": kind,
            "queue": queue,
            "agent": agent,
            "started_at": fact.at,
            "ended_at": None,
            "result": "",
            "requirement": self.requirement if kind in _SERVED else "",
        }
        self.rows["segments"][self.call, fact.seq] = row
        self._open[kind, of] = row

    def end(self, at: int, kind: str, of: str = "", result: str = "") -> None:
        """Close the segment `kind`, if it is open."""
        row = self._open.pop((kind, of), None)
        if row is not None:
            row.update(ended_at=at, result=result)

    def end_all(self, at: int) -> None:
        """Close whatever is open."""
        for kind, of in list(self._open):
            self.end(at, kind, of)

    def leg(self, leg: str) -> Row:
        """Return the row of a leg, made when missing."""
        return self.rows["legs"].setdefault(
            (self.call, leg),
            {
                "call": self.call,
                "leg": leg,
                "agent": "",
                "started_at": None,
                "answered_at": None,
                "ended_at": None,
                "cause": "",
            },
        )

    def note(self, fact: NotesSaved | DispositionRecorded, text: str) -> None:
        """Keep the agent's notes: the newest text is the whole text."""
        text = clean_text(text)
        self.rows["notes"][self.call, fact.agent] = {
            "call": self.call,
            "agent": fact.agent,
            "at": fact.at,
            "text": text,
        }
        self.interaction["notes"] = text


def _started(fold: _Fold, fact: CallStarted) -> None:
    outside = fact.ani if fact.direction is Direction.INBOUND else fact.did
    fold.interaction.update(
        direction=fact.direction.value,
        channel=fact.channel,
        subject=clean_line(fact.subject),
        ani=clean_line(fact.ani),
        ani_name=clean_line(fact.ani_name),
        did=clean_line(fact.did),
        party=e164(outside, fold.region),
        flow=fact.flow,
        started_at=fact.at,
    )
    if fact.flow:
        fold.begin(fact, "ivr")


def _identified(fold: _Fold, fact: CustomerIdentified) -> None:
    fold.interaction.update(customer=fact.customer, customer_name=clean_line(fact.name))


def _leg_started(fold: _Fold, fact: LegStarted) -> None:
    fold.leg(fact.leg).update(agent=fact.agent or "", started_at=fact.at)


def _leg_answered(fold: _Fold, fact: LegAnswered) -> None:
    fold.leg(fact.leg).update(answered_at=fact.at)
    if str(fact.leg) == fact.call:  # the first leg names the call
        fold.interaction["answered_at"] = fact.at


def _leg_ended(fold: _Fold, fact: LegEnded) -> None:
    fold.leg(fact.leg).update(ended_at=fact.at, cause=fact.cause.value)


def _queued(fold: _Fold, fact: CallQueued) -> None:
    fold.end(fact.at, "ivr")
    fold.end(fact.at, "wait", result="moved")
    fold.requirement = clean_line(fact.requirement)
    fold.begin(fact, "wait", queue=fact.queue)
    fold.interaction["queue"] = fact.queue


def _wait_ended(fold: _Fold, fact: WaitEnded) -> None:
    fold.end(fact.at, "wait", result=fact.outcome.value)
    fold.interaction["wait_us"] += fact.waited_us
    if fact.outcome in _FLOW_GOES_ON:
        fold.begin(fact, "ivr")


def _offered(fold: _Fold, fact: AgentOffered) -> None:
    fold.begin(fact, "offer", fact.reservation, queue=fact.queue, agent=fact.agent)


def _offer_ended(fold: _Fold, fact: OfferEnded) -> None:
    fold.end(fact.at, "offer", fact.reservation, result=fact.result.value)


def _connected(fold: _Fold, fact: CallConnected) -> None:
    fold.end(fact.at, "ivr")
    # Not every offer that was taken has a fact of its own.
    fold.end(fact.at, "offer", fact.reservation, result=OfferResult.CONNECTED.value)
    fold.begin(fact, "talk", fact.agent, queue=fact.queue, agent=fact.agent)
    fold.interaction.update(agent=fact.agent, queue=fact.queue)
    if fold.interaction["connected_at"] is None:
        fold.interaction["connected_at"] = fact.at


def _joined(fold: _Fold, fact: AgentJoined) -> None:
    fold.end(fact.at, "offer", fact.reservation, result=OfferResult.CONNECTED.value)
    fold.begin(fact, "talk", fact.agent, queue=fact.queue, agent=fact.agent)


def _transferred(fold: _Fold, fact: CallTransferred) -> None:
    if fact.to_agent is not None:
        fold.interaction["agent"] = fact.to_agent


def _recorded(fold: _Fold, fact: RecordingSaved) -> None:
    fold.rows["recordings"][fact.call, fact.recording] = {
        "call": fact.call,
        "recording": fact.recording,
        "kind": "conversation" if fact.agent is not None else "call",
        "box": fact.agent or "",
        "url": clean_text(fact.url),
        "at": fact.at,
        "ms": fact.ms,
    }


def _hold_changed(fold: _Fold, fact: HoldChanged) -> None:
    if fact.on:
        fold.begin(fact, "hold", fact.agent, queue=fold.interaction["queue"], agent=fact.agent)
    else:
        fold.end(fact.at, "hold", fact.agent)


def _conversation_ended(fold: _Fold, fact: ConversationEnded) -> None:
    fold.end(fact.at, "hold", fact.agent)
    fold.end(fact.at, "talk", fact.agent)
    fold.interaction["talk_us"] += fact.talk_us
    fold.interaction["hold_us"] += fact.hold_us


def _voicemail(fold: _Fold, fact: VoicemailLeft) -> None:
    fold.rows["recordings"][fact.call, fact.recording] = {
        "call": fact.call,
        "recording": fact.recording,
        "kind": "voicemail",
        "box": clean_line(fact.box),
        "url": clean_text(fact.url),
        "at": fact.at,
        "ms": fact.ms,
    }
    if fold.interaction["ended_at"] is not None and fold.interaction["connected_at"] is None:
        # It was found when the call was over already: it ended while nobody listened.
        fold.interaction["outcome"] = CallOutcome.VOICEMAIL.value


def _notes_saved(fold: _Fold, fact: NotesSaved) -> None:
    fold.note(fact, fact.text)


def _disposition(fold: _Fold, fact: DispositionRecorded) -> None:
    code = clean_line(fact.code)
    fold.rows["dispositions"][fact.call, fact.seq] = {
        "call": fact.call,
        "seq": fact.seq,
        "agent": fact.agent,
        "at": fact.at,
        "code": code,
        "notes": clean_text(fact.notes),
        "fields": {clean_line(name): clean_text(said) for name, said in fact.fields},
    }
    fold.interaction["disposition"] = code
    if clean_text(fact.notes):
        fold.note(fact, fact.notes)


def _finished(fold: _Fold, fact: CallFinished) -> None:
    fold.end_all(fact.at)
    fold.interaction.update(ended_at=fact.at, outcome=fact.outcome.value, lost=fact.lost)
    for name in ("customer", "queue", "agent"):
        value = getattr(fact, name)
        if value is not None:
            fold.interaction[name] = value


def _survey_ended(fold: _Fold, fact: SurveyEnded) -> None:
    fold.rows["surveys"][fact.call, fact.seq] = {
        "call": fact.call,
        "seq": fact.seq,
        "survey": fact.survey,
        "queue": fact.queue or "",
        "agent": fact.agent or "",
        "at": fact.at,
        "outcome": fact.outcome,
        "questions": fact.questions,
        "answered": fact.answered,
    }


def _survey_answered(fold: _Fold, fact: SurveyAnswered) -> None:
    fold.rows["survey_answers"][fact.call, fact.seq] = {
        "call": fact.call,
        "seq": fact.seq,
        "survey": fact.survey,
        "question": fact.question,
        "value": fact.value,
        "queue": fact.queue or "",
        "agent": fact.agent or "",
        "at": fact.at,
    }


def _language_chosen(fold: _Fold, fact: LanguageChosen) -> None:
    fold.interaction["language"] = clean_line(fact.language)


def _node_left(fold: _Fold, fact: NodeLeft) -> None:
    fold.rows["node_visits"][fact.call, fact.seq] = visit_row(fact)


_APPLY: dict[type[CallFact], Callable[[_Fold, Any], None]] = {
    CallStarted: _started,
    CustomerIdentified: _identified,
    LegStarted: _leg_started,
    LegAnswered: _leg_answered,
    LegEnded: _leg_ended,
    CallQueued: _queued,
    WaitEnded: _wait_ended,
    AgentOffered: _offered,
    OfferEnded: _offer_ended,
    CallConnected: _connected,
    AgentJoined: _joined,
    CallTransferred: _transferred,
    RecordingSaved: _recorded,
    HoldChanged: _hold_changed,
    ConversationEnded: _conversation_ended,
    VoicemailLeft: _voicemail,
    NotesSaved: _notes_saved,
    DispositionRecorded: _disposition,
    CallFinished: _finished,
    LanguageChosen: _language_chosen,
    SurveyEnded: _survey_ended,
    SurveyAnswered: _survey_answered,
    NodeLeft: _node_left,
}
