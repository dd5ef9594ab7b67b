"""The page about the API: every example is what the API takes and gives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.audit import AuditApi, Log
from contact_center.adapters.api.campaigns import CampaignApi
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.people import People, PeopleApi
from contact_center.adapters.api.publishing import Publishing, PublishingApi
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_campaigns import Records
from tests.runtime.dialing.test_control import Desk

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- (?P<kind>\w+): (?P<name>\S+) -->\n```json\n(?P<json>.*?)```", re.DOTALL)
BLOCKS = {(m["kind"], m["name"]): json.loads(m["json"]) for m in BLOCK.finditer(PAGE)}


async def test_what_the_page_shows_is_what_is_answered(bench: Bench) -> None:
    bench.bare.ready("anna")
    bench.bare.now -= bench.bare.now % 1_000_000
    bench.enter("c1")
    bench.enter("c2")
    bench.bare.wait(12)
    _, told = await bench.ask("GET", "/api/explain/call/c2")
    assert told == BLOCKS["example", "explain"]
    _, listed = await bench.ask("GET", "/api/queues/sales/waiting")
    shown: dict[str, Any] = BLOCKS["example", "waiting"]
    (row,) = shown["waiting"]
    mine = listed["waiting"][1]
    assert set(row) == set(mine)
    assert {**row, "since_at": 0, "position": 0} == {**mine, "since_at": 0, "position": 0}


async def test_the_bodies_of_the_page_are_taken(bench: Bench) -> None:
    bench.enter("c2")
    bodies = {name: body for (kind, name), body in BLOCKS.items() if kind == "body"}
    answers = {
        name: (await bench.ask("POST", name, body, who="crm"))[0] for name, body in bodies.items()
    }
    assert answers == {"/api/scores": 202, "/api/work": 201}


async def test_the_requests_of_the_page_are_doors_and_all_doors_are_on_it(bench: Bench) -> None:
    named = {
        (method, re.sub(r"\b[A-Z]{2,}\b", "{}", path.split("?")[0]))
        for method, path in re.findall(r"`(GET|POST|DELETE) (/api/\S+?)`", PAGE)
    }
    access = Access([], lambda: 0.0)
    campaigns = CampaignApi(access, lambda: 0, Desk().control, Records())
    people = PeopleApi(access, lambda: 0, cast("People", None))
    flows = PublishingApi(Doors(access, lambda: 0), cast("Publishing", None))
    audit = AuditApi(access, lambda: 0, cast("Log", None)).routes("/api")
    recordings = bench.recordings().routes("/api")
    named |= {("POST", name) for kind, name in BLOCKS if kind == "body"}
    doors = {
        (route.method, re.sub(r"\{\w+\}", "{}", route.path))  # type: ignore[attr-defined]
        for part in (bench.api, campaigns, people, flows)
        for route in part.routes()
    } | {
        (route.method, re.sub(r"\{\w+\}", "{}", route.path))  # type: ignore[attr-defined]
        for route in (*audit, *recordings)
    }
    assert named == doors
