"""Queues of calls: who waits, in which order, and how they get out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall, QueueExit, Source, TwilioError

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

DEFAULT_SIZE = 1000
LARGEST_SIZE = 5000
LONGEST_NAME = 64


@dataclass(slots=True, kw_only=True, eq=False)
class Queue:
    """One queue; `members` are those who wait, the front first."""

    sid: str
    name: str
    max_size: int = DEFAULT_SIZE
    created: float
    updated: float
    members: list[Member] = field(default_factory=list)
    on_enter: list[Callable[[], object]] = field(default_factory=list)
    """Called once when somebody has entered."""

    def average_wait_s(self, now: float) -> float:
        """Of those who wait now."""
        if not self.members:
            return 0.0
        return sum(now - m.entered for m in self.members) / len(self.members)


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """One call's place in a queue."""

    queue: Queue
    call: EmulatedCall
    entered: float
    exit: asyncio.Future[QueueExit]
    clock_now: Callable[[], float]
    queue_sid: str
    queue_name: str

    def position(self) -> int:
        """1 is the front; 0 is out."""
        return self.queue.members.index(self) + 1 if self in self.queue.members else 0

    def size(self) -> int:
        """How many wait in the queue now."""
        return len(self.queue.members)

    def wait_s(self) -> float:
        """So far."""
        return self.clock_now() - self.entered

    def average_wait_s(self) -> float:
        """Of those who are in the queue now."""
        return self.queue.average_wait_s(self.clock_now())

    def leave(self, result: str) -> None:
        """The call is no longer in the queue; fine when it was out already."""
        if self in self.queue.members:
            self.queue.members.remove(self)
            self.queue.updated = self.clock_now()


class QueueBook:
    """All queues of the account."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.all: dict[str, Queue] = {}
        """By sid."""

    def create(self, name: str, max_size: int = DEFAULT_SIZE) -> Queue:
        """A new queue. Raises TwilioError when the name is no name, or taken."""
        if not 0 < len(name) <= LONGEST_NAME:
            raise TwilioError(400, 22002, f"Queue name has to have 1 to {LONGEST_NAME} characters")
        if not 0 <= max_size <= LARGEST_SIZE:
            raise TwilioError(400, 22001, f"MaxSize has to be 0 to {LARGEST_SIZE}")
        if self.named(name) is not None:
            raise TwilioError(409, 22003, f"Queue {name} exists already")
        now = self._twilio.clock.now()
        queue = Queue(
            sid=self._twilio.sids.new("QU"), name=name, max_size=max_size, created=now, updated=now
        )
        self.all[queue.sid] = queue
        return queue

    def delete(self, queue: Queue) -> None:
        """Raises TwilioError while somebody waits."""
        if queue.members:
            raise TwilioError(400, 22004, "Queue is not empty")
        del self.all[queue.sid]

    def named(self, name: str) -> Queue | None:
        """The queue of this name."""
        return next((q for q in self.all.values() if q.name == name), None)

    def waiting(self, call: EmulatedCall) -> Member | None:
        """The place of a call that waits anywhere."""
        members = (m for q in self.all.values() for m in q.members)
        return next((m for m in members if m.call is call), None)

    def enter(self, call: EmulatedCall, name: str) -> Member | None:
        """Put the call at the end of the queue, made when there is none; None when it is full."""
        queue = self.named(name) or self.create(name)
        if len(queue.members) >= queue.max_size:
            return None
        now = self._twilio.clock.now()
        member = Member(
            queue=queue,
            call=call,
            entered=now,
            exit=asyncio.get_running_loop().create_future(),
            clock_now=self._twilio.clock.now,
            queue_sid=queue.sid,
            queue_name=queue.name,
        )
        queue.members.append(member)
        queue.updated = now
        waiting, queue.on_enter = queue.on_enter, []
        for tell in waiting:
            tell()
        return member

    def take(self, member: Member, way_out: QueueExit) -> None:
        """Let a member out. Raises TwilioError 20404 when it is out already."""
        if member.exit.done() or member not in member.queue.members:
            raise TwilioError(404, 20404, f"{member.call.sid} is not in the queue")
        member.queue.members.remove(member)
        member.queue.updated = self._twilio.clock.now()
        member.exit.set_result(way_out)

    def redirect(self, member: Member, source: Source) -> None:
        """Let a member out into another document."""
        self.take(member, QueueExit(result="redirected", source=source))
