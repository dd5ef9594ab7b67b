"""What pages are told of a customer: plain values, masked where the viewer may not see them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from contact_center.adapters.sql.customer_past import Campaigns, Moment, Promised, Standing
from contact_center.adapters.sql.customer_reading import Alike, Person, Values
from contact_center.core import customer_masking as masking
from contact_center.core.case_clocks import CasePolicy, clocks, compliance
from contact_center.core.cases import COMPLAINT_REASONS, WAYS, Case, CaseEvent, CaseKind
from contact_center.core.customer_offers import Ranked, Situation, ranked
from contact_center.core.customer_records import Invoice, Offer, Opportunity, Product, Record, Task
from contact_center.core.customer_value import chance, days_in_stage, is_open, pipeline

_MONEY = frozenset({"cents", "low_cents", "high_cents"})
_TIMES = frozenset({"at", "due_at", "done_at", "stage_at", "answered_at", "since"})


def person(found: Person, *, whole: bool, care: bool) -> dict[str, Any]:
    """Who it is; without `whole` masked, and without `care` nothing of what is to be minded."""
    number, email, street = _plainly if whole else masking.number, masking.email, masking.street
    if whole:
        email = street = _plainly
    profile = found.profile
    return {
        "customer": found.customer,
        "name": found.name,
        "tier": found.tier,
        "language": found.language,
        "note": found.note,
        "emails": [email(text) for text in (found.email, *profile.emails) if text],
        "numbers": [{"number": number(n), "shared": list(who)} for n, who in found.numbers],
        "address": {
            "street": street(profile.address.street),
            "postcode": street(profile.address.postcode),
            "city": profile.address.city,
            "country": profile.address.country,
        },
        "organisation": msgspec.to_builtins(found.organisation),
        "partner": msgspec.to_builtins(found.partner),
        "role": profile.role,
        "above": [_colleague(one) for one in found.above],
        "below": [_colleague(one) for one in found.below],
        "pinned": {
            "text": profile.pinned,
            "by": profile.pinned_by,
            "at": ms(profile.pinned_at),
        },
        "care": profile.care if care else None,
    }


def _plainly(text: str) -> str:
    return text


def _colleague(one: tuple[str, str, str]) -> dict[str, str]:
    return {"customer": one[0], "name": one[1], "role": one[2]}


def ms(us: int | None) -> int | None:
    """Milliseconds of microseconds."""
    return None if us is None else us // 1_000


def plain(record: Any, *, whole: bool) -> dict[str, Any]:
    """A record with milliseconds, and without what it is about in money unless `whole`."""
    body: dict[str, Any] = _told(msgspec.to_builtins(record), whole=whole)
    return body


def _told(value: Any, *, whole: bool) -> Any:
    if isinstance(value, dict):
        return {
            name: (
                None if name in _MONEY and not whole
                else ms(one) if name in _TIMES and isinstance(one, int)
                else _told(one, whole=whole)
            )
            for name, one in value.items()
        }  # fmt: skip
    if isinstance(value, list | tuple):
        return [_told(one, whole=whole) for one in value]
    return value


def case(one: Case, policy: CasePolicy, now: int) -> dict[str, Any]:
    """A case with its clocks, and where it may go from here."""
    return {
        "case": one.case,
        "customer": one.customer,
        "kind": one.kind.value,
        "reason": one.reason,
        "subject": one.subject,
        "text": one.text,
        "priority": one.priority.value,
        "status": one.status.value,
        "origin": one.origin.value,
        "agent": one.agent,
        "opened_by": one.opened_by,
        "opened_at": ms(one.opened_at),
        "ended_at": ms(one.ended_at),
        "escalated_at": ms(one.escalated_at),
        "acknowledged": one.acknowledged_at is not None,
        "open": one.is_open,
        "version": one.version,
        "ways": sorted(way.value for way in WAYS[one.status]),
        "clocks": [
            {
                "kind": clock.kind.value,
                "state": clock.state.value,
                "due_at": ms(clock.due_at),
                "left_ms": clock.left_us // 1_000,
            }
            for clock in clocks(one, policy, now)
        ],
    }


def event(one: CaseEvent) -> dict[str, Any]:
    """A line of a case's story."""
    return {**msgspec.to_builtins(one), "at": ms(one.at)}


def of_cases(found: Iterable[Case], policy: CasePolicy, now: int) -> dict[str, Any]:
    """Cases, open ones first, with how many promises were kept of those decided."""
    found = list(found)
    kept, decided = compliance(found, policy, now)
    first = sorted(found, key=lambda one: (not one.is_open, -one.opened_at))
    return {
        "rows": [case(one, policy, now) for one in first],
        "kept": kept,
        "decided": decided,
        "reasons": {branch: list(leaves) for branch, leaves in COMPLAINT_REASONS.items()},
    }


