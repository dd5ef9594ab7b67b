"""The buffer of leads to dial next: seconds deep, filled by pull, and nothing in it gets old.

A lead is claimed shortly before it is dialled and checked when it is (claim early, gate late). What
is not dialled within `HELD_US` goes back, so nobody is dialled by a picture of a minute ago.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable

from dialer.ids import AgentId, LeadId, PartyId
from dialer.lead import Lead

DEPTH_S = 5.0
HELD_US = 20_000_000
"""How long a claimed lead may wait. A claim's lease is longer than that and a gate's answer."""
CLAIM_WAIT_US = 10_000_000
"""How long a claim may take before it is made again."""
POLL_US = 15_000_000
"""How soon storage is asked again after it had nothing: lists may have grown."""
QUIET_US = 10_000_000
"""A list is at its end only if storage says so that long after the last lead went back to it: what
was given back and what was asked may pass each other on their ways.
"""
LEAST = 2
MOST = 2000
KEPT_FOR_AGENTS = 200
"""How many callbacks may wait here for the agents who promised them."""


class Hopper:
    """One campaign's buffer."""

    def __init__(self) -> None:
        self._leads: OrderedDict[LeadId, tuple[Lead, int]] = OrderedDict()
        self._kept: OrderedDict[LeadId, tuple[Lead, int]] = OrderedDict()
        self._dials_per_s = 0.0
        self._rated_at: int | None = None
        self._dialled = 0
        self._boost = 0
        self._beyond = 0
        self.claiming_since: int | None = None
        """Since when a claim is out."""
        self.asked = 0
        """For how many leads."""
        self.next_claim_at = 0
        """Before then storage has nothing."""
        self.next_due_at: int | None = None
        self._touched_at: int | None = None
        self.short = False
        """Storage had less than was asked for, the last time."""
        self.dry = False
        """And it had nothing that will be due later."""

    def __len__(self) -> int:
        """Count the leads to dial for anybody."""
        return len(self._leads)

    def __contains__(self, lead: object) -> bool:
        """Say whether a lead is held, for anybody or for one agent."""
        return lead in self._leads or lead in self._kept

    @property
    def kept(self) -> int:
        """Count the callbacks that wait for one agent."""
        return len(self._kept)

    def add(self, leads: Iterable[Lead], now: int) -> list[Lead]:
        """Take leads in, in order. Gives back what is too much, or superseded by a newer claim."""
        back: list[Lead] = []
        for lead in leads:
            held = self._leads.get(lead.lead) or self._kept.get(lead.lead)
            if held is not None and held[0].token >= lead.token:
                continue
            self._leads.pop(lead.lead, None)
            self._kept.pop(lead.lead, None)
            shelf = self._kept if waits_for(lead, now) is not None else self._leads
            if len(shelf) >= (KEPT_FOR_AGENTS if shelf is self._kept else MOST):
                back.append(lead)
            else:
                shelf[lead.lead] = (lead, now)
        return back

    def everybody(self) -> list[Lead]:
        """Give all leads that are held."""
        return [lead for shelf in (self._leads, self._kept) for lead, _ in shelf.values()]

    def take(self) -> Lead:
        """Take the next lead. Raises KeyError when there is none."""
        _, (lead, _) = self._leads.popitem(last=False)
        self._dialled += 1
        return lead

    def take_for(self, agent: AgentId, now: int) -> Lead | None:
        """Take the next callback that waits for this agent."""
        for lead, _ in self._kept.values():
            if waits_for(lead, now) == agent:
                del self._kept[lead.lead]
                return lead
        return None

    def odds(self, most: int, of_list: float = 1.0) -> tuple[float, ...]:
        """Give the odds of the next leads, () when all are like the average.

        ``of_list``: how much likelier than others of the pool all of them are.
        """
        found: list[float] = []
        for lead, _ in self._leads.values():
            if len(found) >= most:
                break
            found.append(lead.odds * of_list)
        return tuple(found) if any(each != 1.0 for each in found) else ()

    def owners(self, now: int) -> set[AgentId]:
        """Name the agents for whom a callback waits here."""
        found = (waits_for(lead, now) for lead, _ in self._kept.values())
        return {agent for agent in found if agent is not None}

    def old(self, now: int) -> list[Lead]:
        """Take out what has been held too long; callbacks past their fallback are anybody's."""
        for lead, since in list(self._kept.values()):
            if waits_for(lead, now) is None:
                del self._kept[lead.lead]
                self._leads[lead.lead] = (lead, since)
                self._leads.move_to_end(lead.lead, last=False)
        return self.remove(lambda _, since: now - since >= HELD_US)

    def bar(self, party: PartyId | None, number: str) -> list[Lead]:
        """Take out the leads of a party or with a number."""
        return self.remove(
            lambda lead, _: (
                (party is not None and lead.party == party)
                or (number != "" and any(each.number == number for each in lead.numbers))
            )
        )

    def clear(self) -> list[Lead]:
        """Take everything out."""
        return self.remove(lambda _lead, _since: True)

    def remove(self, which: Callable[[Lead, int], bool]) -> list[Lead]:
        """Take out the leads for which `which(lead, held since)` is true."""
        out: list[Lead] = []
        for shelf in (self._leads, self._kept):
            gone = [lead for lead, since in shelf.values() if which(lead, since)]
            for lead in gone:
                del shelf[lead.lead]
            out += gone
        if out:
            self.again()
        return out

    # Filling.

    def wanted(self, now: int, staffed: int, idle: int) -> int:
        """Say how many leads to claim now: 0 while a claim is out, or when there is enough.

        ``staffed``, ``idle``: agents of the pool (ports, of a campaign without agents).
        """
        if self.claiming_since is not None and now - self.claiming_since < CLAIM_WAIT_US:
            return 0
        if now < self.next_claim_at:
            return 0
        self._rate(now)
        ahead = math.ceil(self._dials_per_s * DEPTH_S)
        target = min(max(LEAST, min(staffed, 50), 3 * idle, ahead, self._boost), MOST)
        missing = target - len(self._leads)
        if missing <= 0 or missing < target * 0.3:
            return 0
        return min(missing + self._beyond, MOST)

    def starved(self, want: int) -> None:
        """Note that more could have been dialled than was here; the next claim is larger."""
        self._boost = min(MOST, max(4, 2 * want))

    def claiming(self, now: int, count: int) -> None:
        """Note that a claim went out."""
        self.claiming_since, self.asked = now, count
        self._boost //= 2

    def claimed(self, count: int, usable: int, next_due_at: int | None, now: int) -> None:
        """Note the answer to a claim: so many came, `usable` of them for anybody, and when the next
        will be due. Promises come first, so behind many of them more has to be asked for.
        """
        enough = count >= self.asked > 0
        self._beyond = min(max(2 * count, 16), MOST) if enough and not usable else 0
        asked_at, self.claiming_since = self.claiming_since, None
        self.next_due_at = next_due_at
        self.short = not enough
        empty = count == 0 and not enough and next_due_at is None
        quiet_at = 0 if self._touched_at is None else self._touched_at + QUIET_US
        self.dry = empty and asked_at is not None and asked_at >= quiet_at
        if enough:
            self.next_claim_at = now
        else:
            due = POLL_US if next_due_at is None else max(next_due_at - now, 500_000)
            self.next_claim_at = now + min(due, POLL_US)
            if empty and not self.dry:
                self.next_claim_at = min(self.next_claim_at, max(quiet_at, now + 500_000))

    def touched(self, now: int) -> None:
        """Note that a lead goes back to storage now, as it was or after an attempt."""
        self._touched_at = now
        self.dry = False

    def due(self, at: int) -> None:
        """Note that a lead of ours will be due then: the list is not at its end."""
        self.dry = False
        self.next_claim_at = min(self.next_claim_at, at)

    def again(self) -> None:
        """Ask storage at the next chance, whatever it said: something has changed."""
        self.next_claim_at = 0
        self.dry = False

    def _rate(self, now: int) -> None:
        if self._rated_at is None:
            self._rated_at = now
        elapsed = (now - self._rated_at) / 1e6
        if elapsed >= 1.0:
            fade = math.exp(-elapsed / 10.0)
            self._dials_per_s = self._dials_per_s * fade + self._dialled / elapsed * (1 - fade)
            self._dialled, self._rated_at = 0, now


def waits_for(lead: Lead, now: int) -> AgentId | None:
    """Tell for whom a lead is kept: who promised the callback, until its fallback time is over."""
    callback = lead.callback
    if callback is None or callback.agent is None:
        return None
    return callback.agent if now < callback.due_at + callback.fallback_us else None
