"""Evidence of what a campaign did: records of calls, ledgers, and the rules as they were.

The same rows give the same bytes, in whatever order they come: nothing of the moment or the machine
at which it is made goes in. So whoever doubts it makes it again and compares.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any, Protocol

from dialer.attempt import Attempt, AttemptEnd, Source
from dialer.campaign import CampaignSettings, Mode, OnMachine
from dialer.jurisdiction import versions
from dialer.ledger import Count, LedgerRow, counted, false_machines, window_of
from dialer.machine_audit import (
    SAMPLE_FIELDS,
    Finding,
    estimate_at,
    findings_of,
    method,
    sample_rows,
    words,
)
from dialer.policy import AbandonRule, Policy, WindowKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_US = 3_600_000_000

CALL_FIELDS = (
    "attempt",
    "telemarketer",
    "seller",
    "purpose",
    "called_is",
    "direction",
    "recorded_message",
    "calling_number",
    "called_number",
    "region",
    "opened",
    "ringing",
    "answered",
    "connected",
    "message_began",
    "ended",
    "rang_s",
    "duration_s",
    "waited_s",
    "flow",
    "caller_id_proof",
    "caller_id_until",
    "attestation",
    "source",
    "mode",
    "outcome",
    "cause",
    "disposition",
    "transferred_to",
    "opted_out",
    "abandoned_under",
    "policies",
)
"""Columns of ``calls.csv``: the ten kinds of facts that 16 CFR 310.5(a)(2) asks for, and ours."""
LEDGER_FIELDS = (
    "policy",
    "version",
    "key",
    "window",
    "from",
    "to",
    "whole",
    "live",
    "abandoned",
    "false_machines",
    "share",
    "cap",
    "kept",
)


class Row(Protocol):
    """An attempt as storage keeps it. ``facts``: what the gate knew when it let it pass."""

    @property
    def attempt(self) -> Attempt:
        """What was opened."""

    @property
    def end(self) -> AttemptEnd | None:
        """How it ended; None while it is open."""

    @property
    def seller(self) -> str:
        """For whom."""

    @property
    def purpose(self) -> str:
        """What for."""

    @property
    def mode(self) -> str:
        """How the campaign dialled then."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the gate knew."""

    @property
    def disposition(self) -> str:
        """What the agent said of it."""

    @property
    def person(self) -> bool | None:
        """Whether it was a person, by the agent's word; None: nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a bundle is about: the attempts of a campaign that were opened in [since, until).

    ``telemarketer``: who placed the calls. ``flows``: version of each flow by name, as scripts.
    ``called_are``: ``consumers`` or ``businesses``, where the list is of one kind.
    ``started_at``: when the campaign's first window of ledgers began. ``earlier``: what agents
    found of machines before `since`, as far as the estimate reaches.
    """

    telemarketer: str
    campaign: CampaignSettings
    started_at: int
    since: int
    until: int
    flows: Mapping[str, str] = field(default_factory=dict)
    called_are: str = "consumers"
    earlier: tuple[Finding, ...] = ()


def bundle(frame: Frame, rows: Iterable[Row], policies: Iterable[Policy]) -> Mapping[str, bytes]:
    """Make the files of a bundle, by name; ``manifest.txt`` has the SHA-256 of each other one."""
    law = tuple(policies)
    mine = sorted(
        (row for row in rows if frame.since <= row.attempt.opened_at < frame.until),
        key=lambda row: (row.attempt.opened_at, row.attempt.attempt),
    )
    used = {
        policy_hash(policy): policy
        for row in mine
        for policy in versions(law, row.attempt.policies, row.attempt.opened_at)
    }
    findings = (*frame.earlier, *findings_of(mine))
    last = estimate_at(frame.campaign, findings, frame.until - 1)
    files = {
        "calls.csv": _table(CALL_FIELDS, (_call(frame, row, law) for row in mine)),
        "facts.txt": "".join(f"{row.attempt.attempt} {plain(row.facts)}\n" for row in mine),
        "ledgers.csv": _table(LEDGER_FIELDS, _ledgers(frame, mine, law, findings)),
        "machines.csv": _table(SAMPLE_FIELDS, sample_rows(mine, _instant)),
        "machines.txt": "".join(f"{line}\n" for line in (*words(last), "", method())),
        "policies.txt": "\n".join(
            f"{policy_text(policy)}version: {version}\n"
            for version, policy in sorted(used.items(), key=lambda item: (item[1].policy, item[0]))
        ),
        "about.txt": _about(frame, mine),
    }
    made = {name: text.encode() for name, text in sorted(files.items())}
    manifest = "".join(
        f"{sha256(content).hexdigest()}  {len(content)}  {name}\n" for name, content in made.items()
    )
    return {**made, "manifest.txt": manifest.encode()}


