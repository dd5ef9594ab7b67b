"""The dialer's storage as its runner uses it: claims, attempts, ledgers, recovery, campaigns."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from contact_center.adapters.sql.audit import Tidy
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import attempts as attempts_
from contact_center.adapters.sql.dialing import by_hand, claims, recovery, refusals
from contact_center.adapters.sql.dialing.answers import Answers
from contact_center.adapters.sql.dialing.barring import Barring
from contact_center.adapters.sql.dialing.choosing import Wanted
from contact_center.adapters.sql.dialing.keeping import Keeping
from contact_center.adapters.sql.dialing.ledgers import Ledgers
from contact_center.adapters.sql.dialing.mix import Mix
from contact_center.adapters.sql.dialing.promising import Promising
from contact_center.adapters.sql.dialing.shortlists import Shortlists
from contact_center.adapters.sql.dialing.switching import roll_forward
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads
from contact_center.adapters.sql.errors import told_as_unavailable
from dialer import gate as gate_
from dialer.answer_prior import AnswerHistory
from dialer.attempt import AttemptEnd
from dialer.campaign import CampaignSettings
from dialer.ids import AttemptId, CampaignId, LeadId, ListId, PartyId
from dialer.lead import Lead, LeadNumber, LeadState
from dialer.messages import (
    AttemptOpened,
    AttemptRefused,
    CloseAttempt,
    LeadsClaimed,
    OpenAttempt,
    ReleaseLeads,
)
from dialer.pacing import Window
from dialer.policy import Policy

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """``lease_us``: how long a claim holds. ``gate``: `dialer.gate.check`, or what stands for it.

    ``after``: what follows for the lead of an attempt that a crash took. ``tidy``: what goes into
    the audit log of a change.
    """

    lease_us: int = 60_000_000
    gate: refusals.Gate = gate_.check
    after: recovery.After = recovery.later
    tidy: Tidy = lambda change: change


class DialStore(Barring, Promising, Keeping):
    """Leads and attempts in SQL. Every method may be repeated, and is one transaction or several
    that may each be repeated; each raises DatabaseUnavailableError when the database is away.

    ``policies``: every rule book there is; the gate decides which hold. Set them anew when they
    change.
    """

    def __init__(
        self,
        database: Database,
        policies: Iterable[Policy] = (),
        settings: StoreSettings | None = None,
    ) -> None:
        super().__init__(database)
        self.policies: tuple[Policy, ...] = tuple(policies)
        self._settings = settings or StoreSettings()
        self._tidy = self._settings.tidy
        self._mixes: dict[CampaignId, Mix] = {}
        self._ledgers = Ledgers()
        self._shortlists = Shortlists()
        self._answers = Answers()
        self._problems: set[str] = set()

    async def claim(
        self, campaign: CampaignSettings, count: int, now: int, lease_us: int | None = None
    ) -> LeadsClaimed:
        """Claim up to `count` leads that are due, until `now` and the lease."""
        mix = self._mixes.setdefault(campaign.campaign, Mix())
        lease = self._settings.lease_us if lease_us is None else lease_us

        def screen(connection: Connection, taken: Sequence[Lead]) -> list[Lead]:
            gate = self._settings.gate
            return refusals.screen(connection, campaign, taken, self.policies, gate, now)

        def change(connection: Connection) -> LeadsClaimed:
            wanted = Wanted(connection, campaign)
            wanted.shortlists = self._shortlists.of(campaign, now)
            claimed = claims.claim(connection, campaign, count, now, lease, mix, wanted, screen)
            if wanted.spent:
                self._shortlists.spent(campaign)
            self._report(wanted.problems)
            return claimed

        missing = self._shortlists.wanted(campaign, now)
        if missing:
            look_up = self._shortlists.look_up
            await self._read(partial(look_up, campaign=campaign, shares=missing, now=now))
        return await self._write(change)

    def _report(self, problems: Sequence[str]) -> None:
        """Log a problem when it begins, not with every claim that meets it."""
        for problem in problems:
            if problem not in self._problems:
                _log.error("%s", problem)
        self._problems = set(problems)

    async def claim_lead(
        self,
        campaign: CampaignSettings,
        now: int,
        *,
        lead: LeadId | None = None,
        number: str = "",
        lease_us: int | None = None,
    ) -> Lead | None:
        """Claim one lead of the campaign's lists by name or by number, for an agent who asks.

        Due or not, and also one that is done; never one that is suppressed, held by somebody, or
        whose party is on the line. The gate decides the rest. What was at an end is so again
        afterwards, unless there is a promise or the attempt says how it ended.
        """
        lease = self._settings.lease_us if lease_us is None else lease_us
        lists = [share.list for share in campaign.lists]
        ends = (LeadState.OPEN, LeadState.DONE, LeadState.EXHAUSTED, LeadState.PARKED)
        query = select(leads.c.lead, leads.c.state).where(
            leads.c.list.in_(lists),
            leads.c.state.in_([state.value for state in ends]),
            claims.PARTY_IS_FREE,
        )
        if lead is not None:
            query = query.where(leads.c.lead == lead)
        else:
            query = query.join(lead_numbers).where(lead_numbers.c.number == number)
        query = query.order_by(leads.c.added_at.desc()).limit(1)

        def change(connection: Connection) -> Lead | None:
            found = connection.execute(query.with_for_update(of=leads, skip_locked=True)).first()
            if found is None:
                return None
            taken = claims.take(connection, [found.lead], campaign, now, lease, ends)
            return taken[0] if taken else None

        return await self._write(change)

    async def add_lead(
        self, list_: ListId, party: PartyId, number: LeadNumber, now: int, name: str = ""
    ) -> LeadId:
        """Put a number on a list for an agent who asks to call it; `claim_lead` claims it."""
        return await self._write(
            partial(by_hand.add, list_=list_, party=party, number=number, name=name, now=now)
        )

    async def reopen_lead(self, lead: LeadId, by: str, why: str, now: int) -> bool:
        """Let a person open a lead that is at an end; say whether it was."""
        return await self._write(
            partial(by_hand.reopen, lead=lead, by=by, why=why, now=now, tidy=self._tidy)
        )

    async def finish_imports(self, now: int) -> list[str]:
        """Carry on imports that were decided and cut off; nothing of their lists is claimed yet.

        Gives their names.
        """
        with told_as_unavailable(self._database.url):
            return await roll_forward(self._database, now)

    async def release(self, back: ReleaseLeads, now: int) -> None:
        """Give claimed leads back, not to be claimed before it says; old tokens do nothing."""
        await self._write(partial(claims.release, held=back.leads, now=now, due_at=back.due_at))

    async def open_attempt(
        self, campaign: CampaignSettings, wanted: OpenAttempt, now: int
    ) -> AttemptOpened | AttemptRefused:
        """Ask the gate and put the attempt on the books, in one transaction."""
        return await self._write(
            partial(
                attempts_.open_attempt,
                campaign=campaign,
                wanted=wanted,
                policies=self.policies,
                gate=self._settings.gate,
                now=now,
            )
        )

    async def close_attempt(self, close: CloseAttempt, now: int) -> None:
        """Write down how an attempt ended and how its lead stands; at most once."""
        await self._write(partial(attempts_.close_attempt, close=close, now=now))

    async def recover(
        self,
        alive: Collection[AttemptId],
        now: int,
        *,
        opened_by: int | None = None,
        sole: bool = False,
    ) -> list[AttemptEnd]:
        """Close what a process that died left open and is not alive; give how they ended.

        ``opened_by``: attempts opened later are left alone (another process may just have).
        ``sole``: no other process dials, so every claim is void at once, not when its lease ends.
        """
        ends: list[AttemptEnd] = []
        living = frozenset(alive)
        after = self._settings.after
        until = now if opened_by is None else opened_by
        while True:
            part = await self._write(
                partial(recovery.close_lost, alive=living, now=now, opened_by=until, after=after)
            )
            ends += part
            if len(part) < recovery.AT_ONCE:
                break
        while await self._write(partial(recovery.reopen, now=now, every_claim=sole)):
            pass
        return ends

    async def adopted(self, alive: Collection[AttemptId], now: int) -> list[recovery.Adopted]:
        """Give the attempts that are open here and alive on the switch, with their leads."""
        living = frozenset(alive)
        return await self._read(partial(recovery.adopted, alive=living, now=now))

    async def windows(self, campaign: CampaignSettings, now: int) -> tuple[Window, ...]:
        """Say where a campaign stands with every cap."""
        return await self._read(
            partial(self._ledgers.windows, policies=self.policies, campaign=campaign, now=now)
        )

    async def answers(self, now: int) -> AnswerHistory:
        """Give how many answered on days before; what was read once is not read again.

        Not to be asked twice at the same time.
        """
        await self._answers.catch_up(self._read, now)
        return self._answers.history
