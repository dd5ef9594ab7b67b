"""Promises that agents make at their desks: asked over the desk's protocol, kept in storage.

Wishes are taken one after the other by one task, so that a desk never waits and what one agent
wants comes in order. What is on a screen is read again after every wish, and from time to time,
because promises are kept, and made, elsewhere too.
"""

import asyncio
import dataclasses
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from contact_center.adapters.desktop import callback_messages as cb
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.callback_door import AtCall
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.screen_text import clean, clean_lines
from contact_center.adapters.desktop.wish import problem
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.promised import Named, Whom
from contact_center.adapters.sql.dialing.promises import DIALLING
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.promises import CannotPromiseError, Promises, Wanted
from contact_center.content.called_party import lead_number
from dialer.campaign import CampaignSettings
from dialer.ids import AgentId, CampaignId, LeadId, PartyId
from dialer.lead import LeadNumber
from dialer.promise import kind_of, suggested, wall_of

MOST_WISHES: Final = 1_000
WITHIN_S: Final = 4.0
AGAIN_S: Final = 20.0
MOST_CARDS: Final = 2_000
_MINUTE_US: Final = 60_000_000
_WHY: Final = {"customer": "the customer wants none", "mistake": "a mistake", "done": "done"}

log = logging.getLogger(__name__)


class _RefusedError(Exception):
    """A wish that is not granted: a code of the desk's."""


