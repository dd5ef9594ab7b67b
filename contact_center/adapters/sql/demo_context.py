"""What the demo knows of its people besides who they are: deals, cases, worth, offers.

Everybody gets a believable part of everything, a few words each. Who is worth what and who may
leave was told by no model: it is made up like the people, and its model is called so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection

from contact_center.adapters.sql.cases import change_one, number_of, opened
from contact_center.adapters.sql.customer_keeping import put, put_organisation, score_all
from contact_center.core.cases import CaseChange, CaseKind, CasePriority, CaseStatus, NewCase
from contact_center.core.customer_records import (
    Address,
    ChurnRisk,
    DealStage,
    Invoice,
    InvoiceState,
    LifetimeValue,
    Line,
    Offer,
    Opportunity,
    Order,
    OrderState,
    Organisation,
    Product,
    Profile,
    Quote,
    QuoteState,
    Record,
    Score,
    Task,
)

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_MODEL = "made up for the demo"

_FIRMS = (
    Organisation(organisation="grand", name="Grand Example Hotels"),
    Organisation(organisation="court", name="Court Garden Club"),
    Organisation(organisation="green", name="Greenhand Reselling", kind="reseller"),
)
_PLACES = {
    1: ("14 Orchard Lane", "94101", "San Francisco"),
    2: ("3 Harbor Street", "94102", "San Francisco"),
    3: ("200 Bay Avenue", "94105", "San Francisco"),
    4: ("27 Mill Road", "94601", "Oakland"),
    5: ("27 Mill Road", "94601", "Oakland"),
    6: ("88 Mission Steps", "94110", "San Francisco"),
    7: ("1 Camellia Court", "94301", "Palo Alto"),
    8: ("9 Quiet Close", "94501", "Alameda"),
    9: ("45 Cypress Way", "94025", "Menlo Park"),
    10: ("6 Fern Terrace", "94704", "Berkeley"),
    11: ("77 Pine View", "94040", "Mountain View"),
    12: ("52 New Street", "94107", "San Francisco"),
}
# Number of the person, organisation, role, whom they report to.
_ROLES = {
    3: ("grand", "Head of gardens", ""),
    9: ("grand", "Buyer", "demo-3"),
    11: ("court", "Chair", ""),
    8: ("court", "Treasurer", "demo-11"),
}
_PINNED = {
    1: "Call her mobile first. Never leave parcels at the gate.",
    3: "Large account: prices by quote only.",
    11: "Complained in May. A late delivery goes to a supervisor at once.",
}
_CARE = {8: "Hard of hearing, and lives alone: speak slowly, repeat amounts, send a letter after."}
# Person, days ago, number, what, how many, cents each, state.
_ORDERS: tuple[tuple[int, int, str, str, int, int, OrderState], ...] = (
    (1, 64, "10417", "Climbing rose", 6, 2_450, "delivered"),
    (1, 200, "9854", "Garden hose", 1, 4_900, "delivered"),
    (2, 30, "10431", "Seed box", 1, 3_900, "returned"),
    (3, 120, "10102", "Olive tree", 12, 18_900, "delivered"),
    (3, 75, "10288", "Olive tree", 4, 18_900, "delivered"),
    (3, 6, "10511", "Terracotta pot", 16, 4_250, "sent"),
    (5, 9, "10499", "Herb garden", 1, 6_400, "sent"),
    (6, 52, "10355", "Garden bench", 1, 22_900, "delivered"),
    (7, 200, "9871", "Camellia", 2, 3_900, "delivered"),
    (7, 33, "10421", "Iron fertilizer", 3, 1_250, "delivered"),
    (8, 14, "10480", "Bird bath", 1, 8_900, "placed"),
    (9, 5, "10502", "Cypress", 10, 5_900, "placed"),
    (10, 40, "10398", "Hosta", 5, 1_450, "delivered"),
    (11, 28, "10440", "Maple", 1, 14_900, "delivered"),
    (11, 300, "9702", "Maple", 2, 14_900, "delivered"),
)
_OVERDUE = {"10355"}
# Person, what, days ago, renews in days, cents a year.
_PRODUCTS = (
    (1, "Garden club", 400, 35, 4_900),
    (3, "Garden care", 110, 255, 189_000),
    (3, "Plant guarantee", 75, 290, 24_000),
    (7, "Garden club", 900, 12, 4_900),
    (11, "Garden club", 250, 115, 4_900),
)
# Person, what, begun days ago, stage, days in it, cents, closes in days.
_DEALS: tuple[tuple[int, str, int, DealStage, int, int, int], ...] = (
    (1, "Lavender hedge", 9, "proposal", 9, 38_000, 12),
    (3, "Roof terrace, second hotel", 40, "negotiation", 11, 1_450_000, 20),
    (3, "Winter care for all houses", 12, "qualification", 12, 320_000, 60),
    (9, "Cypress avenue", 20, "won", 5, 59_000, 0),
    (4, "Fig tree", 17, "lost", 17, 12_000, 0),
    (12, "First border", 2, "prospecting", 2, 25_000, 45),
)
# Person, days ago, number, what, how many, cents each, state, expires in days.
_QUOTES: tuple[tuple[int, int, str, str, int, int, QuoteState, int], ...] = (
    (1, 9, "Q-1207", "Lavender", 40, 950, "sent", 12),
    (3, 11, "Q-1201", "Roof planter", 24, 60_400, "sent", 19),
    (9, 8, "Q-1208", "Cypress", 10, 5_900, "accepted", 6),
    (4, 17, "Q-1199", "Fig tree", 1, 12_000, "expired", -3),
)
# Person, days ago, kind, reason, subject, priority, hours to each: (after, what).
_CASES = (
    (1, 2, "request", "", "Which lavender for clay?", "normal", ((3, "taken"), (5, "answered"))),
    (2, 21, "complaint", "billing.not_refunded", "Refund for seeds", "high", ((2, "closed"),)),
    (3, 3, "problem", "", "One pot cracked on the way", "high", ((1, "taken"), (2, "pending"))),
    (6, 46, "question", "", "Where is my bench?", "normal", ((1, "answered"), (2, "closed"))),
    (8, 1, "request", "", "Deliver on Thursday morning", "low", ((2, "taken"),)),
    (11, 190, "complaint", "delivery.late", "Third late delivery", "urgent", ((30, "closed"),)),
    (11, 2, "complaint", "service.not_called_back", "Nobody called back", "high", ()),
    (10, 2, "question", "", "Snails on the hostas", "low", ((1, "answered"), (2, "closed"))),
)
# Person: risk and why; worth in cents with its interval.
_RISKS: dict[int, tuple[float, tuple[str, ...]]] = {
    2: (0.64, ("no order since the refund", "waited over three minutes twice")),
    6: (0.38, ("an invoice is overdue", "hung up in the queue once")),
    7: (0.12, ("membership ends this month",)),
    11: (0.71, ("open complaint", "three late deliveries", "promised call was not made")),
}
_WORTH = {
    1: (62_000, 41_000, 90_000),
    3: (2_100_000, 1_450_000, 2_900_000),
    7: (31_000, 18_000, 52_000),
    9: (180_000, 70_000, 330_000),
    11: (48_000, 9_000, 110_000),
}
# What, what to say, for whom, who must own what, who must not.
_OFFERS = (
    (
        "care",
        "Garden care",
        "Two visits of a gardener a year; the first is free this month.",
        ("gold",),
        (),
        ("Garden care",),
    ),
    (
        "club",
        "Garden club",
        "Ten percent on every order, and seeds in spring.",
        (),
        (),
        ("Garden club",),
    ),
    (
        "guarantee",
        "Plant guarantee",
        "We replace what does not grow within two years.",
        (),
        (),
        ("Plant guarantee",),
    ),
)
_TASKS = (
    (1, "Send the colour card of lavenders", "ana", 1),
    (3, "Photos of the cracked pot: check they came", "erin", 0),
    (11, "Call back about the late delivery", "dev", -1),
    (12, "Send the welcome letter", "", 3),
)


def seed_context(connection: Connection, now: int) -> None:
    """Put it in; the demo's people have to be there. `now` is microseconds UTC."""
    for firm in _FIRMS:
        put_organisation(connection, firm)
    for person, record in _everything(now):
        put(connection, f"demo-{person}", record, now)
    for row in _CASES:
        _seed_case(connection, row, now)
    score_all(connection, now)


