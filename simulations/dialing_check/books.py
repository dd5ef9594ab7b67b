"""The check's storage: one transaction asks the gate and writes the attempt, as in real storage."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dialer import consent
from dialer.attempt import Source, Verdict
from dialer.campaign import CampaignSettings
from dialer.check_log import (
    Agreed,
    Barred,
    Ended,
    Logged,
    Opened,
    OwnerAsked,
    Scrubbed,
)
from dialer.consent import ConsentRecord
from dialer.ids import AttemptId
from dialer.lead import LeadNumber
from dialer.policy import Facts, GateVerdict, Policy
from simulations.dialing_check.people import DAY_US, Person

Gate = Callable[..., GateVerdict]


@dataclass(slots=True)
class Row:
    """An attempt on the books."""

    opened: Opened
    purpose: str
    ended_at: int | None = None
    verdict: Verdict | None = None


@dataclass(slots=True)
class Books:
    """Everything that survives a crash. ``log`` is told of every commit, in order."""

    gate: Gate
    policies: tuple[Policy, ...]
    log: Callable[[Logged], None]
    rows: dict[AttemptId, Row] = field(default_factory=dict)
    bars: dict[tuple[str, str], dict[tuple[str, str, str], int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    said: dict[str, list[ConsentRecord]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[str, int] = field(default_factory=dict)
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)
    by_number: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_party: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    open: dict[AttemptId, Row] = field(default_factory=dict)
    made: int = 0

    def claim(self, person: Person) -> int:
        """Claim a lead: a token that a later claim makes void."""
        person.token += 1
        return person.token

    def open_attempt(
        self,
        person: Person,
        token: int,
        number: LeadNumber,
        campaign: CampaignSettings,
        caller_id: str,
        source: Source,
        guaranteed_agent: bool,
        now: int,
    ) -> Opened | GateVerdict | None:
        """Ask the gate and put the attempt on the books; None for a token that is void."""
        if token != person.token:
            return None
        verdict = self.gate(
            number,
            person.party,
            campaign,
            self.policies,
            self.facts(person, number, campaign, caller_id, now),
            now,
            source,
            guaranteed_agent,
            caller_id,
        )
        if not verdict.allowed:
            return verdict
        self.made += 1
        opened = Opened(
            at=now,
            attempt=AttemptId(f"a{self.made}"),
            campaign=campaign.campaign,
            list=person.list,
            party=person.party,
            number=number.number,
            kind=number.kind,
            region=number.region,
            zones=number.zones,
            caller_id=caller_id,
            source=source,
            guaranteed_agent=guaranteed_agent,
        )
        row = Row(opened, campaign.purpose)
        self.rows[opened.attempt] = self.open[opened.attempt] = row
        self.by_number[number.number].append(row)
        self.by_party[person.party].append(row)
        self.shown[(caller_id, now // DAY_US)] += 1
        self.log(opened)
        return opened

    def facts(
        self, person: Person, number: LeadNumber, campaign: CampaignSettings, shown: str, now: int
    ) -> Facts:
        """Read what is known now."""
        rows = {
            row.opened.attempt: row
            for row in (*self.by_number[number.number], *self.by_party[person.party])
        }.values()

        def last(*verdicts: Verdict) -> int | None:
            ends = (r.ended_at for r in rows if r.verdict in verdicts and r.ended_at is not None)
            return max(ends, default=None)

        return Facts(
            suppressed=self._suppressed(person, number.number, campaign),
            consents=consent.standing(
                self.said.get(person.party, ()),
                person.party,
                number.number,
                campaign.seller,
                now,
            ),
            attempts=tuple(
                (r.opened.at, r.opened.number, r.purpose, r.verdict.value if r.verdict else "")
                for r in rows
            ),
            open=any(row.ended_at is None for row in rows),
            contacted_at=last(Verdict.CONNECTED),
            abandoned_at=last(Verdict.ABANDONED, Verdict.LOST),
            machine_at=last(Verdict.MACHINE),
            scrubbed=tuple(self.lists.items()),
            rnd=self.owners.get(number.number),
            shown_today=self.shown[(shown, now // DAY_US)],
        )

    def _suppressed(
        self, person: Person, number: str, campaign: CampaignSettings
    ) -> tuple[tuple[str, int], ...]:
        whose: Mapping[str, str] = {
            "global": "",
            "seller": campaign.seller,
            "campaign": campaign.campaign,
            "list": person.list,
        }
        keys: Sequence[tuple[str, str]] = [
            ("number", number),
            ("party", person.party),
            *(("prefix", number[:length]) for length in range(2, 13)),
        ]
        return tuple(
            (scope if source == "internal" else f"dnc:{source}", since)
            for key in keys
            if key in self.bars
            for (scope, who, source), since in self.bars[key].items()
            if whose[scope] == who
        )

    def end(self, attempt: AttemptId, verdict: Verdict, now: int) -> None:
        """Close an attempt, once."""
        row = self.rows[attempt]
        if row.ended_at is None:
            row.ended_at, row.verdict = now, verdict
            del self.open[attempt]
            self.log(Ended(at=now, attempt=attempt, verdict=verdict))

    def bar(self, entry: Barred) -> None:
        """Write a suppression down, or lift it. What stands already stays as it is."""
        entries = self.bars[(entry.kind, entry.value)]
        key = (entry.scope, entry.whose, entry.source)
        if entry.lifted:
            entries.pop(key, None)
        else:
            entries.setdefault(key, entry.at)
        self.log(entry)

    def agree(self, entry: Agreed) -> None:
        """Write down a consent or a revocation."""
        self.said[entry.party].append(
            ConsentRecord(
                party=entry.party,
                at=entry.given_at,
                type=entry.type,
                number=entry.number,
                seller=entry.seller,
                proof=entry.proof,
                until=entry.until,
                revoked=entry.revoked,
            )
        )
        self.log(entry)

    def scrub(self, entry: Scrubbed) -> None:
        """Note that a public list was brought in."""
        self.lists[entry.source] = max(self.lists.get(entry.source, 0), entry.dated)
        self.log(entry)

    def owner(self, entry: OwnerAsked) -> None:
        """Note what is known of a number's owner."""
        self.owners[entry.number] = (entry.answer, entry.at)
        self.log(entry)

    def recover(self, alive: frozenset[AttemptId], now: int) -> None:
        """After a crash: attempts that are open and not on the switch are lost."""
        for attempt in [attempt for attempt in self.open if attempt not in alive]:
            self.end(attempt, Verdict.LOST, now)
