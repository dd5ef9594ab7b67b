"""Making promises to call: one way for agents at their desks and for programs over HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.promised import Whom
from contact_center.adapters.sql.dialing.store import DialStore
from dialer.campaign import CampaignSettings
from dialer.ids import AgentId, CampaignId, LeadId
from dialer.lead import Callback, LeadNumber, LeadState
from dialer.promise import instant_of, refused, wall_of

FALLBACK_US = 15 * 60_000_000
NOBODY = "this lead may not be called any more"


class CannotPromiseError(Exception):
    """A promise that cannot be made; the message says why.

    ``code``: ``no_time``, ``past``, ``far``, ``hours``, ``never``, ``no_lead``, ``no_number`` or
    ``barred``.
    ``next_local``: the next time that could be promised, in the zone that was asked for.
    """

    def __init__(self, code: str, message: str, next_local: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.next_local = next_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A promise as somebody wants it: a wall time in a zone, by whom, and at which number.

    ``agent`` None: anybody makes it. ``number`` "": the lead's first.
    """

    lead: LeadId
    local: str
    zone: str
    number: str = ""
    agent: AgentId | None = None
    fallback_us: int = FALLBACK_US
    note: str = ""


class Promises:
    """Makes promises, after a look at the clock, the lead and the law."""

    def __init__(
        self,
        store: DialStore,
        looking: Looking,
        campaigns: Callable[[], Mapping[CampaignId, CampaignSettings]],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._looking = looking
        self.campaigns = campaigns
        self.clock = clock

    async def keep(
        self, settings: CampaignSettings, wanted: Wanted, by: str
    ) -> tuple[str, Callback]:
        """Put a promise on the books, in place of an earlier one; give its name, and itself.

        Raises CannotPromiseError.
        """
        now = self.clock()
        try:
            due_at = instant_of(wanted.local, wanted.zone)
        except ValueError:
            words = "there is no such time zone, or no such time"
            raise CannotPromiseError("no_time", words) from None
        who = await self._looking.whom(wanted.lead)
        number = number_of(who, wanted.number)
        self._look_at_the_law(settings, number, due_at, wanted.zone, now)
        made = Callback(
            lead=wanted.lead,
            due_at=due_at,
            local=wanted.local,
            zone=wanted.zone,
            number=number.number,
            agent=wanted.agent,
            fallback_us=wanted.fallback_us,
            note=wanted.note,
        )
        name = await self._store.promise(settings.campaign, made, by, now)
        if name is None:
            raise CannotPromiseError("barred", NOBODY)
        return name, made

    def _look_at_the_law(
        self, settings: CampaignSettings, number: LeadNumber, due_at: int, zone: str, now: int
    ) -> None:
        refusal = refused(due_at, number, settings, self._store.policies, now)
        if refusal is None:
            return
        wall = wall_of(refusal.next_at, zone) if refusal.next_at is not None else ""
        words = {
            "past": "this time is over",
            "far": "this is more than a year ahead",
            "hours": "nobody may be called there then",
            "never": "nobody may be called there then, nor in the month after it",
        }[refusal.code]
        if wall:
            words += f"; the next time that may be promised is {wall.replace('T', ' ')} ({zone})"
        raise CannotPromiseError(refusal.code, words, wall)


def number_of(who: Whom | None, number: str) -> LeadNumber:
    """Find a lead's number, or the first of them. Raises CannotPromiseError."""
    if who is None:
        raise CannotPromiseError("no_lead", "there is no such lead")
    if who.state is LeadState.SUPPRESSED:
        raise CannotPromiseError("barred", NOBODY)
    for known in who.numbers:
        if number in ("", known.number):
            return known
    raise CannotPromiseError("no_number", "this is no number of the lead's that can be called")