def _everything(now: int) -> Iterator[tuple[int, Record | Score | Profile]]:
    yield from _profiles(now)
    yield from _bought(now)
    yield from _wanted(now)
    for person, (risk, reasons) in _RISKS.items():
        yield person, ChurnRisk(risk=risk, reasons=reasons, model=_MODEL, model_on=_on(now, -3))
    for person, (cents, low, high) in _WORTH.items():
        worth = LifetimeValue(
            cents=cents, low_cents=low, high_cents=high, model=_MODEL, model_on=_on(now, -3)
        )
        yield person, worth
    for nth, (person, title, agent, days) in enumerate(_TASKS):
        yield (
            person,
            Task(
                record=f"demo-{nth}", title=title, agent=agent, due_at=now + days * _DAY + 2 * _HOUR
            ),
        )


def _profiles(now: int) -> Iterator[tuple[int, Profile]]:
    for person, (street, postcode, city) in _PLACES.items():
        organisation, role, boss = _ROLES.get(person, ("", "", ""))
        yield (
            person,
            Profile(
                customer=f"demo-{person}",
                address=Address(street=street, postcode=postcode, city=city, country="US"),
                emails=("accounts@example.com",) if person == 3 else (),
                organisation=organisation,
                role=role,
                reports_to=boss,
                partner="green" if organisation == "grand" else "",
                pinned=_PINNED.get(person, ""),
                pinned_by="ana" if person in _PINNED else "",
                pinned_at=now - 20 * _DAY if person in _PINNED else None,
                care=_CARE.get(person, ""),
            ),
        )


