"""Judges a log of calls: was anybody called who was not to be?

Written apart from the gate, on purpose in another way, and slowly: it shares no rule with it, only
the words of ``policy.py`` and ``campaign.py``. So a mistake would have to be made twice.

Rules: ``no_gate`` ``late`` ``twice`` ``wrong_number`` ``two_lines`` ``suppressed`` ``window``
``cap`` ``quiet`` ``lock_abandoned`` ``lock_machine`` ``consent`` ``dnc_stale`` ``owner``
``caller_id`` ``no_law`` ``day_part``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from dialer.attempt import Source, Verdict
from dialer.campaign import CampaignSettings
from dialer.check_hours import concerns, in_force, quota, wall, window
from dialer.check_log import (
    Agreed,
    Barred,
    Ended,
    Logged,
    Opened,
    OwnerAsked,
    Placed,
    Scrubbed,
    Violation,
)
from dialer.ids import AttemptId, CampaignId
from dialer.policy import Policy

SOON_US = 2_000_000
"""What was opened is dialled within so much time, or never."""
HEARD_US = 1_000_000
"""A suppression is heeded by every call placed so long after it."""

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_DAY = 24 * _HOUR
_Place = tuple[str, str, tuple[str, ...]]
"""Region, purpose, and the policies that the campaign names."""
_Found = Iterator[tuple[str, str]]


class Checker:
    """Reads a log entry by entry. ``violations`` holds what was found, the first `keep` of them."""

    def __init__(
        self,
        policies: Iterable[Policy],
        campaigns: Mapping[CampaignId, CampaignSettings],
        keep: int = 1000,
    ) -> None:
        self._policies = tuple(policies)
        self._campaigns = campaigns
        self._keep = keep
        self.violations: list[Violation] = []
        self.found = 0
        self.placed = 0
        self._read = 0
        self._opened: dict[AttemptId, Opened] = {}
        self._opened_as: dict[AttemptId, int] = {}
        self._on_the_line: dict[AttemptId, Opened] = {}
        self._dialled: set[AttemptId] = set()
        self._made: dict[str, list[tuple[int, Opened]]] = defaultdict(list)
        self._ends: dict[str, list[tuple[int, Verdict]]] = defaultdict(list)
        self._bars: dict[tuple[str, str], dict[Barred, tuple[int, int]]] = defaultdict(dict)
        self._said: dict[str, list[tuple[int, Agreed]]] = defaultdict(list)
        self._lists: dict[str, int] = {}
        self._owners: dict[str, tuple[str, int]] = {}
        self._verdicts: dict[AttemptId, Verdict] = {}
        self._shown: dict[tuple[str, int], int] = defaultdict(int)
        self._chosen: dict[_Place, tuple[Policy, ...]] = {}
        self._in_force: dict[tuple[_Place, frozenset[date]], tuple[Policy, ...]] = {}

    def read(self, entry: Logged) -> None:
        """Read the next entry of the log."""
        self._read += 1
        match entry:
            case Opened():
                self._opened[entry.attempt] = entry
                self._opened_as[entry.attempt] = self._read
            case Placed():
                self._place(entry)
            case Ended():
                self._end(entry)
            case Barred():
                self._bar(entry)
            case Agreed():
                self._said[entry.party].append((self._read, entry))
            case Scrubbed():
                self._lists[entry.source] = max(self._lists.get(entry.source, 0), entry.dated)
            case OwnerAsked():
                self._owners[entry.number] = (entry.answer, entry.at)

    def _bar(self, entry: Barred) -> None:
        same = Barred(
            at=0,
            kind=entry.kind,
            value=entry.value,
            scope=entry.scope,
            whose=entry.whose,
            source=entry.source,
        )
        if entry.lifted:
            self._bars[(entry.kind, entry.value)].pop(same, None)
        else:
            self._bars[(entry.kind, entry.value)].setdefault(same, (self._read, entry.at))

    def _end(self, entry: Ended) -> None:
        self._on_the_line.pop(entry.attempt, None)
        self._verdicts[entry.attempt] = entry.verdict
        opened = self._opened.pop(entry.attempt, None)
        self._opened_as.pop(entry.attempt, None)
        if opened is not None and entry.attempt in self._dialled:
            for key in (f"n{opened.number}", f"p{opened.party}"):
                self._ends[key].append((entry.at, entry.verdict))

    def _place(self, call: Placed) -> None:
        self.placed += 1
        opened = self._opened.get(call.attempt)
        if opened is None:
            self._note(call, [("no_gate", "nobody opened this attempt")])
            return
        self._note(call, self._judge(call, opened))
        self._dialled.add(call.attempt)
        self._on_the_line[call.attempt] = opened
        for key in (f"n{opened.number}", f"p{opened.party}"):
            self._made[key].append((call.at, opened))
        self._shown[(call.caller_id, call.at // _DAY)] += 1

    def _note(self, call: Placed, found: Iterable[tuple[str, str]]) -> None:
        for rule, why in found:
            self.found += 1
            if len(self.violations) < self._keep:
                self.violations.append(
                    Violation(attempt=call.attempt, at=call.at, rule=rule, why=why)
                )

    def _judge(self, call: Placed, opened: Opened) -> _Found:
        laws = self._laws(opened, call.at)
        yield from self._order(call, opened)
        yield from self._suppressions(call, opened)
        yield from window(call.at, opened, laws)
        yield from self._counts(call.at, opened, laws)
        made = self._made[f"p{opened.party}"]
        tried = [(when, self._verdicts.get(other.attempt)) for when, other in made]
        yield from quota(call.at, opened, self._campaigns[opened.campaign], tried)
        yield from self._locks(call.at, opened, laws)
        yield from self._agreement(call.at, opened, laws)
        yield from self._sources(call.at, opened, laws)
        yield from self._number_shown(call, opened, laws)

    def _order(self, call: Placed, opened: Opened) -> _Found:
        if call.attempt in self._dialled:
            yield "twice", "this attempt was dialled before"
        if not 0 <= call.at - opened.at <= SOON_US:
            yield "late", f"{call.at - opened.at} us after it was opened"
        if call.number != opened.number or call.caller_id != opened.caller_id:
            yield "wrong_number", f"{call.number} was never opened"
        for other in self._on_the_line.values():
            if other.attempt != call.attempt and (
                other.number == opened.number or other.party == opened.party
            ):
                yield "two_lines", f"{other.attempt} is under way"

    def _laws(self, opened: Opened, at: int) -> tuple[Policy, ...]:
        """Give what is in force for a call, found by trying every policy there is."""
        campaign = self._campaigns[opened.campaign]
        key = (opened.region, campaign.purpose, tuple(campaign.policies))
        if key not in self._chosen:
            self._chosen[key] = tuple(
                law
                for law in self._policies
                if (campaign.purpose in law.purposes or not law.purposes)
                and (law.policy in campaign.policies or concerns(law, opened.region))
            )
        days = frozenset(wall(at, zone).date() for zone in opened.zones)
        if (key, days) not in self._in_force:
            self._in_force[(key, days)] = tuple(
                law for law in self._chosen[key] if any(in_force(law, day) for day in days)
            )
        return self._in_force[(key, days)]

    def _suppressions(self, call: Placed, opened: Opened) -> _Found:
        campaign = self._campaigns[opened.campaign]
        keys = [("number", opened.number), ("party", opened.party)]
        keys += [("prefix", opened.number[:n]) for n in range(2, len(opened.number))]
        mine = {
            "global": True,
            "seller": campaign.seller,
            "campaign": campaign.campaign,
            "list": opened.list,
        }
        for key in keys:
            for bar, (place, since) in self._bars.get(key, {}).items():
                if bar.scope != "global" and mine[bar.scope] != bar.whose:
                    continue
                if self._too_late(opened, call.at, place, since):
                    continue
                permitted = f"permission:{bar.source}"
                if bar.source != "internal" and self._agreed(
                    opened, permitted, call.at, exact=True
                ):
                    continue
                yield "suppressed", f"{bar.scope} {bar.source} since {since}"

    def _too_late(self, opened: Opened, at: int, place: int, said_at: int) -> bool:
        """Say whether something was written down in the very second in which a call was dialled."""
        return place > self._opened_as[opened.attempt] and at - said_at < HEARD_US

    def _counts(self, at: int, opened: Opened, laws: Sequence[Policy]) -> _Found:
        purpose = self._campaigns[opened.campaign].purpose
        for law in laws:
            for cap in law.caps:
                key = f"n{opened.number}" if cap.key == "number" else f"p{opened.party}"
                whens = [
                    when
                    for when, other in self._made[key]
                    if cap.key != "subject" or self._campaigns[other.campaign].purpose == purpose
                ]
                if cap.hours:
                    n = sum(when > at - cap.hours * _HOUR for when in whens)
                else:
                    n = max(
                        sum(wall(when, zone).date() >= wall(at, zone).date() for when in whens)
                        for zone in opened.zones
                    )
                if n >= cap.most:
                    yield "cap", f"{law.policy}: {n} before it, {cap.most} are allowed"
            quiet = law.quiet_after_contact_us
            if quiet and self._since(opened, at, quiet, {Verdict.CONNECTED}):
                yield "quiet", f"{law.policy}: they were talked to"

    def _since(self, opened: Opened, at: int, span: int, verdicts: set[Verdict]) -> bool:
        return any(
            when > at - span and verdict in verdicts
            for key in (f"n{opened.number}", f"p{opened.party}")
            for when, verdict in self._ends.get(key, ())
        )

    def _locks(self, at: int, opened: Opened, laws: Sequence[Policy]) -> _Found:
        if opened.guaranteed_agent:
            return
        for law in laws:
            lock = law.lock_abandoned_us
            if lock and self._since(opened, at, lock, {Verdict.ABANDONED, Verdict.LOST}):
                yield "lock_abandoned", f"{law.policy}: a call was abandoned"
            if law.lock_machine_same_day and any(
                verdict is Verdict.MACHINE and wall(when, zone).date() == wall(at, zone).date()
                for key in (f"n{opened.number}", f"p{opened.party}")
                for when, verdict in self._ends.get(key, ())
                for zone in opened.zones
            ):
                yield "lock_machine", f"{law.policy}: a machine answered that day"

    def _agreed(self, opened: Opened, kind: str, at: int, *, exact: bool = False) -> bool:
        """Say whether a consent stands, by replaying everything that was ever said, in order."""
        seller = self._campaigns[opened.campaign].seller
        kinds = (kind,) if exact else (kind, kind + "_written")
        stands: dict[str, bool] = {}
        said = (
            one
            for place, one in self._said.get(opened.party, ())
            if not self._too_late(opened, at, place, one.at)
        )
        for one in sorted(said, key=lambda one: (one.given_at, one.revoked)):
            if one.number not in ("", opened.number):
                continue
            if one.revoked and one.seller in ("", seller):
                stem = one.type.replace("_written", "")
                for name in stands:
                    if one.type == "all" or name.replace("_written", "") == stem:
                        stands[name] = False
            elif (
                not one.revoked and one.seller == seller and one.proof and one.given_at <= opened.at
            ):
                lasting = one.until is None or one.until > opened.at
                stands[one.type] = lasting or stands.get(one.type, False)
        return any(stands.get(name, False) for name in kinds)

    def _agreement(self, at: int, opened: Opened, laws: Sequence[Policy]) -> _Found:
        campaign = self._campaigns[opened.campaign]
        ways = {"any", opened.source.value}
        if opened.source is Source.AUTO:
            ways = {"any", campaign.mode.value, "automatic"}
        if opened.source is Source.AGENTLESS:
            ways.add("automatic")
        if "automatic" in ways and opened.kind.value in ("mobile", "unknown"):
            ways.add("mobile")
        if campaign.on_machine.value == "drop":
            ways.add("machine_drop")
        for law in laws:
            for way, kind in law.consent:
                if way in ways and not self._agreed(opened, kind, at):
                    yield "consent", f"{law.policy}: {kind} for {way}"

    def _sources(self, at: int, opened: Opened, laws: Sequence[Policy]) -> _Found:
        answer, asked = self._owners.get(opened.number, ("", 0))
        if answer == "yes":
            yield "owner", "the number has another owner"
        for law in laws:
            for source, days in law.dnc:
                if self._lists.get(source, -1) <= at - days * _DAY:
                    yield "dnc_stale", f"{law.policy}: {source}"
            if law.rnd_days and (answer != "no" or asked <= at - law.rnd_days * _DAY):
                yield "owner", f"{law.policy}: the owner is not known"

    def _number_shown(self, call: Placed, opened: Opened, laws: Sequence[Policy]) -> _Found:
        pool = self._campaigns[opened.campaign].caller_ids
        shown = [one for one in pool if one.number == call.caller_id]
        if len(shown) != 1:
            yield "caller_id", "not a number of the campaign"
            return
        (one,) = shown
        if one.proof == "" or one.valid_until <= call.at:
            yield "caller_id", "no right to show it"
        near = [area for area in one.regions if f"{opened.region}-".startswith(f"{area}-")]
        if one.regions and not near:
            yield "caller_id", f"not for {opened.region}"
        if any("-" in area for area in one.regions) and not all(law.local_presence for law in laws):
            yield "caller_id", "it looks near where it may not"
        if 0 < one.daily_cap <= self._shown[(call.caller_id, call.at // _DAY)]:
            yield "caller_id", "shown too often that day"


def check(
    log: Iterable[Logged],
    policies: Iterable[Policy],
    campaigns: Mapping[CampaignId, CampaignSettings],
) -> list[Violation]:
    """Judge a whole log."""
    checker = Checker(policies, campaigns)
    for entry in log:
        checker.read(entry)
    return checker.violations