@dataclass(frozen=True, slots=True)
class _Card:
    """Who is at a call: a lead of a campaign, or just a number that can be put on its list."""

    call: str
    campaign: CampaignSettings
    lead: LeadId | None
    name: str
    numbers: tuple[LeadNumber, ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    agent: str
    command: cb.PromiseCommand | None
    at: AtCall | None


class DeskCallbacks:
    """A PromiseDoor. `run` is to be driven as long as the service is up."""

    def __init__(self, desk: Desk, promises: Promises, store: DialStore, looking: Looking) -> None:
        self._desk = desk
        self._promises = promises
        self._store = store
        self._looking = looking
        self._wishes: asyncio.Queue[_Wish] = asyncio.Queue(MOST_WISHES)
        self._cards: OrderedDict[str, _Card] = OrderedDict()
        self._shown: dict[str, cb.PromisedCalls] = {}
        self._unseen: set[str] = set()  # whom what they did last could not be shown

    # --- the door ---------------------------------------------------------------------------------

    def take(self, agent: str, command: cb.PromiseCommand, at: AtCall | None) -> bool:
        """Take a wish; False when too many wait."""
        return self._put(_Wish(agent, command, at))

    def look_at(self, agent: str) -> None:
        """Show an agent what they have promised; when there is no time, with the next round."""
        self._put(_Wish(agent, None, None))

    def serve(self) -> None:
        """Be the desk's door from now on, for who has sat down already, too."""
        self._desk.promises = self
        for agent in self._desk.seated():
            self.look_at(agent)

    def _put(self, wish: _Wish) -> bool:
        try:
            self._wishes.put_nowait(wish)
        except asyncio.QueueFull:
            return False
        return True

    async def run(self) -> None:
        """Grant wishes, and look again from time to time, until cancelled."""
        loop = asyncio.get_running_loop()
        again = loop.time() + AGAIN_S
        while True:
            try:
                async with asyncio.timeout_at(again):
                    wish = await self._wishes.get()
            except TimeoutError:
                await self._answer(self._desk.seated(), None)
                again = loop.time() + AGAIN_S
            else:
                await self._answer([wish.agent], wish)

    async def _answer(self, agents: list[str], wish: _Wish | None) -> None:
        """Grant a wish, show what agents have promised now, and tell what became of the wish."""
        until = asyncio.get_running_loop().time() + WITHIN_S
        command = wish.command if wish is not None else None
        why = None
        if wish is not None and command is not None:
            why = await self._granted(wish.agent, command, wish.at, until)
        if why is None:
            shown = await self._shown_by(until, agents, anew=wish is not None)
            if not shown and isinstance(command, cb.CmdPromiseForm):
                why = problem("unread")  # to see it is what was wished for; others are granted
        if wish is not None and command is not None:
            self._desk.settle(wish.agent, command.id, why)

    async def _granted(
        self, agent: str, command: cb.PromiseCommand, at: AtCall | None, until: float
    ) -> p.Problem | None:
        """Grant a wish, by the time of the loop `until`; else say why not."""
        try:
            async with asyncio.timeout_at(until):
                await self._grant(agent, command, at)
        except _RefusedError as refusal:
            return problem(str(refusal))
        except CannotPromiseError as refusal:
            words = f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."
            return replace(problem(refusal.code, words), next_local=refusal.next_local)
        except StorageError as away:
            log.warning("a wish about promises could not be granted: %s", away)
            return problem("unread" if isinstance(command, cb.CmdPromiseForm) else "storage")
        except TimeoutError:
            log.warning("a wish about promises was not granted in time")
            return problem("timeout")
        except Exception:  # one wish that cannot be granted is no reason to grant no more
            log.exception("a wish about promises could not be granted")
            return problem("not_now")
        return None

    async def _shown_by(self, until: float, agents: list[str], *, anew: bool) -> bool:
        """Show agents what they have promised; False when it failed, and the next round does it."""
        try:
            async with asyncio.timeout_at(until):
                await self._show(agents, anew=anew)
        except (StorageError, TimeoutError) as away:
            log.warning("promises cannot be looked at: %s", away or "no answer in time")
        except Exception:  # as above
            log.exception("promises could not be shown")
        else:
            return True
        if anew:
            self._unseen.update(agents)
        return False

    # --- wishes -----------------------------------------------------------------------------------

    async def _grant(self, agent: str, command: cb.PromiseCommand, at: AtCall | None) -> None:
        match command:
            case cb.CmdPromiseForm():
                await self._ask(agent, command.call, at)
            case cb.CmdPromise():
                await self._promise(agent, command)
            case cb.CmdPromiseMove():
                await self._move(agent, command.d)
            case cb.CmdPromiseCancel():
                held = await self._mine(agent, command.d.callback)
                lead, why = held.promise.made.lead, _WHY[command.d.why]
                await self._store.cancel_promise(lead, _by(agent), why, self._promises.clock())

    async def _ask(self, agent: str, call: str, at: AtCall | None) -> None:
        """Find out who is at the agent's call; this is what they may promise to, until the next."""
        if at is None or at.call != call:
            raise _RefusedError("not_talking")
        card = await self._dialled(call) or await self._caller(at)
        if card is None:
            raise _RefusedError("nobody_to_call")
        self._cards[agent] = card
        self._cards.move_to_end(agent)
        while len(self._cards) > MOST_CARDS:
            self._cards.popitem(last=False)

    async def _dialled(self, call: str) -> _Card | None:
        """Say whom a campaign called."""
        found = await self._looking.called(call)
        if found is None:
            return None
        lead, name, number = found
        campaign, who = self._promises.campaigns().get(name), await self._looking.whom(lead)
        if campaign is None or who is None:
            return None
        first = [each for each in who.numbers if each.number == number]
        rest = [each for each in who.numbers if each.number != number]
        return _Card(call, campaign, lead, who.name, (*first, *rest))

    async def _caller(self, at: AtCall) -> _Card | None:
        """Say whom somebody who called us is to a campaign whose people serve the call."""
        try:
            known = lead_number(at.number)
        except ValueError:
            return None
        campaigns = [each for each in self._promises.campaigns().values() if each.lists]
        campaigns.sort(key=lambda each: each.queue != at.queue)  # the queue's own first
        for campaign in campaigns:
            lists = [share.list for share in campaign.lists]
            lead = await self._looking.with_number(lists, at.number)
            who = await self._looking.whom(lead) if lead is not None else None
            if who is not None:
                return _Card(at.call, campaign, who.lead, who.name, who.numbers)
        if not campaigns or campaigns[0].queue != at.queue:
            return None
        return _Card(at.call, campaigns[0], None, "", (known,))

    async def _promise(self, agent: str, command: cb.CmdPromise) -> None:
        card, wish = self._cards.get(agent), command.d
        if card is None or card.call != command.call:
            raise _RefusedError("nobody_to_call")
        if wish.number not in [number.number for number in card.numbers]:
            raise CannotPromiseError("no_number", "this is no number of the customer's")
        lead = card.lead
        if lead is None:
            list_, party = card.campaign.lists[0].list, PartyId(f"number:{wish.number}")
            now = self._promises.clock()
            lead = await self._store.add_lead(list_, party, card.numbers[0], now)
            self._cards[agent] = dataclasses.replace(card, lead=lead)
        wanted = Wanted(
            lead=lead,
            local=wish.local,
            zone=wish.zone,
            number=wish.number,
            agent=AgentId(agent) if wish.mine else None,
            fallback_us=wish.fallback_min * _MINUTE_US,
            note=clean_lines(wish.note),
        )
        await self._promises.keep(card.campaign, wanted, _by(agent))

    async def _move(self, agent: str, wish: cb.PromiseMove) -> None:
        held = await self._mine(agent, wish.callback)
        made = held.promise.made
        campaign = self._promises.campaigns().get(CampaignId(held.promise.campaign))
        if campaign is None:
            raise _RefusedError("nobody_to_call")
        wanted = Wanted(
            lead=made.lead,
            local=wish.local,
            zone=made.zone,
            number=made.number,
            agent=made.agent,
            fallback_us=made.fallback_us,
            note=made.note,
        )
        await self._promises.keep(campaign, wanted, _by(agent))

    async def _mine(self, agent: str, callback: str) -> Named:
        """Find a promise that an agent may change: theirs, or to whom they just talked with."""
        held = await self._looking.promise(callback)
        card = self._cards.get(agent)
        if held is None or (
            held.promise.made.agent != agent
            and (card is None or held.promise.made.lead != card.lead)
        ):
            raise _RefusedError("not_your_promise")
        if held.promise.state == DIALLING:
            raise _RefusedError("being_called")
        return held

    # --- what is shown ----------------------------------------------------------------------------

    async def _show(self, agents: list[str], *, anew: bool) -> None:
        """Show agents what they have promised, if it is not what they see.

        ``anew``: read again, too, what can be promised at the call they asked about.
        """
        if not agents:
            return
        found = await self._looking.promises_of([AgentId(agent) for agent in agents])
        for agent in agents:
            before, card = self._shown.get(agent), self._cards.get(agent)
            form = before.form if before is not None else None
            if card is not None and (anew or agent in self._unseen):
                form = await self._form(card, agent)
            shown = cb.PromisedCalls(
                callbacks=[_row(held, agent) for held in found.get(AgentId(agent), [])], form=form
            )
            self._unseen.discard(agent)
            if before != shown:
                self._shown[agent] = shown
                self._desk.show_callbacks(agent, shown)

    async def _form(self, card: _Card, agent: str) -> cb.PromiseForm:
        who = await self._looking.whom(card.lead) if card.lead is not None else None
        return cb.PromiseForm(
            call=card.call,
            campaign=card.campaign.label or card.campaign.campaign,
            name=clean(card.name),
            numbers=[self._number(card, number) for number in card.numbers if number.zones],
            promised=_promised(who, card, agent),
        )

    def _number(self, card: _Card, number: LeadNumber) -> cb.PromisedNumber:
        now = self._promises.clock()
        at = suggested(number, card.campaign, self._store.policies, now)
        return cb.PromisedNumber(
            number=number.number,
            label=clean(number.label),
            zones=list(number.zones),
            suggested="" if at is None else wall_of(at, number.zones[0]),
        )


def _promised(who: Whom | None, card: _Card, agent: str) -> cb.PromisedCall | None:
    """Show what is promised to somebody; not the promise that this very call keeps."""
    if who is None or who.promised is None or who.promised.state == DIALLING:
        return None
    return _row(Named(promise=who.promised, name=card.name), agent)


def _row(held: Named, agent: str) -> cb.PromisedCall:
    promise, made = held.promise, held.promise.made
    return cb.PromisedCall(
        callback=promise.name,
        campaign=promise.campaign,
        name=clean(held.name),
        number=made.number,
        due_at=made.due_at // 1000,
        local=wall_of(made.due_at, made.zone),
        zone=made.zone,
        state=promise.state,
        mine=made.agent == agent,
        fallback_min=made.fallback_us // _MINUTE_US,
        asked=made.local,
        wall=kind_of(made.local, made.zone).value,
        note=clean_lines(made.note),
    )


def _by(agent: str) -> str:
    return f"agent {agent}"
