"""Beside the calls: what operators see of phones and trunks, and what dial plans are told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from contact_center.adapters.asterisk.ami import (
    AmiNews,
    AmiSettings,
    EndpointChanged,
    RegistrationChanged,
)
from contact_center.adapters.asterisk.fastagi import CallData
from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.demo import seed
from contact_center.adapters.sql.migrate import open_database
from contact_center.app import side
from contact_center.runtime.metrics import Metrics

NOW = 1_800_000_000_000_000


def phone(name: str, reachable: bool) -> EndpointChanged:
    return EndpointChanged(endpoint=name, reachable=reachable, state="Reachable" * reachable)


def trunk(name: str, registered: bool) -> RegistrationChanged:
    return RegistrationChanged(trunk=name, registered=registered, state="Rejected")


class Watched:
    """The side feed's health, fed by hand, and its gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.health = side.SwitchHealth(AmiSettings(password="secret"))
        self.health.watch(Metrics(self.registry))

    def hear(self, *news: AmiNews) -> None:
        for one in news:
            self.health._hear(one)

    def gauge(self, name: str) -> float | None:
        return self.registry.get_sample_value(f"contact_center_{name}")


def test_phones_and_trunks_are_counted_by_how_they_are() -> None:
    watched = Watched()
    watched.hear(phone("1001", True), phone("1002", False), phone("1003", True))
    watched.hear(phone("1001", False), trunk("north", False), trunk("south", True))
    assert watched.gauge("phones_reachable") == 1
    assert watched.gauge("phones_unreachable") == 2
    assert watched.gauge("trunks_unregistered") == 1
    assert watched.gauge("ami_up") == 0
    watched.hear(trunk("north", True))
    assert watched.gauge("trunks_unregistered") == 0


def test_a_trunk_that_goes_is_a_warning_and_a_phone_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger=side.__name__)
    watched = Watched()
    watched.hear(phone("1001", True), phone("1001", True), phone("1001", False))
    watched.hear(trunk("north", True), trunk("north", False), trunk("north", False))
    levels = [(record.levelname, record.args[1]) for record in caplog.records if record.args]
    assert levels == [("INFO", "1001"), ("INFO", "1001"), ("INFO", "north"), ("WARNING", "north")]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side, "MAX_TOLD", 2)
    watched = Watched()
    watched.hear(*(phone(str(number), True) for number in range(9)))
    assert watched.gauge("phones_reachable") == 2


async def told(database: Database, ani: str) -> Mapping[str, str]:
    find = side.customer_lookup(Customers(database, "US", lambda event: None))
    data = CallData(
        channel="PJSIP/trunk-1", ani=ani, ani_name="", did="600", request="lookup", variables={}
    )
    return await find(data)


async def test_a_dial_plan_is_told_of_the_one_customer_who_has_the_number(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    try:
        await seed(database, NOW)
        known = await told(database, "(415) 555-0101")
        assert known["ACD_CUSTOMER_NAME"] == "Maria Delgado"
        assert (known["ACD_CUSTOMER_TIER"], known["ACD_CUSTOMER_LANGUAGE"]) == ("gold", "en")
        assert await told(database, "+14155550104") == {}, "two people share it"
        assert await told(database, "+14155550199") == {}
        assert await told(database, "") == {}
    finally:
        await database.close()
