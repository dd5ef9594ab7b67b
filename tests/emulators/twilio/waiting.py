"""``<Enqueue>`` and ``<Leave>``: waiting in a queue, with documents of its own to pass the time."""

from __future__ import annotations

import asyncio

from tests.emulators.twilio.documents import ApplicationError
from tests.emulators.twilio.execution import EXECUTORS, EndOfCall, Execution, LeaveQueue
from tests.emulators.twilio.model import HOLD_MUSIC, Membership, QueueExit, Source
from tests.emulators.twilio.twiml import Document, Verb
from tests.emulators.twilio.verb_table import WAITING


class _Waiting:
    """One call's stay in a queue."""

    def __init__(self, run: Execution, verb: Verb, place: Membership) -> None:
        self.run = run
        self.verb = verb
        self.place = place
        self._since = run.twilio.clock.now()
        self._left: float | None = None

    async def wait(self) -> QueueExit:
        """Pass the time until the call leaves, for whatever reason."""
        passing = asyncio.ensure_future(self._pass_the_time())
        try:
            await asyncio.wait({passing, self.place.exit}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._left = self.run.twilio.clock.now()
            passing.cancel()
            await asyncio.wait({passing})
        if self.place.exit.done():
            return self.place.exit.result()
        return passing.result()

    async def _pass_the_time(self) -> QueueExit:
        url = self.verb.get("waitUrl")
        if not url:
            with self.run.call.party.hearing(("music", HOLD_MUSIC)):
                await self.run.call.over.wait()
        source = Source(url=self.run.absolute(url), method=self.verb.get("waitUrlMethod", "POST"))
        while True:
            before = self.run.twilio.clock.now()
            try:
                waiting = Execution(self.run.twilio, self.run.call, WAITING)
                await waiting.follow(source, self._params())
            except LeaveQueue:
                return QueueExit(result="leave")
            except ApplicationError:
                return QueueExit(result="error")
            if self.run.twilio.clock.now() == before:
                self.run.twilio.errors.append((0, f"{source.url} loops without taking time"))
                return QueueExit(result="error")

    def _params(self) -> dict[str, str]:
        place = self.place
        return {
            "QueueSid": place.queue_sid,
            "QueuePosition": str(place.position()),
            "QueueTime": str(self.waited_s()),
            "AvgQueueTime": str(round(place.average_wait_s())),
            "CurrentQueueSize": str(place.size()),
        }

    def waited_s(self) -> int:
        """Whole seconds in the queue."""
        until = self.run.twilio.clock.now() if self._left is None else self._left
        return round(until - self._since)

    def params(self, result: str) -> dict[str, str]:
        """The parameters of the action."""
        self.run.twilio.log.note("dequeued", self.run.call, result=result)
        return {
            "QueueResult": result,
            "QueueSid": self.place.queue_sid,
            "QueueTime": str(self.waited_s()),
        }

    def tell(self, result: str) -> None:
        """Tell the action, whose answer does not matter."""
        self.place.leave(result)
        params = self.params(result)
        if action := self.verb.get("action"):
            self.run.last_word(action, self.verb.get("method"), params, when="always")


async def enqueue(run: Execution, verb: Verb) -> Document | None:
    """``<Enqueue>``: the ``action`` is asked when the call leaves; without one the document goes
    on. Who takes the call away by the API decides what runs then, and the action is only told."""
    place = run.twilio.queues.enter(run.call, verb.text)
    if place is None:
        return await _ask(run, verb, {"QueueResult": "queue-full"})
    run.twilio.log.note("enqueued", run.call, queue=verb.text)
    waiting = _Waiting(run, verb, place)
    bridged = False
    try:
        exit_ = await waiting.wait()
        place.leave(exit_.result)
        result, bridged = exit_.result, exit_.during is not None
        if exit_.during is not None:
            result = await exit_.during()
    except asyncio.CancelledError:
        waiting.tell(_interrupted(run, bridged=bridged))
        raise
    except EndOfCall:
        waiting.tell("hangup")
        raise
    if exit_.source is not None:
        waiting.tell(result)
        return await run.open(exit_.source, {})
    return await _ask(run, verb, waiting.params(result))


def _interrupted(run: Execution, *, bridged: bool) -> str:
    """The result when the call is over, or runs another document."""
    if run.call.ended:
        return "bridged" if bridged else "hangup"
    return "redirected-from-bridged" if bridged else "redirected"


async def _ask(run: Execution, verb: Verb, params: dict[str, str]) -> Document | None:
    if not verb.get("action"):
        return None
    return await run.ask(verb.get("action"), verb.get("method"), params)


async def leave(run: Execution, _verb: Verb) -> Document | None:
    """``<Leave>``; who is in no queue just goes on."""
    if run.allowed is not WAITING:
        return None
    raise LeaveQueue


EXECUTORS |= {"Enqueue": enqueue, "Leave": leave}
