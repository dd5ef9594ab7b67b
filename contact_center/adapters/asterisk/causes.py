"""Why a leg ended: from SIP status, Q.850 cause and who asked for it, to our one enum. Pure.

Asterisk spreads the reason over several events and the last one is often empty, so the first
informative one counts. The SIP status is finer than the Q.850 cause it is folded into, so it is
asked first.
"""

from contact_center.adapters.asterisk.book import LegNote
from contact_center.core.commands import EndCause
from contact_center.core.events import EndedBy

SIP: dict[int, EndCause] = {
    400: EndCause.FAILED,
    401: EndCause.FAILED,
    402: EndCause.REJECTED,
    403: EndCause.REJECTED,
    404: EndCause.INVALID_NUMBER,
    407: EndCause.FAILED,
    408: EndCause.NO_ANSWER,
    410: EndCause.INVALID_NUMBER,
    480: EndCause.NO_ANSWER,
    484: EndCause.INVALID_NUMBER,
    485: EndCause.INVALID_NUMBER,
    486: EndCause.BUSY,
    487: EndCause.CANCELED,
    488: EndCause.FAILED,
    500: EndCause.CONGESTION,
    502: EndCause.CONGESTION,
    503: EndCause.CONGESTION,
    504: EndCause.CONGESTION,
    600: EndCause.BUSY,
    603: EndCause.REJECTED,
    604: EndCause.INVALID_NUMBER,
    606: EndCause.FAILED,
    607: EndCause.REJECTED,
    608: EndCause.REJECTED,
}
"""What a SIP status means for a leg that was not answered."""

Q850: dict[int, EndCause] = {
    1: EndCause.INVALID_NUMBER,
    2: EndCause.FAILED,
    3: EndCause.INVALID_NUMBER,
    6: EndCause.FAILED,
    16: EndCause.NORMAL,
    17: EndCause.BUSY,
    18: EndCause.NO_ANSWER,
    19: EndCause.NO_ANSWER,
    20: EndCause.UNREGISTERED,
    21: EndCause.REJECTED,
    22: EndCause.INVALID_NUMBER,
    26: EndCause.CANCELED,
    27: EndCause.FAILED,
    28: EndCause.INVALID_NUMBER,
    29: EndCause.REJECTED,
    31: EndCause.NORMAL,
    34: EndCause.CONGESTION,
    38: EndCause.CONGESTION,
    41: EndCause.CONGESTION,
    42: EndCause.CONGESTION,
    44: EndCause.CONGESTION,
    58: EndCause.FAILED,
    88: EndCause.FAILED,
    127: EndCause.FAILED,
}
"""What a Q.850 cause means for a leg that was not answered."""

REASON_CODE: dict[EndCause, int] = {
    EndCause.NORMAL: 16,
    EndCause.BUSY: 17,
    EndCause.NO_ANSWER: 19,
    EndCause.REJECTED: 21,
    EndCause.INVALID_NUMBER: 1,
    EndCause.UNREGISTERED: 20,
    EndCause.CONGESTION: 34,
    EndCause.CANCELED: 16,
    EndCause.AMD_MACHINE: 16,
    EndCause.FAILED: 38,
    EndCause.SYSTEM: 42,
}
"""The Q.850 cause we hang up with."""

_BROKEN = frozenset({38, 41, 42, 44, 127})
"""Causes that say that an answered call was lost, not ended."""


def is_informative(q850: int | None) -> bool:
    """Say whether a Q.850 cause says anything: 0 does not, and above 127 there is none."""
    return q850 is not None and 0 < q850 <= 127


def end_cause(note: LegNote) -> EndCause:
    """Say why the leg ended."""
    if note.wanted is not None and not note.far_end:
        unanswered = note.dialled and not note.up and note.wanted is EndCause.NORMAL
        return EndCause.CANCELED if unanswered else note.wanted
    if note.up:
        return EndCause.FAILED if note.q850 in _BROKEN else EndCause.NORMAL
    if not note.dialled:
        return EndCause.CANCELED
    if note.sip is not None and note.sip >= 400:
        return SIP.get(note.sip, EndCause.FAILED)
    if note.q850 is None:
        return EndCause.FAILED
    return Q850.get(note.q850, EndCause.FAILED)


def ended_by(note: LegNote) -> EndedBy:
    """Say who ended the leg."""
    if note.far_end:
        return EndedBy.FAR_END
    if note.wanted is not None:
        return EndedBy.US
    if not note.up and (note.sip is not None or note.q850 is not None):
        # No answer within the time we set is the switch's doing, a refusal the far end's.
        return EndedBy.SWITCH if end_cause(note) is EndCause.NO_ANSWER else EndedBy.FAR_END
    return EndedBy.SWITCH
