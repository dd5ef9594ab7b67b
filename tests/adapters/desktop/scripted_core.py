"""A stand-in for the core: answers requests by a simple script and tells one agent's story."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contact_center.adapters.desktop.desk import Desk
from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.core.dialing import PreviewSkipRequested
from contact_center.core.errors import InboxFullError
from contact_center.core.events import Customer, Event, PastInteraction
from contact_center.core.ids import AgentId, CallId, CustomerId, QueueId, ReservationId
from contact_center.core.outcomes import Preview

SECOND = 1_000_000
AGENT = AgentId("maria")
QUEUE = QueueId("service")

ANNA = Customer(
    customer=CustomerId("c-1"),
    name="Anna Kowalska",
    tier="Gold",
    language="en",
    email="anna@example.org",
    note="Prefers to be called back after 17:00.",
)
SCRIPT = (
    "Good afternoon, this is Maria at Northwind Outfitters.",
    "I see that you called about an order. May I have the order number, please?",
    "Thank the caller by name before you hang up.",
)


@dataclass
class ScriptedCore:
    """Posts come in here; facts go out through the desk."""

    clock: Callable[[], int]
    desk: Desk | None = None
    posted: list[Event] = field(default_factory=list)
    is_full: bool = False
    is_silent: bool = False
    state: f.AgentChanged = field(init=False)
    seq: int = 0
    wrap_up_us: int = 30 * SECOND

    def __post_init__(self) -> None:
        self.state = f.AgentChanged(
            at=self.clock(),
            agent=AGENT,
            presence=f.Presence.LOGGED_OUT,
            reason="",
            work=f.Work.IDLE,
            since=self.clock(),
        )

    def post(self, event: Event) -> None:
        if self.is_full:
            raise InboxFullError
        self.posted.append(event)
        if isinstance(event, r.AgentRequest) and not self.is_silent:
            asyncio.get_running_loop().call_soon(self.answer, event)

    @property
    def requests(self) -> list[r.AgentRequest]:
        return [event for event in self.posted if isinstance(event, r.AgentRequest)]

    def publish(self, *facts: f.Fact) -> None:
        assert self.desk is not None
        self.desk.publish(facts)

    def change(self, **changes: object) -> f.AgentChanged:
        self.state = replace(self.state, at=self.clock(), since=self.clock(), **changes)
        return self.state

    def where(self, call: str) -> dict[str, object]:
        self.seq += 1
        return {"at": self.clock(), "call": CallId(call), "seq": self.seq}

    # --- answers ---------------------------------------------------------------------------------

    def answer(self, request: r.AgentRequest, code: str = "", message: str = "") -> None:
        if not code:
            self._carry_out(request)
        self.publish(
            f.RequestAnswered(
                at=self.clock(), agent=request.agent, cmd=request.cmd, code=code, message=message
            )
        )

    def _carry_out(self, request: r.AgentRequest) -> None:
        match request:
            case r.PresenceRequested():
                presence = f.Presence(request.presence.value)
                if self.state.work in (f.Work.IDLE, f.Work.WRAP_UP):
                    self.publish(self.change(presence=presence, reason=request.reason))
                else:
                    self.publish(self.change(next_presence=presence, next_reason=request.reason))
            case r.AcceptRequested():
                self.connect(self.state.call or "")
            case r.DeclineRequested():
                self.end_offer(self.state.call or "", f.OfferResult.DECLINED)
            case PreviewSkipRequested():
                self.end_offer(request.call, f.OfferResult.REVOKED)
            case r.HangupRequested():
                self.hang_up(request.call)
            case r.HoldRequested():
                held = f.HoldChanged(**self.where(request.call), agent=AGENT, on=request.on)
                self.publish(held, self.change(held=request.on))
            case r.NotesRequested():
                self.publish(
                    f.NotesSaved(**self.where(request.call), agent=AGENT, text=request.text)
                )
            case r.DispositionRequested():
                self.dispose(request)

    # --- the story -------------------------------------------------------------------------------

    def offer(self, call: str, customers: tuple[Customer, ...] = (ANNA,), **pop: object) -> None:
        """Reserve the agent and pop the screen, as the router does, in one turn."""
        reservation = ReservationId(f"{call}-e1-n1")
        details: dict[str, object] = {
            "ani": "+48221234567",
            "did": "+442079460000",
            "queue": QUEUE,
            "queue_label": "Customer service",
            "reason": "Where is my order?",
            "customers": customers,
            "waited_us": 42 * SECOND,
            "script": SCRIPT,
        }
        self.publish(
            f.AgentOffered(
                **self.where(call),
                reservation=reservation,
                agent=AGENT,
                queue=QUEUE,
                expires_at=self.clock() + 20 * SECOND,
            ),
            self.change(work=f.Work.OFFERED, call=CallId(call), reservation=reservation),
            f.ScreenPopped(
                **self.where(call), agent=AGENT, reservation=reservation, **(details | pop)
            ),
        )

    def show_lead(self, call: str, *, dials: bool = False, within_s: int = 20) -> None:
        """Show the agent somebody whom a campaign wants called."""
        reservation = ReservationId(f"{call}-e1-n1")
        until = self.clock() + within_s * SECOND
        preview = Preview(
            until=until,
            dials=dials,
            number="+14155550123",
            name="Eve Park",
            campaign="spring",
            fields=(("roof", "slate"), ("note", "<b>calls\nback</b>")),
            reasons=("not_now", "wrong_fit"),
        )
        self.publish(
            f.AgentOffered(
                **self.where(call),
                reservation=reservation,
                agent=AGENT,
                queue=QUEUE,
                expires_at=until + 60 * SECOND,
                preview=preview,
            ),
            self.change(work=f.Work.OFFERED, call=CallId(call), reservation=reservation),
        )

    def complete(self, call: str, rows: int = 3) -> None:
        self.publish(
            f.ScreenPopCompleted(
                **self.where(call),
                agent=AGENT,
                reservation=ReservationId(f"{call}-e1-n1"),
                customers=(ANNA,),
                history=tuple(past(self.clock(), number) for number in range(rows)),
            )
        )

    def end_offer(self, call: str, result: f.OfferResult) -> None:
        self.publish(
            f.OfferEnded(
                **self.where(call),
                reservation=ReservationId(f"{call}-e1-n1"),
                agent=AGENT,
                result=result,
            ),
            self.change(work=f.Work.IDLE, call=None, reservation=None),
        )

    def connect(self, call: str) -> None:
        reservation = ReservationId(f"{call}-e1-n1")
        self.publish(
            f.OfferEnded(
                **self.where(call),
                reservation=reservation,
                agent=AGENT,
                result=f.OfferResult.CONNECTED,
            ),
            f.CallConnected(
                **self.where(call),
                reservation=reservation,
                agent=AGENT,
                queue=QUEUE,
                waited_us=45 * SECOND,
            ),
            self.change(work=f.Work.TALKING, call=CallId(call)),
        )

    def hang_up(self, call: str) -> None:
        self.publish(
            f.ConversationEnded(
                **self.where(call), agent=AGENT, queue=QUEUE, talk_us=95 * SECOND, hold_us=0
            ),
            self.change(
                work=f.Work.WRAP_UP, held=False, wrap_up_until=self.clock() + self.wrap_up_us
            ),
        )

    def dispose(self, request: r.DispositionRequested) -> None:
        self.publish(
            f.DispositionRecorded(
                **self.where(request.call),
                agent=AGENT,
                code=request.code,
                notes=request.notes or "",
            )
        )
        if self.state.work is f.Work.WRAP_UP:
            self.publish(
                self.change(work=f.Work.IDLE, call=None, reservation=None, wrap_up_until=None)
            )

    def queue(self, waiting: int, queue: str = "service") -> None:
        self.publish(
            f.QueueChanged(
                at=self.clock(),
                queue=QueueId(queue),
                waiting=waiting,
                offering=0,
                idle=2,
                logged_in=5,
                oldest_since=self.clock() - 75 * SECOND if waiting else None,
            )
        )


def past(now: int, number: int) -> PastInteraction:
    return PastInteraction(
        call=CallId(f"old-{number}"),
        at=now - (number + 1) * 86_400 * SECOND,
        direction="inbound",
        queue="Customer service",
        agent="Jonas Weber",
        outcome="answered",
        disposition=("Order status", "Return", "Complaint")[number % 3],
        notes="Parcel was at the depot; promised an update by mail."
        if number == 0
        else "Asked about a return label.",
        talk_s=100 + 37 * number,
    )
