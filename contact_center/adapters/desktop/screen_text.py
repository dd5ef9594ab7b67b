"""Texts on their way to a screen: cleaned of what is not text, and cut to fit a screen-pop."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import json, structs

from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.dial_payloads import LeadField, Preview
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.core import customer_masking as masking
from contact_center.core.events import Customer, PastInteraction
from contact_center.core.facts import ScreenPopped
from contact_center.core.outcomes import Preview as CorePreview

MAX_CUSTOMERS: Final = 5
MAX_PARAGRAPHS: Final = 12
MAX_HISTORY: Final = 10
MAX_FIELDS: Final = 30

# Control characters, line separators, marks that turn the direction of writing around, halves of
# surrogate pairs: none of them belongs on a screen, and the last cannot even be encoded.
_NOT_TEXT: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_NOT_LINES: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
# How many characters each text may have, step by step, until the whole fits.
_CUTS: Final = (2000, 1000, 600, 300, 150, 80, 40, 20)


def clean(text: str, limit: int = 200) -> str:
    """Make one line of plain text, at most `limit` characters."""
    return cut(" ".join(_NOT_TEXT.sub(" ", text).split()), limit)


def clean_lines(text: str, limit: int = 10_000) -> str:
    """Make plain text that may have several lines, at most `limit` characters."""
    return cut(_NOT_LINES.sub(" ", text.replace("\r\n", "\n")), limit)


def cut(text: str, limit: int) -> str:
    """Cut at `limit` characters, with an ellipsis to show it."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def pop_of(fact: ScreenPopped) -> p.Pop:
    """Read the first part of the screen-pop, cleaned but whole."""
    return p.Pop(
        reservation=fact.reservation,
        ani=clean(fact.ani, 64),
        did=clean(fact.did, 64),
        queue=fact.queue,
        queue_label=clean(fact.queue_label, 120),
        reason=clean(fact.reason, 500),
        waited_ms=fact.waited_us // 1000,
        customers=customers_of(fact.customers),
        script=[clean_lines(text, 4000) for text in fact.script],
        maybe_machine=fact.maybe_machine,
    )


def customers_of(customers: Iterable[Customer]) -> list[p.PopCustomer]:
    """Read customers, cleaned."""
    return [
        p.PopCustomer(
            customer=customer.customer,
            name=clean(customer.name, 200),
            tier=clean(customer.tier, 60),
            language=clean(customer.language, 30),
            # Whole on the customer's card, once somebody has verified who is on the line.
            email=masking.email(clean(customer.email, 200)),
            note=clean_lines(customer.note, 2000),
        )
        for customer in customers
    ]


def fields_of(fields: Iterable[tuple[str, str]]) -> list[LeadField]:
    """Read what a campaign knows of somebody, cleaned, at most thirty things."""
    return [
        LeadField(name=clean(name, 60), value=clean(value, 300))
        for name, value in list(fields)[:MAX_FIELDS]
    ]


def preview_of(preview: CorePreview) -> Preview:
    """Read whom an agent may have called, cleaned."""
    return Preview(
        until=preview.until // 1000,
        dials=preview.dials,
        number=clean(preview.number, 64),
        name=clean(preview.name),
        campaign=clean(preview.campaign, 120),
        fields=fields_of(preview.fields),
        reasons=[clean(reason, 120) for reason in preview.reasons[:MAX_FIELDS]],
    )


def history_of(rows: Iterable[PastInteraction], roster: DeskRoster) -> list[p.HistoryRow]:
    """Read at most ten rows of history, cleaned, with names for the ids that are known."""
    queues = {queue.id: queue.label for queue in roster.queues.values()}
    agents = {agent.id: agent.name for agent in roster.agents.values()}
    codes = {choice.code: choice.label for choice in roster.dispositions}
    return [
        p.HistoryRow(
            call=row.call,
            at=row.at // 1000,
            direction=clean(row.direction, 20),
            queue=clean(queues.get(row.queue, row.queue), 120),
            agent=clean(agents.get(row.agent, row.agent), 120),
            outcome=clean(row.outcome, 40),
            disposition=clean(codes.get(row.disposition, row.disposition), 80),
            notes=clean_lines(row.notes, 1000),
            talk_s=row.talk_s,
        )
        for row in list(rows)[:MAX_HISTORY]
    ]


def fit(pop: p.Pop, room: int) -> p.Pop:
    """Shorten a pop until its JSON has at most `room` bytes: long texts first, names last."""
    if len(json.encode(pop)) <= room:
        return pop
    smaller = pop
    for limit in _CUTS:
        smaller = _shorten(pop, limit)
        if len(json.encode(smaller)) <= room:
            break
    return smaller


def _shorten(pop: p.Pop, limit: int) -> p.Pop:
    few = limit <= 150
    name = max(limit, 40)
    return structs.replace(
        pop,
        shortened=True,
        reason=cut(pop.reason, limit),
        queue_label=cut(pop.queue_label, name),
        script=[cut(text, limit) for text in pop.script[: 6 if few else MAX_PARAGRAPHS]],
        customers=[
            structs.replace(
                customer,
                name=cut(customer.name, name),
                tier=cut(customer.tier, limit),
                language=cut(customer.language, limit),
                email=customer.email if len(customer.email) <= limit else "",
                note=cut(customer.note, limit),
            )
            for customer in pop.customers[: 3 if few else MAX_CUSTOMERS]
        ],
    )