def _bought(now: int) -> Iterator[tuple[int, Record]]:
    for person, days, number, title, count, cents, state in _ORDERS:
        at, line = now - days * _DAY, Line(title=title, count=count, cents=cents)
        yield person, Order(record=number, at=at, state=state, cents=count * cents, lines=(line,))
        paid: InvoiceState = "refunded" if state == "returned" else "open" if days < 10 else "paid"
        yield (
            person,
            Invoice(
                record=f"R-{number}",
                at=at + _DAY,
                state="overdue" if number in _OVERDUE else paid,
                cents=count * cents,
                order=number,
                due_on=_on(now, 31 - days),
            ),
        )
    for person, title, days, renews, cents in _PRODUCTS:
        record = f"demo-{person}-{title.lower().replace(' ', '-')}"
        yield (
            person,
            Product(
                record=record,
                title=title,
                at=now - days * _DAY,
                renews_on=_on(now, renews),
                cents=cents,
            ),
        )


def _wanted(now: int) -> Iterator[tuple[int, Record]]:
    for nth, (person, title, days, stage, stage_days, cents, closes) in enumerate(_DEALS):
        yield (
            person,
            Opportunity(
                record=f"demo-{nth}",
                title=title,
                at=now - days * _DAY,
                stage=stage,
                stage_at=now - stage_days * _DAY,
                cents=cents,
                close_on=_on(now, closes),
            ),
        )
    for person, days, number, title, count, cents, state, expires in _QUOTES:
        line = Line(title=title, count=count, cents=cents)
        yield (
            person,
            Quote(
                record=number,
                at=now - days * _DAY,
                state=state,
                lines=(line,),
                expires_on=_on(now, expires),
            ),
        )
    for person in _PLACES:
        for nth, (name, title, say, tiers, needs, without) in enumerate(_OFFERS):
            yield (
                person,
                Offer(
                    record=f"demo-{person}-{name}",
                    title=title,
                    say=say,
                    # Not the same order for everybody.
                    score=round(0.9 - 0.2 * ((nth + person) % 3), 2),
                    tiers=tiers,
                    needs=needs,
                    without=without,
                    until_on=_on(now, 60),
                ),
            )


def _on(now: int, days: int) -> str:
    return datetime.fromtimestamp((now + days * _DAY) / 1_000_000, UTC).date().isoformat()


_DONE = {
    "taken": CaseChange(agent="erin"),
    "answered": CaseChange(comment="We have looked into it and wrote to you.", public=True),
    "pending": CaseChange(
        status=CaseStatus.PENDING, comment="Please send us a photo of the pot.", public=True
    ),
    "closed": CaseChange(
        status=CaseStatus.CLOSED, comment="Done; thank you for telling us.", public=True
    ),
}


def _seed_case(
    connection: Connection,
    row: tuple[int, int, str, str, str, str, tuple[tuple[int, str], ...]],
    now: int,
) -> None:
    person, days, kind, reason, subject, priority, steps = row
    begun = now - days * _DAY
    new = NewCase(
        customer=f"demo-{person}",
        kind=CaseKind(kind),
        reason=reason,
        subject=subject,
        priority=CasePriority(priority),
    )
    case = opened(connection, new, "erin", begun)
    for hours, what in steps:
        number = number_of(case.case)
        assert number is not None
        change_one(connection, number, _DONE[what], "erin", begun + hours * _HOUR, None)
