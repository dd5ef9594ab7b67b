"""Drives the gate with faults: every way in which others called somebody they were not to call.

Injected: two workers with one lead; what a worker read being old when it acts; suppressions and
revocations between claim and gate, and between gate and dial; crashes before and after the dial; a
switch that keeps calls of a process that died; clocks that jump; slow dials; old consents imported
after revocations. Time passes through the days on which clocks change on both sides of the ocean.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from time import perf_counter

from dialer.attempt import Source, Verdict
from dialer.attempts import DIAL_WITHIN_US
from dialer.caller_id import choose
from dialer.campaign import CampaignSettings, Mode
from dialer.check_log import Agreed, Barred, Logged, Opened, OwnerAsked, Placed, Scrubbed, Violation
from dialer.checker import Checker
from dialer.gate import check
from dialer.ids import AttemptId
from dialer.lead import LeadNumber
from dialer.policy import GateVerdict, Policy
from simulations.dialing_check.books import Books, Gate
from simulations.dialing_check.people import DAY_US, Person, campaigns, instant, people
from simulations.streams import Streams

SEASONS = (instant("2026-10-22T05:00"), instant("2027-03-11T05:00"))
SEASON_US = 19 * DAY_US
_SECOND = 1_000_000
_HALF_HOUR = 1800 * _SECOND
_OUTCOMES = (
    (Verdict.CONNECTED, 20),
    (Verdict.ABANDONED, 3),
    (Verdict.LEFT, 2),
    (Verdict.MACHINE, 25),
    (Verdict.BUSY, 15),
    (Verdict.NO_ANSWER, 32),
    (Verdict.INVALID, 1),
    (Verdict.FAILED, 2),
)
_VERDICTS = [verdict for verdict, weight in _OUTCOMES for _ in range(weight)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to. ``asked``: attempts that the gate was asked for."""

    asked: int
    opened: int
    placed: int
    refused: dict[str, int]
    faults: dict[str, int]
    found: int
    violations: tuple[Violation, ...]
    seconds: float

    def document(self) -> dict[str, object]:
        """Give it as JSON takes it."""
        return {
            "asked": self.asked,
            "opened": self.opened,
            "placed": self.placed,
            "violations": self.found,
            "first": [f"{v.rule} {v.attempt} at {v.at}: {v.why}" for v in self.violations[:10]],
            "refused": dict(sorted(self.refused.items())),
            "faults": dict(sorted(self.faults.items())),
            "seconds": round(self.seconds, 1),
            "per_s": round(self.asked / self.seconds) if self.seconds else 0,
        }


