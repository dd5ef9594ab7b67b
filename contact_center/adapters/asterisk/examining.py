"""Who answered a leg, as Asterisk's AMD() says it. Pure.

An answered leg is sent to the dial plan, where AMD() listens, and comes back with what it found.
What is no more than silence is taken for nobody known, whatever AMD() makes of it: a person who
waits for the caller to speak must not be hung up on. After a machine was found, its silence after
talking is taken for its beep: from then on it records.
"""

from datetime import datetime

from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import LegNote
from contact_center.core.events import AmdResult, AmdVerdict

EXAMINED = "examined"
"""First argument of legs that come back from the dial plan."""
QUIET_MS = 1_500
"""So long a machine is silent after its greeting, around its beep."""
_UNSURE = ("INITIALSILENCE", "TOOLONG")
_VERDICTS = {"HUMAN": AmdVerdict.HUMAN, "MACHINE": AmdVerdict.MACHINE}


def examine(note: LegNote, context: str) -> Ask:
    """Ask for a leg to be sent where AMD() listens to it."""
    where = (("context", context), ("extension", "listen"), ("priority", "1"))
    return Ask("POST", f"channels/{note.leg}/continue", where)


def await_quiet(note: LegNote) -> Ask:
    """Ask to be told when a machine has stopped talking."""
    what = (("variable", "TALK_DETECT(set)"), ("value", f"{QUIET_MS},256"))
    return Ask("POST", f"channels/{note.leg}/variable", what)


def unknown(note: LegNote) -> AmdResult:
    """Say that nothing can be said of who answered."""
    return AmdResult(call=note.call, leg=note.leg, verdict=AmdVerdict.UNKNOWN)


def result(note: LegNote, args: tuple[str, ...], timestamp: str) -> AmdResult:
    """Read what AMD() found: its status and cause, and when it was done."""
    status, cause = (*args[1:3], "", "")[:2]
    verdict = _VERDICTS.get(status, AmdVerdict.UNKNOWN)
    if cause.startswith(_UNSURE):
        verdict = AmdVerdict.UNKNOWN
    after = _between(note.answered_at, timestamp)
    quiet = _first_number(cause) if verdict is AmdVerdict.HUMAN else None
    ended = after - quiet if after is not None and quiet is not None else None
    return AmdResult(
        call=note.call,
        leg=note.leg,
        verdict=verdict,
        after_ms=after or 0,
        greeting_ms=max(0, ended) if ended is not None else None,
    )


def _first_number(cause: str) -> int | None:
    """Of ``HUMAN-820-800``: 820 ms of silence were heard, of at least 800."""
    number = cause.partition("-")[2].partition("-")[0]
    return int(number) if number.isdecimal() else None


def _between(earlier: str, later: str) -> int | None:
    """Say how many milliseconds lie between two of Asterisk's time stamps."""
    try:
        first, second = (datetime.fromisoformat(text) for text in (earlier, later))
        return max(0, round((second - first).total_seconds() * 1000))
    except (ValueError, TypeError):
        return None