def policy_text(policy: Policy) -> str:
    """Write a policy down, a line a field, always in the same way."""
    return "".join(f"{each.name}: {plain(getattr(policy, each.name))}\n" for each in fields(policy))


def policy_hash(policy: Policy) -> str:
    """Give a short name of exactly this text of a policy."""
    return sha256(policy_text(policy).encode()).hexdigest()[:16]


def plain(value: object) -> str:
    """Write a value as JSON: keys in order, no spaces that mean nothing."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        items = sorted((str(key), each) for key, each in value.items())
        return "{" + ",".join(f"{plain(key)}:{plain(each)}" for key, each in items) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        parts = [plain(each) for each in value]
        ordered = sorted(parts) if isinstance(value, set | frozenset) else parts
        return "[" + ",".join(ordered) + "]"
    if hasattr(value, "__dataclass_fields__"):
        names = sorted(value.__dataclass_fields__)
        return plain({name: getattr(value, name) for name in names})
    return '"' + "".join(_escaped(letter) for letter in str(value)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else "".join(f"\\u{unit:04x}" for unit in _units(letter))


def _units(letter: str) -> list[int]:
    pairs = letter.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(pairs[i : i + 2]) for i in range(0, len(pairs), 2)]


def _table(head: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows([row[name] for name in head] for row in rows)
    return text.getvalue()


def _call(frame: Frame, row: Row, law: tuple[Policy, ...]) -> Mapping[str, object]:
    attempt, end = row.attempt, row.end
    held = versions(law, attempt.policies, attempt.opened_at)
    shown = next((c for c in frame.campaign.caller_ids if c.number == attempt.caller_id), None)
    flow = frame.campaign.flow
    answered = end.answered_at if end else None
    return {
        "attempt": attempt.attempt,
        "telemarketer": frame.telemarketer,
        "seller": row.seller,
        "purpose": row.purpose,
        "called_is": frame.called_are,
        "direction": "outbound",
        "recorded_message": "yes" if _recorded(frame, row) else "no",
        "calling_number": attempt.caller_id,
        "called_number": attempt.number,
        "region": attempt.region,
        "opened": _instant(attempt.opened_at),
        "ringing": _instant(end.ringing_at if end else None),
        "answered": _instant(answered),
        "connected": _instant(end.connected_at if end else None),
        "message_began": _instant(end.message_at if end else None),
        "ended": _instant(end.at if end else None),
        "rang_s": _seconds(end.ringing_at, answered or end.at) if end else "",
        "duration_s": _seconds(answered, end.at) if end else "",
        "waited_s": _seconds(answered, end.connected_at) if end else "",
        "flow": f"{flow}@{frame.flows[flow]}" if flow in frame.flows else flow,
        "caller_id_proof": shown.proof if shown else "",
        "caller_id_until": _instant(shown.valid_until) if shown and shown.valid_until else "",
        "attestation": end.attestation if end else "",
        "source": attempt.source.value,
        "mode": row.mode,
        "outcome": end.verdict.value if end else "open",
        "cause": end.cause if end else "",
        "disposition": row.disposition,
        "transferred_to": (end.agent if end else None) or "",
        "opted_out": "yes" if end and end.opted_out else "no",
        "abandoned_under": " ".join(_abandoned_under(row, held)),
        "policies": " ".join(f"{policy.policy}@{policy_hash(policy)}" for policy in held),
    }


def _recorded(frame: Frame, row: Row) -> bool:
    """Say whether a recorded message was, or may have been, what the person heard."""
    if row.attempt.source is Source.AGENTLESS or row.mode == Mode.AGENTLESS.value:
        return True
    dropped = frame.campaign.on_machine is OnMachine.DROP and row.end is not None
    played = row.end is not None and row.end.message_at is not None
    return played or (dropped and row.end is not None and row.end.verdict.value == "machine")


def _abandoned_under(row: Row, held: Iterable[Policy]) -> Iterable[str]:
    ledger_row = LedgerRow(attempt=row.attempt, seller=row.seller, end=row.end, person=row.person)
    for policy in held:
        count = counted(ledger_row, policy.abandon) if policy.abandon is not None else None
        if count is not None and count.abandoned:
            yield policy.policy


@dataclass(slots=True)
class _Window:
    policy: Policy
    rule: AbandonRule
    begins: int
    ends: int
    counts: list[Count] = field(default_factory=list)


def _ledgers(
    frame: Frame, rows: Iterable[Row], law: tuple[Policy, ...], findings: tuple[Finding, ...]
) -> Iterable[Mapping[str, object]]:
    found: dict[tuple[str, int], _Window] = {}
    for row in rows:
        seen = LedgerRow(attempt=row.attempt, seller=row.seller, end=row.end, person=row.person)
        for policy in versions(law, row.attempt.policies, row.attempt.opened_at):
            count = counted(seen, policy.abandon) if policy.abandon is not None else None
            if count is None or policy.abandon is None:
                continue
            begins, ends = _bounds(frame, policy.abandon, count.at)
            key = (policy_hash(policy), begins)
            window = found.setdefault(key, _Window(policy, policy.abandon, begins, ends))
            window.counts.append(count)
    for window in sorted(found.values(), key=lambda w: (w.policy.policy, w.begins)):
        rolling = window.rule.window is WindowKind.ROLLING
        at = min(window.ends, frame.until) - 1
        share = estimate_at(frame.campaign, findings, at).counted
        yield _written(frame, _worst(window, share) if rolling else window, share)


def _bounds(frame: Frame, rule: AbandonRule, at: int) -> tuple[int, int]:
    if rule.window is WindowKind.ROLLING:
        return frame.since, frame.until
    return window_of(rule, frame.started_at if rule.key == "campaign" else 0, at)


def _worst(window: _Window, machine: float) -> _Window:
    """Of all rolling windows, give the one with the largest share of abandoned calls."""
    counts = sorted(window.counts, key=lambda count: count.at)
    span = window.rule.hours * _HOUR_US
    best, begin = (-1.0, 0, 0), 0
    live = abandoned = 0.0
    for end, count in enumerate(counts):
        live += count.live + machine * count.machine
        abandoned += count.abandoned + machine * count.machine
        while counts[begin].at <= count.at - span:
            live -= counts[begin].live + machine * counts[begin].machine
            abandoned -= counts[begin].abandoned + machine * counts[begin].machine
            begin += 1
        share = abandoned / live if live else 0.0
        best = max(best, (share, begin, end + 1), key=lambda one: (one[0], one[2] - one[1]))
    worst = counts[best[1] : best[2]]
    return _Window(window.policy, window.rule, worst[0].at, worst[-1].at + 1, worst)


def _written(frame: Frame, window: _Window, machine: float) -> Mapping[str, object]:
    whose = frame.campaign.campaign
    machines = sum(count.machine for count in window.counts)
    people = false_machines({whose: machines}, {whose: machine})
    live = sum(count.live for count in window.counts) + people
    abandoned = sum(count.abandoned for count in window.counts) + people
    share = abandoned / live if live else 0.0
    whole = frame.since <= window.begins and window.ends <= frame.until
    return {
        "policy": window.policy.policy,
        "version": policy_hash(window.policy),
        "key": window.rule.key,
        "window": window.rule.window.value,
        "from": _instant(window.begins),
        "to": _instant(window.ends),
        "whole": "yes" if whole and window.rule.key == "campaign" else "no",
        "live": live,
        "abandoned": abandoned,
        "false_machines": people,
        "share": f"{share:.6f}",
        "cap": f"{window.rule.cap:.6f}",
        "kept": "yes" if share <= window.rule.cap else "no",
    }


def _about(frame: Frame, rows: list[Row]) -> str:
    last = max((row.end.at for row in rows if row.end), default=frame.since)
    return (
        f"Calls of the campaign {frame.campaign.campaign} for {frame.campaign.seller}, placed by\n"
        f"{frame.telemarketer}, opened from {_instant(frame.since)} until before\n"
        f"{_instant(frame.until)}: {len(rows)} attempts, the last of which ended\n"
        f"{_instant(last)}. Instants are in UTC.\n\n"
        "calls.csv     a row for each attempt that was let through the gate\n"
        "facts.txt     what the gate knew of each when it let it through, as JSON\n"
        "ledgers.csv   live answers and abandoned calls by policy and window; a window is whole\n"
        "              when all of it lies in the time above and no other campaign shares it;\n"
        "              of a rolling window the worst is given\n"
        "machines.csv  a row for each call that was taken for a machine, with what agents found\n"
        "machines.txt  which share of them was counted as people, and how that was found\n"
        "policies.txt  the rules, word for word, that calls.csv names\n"
        "manifest.txt  the SHA-256 of each file\n"
    )


def _instant(at: int | None) -> str:
    if at is None:
        return ""
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _seconds(begin: int | None, end: int | None) -> str:
    if begin is None or end is None:
        return ""
    return f"{(end - begin) / 1_000_000:.6f}"