@dataclass(slots=True)
class _Drive:
    attempts: int
    random: Random
    books: Books
    checker: Checker
    persons: list[Person]
    campaigns: tuple[CampaignSettings, ...]
    now: int = SEASONS[0]
    asked: int = 0
    opened: int = 0
    season: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    ringing: list[tuple[int, AttemptId]] = field(default_factory=list)

    def run(self, progress: Callable[[], None]) -> None:
        self._scrub()
        for person in self.persons:
            self._born(person)
        per_half_hour = max(self.attempts / len(SEASONS) * _HALF_HOUR / SEASON_US, 0.01)
        while self.asked < self.attempts:
            before = self.asked
            self._pass_time(per_half_hour)
            self._step()
            if self.asked * 100 // self.attempts > before * 100 // self.attempts:
                progress()

    # --- time ------------------------------------------------------------------------------------

    def _pass_time(self, per_half_hour: float) -> None:
        """Let time pass; now and then to the last seconds of a half hour, where windows end."""
        if self.season + 1 < len(SEASONS) and self.asked * len(SEASONS) > self.attempts:
            self.season += 1
            self.now = SEASONS[self.season]
            self._scrub()
        if self.random.random() < 1 / per_half_hour:
            half_hours = max(round(1 / per_half_hour), 1)
            self.now = (self.now // _HALF_HOUR + half_hours) * _HALF_HOUR
            self.now -= self.random.randrange(4 * _SECOND)
        else:
            self.now += self.random.randrange(max(int(2 * _HALF_HOUR / per_half_hour / 2), 2))
        if self.random.random() < 0.0005:
            self.now += self.random.choice((-3600, -5, 5, 48 * 3600)) * _SECOND
            self.faults["clock jump"] += 1
        if self.random.random() < 16 / self.attempts:
            self._scrub()
        self._hang_up()

    def _hang_up(self) -> None:
        while self.ringing and self.ringing[0][0] <= self.now:
            at, attempt = heappop(self.ringing)
            self.books.end(attempt, self.random.choice(_VERDICTS), max(at, self.now - _HALF_HOUR))

    # --- what people and lists say ---------------------------------------------------------------

    def _born(self, person: Person) -> None:
        for kind in ("express", "prerecorded", "prerecorded_written"):
            for _ in range(self.random.randrange(4)):
                self._agree(person, kind, self.now - self.random.randrange(1, 300 * DAY_US))
        for number in person.numbers:
            if self.random.random() < 0.7:
                answer = self.random.choice((*["no"] * 18, "no_data", "yes"))
                self.books.owner(OwnerAsked(at=self.now, number=number.number, answer=answer))
        if self.random.random() < 0.04:
            source = self.random.choice(("us_national", "gb_tps", "ca_dncl"))
            self._bar(person, source=source)
            if self.random.random() < 0.3:
                self._agree(person, f"permission:{source}", self.now - DAY_US)

    def _agree(self, person: Person, kind: str, given_at: int, revoked: bool = False) -> None:
        self.books.agree(
            Agreed(
                at=self.now,
                party=person.party,
                type=kind,
                given_at=given_at,
                seller=self.random.choice(("larkfield", "larkfield", "tidewater")),
                number=self.random.choice(("", person.numbers[0].number)),
                proof=self.random.choice(("form", "form", "form", "")),
                until=self.random.choice((None, None, self.now + DAY_US)),
                revoked=revoked,
            )
        )

    def _bar(self, person: Person, source: str = "internal") -> None:
        number = self.random.choice(person.numbers).number
        kind, value = self.random.choice(
            (("number", number), ("party", str(person.party)), ("prefix", number[:12]))
        )
        scope, whose = self.random.choice(
            (("global", ""), ("seller", "larkfield"), ("campaign", "sale"), ("list", "spring"))
        )
        self.books.bar(
            Barred(at=self.now, kind=kind, value=value, scope=scope, whose=whose, source=source)
        )

    def _scrub(self) -> None:
        for source in ("us_national", "gb_tps", "gb_ctps", "ca_dncl"):
            if self.random.random() < 0.6:
                dated = self.now - self.random.randrange(20 * DAY_US)
                self.books.scrub(Scrubbed(at=self.now, source=source, dated=dated))

    def _somebody_speaks(self, person: Person, fault: str, odds: float) -> None:
        if self.random.random() >= odds:
            return
        if self.random.random() < 0.5:
            self._bar(person)
            self.faults[f"suppressed {fault}"] += 1
        else:
            kind = self.random.choice(("all", "express", "prerecorded"))
            self._agree(person, kind, self.now, revoked=True)
            self._agree(person, "express_written", self.now - DAY_US)  # an import, late
            self.faults[f"revoked {fault}, old consent imported"] += 1

    # --- calls -----------------------------------------------------------------------------------

    def _step(self) -> None:
        person = self._somebody()
        campaign = self.random.choice(self.campaigns)
        number = self.random.choice(person.numbers)
        token = self.books.claim(person)
        if self.random.random() < 0.005:
            self.now += self.random.randrange(600 * _SECOND)  # the buffer was slow
            self.faults["old snapshot"] += 1
            self._hang_up()
        self._somebody_speaks(person, "between claim and gate", 0.002)
        first = self._ask(person, token, number, campaign)
        if self.random.random() < 0.02:
            self.faults["second worker, same claim"] += 1
            self._dial(self._ask(person, token, self.random.choice(person.numbers), campaign))
        if self.random.random() < 0.02:
            self.faults["second worker, new claim"] += 1
            self._dial(self._ask(person, self.books.claim(person), number, campaign))
            self._dial(self._ask(person, token, number, campaign))
        if first is not None:
            self._somebody_speaks(person, "between gate and dial", 0.01)
        self._dial(first)

    def _somebody(self) -> Person:
        for _ in range(8):
            person = self.persons[int(len(self.persons) * self.random.random() ** 2)]
            if not person.gone and person.due_at <= self.now:
                break
        return person

    def _ask(
        self, person: Person, token: int, number: LeadNumber, campaign: CampaignSettings
    ) -> Opened | None:
        self.asked += 1
        guaranteed = campaign.mode is Mode.PREVIEW or self.random.random() < 0.02
        answer = self.books.open_attempt(
            person,
            token,
            number,
            campaign,
            self._shown(campaign, person, number),
            _SOURCES.get(campaign.mode, Source.AUTO),
            guaranteed,
            self.now,
        )
        if isinstance(answer, GateVerdict):
            self.refused.update(reason.partition(":")[0] for reason in answer.reasons)
            if answer.next_at is not None and answer.next_at <= self.now:
                raise AssertionError(f"{answer} is not later than {self.now}")
            if answer.next_at is None:
                person.gone = self.random.random() < 0.05
            else:
                person.due_at = min(answer.next_at, self.now + DAY_US)
            return None
        if answer is None:
            self.refused["token"] += 1
            return None
        self.opened += 1
        person.due_at = self.now + self.random.randrange(3 * _HALF_HOUR)
        return answer

    def _shown(self, campaign: CampaignSettings, person: Person, number: LeadNumber) -> str:
        """Choose a caller id, now and then a wrong one."""
        if self.random.random() < 0.05:
            return self.random.choice(campaign.caller_ids).number
        day = self.now // DAY_US
        near = number.region.startswith("US") or self.random.random() < 0.1
        today = {one.number: self.books.shown[(one.number, day)] for one in campaign.caller_ids}
        found = choose(campaign.caller_ids, person.party, number.region, near, today, self.now)
        return found or campaign.caller_ids[0].number

    def _dial(self, opened: Opened | None) -> None:
        if opened is None or opened.attempt not in self.books.open:
            return
        self.now += self.random.randrange(_SECOND)
        chance = self.random.random()
        if chance < 0.002:
            self.faults["crash before dial"] += 1
            self._crash()
            return
        if chance < 0.01:
            self.faults["slow dial"] += 1
            self.now += self.random.randrange(4 * _SECOND)
        elif chance < 0.0105:
            self.faults["clock jump before dial"] += 1
            self.now += self.random.choice((-3600, 3600)) * _SECOND
        if not 0 <= self.now - opened.at < DIAL_WITHIN_US:
            self.books.end(opened.attempt, Verdict.CANCELLED, self.now)
            self.faults["cancelled as too late"] += 1
            return
        self.checker.read(
            Placed(
                at=self.now,
                attempt=opened.attempt,
                number=opened.number,
                caller_id=opened.caller_id,
            )
        )
        lasts = self.random.randrange(1, 180 * _SECOND)
        heappush(self.ringing, (self.now + lasts, opened.attempt))
        if chance > 0.998:
            self.faults["crash after dial"] += 1
            self._crash()

    def _crash(self) -> None:
        """Die and start again: the switch has kept some calls, and lost others meanwhile."""
        self.now += self.random.randrange(30 * _SECOND)
        kept = [call for call in self.ringing if self.random.random() < 0.7]
        self.ringing = sorted(kept)
        self.books.recover(frozenset(attempt for _, attempt in kept), self.now)


_SOURCES = {Mode.PREVIEW: Source.PREVIEW, Mode.AGENTLESS: Source.AGENTLESS}


def drive(
    attempts: int,
    policies: Iterable[Policy],
    seed: int = 1,
    gate: Gate = check,
    gate_policies: Iterable[Policy] | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Ask for so many attempts and judge every call that came of them.

    ``gate`` and ``gate_policies``: others than the product's, to see that the checker finds it.
    ``progress`` is called at every hundredth.
    """
    law = tuple(policies)
    random = Streams(seed).of("faults")
    settings = campaigns()
    checker = Checker(law, {one.campaign: one for one in settings})
    given = law if gate_policies is None else tuple(gate_policies)
    log: Callable[[Logged], None] = checker.read
    books = Books(gate=gate, policies=given, log=log)
    persons = people(max(attempts // 100, 240), random)
    run = _Drive(attempts, random, books, checker, persons, settings)
    began = perf_counter()
    run.run(progress)
    return Report(
        asked=run.asked,
        opened=run.opened,
        placed=checker.placed,
        refused=dict(run.refused),
        faults=dict(run.faults),
        found=checker.found,
        violations=tuple(checker.violations),
        seconds=perf_counter() - began,
    )
