"""What Twilio says of a call, put in order: late, doubled and swapped reports change nothing. Pure.

Reports come as callbacks (unordered, sometimes twice, sometimes never), with webhooks, and from
asking. A call only ever goes forward, and its first end is its last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import Self

from contact_center.core.commands import EndCause
from contact_center.core.events import EndedBy


class Phase(IntEnum):
    """How far a call has come."""

    NEW = 0
    QUEUED = 1
    INITIATED = 2
    RINGING = 3
    IN_PROGRESS = 4
    ENDED = 5


class Change(Enum):
    """What a report was the first to tell."""

    RANG = "rang"
    ANSWERED = "answered"
    ENDED = "ended"


_PHASES = {
    "queued": Phase.QUEUED,
    "initiated": Phase.INITIATED,
    "ringing": Phase.RINGING,
    "in-progress": Phase.IN_PROGRESS,
    "answered": Phase.IN_PROGRESS,
    "completed": Phase.ENDED,
    "busy": Phase.ENDED,
    "no-answer": Phase.ENDED,
    "failed": Phase.ENDED,
    "canceled": Phase.ENDED,
}
ENDS = frozenset(status for status, phase in _PHASES.items() if phase is Phase.ENDED)
"""Values of CallStatus behind which there is nothing."""

_SIP: Mapping[int, EndCause] = {
    403: EndCause.REJECTED,
    404: EndCause.INVALID_NUMBER,
    408: EndCause.NO_ANSWER,
    410: EndCause.INVALID_NUMBER,
    480: EndCause.NO_ANSWER,
    484: EndCause.INVALID_NUMBER,
    486: EndCause.BUSY,
    487: EndCause.CANCELED,
    500: EndCause.CONGESTION,
    502: EndCause.CONGESTION,
    503: EndCause.CONGESTION,
    504: EndCause.CONGESTION,
    600: EndCause.BUSY,
    603: EndCause.REJECTED,
    604: EndCause.INVALID_NUMBER,
    607: EndCause.REJECTED,
    608: EndCause.REJECTED,
}
"""What the far end's answer means for a call that nobody picked up."""
_AWAY = frozenset({404, 410, 480})
"""What a registrar says of a phone that is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing that Twilio said of a call."""

    status: str
    sequence: int | None = None
    sip_code: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """Read it out of a webhook's fields; what is no number counts as not there."""
        return cls(
            status=fields.get("CallStatus", ""),
            sequence=_number(fields.get("SequenceNumber", "")),
            sip_code=_number(fields.get("SipResponseCode", "")) or None,
        )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a call. ``end``: the status it ended with; ``stale``: reports in vain."""

    phase: Phase = Phase.NEW
    rang: bool = False
    answered: bool = False
    end: str = ""
    sip_code: int | None = None
    stale: int = 0

    @property
    def ended(self) -> bool:
        """Say whether it is over."""
        return self.phase is Phase.ENDED


def learn(known: Known, report: Report) -> tuple[Known, tuple[Change, ...]]:
    """Take a report in. Gives what is known now, and what is new, in the order it happened.

    That a call was answered is told also when only its completion came: nothing else completes.
    """
    phase = _PHASES.get(report.status)
    if phase is None or phase <= known.phase:
        return replace(known, stale=known.stale + 1), ()
    changes: list[Change] = []
    rang, answered = known.rang, known.answered
    if phase is Phase.RINGING:
        rang = True
        changes.append(Change.RANG)
    if not answered and (phase is Phase.IN_PROGRESS or report.status == "completed"):
        answered = True
        changes.append(Change.ANSWERED)
    if phase is Phase.ENDED:
        changes.append(Change.ENDED)
    now = replace(
        known,
        phase=phase,
        rang=rang,
        answered=answered,
        end=report.status if phase is Phase.ENDED else "",
        sip_code=report.sip_code or known.sip_code,
    )
    return now, tuple(changes)


def end_cause(
    known: Known, *, dialled: bool, phone: bool = False, wanted: EndCause | None = None
) -> EndCause:
    """Say why a call ended.

    ``dialled``: by us. ``phone``: at an agent's own phone, which may be switched off. ``wanted``:
    why we ended it, if we did.
    """
    if wanted is not None:
        unanswered = dialled and not known.answered and wanted is EndCause.NORMAL
        return EndCause.CANCELED if unanswered else wanted
    if known.answered:
        return EndCause.FAILED if known.end == "failed" else EndCause.NORMAL
    if not dialled:
        return EndCause.FAILED if known.end == "failed" else EndCause.CANCELED
    away = known.sip_code is None or known.sip_code in _AWAY
    if phone and not known.rang and away and known.end in ("failed", "no-answer"):
        return EndCause.UNREGISTERED
    return _unanswered(known)


def _unanswered(known: Known) -> EndCause:
    told = _SIP.get(known.sip_code or 0)
    if known.end == "canceled":
        return EndCause.CANCELED
    if known.end == "busy":
        return EndCause.REJECTED if told is EndCause.REJECTED else EndCause.BUSY
    if known.end == "no-answer":
        # Ringing off after the time is over looks like a cancel from the far end.
        return EndCause.NO_ANSWER if told is not EndCause.REJECTED else EndCause.REJECTED
    return told or EndCause.FAILED


def ended_by(known: Known, *, dialled: bool, wanted: EndCause | None = None) -> EndedBy:
    """Say who ended a call."""
    if wanted is not None:
        return EndedBy.US
    if known.answered:
        return EndedBy.SWITCH if known.end == "failed" else EndedBy.FAR_END
    if not dialled:
        return EndedBy.FAR_END if known.end in ("completed", "canceled") else EndedBy.SWITCH
    return EndedBy.FAR_END if known.end in ("busy", "failed") and known.sip_code else EndedBy.SWITCH
