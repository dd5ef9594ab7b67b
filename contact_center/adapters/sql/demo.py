"""People for the demo: a dozen customers of a small retailer, and what they called about.

Their numbers are from the range +1 415 555 0100 to 0199, which belongs to nobody. The history is
told as facts, as real calls are, so every table has its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.customers import put_customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.demo_context import seed_context
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import customers
from contact_center.core.commands import EndCause
from contact_center.core.events import Customer, Direction
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    ConversationEnded,
    CustomerIdentified,
    DispositionRecorded,
    LegAnswered,
    LegEnded,
    LegStarted,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import (
    AgentId,
    CallId,
    CustomerId,
    FlowId,
    LegId,
    QueueId,
    agent_leg,
    reservation_id,
)

_S = 1_000_000
_DAY = 86_400 * _S
_DID = "+14155550100"


@dataclass(frozen=True, slots=True)
class _Past:
    """One old call. An empty `agent`: the caller gave up after `wait_s`."""

    days_ago: int
    queue: str
    agent: str
    wait_s: int
    talk_s: int = 0
    disposition: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    numbers: tuple[str, ...]
    tier: str
    email: str
    note: str
    past: tuple[_Past, ...] = ()
    language: str = "en"


_PEOPLE = (
    _Person(
        "Maria Delgado",
        ("+14155550101", "+14155550151"),
        "gold",
        "maria.delgado@example.com",
        "Prefers deliveries after five. Has a dog; ring twice.",
        (
            _Past(64, "sales", "ana", 12, 305, "sold", "Six climbing roses, order 10417."),
            _Past(41, "orders", "erin", 48, 420, "replacement", "One rose dry; sent a new one."),
            _Past(9, "sales", "ana", 5, 187, "quote", "Thinks about a hedge of lavender."),
        ),
    ),
    _Person(
        "James O'Connor",
        ("+14155550102",),
        "silver",
        "james.oconnor@example.com",
        "",
        (
            _Past(30, "orders", "erin", 95, 260, "order_status", "Seeds left on Tuesday."),
            _Past(22, "orders", "", 210),
            _Past(21, "orders", "ben", 30, 190, "refund", "Seeds never came: $39.00."),
        ),
    ),
    _Person(
        "Aisha Khan",
        ("+14155550103",),
        "gold",
        "aisha.khan@example.com",
        "Plants for hotels; invoices to accounts@example.com.",
        (
            _Past(120, "sales", "ben", 8, 610, "sold", "12 olive trees, order 10102."),
            _Past(75, "sales", "ana", 15, 340, "sold", "4 more, order 10288."),
            _Past(14, "support", "dev", 22, 275, "advice_given", "Olives indoors: more light."),
            _Past(3, "orders", "erin", 64, 150, "replacement", "One pot cracked on the way."),
        ),
    ),
    # Two people, one number: the agent has to ask who is calling.
    _Person(
        "Tom Fischer",
        ("+14155550104",),
        "",
        "tom.fischer@example.com",
        "Shares the number with Lena.",
        (_Past(17, "sales", "dev", 20, 233, "no_sale", "No room for a fig tree."),),
    ),
    _Person(
        "Lena Fischer",
        ("+14155550104",),
        "silver",
        "lena.fischer@example.com",
        "Shares the number with Tom.",
        (_Past(6, "orders", "ana", 33, 198, "order_changed", "New delivery address."),),
    ),
    _Person(
        "Carlos Ramírez",
        ("+14155550105",),
        "silver",
        "carlos.ramirez@example.com",
        "Speaks Spanish; English is fine.",
        (
            _Past(52, "sales", "ana", 11, 280, "sold", "Garden bench, order 10355."),
            _Past(48, "orders", "", 95),
            _Past(47, "orders", "ben", 18, 301, "order_status", "Driver took the wrong door."),
        ),
        language="es",
    ),
    _Person(
        "Grace Chen",
        ("+14155550106",),
        "gold",
        "grace.chen@example.com",
        "With us since the nursery opened.",
        (
            _Past(200, "sales", "ben", 6, 150, "sold", "Two camellias, order 9871."),
            _Past(33, "support", "chloe", 27, 340, "advice_given", "Yellow leaves: iron."),
        ),
    ),
    _Person(
        "Peter Novak",
        ("+14155550107",),
        "",
        "peter.novak@example.com",
        "Be patient: hard of hearing.",
        (_Past(11, "orders", "erin", 70, 515, "order_changed", "Comes on Thursday morning."),),
    ),
    _Person(
        "Fatima Al-Sayed",
        ("+14155550108",),
        "silver",
        "fatima.alsayed@example.com",
        "",
        (
            _Past(8, "sales", "ana", 14, 365, "quote", "Wants a price for ten cypresses."),
            _Past(5, "sales", "ana", 9, 410, "sold", "Ten cypresses, order 10502."),
        ),
    ),
    _Person(
        "Emily Johnson",
        ("+14155550109", "+14155550159"),
        "",
        "emily.johnson@example.com",
        "Second number is her office.",
        (_Past(2, "support", "chloe", 41, 122, "advice_given", "Snails on the hostas."),),
    ),
    _Person(
        "Hiroshi Tanaka",
        ("+14155550110",),
        "gold",
        "hiroshi.tanaka@example.com",
        "Complained in May; call him by his last name.",
        (
            _Past(190, "orders", "ben", 240, 720, "refund", "Third late delivery. Voucher $50."),
            _Past(28, "sales", "dev", 7, 205, "sold", "Used the voucher, order 10440."),
        ),
    ),
    _Person("Olivia Brown", ("+14155550111",), "", "olivia.brown@example.com", "New customer."),
)


async def seed(database: Database, now_us: int) -> int:
    """Put the demo's people into the database; return how many were added (0 when they are there).

    `now_us` is the present, microseconds UTC: the old calls are some days older. Raises
    DatabaseUnavailableError.
    """
    with told_as_unavailable(database.url):
        return await _seed(database, now_us)


async def _seed(database: Database, now_us: int) -> int:
    mine = customers.c.customer.like("demo-%")
    async with database.readers.connect() as connection:
        if await connection.scalar(select(func.count()).select_from(customers).where(mine)):
            return 0
    # The calls go first: if we are interrupted in between, the next start does it again, and facts
    # that are there already stay as they are.
    store = CallStore(database, "US")
    for number, person in enumerate(_PEOPLE, 1):
        for nth, past in enumerate(person.past, 1):
            call = CallId(f"demo-{number}-{nth}")
            started = now_us - past.days_ago * _DAY - (number * 37 + nth * 61) * 60 * _S
            await store.write(list(_story(call, _customer(number, person), person, past, started)))
    people = [(_customer(number, who), who.numbers) for number, who in enumerate(_PEOPLE, 1)]
    await put_customers(database, "US", people)
    await database.write(lambda connection: seed_context(connection, now_us))
    return len(people)


def _customer(number: int, person: _Person) -> Customer:
    return Customer(
        customer=CustomerId(f"demo-{number}"),
        name=person.name,
        tier=person.tier,
        language=person.language,
        email=person.email,
        note=person.note,
    )


def _story(
    call: CallId, customer: Customer, person: _Person, past: _Past, at: int
) -> Iterator[CallFact]:
    """One old call, told as the core tells it."""
    queue, leg = QueueId(past.queue), LegId(call)
    queued = at + 20 * _S
    yield CallStarted(
        at=at,
        call=call,
        seq=1,
        ani=person.numbers[0],
        did=_DID,
        ani_name="",
        direction=Direction.INBOUND,
        flow=FlowId("main"),
    )
    yield LegStarted(at=at, call=call, seq=2, leg=leg)
    yield LegAnswered(at=at, call=call, seq=3, leg=leg)
    who = customer.customer
    yield CustomerIdentified(at=at, call=call, seq=4, customer=who, name=customer.name)
    yield CallQueued(at=queued, call=call, seq=5, queue=queue, priority=0)
    met = queued + past.wait_s * _S
    if past.agent:
        yield from _conversation(call, past, met)
        end, outcome = met + past.talk_s * _S, CallOutcome.ANSWERED
    else:
        waited = past.wait_s * _S
        gone = QueueOutcome.ABANDONED
        yield WaitEnded(at=met, call=call, seq=6, queue=queue, outcome=gone, waited_us=waited)
        end, outcome = met, CallOutcome.ABANDONED
    yield LegEnded(at=end, call=call, seq=20, leg=leg, cause=EndCause.NORMAL)
    yield CallFinished(
        at=end,
        call=call,
        seq=21,
        outcome=outcome,
        customer=who,
        queue=queue,
        agent=AgentId(past.agent) if past.agent else None,
    )


def _conversation(call: CallId, past: _Past, met: int) -> Iterator[CallFact]:
    queue, agent = QueueId(past.queue), AgentId(past.agent)
    reservation = reservation_id(call, 1, 1)
    leg = agent_leg(reservation)
    waited, talked = past.wait_s * _S, past.talk_s * _S
    rang, end = met - 4 * _S, met + talked
    yield AgentOffered(
        at=rang,
        call=call,
        seq=6,
        reservation=reservation,
        agent=agent,
        queue=queue,
        expires_at=rang + 20 * _S,
    )
    yield LegStarted(at=rang, call=call, seq=7, leg=leg, agent=agent)
    yield LegAnswered(at=met, call=call, seq=8, leg=leg)
    result = OfferResult.CONNECTED
    yield OfferEnded(at=met, call=call, seq=9, reservation=reservation, agent=agent, result=result)
    outcome = QueueOutcome.ANSWERED
    yield WaitEnded(at=met, call=call, seq=10, queue=queue, outcome=outcome, waited_us=waited)
    yield CallConnected(
        at=met,
        call=call,
        seq=11,
        reservation=reservation,
        agent=agent,
        queue=queue,
        waited_us=waited,
    )
    yield LegEnded(at=end, call=call, seq=12, leg=leg, cause=EndCause.NORMAL)
    yield ConversationEnded(
        at=end, call=call, seq=13, agent=agent, queue=queue, talk_us=talked, hold_us=0
    )
    yield DispositionRecorded(
        at=end + 9 * _S,
        call=call,
        seq=14,
        agent=agent,
        code=past.disposition,
        notes=past.notes,
    )
