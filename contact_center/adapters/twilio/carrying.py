"""Asks REST what the machine of legs wants asked, and says what came of it.

Nothing here decides: each question is one or two requests of `rest`. A call that is to be dialled
is written down first, so that nobody is dialled twice after a restart.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from contact_center.adapters.twilio import asks as a
from contact_center.adapters.twilio.asks import Answer, Ask, Outcome
from contact_center.adapters.twilio.listing import EARLIER_US
from contact_center.adapters.twilio.naming import plain
from contact_center.adapters.twilio.rest import Fate, Reply, TwilioRest, instant_us
from contact_center.ports import DialIntent, IntentStore

"""Twilio's instants are whole seconds, and its clock is not ours."""
_DIALLED = ("outbound-api", "outbound")
_OUTCOMES = {
    Fate.DONE: Outcome.DONE,
    Fate.REFUSED: Outcome.REFUSED,
    Fate.GONE: Outcome.GONE,
    Fate.OVERLOAD: Outcome.BUSY,
    Fate.UNREACHABLE: Outcome.AWAY,
    Fate.UNKNOWN: Outcome.UNKNOWN,
}


class Carrier:
    """`is_taken` says whether a call of Twilio's is known to be another leg's."""

    def __init__(
        self,
        rest: TwilioRest,
        intents: IntentStore,
        is_taken: Callable[[str], bool],
        now: Callable[[], int],
    ) -> None:
        self._rest = rest
        self._intents = intents
        self._is_taken = is_taken
        self._now = now
        self._ways: dict[type[Ask], Callable[[Any], Awaitable[Answer]]] = {
            a.Dial: self._dial,
            a.FindDialled: self._find_dialled,
            a.Redocument: self._redocument,
            a.Fetch: self._fetch,
            a.Finish: self._finish,
            a.Look: self._look,
            a.Place: self._place,
            a.Tell: self._tell,
            a.FindTalk: self._find_talk,
            a.Tape: self._tape,
            a.TapeState: self._tape_state,
            a.LookTape: self._look_tape,
            a.Discard: self._discard,
        }

    async def carry(self, ask: Ask) -> Answer:
        """Ask, and give the answer. Never raises for what Twilio or the network does."""
        return await self._ways[type(ask)](ask)

    async def _dial(self, ask: a.Dial) -> Answer:
        intent = DialIntent(
            leg=ask.leg, call=ask.command.call, to=ask.to, caller_id=ask.from_, at=self._now()
        )
        if not await self._intents.begin(intent):
            return Answer(outcome=Outcome.UNKNOWN)
        reply = await self._rest.create_call(
            to=ask.to,
            from_=ask.from_,
            url=ask.url,
            status_url=ask.status_url,
            fallback_url=ask.fallback_url,
            timeout_s=ask.timeout_s,
            amd_url=ask.amd_url,
        )
        answer = _answer(reply)
        sid = str(reply.body.get("sid") or "")
        if answer.outcome is Outcome.DONE and sid:
            await self._intents.found(ask.leg, sid)
        return answer

    async def _find_dialled(self, ask: a.FindDialled) -> Answer:
        since = ask.since - EARLIER_US
        asked = "" if "?" in ask.to else ask.to
        reply = await self._rest.list_calls(to=asked, since_us=since)
        if not reply.ok:
            return _answer(reply)
        made = [
            call
            for call in reply.body["calls"]
            if call.get("direction") in _DIALLED
            and plain(str(call.get("to"))) == plain(ask.to)
            and not self._is_taken(str(call.get("sid")))
        ]
        made.sort(key=lambda call: instant_us(str(call.get("date_created", ""))))
        if made:
            await self._intents.found(ask.leg, str(made[0]["sid"]))
        return Answer(outcome=Outcome.DONE, body={"sid": made[0]["sid"]} if made else {})

    async def _redocument(self, ask: a.Redocument) -> Answer:
        if ask.url:
            return _answer(await self._rest.update_call(ask.sid, url=ask.url))
        return _answer(await self._rest.update_call(ask.sid, twiml=ask.twiml))

    async def _fetch(self, ask: a.Fetch) -> Answer:
        reply = await self._rest.dequeue_member(ask.queue_sid, ask.sid, url=ask.url)
        return _answer(reply)

    async def _finish(self, ask: a.Finish) -> Answer:
        status = "canceled" if ask.unanswered else "completed"
        return _answer(await self._rest.update_call(ask.sid, status=status))

    async def _look(self, ask: a.Look) -> Answer:
        return _answer(await self._rest.fetch_call(ask.sid))

    async def _place(self, ask: a.Place) -> Answer:
        reply = await self._rest.update_participant(
            ask.conference,
            ask.sid,
            muted=ask.muted,
            hold=ask.held,
            hold_url=ask.hold_url if ask.held else None,
            coach=ask.coach,
        )
        return _answer(reply)

    async def _tell(self, ask: a.Tell) -> Answer:
        if ask.sid:
            return _answer(
                await self._rest.announce_to_participant(ask.conference, ask.sid, url=ask.url)
            )
        return _answer(await self._rest.announce_to_conference(ask.conference, url=ask.url))

    async def _find_talk(self, ask: a.FindTalk) -> Answer:
        found = await self._rest.find_conference(ask.talk)
        if not found.ok:
            return _answer(found)
        if not found.body["conferences"]:
            return Answer(outcome=Outcome.DONE)
        conference = str(found.body["conferences"][0]["sid"])
        reply = await self._rest.list_participants(conference)
        if not reply.ok:
            return _answer(reply)
        members = [str(one["call_sid"]) for one in reply.body["participants"]]
        return Answer(outcome=Outcome.DONE, body={"conference": conference, "members": members})

    async def _tape(self, ask: a.Tape) -> Answer:
        track = "inbound" if ask.one_side else "both"
        reply = await self._rest.start_recording(ask.sid, status_url=ask.status_url, track=track)
        return _answer(reply)

    async def _tape_state(self, ask: a.TapeState) -> Answer:
        reply = await self._rest.update_recording(ask.sid, ask.tape, status=ask.state)
        return _answer(reply)

    async def _look_tape(self, ask: a.LookTape) -> Answer:
        return _answer(await self._rest.fetch_recording(ask.tape))

    async def _discard(self, ask: a.Discard) -> Answer:
        return _answer(await self._rest.delete_recording(ask.tape))


def _answer(reply: Reply) -> Answer:
    return Answer(
        outcome=_OUTCOMES[reply.fate], body=reply.body, code=reply.code, status=reply.status
    )