def deals(found: Mapping[str, tuple[Record, ...]], now: int, *, whole: bool) -> dict[str, Any]:
    """What they have, want and owe."""
    chances = [one for one in found["opportunity"] if isinstance(one, Opportunity)]
    sums = pipeline(chances)
    return {
        "opportunities": [
            {
                **plain(one, whole=whole),
                "probability": chance(one),
                "days_in_stage": days_in_stage(one, now),
                "open": is_open(one),
            }
            for one in chances
        ],
        "pipeline": [
            {"currency": name, "cents": all_ if whole else None, "weighted": w if whole else None}
            for name, (all_, w) in sums.items()
        ],
        **{
            f"{kind}s": [plain(one, whole=whole) for one in found[kind]]
            for kind in ("quote", "order", "invoice", "product")
        },
    }


def offers(
    found: Mapping[str, tuple[Record, ...]],
    cases: Iterable[Case],
    tier: str,
    now: int,
    *,
    vulnerable: bool,
) -> list[dict[str, Any]]:
    """Offers in their order, with why not the rest."""
    owned = [one for one in found["product"] if isinstance(one, Product)]
    how = Situation(
        now=now,
        today=datetime.fromtimestamp(now / 1_000_000, UTC).date().isoformat(),
        tier=tier,
        owned=frozenset(one.title for one in owned if one.state == "active"),
        open_complaint=any(one.is_open and one.kind is CaseKind.COMPLAINT for one in cases),
        overdue=any(
            isinstance(one, Invoice) and one.state == "overdue" for one in found["invoice"]
        ),
        vulnerable=vulnerable,
    )
    return [_offer(one) for one in ranked(_offers(found["offer"]), how)]


def _offers(found: Iterable[Record]) -> list[Offer]:
    return [one for one in found if isinstance(one, Offer)]


def _offer(one: Ranked) -> dict[str, Any]:
    offer = one.offer
    # Why somebody is vulnerable is no business of whoever reads why they are offered nothing.
    why_not = "rest" if one.why_not == "vulnerable" else one.why_not
    return {
        "offer": offer.record,
        "title": offer.title,
        "say": offer.say,
        "score": offer.score,
        "why_not": why_not,
        "answer": offer.answer,
        "answered_at": ms(offer.answered_at),
        "answered_by": offer.answered_by,
    }


def tasks(found: Mapping[str, tuple[Record, ...]], promised: Iterable[Promised]) -> dict[str, Any]:
    """What is to be done, and which calls were promised."""
    todo = [one for one in found["task"] if isinstance(one, Task)]
    todo.sort(key=lambda one: (one.done_at is not None, one.due_at or 1 << 62))
    return {
        "tasks": [plain(one, whole=True) for one in todo],
        "promised": [plain(one, whole=True) for one in promised],
    }


def value(found: Values) -> dict[str, Any]:
    """What they are worth: a segment, an interval, a risk with its reasons."""
    told: dict[str, Any] = {"rfm": None, "lifetime_value": None, "churn_risk": None}
    if found.rfm is not None:
        told["rfm"] = {**msgspec.to_builtins(found.rfm[0]), "at": ms(found.rfm[1])}
    for kind, score in found.scores:
        told[kind] = msgspec.to_builtins(score)
    return told


def consent(found: Standing, *, whole: bool) -> dict[str, Any]:
    """What was allowed, and what bars."""
    shown = _plainly if whole else masking.number
    return {
        "consents": [
            {**plain(one, whole=True), "number": shown(one.number)} for one in found.consents
        ],
        "barred": [
            {
                **plain(one, whole=True),
                "value": shown(one.value) if one.value.startswith("+") else one.value,
            }
            for one in found.barred
        ],
        "do_not_call": any(one.scope == "global" for one in found.barred),
    }


def campaigns(found: Campaigns) -> dict[str, Any]:
    """Lists and responses."""
    return {
        "lists": [{"list": name, "label": label} for name, label in found.lists],
        "responses": [moment(one) for one in found.responses],
    }


def moment(one: Moment) -> dict[str, Any]:
    """A line of the time line."""
    return {**msgspec.to_builtins(one), "at": ms(one.at)}


def surveys(found: Iterable[tuple[str, str, int, int]]) -> list[dict[str, Any]]:
    """Last answers."""
    return [{"survey": s, "question": q, "value": v, "at": ms(at)} for s, q, v, at in found]


def alike(found: Iterable[Alike]) -> list[dict[str, str]]:
    """Who may be the same."""
    return [{"customer": one.customer, "name": one.name, "why": one.why} for one in found]
