"""What callers hear while they wait in a queue of Asterisk, as announcements of ours. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from contact_center.content.importing.asterisk_conf import is_true
from contact_center.content.importing.draft import (
    COMFORT,
    WHISPER,
    QueueDraft,
    duration,
    seconds,
)
from contact_center.content.importing.report import Verdict

Fate = tuple[Verdict, str]


def no_number(value: str) -> Fate:
    """Say that a value cannot be used."""
    return Verdict.LEFT_OUT, f"{value or 'nothing'} is no number that can be used"


def set_time(into: dict[str, Any], field: str, value: str, *, least: int = 1) -> Fate:
    """Write a number of seconds as a duration."""
    count = seconds(value)
    if count is None or count < least:
        return no_number(value)
    into[field] = duration(count)
    return Verdict.KEPT, f"{field}: {duration(count)}"


def _every(queue: QueueDraft, value: str) -> Fate:
    """How often position and expected wait are told."""
    return set_time(queue.announcements, "every", value, least=0)


def _position(queue: QueueDraft, value: str) -> Fate:
    """Tell the place in line."""
    told = queue.announcements
    word = value.lower()
    if word in ("limit", "more"):
        most = told.get("position") or {"most": 5}
        told["position"] = most
        words = 'beyond it "more than" is said' if word == "more" else "nothing is said beyond"
        return Verdict.KEPT, f"position: {{most: {most['most']}}} ({words} in Asterisk)"
    told["position"] = {"most": 1_000} if is_true(value) else False
    return Verdict.KEPT, f"position: {'true' if is_true(value) else 'false'}"


def _position_limit(queue: QueueDraft, value: str) -> Fate:
    """Up to which place it is told."""
    count = seconds(value)
    if not count or count < 0:
        return no_number(value)
    told = queue.announcements
    if told.get("position") is False:
        return Verdict.NOT_NEEDED, "positions are not told"
    told["position"] = {**(told.get("position") or {}), "most": min(count, 1_000)}
    return Verdict.KEPT, f"position: {{most: {min(count, 1_000)}}}"


def _only_up(queue: QueueDraft, value: str) -> Fate:
    """Tell the place only when it got better."""
    told = queue.announcements
    if told.get("position") is False:
        return Verdict.NOT_NEEDED, "positions are not told"
    told["position"] = {**(told.get("position") or {}), "only_better": is_true(value)}
    return Verdict.KEPT, f"position: {{only_better: {str(is_true(value)).lower()}}}"


def _hold_time(queue: QueueDraft, value: str) -> Fate:
    """Tell the wait to expect."""
    on = is_true(value) or value.lower() == "once"
    told = queue.announcements
    told["expected_wait"] = (told.get("expected_wait") or True) if on else False
    note = " (each time, not only once)" if value.lower() == "once" else ""
    return Verdict.KEPT, f"expected_wait: {str(on).lower()}{note}, as a range"


def _round(queue: QueueDraft, value: str) -> Fate:
    """Round the wait that is told."""
    count = seconds(value)
    told = queue.announcements
    if count is None or count < 0:
        return no_number(value)
    if count == 0 or told.get("expected_wait") is False:
        return Verdict.NOT_NEEDED, "whole minutes are told"
    told["expected_wait"] = {"round": duration(count)}
    return Verdict.KEPT, f"expected_wait: {{round: {duration(count)}}}"


def _comfort(queue: QueueDraft, value: str) -> Fate:
    """Messages while waiting."""
    said = _messages(queue)["say"]
    files = [name.strip() for name in value.split(",") if name.strip()]
    said.extend([COMFORT] if not said else [])
    names = ", ".join(files)
    return Verdict.TO_DO, f"comfort: a text stands in for {names}; write what is said there"


def _comfort_every(queue: QueueDraft, value: str) -> Fate:
    """How often."""
    if seconds(value) == 0:
        return Verdict.NOT_NEEDED, "0 is never"
    return set_time(_messages(queue), "every", value)


def _comfort_first(queue: QueueDraft, value: str) -> Fate:
    """When for the first time."""
    return set_time(_messages(queue), "first", value)


def _comfort_random(queue: QueueDraft, value: str) -> Fate:
    """In turn, or drawn."""
    _messages(queue)["random"] = is_true(value)
    return Verdict.KEPT, f"comfort: {{random: {str(is_true(value)).lower()}}}"


def _messages(queue: QueueDraft) -> dict[str, Any]:
    made: dict[str, Any] = queue.announcements.setdefault("comfort", {"say": []})
    if not made["say"]:
        made["say"] = [COMFORT]
    return made


def _whisper(queue: QueueDraft, value: str) -> Fate:
    """What the agent hears before the caller."""
    queue.announcements["whisper"] = WHISPER
    return Verdict.TO_DO, f"whisper: a text stands in for {value}; write what is said there"


ANNOUNCED: Mapping[str, Callable[[QueueDraft, str], Fate]] = {
    "announce": _whisper,
    "announce-frequency": _every,
    "announce-position": _position,
    "announce-position-limit": _position_limit,
    "announce-position-only-up": _only_up,
    "announce-holdtime": _hold_time,
    "announce-round-seconds": _round,
    "periodic-announce": _comfort,
    "periodic-announce-frequency": _comfort_every,
    "periodic-announce-startdelay": _comfort_first,
    "random-periodic-announce": _comfort_random,
}
