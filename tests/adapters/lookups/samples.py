"""Services and commands for tests of lookups."""

from __future__ import annotations

from typing import Any

from contact_center.content.cel_engine import compile_answer
from contact_center.core.ids import CallId, CommandId, FlowId, LookupId
from contact_center.core.ivr.services import IdempotencyKey, Returned, Service
from contact_center.core.ivr.values import VariableType
from contact_center.core.lookups import RunLookup

CALL = CallId("c1")


def returned(name: str, source: str, kind: str = "string", *of: str) -> Returned:
    return Returned(name=name, value=compile_answer(source), type=VariableType(kind=kind, of=of))


def service(url: str = "https://crm.example.com/customers/{phone}", **more: Any) -> Service:
    fields: dict[str, Any] = {
        "name": "identify",
        "method": "GET",
        "url": url,
        "timeout_us": 2_000_000,
        "idempotency": IdempotencyKey.NONE,
        "returns": (returned("customer", "body.id"),),
    }
    return Service(**{**fields, **more})


def command(number: int = 1, *, timeout_s: float = 20, **more: Any) -> RunLookup:
    fields: dict[str, Any] = {
        "cmd": CommandId(f"c1:{number}"),
        "call": CALL,
        "lookup": LookupId(f"k-c1-{number}"),
        "flow": FlowId("bank"),
        "version": "v1",
        "service": "identify",
        "args": (("url.phone", "+14155550101"),),
        "timeout_us": round(timeout_s * 1_000_000),
    }
    return RunLookup(**{**fields, **more})
