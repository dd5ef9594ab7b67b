"""The router alone, and a second one that must do the same: messages in, messages and facts out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from contact_center.core.acd import ToCall, ToRouter
from contact_center.core.center import DEADLINES_A_TURN, Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.output import Outbox, Output
from contact_center.core.routing import Router
from contact_center.core.snapshot import CenterSnapshot, restore, snapshot
from contact_center.runtime.codec import encoder
from contact_center.runtime.journal import encode_outputs
from tests.core.router_turns import watch_order

Act = Callable[[Router, int, Outbox], object]


@dataclass(slots=True)
class Step:
    """What came of one event."""

    told: list[ToCall] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    stale: int = 0


class Rig:
    """A router in the center that it belongs to, whose call half nobody asks."""

    def __init__(self, center: Center, *, watched: bool = False) -> None:
        self.center = center
        if watched:
            watch_order(center.router)

    @property
    def router(self) -> Router:
        """The router."""
        return self.center.router

    def do(self, act: Act, now: int) -> Step:
        """Let one event happen, with everything that the center does around it."""
        out, step = Outbox(), Step()
        self.center.now = now
        act(self.router, now, out)
        self._deliver(now, out, step)
        self.router.settle(now, out)
        self._deliver(now, out, step)
        self.router.tell_changes(now, out)
        step.outputs, step.stale = out.outputs, out.stale
        return step

    def deadlines(self, now: int) -> Step:
        """Let whatever is due happen."""

        def act(router: Router, now: int, out: Outbox) -> None:
            queues = [router.people_deadlines]
            if router.up:
                queues.insert(0, router.media_deadlines)
            for deadlines in queues:
                for _ in range(DEADLINES_A_TURN):
                    key = deadlines.pop(now)
                    if key is None:
                        break
                    router.deadline(*key, now, out)

        return self.do(act, now)

    def next_deadline(self) -> int | None:
        """Say when the next deadline is."""
        return self.center.next_deadline()

    def written_down(self) -> bytes:
        """Give all there is to know, as it is kept."""
        return encoder.encode(snapshot(self.center))

    def _deliver(self, now: int, out: Outbox, step: Step) -> None:
        while out.mail:
            message = out.mail.popleft()
            assert not isinstance(message, ToRouter), "the router tells itself something"
            assert isinstance(message, ToCall)
            step.told.append(message)


def made_again(written: bytes, today: CenterConfiguration, *, watched: bool = False) -> Rig:
    """Make a router of what was written down, under the configuration of today."""
    taken = msgspec.json.decode(written, type=CenterSnapshot)
    return Rig(restore(today, taken), watched=watched)


def as_bytes(step: Step) -> bytes:
    """Write down what came of an event, in order, to compare it."""
    told = "\n".join(map(repr, step.told)).encode()
    return bytes(encode_outputs(step.outputs)) + told + str(step.stale).encode()
