"""The customers of the demo: somebody of them may be called at any hour, wherever a newcomer is."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers

from contact_center.content.called_party import lead_number
from contact_center.content.policies import load_policies_folder
from dialer import calling_window, jurisdiction

ROOT = Path(__file__).parents[2]
SALES = "sales"


def test_somebody_may_be_called_at_any_hour_of_a_year_but_at_noon_of_a_british_holiday() -> None:
    policies = load_policies_folder(ROOT / "config/compliance")
    with (ROOT / "config/retailer/customers.csv").open(encoding="utf-8") as file:
        phones = [row["phone"] for row in csv.DictReader(file)]
    e164 = phonenumbers.PhoneNumberFormat.E164
    numbers = [phonenumbers.format_number(phonenumbers.parse(p, "US"), e164) for p in phones]
    places = {(n.region, n.zones) for n in map(lead_number, numbers)}
    assert len(numbers) == len(set(numbers)) == 200
    at, quiet = datetime(2026, 11, 1, 0, 30, tzinfo=UTC), []
    for _ in range(365 * 24):
        now = int(at.timestamp()) * 1_000_000
        if not any(
            calling_window.open_at(now, zones, jurisdiction.holding(policies, region, SALES))
            for region, zones in places
        ):
            quiet.append(at)
        at += timedelta(hours=1)
    assert {moment.hour for moment in quiet} <= {11, 12}
    british = next(p for p in policies if p.policy == "gb-hours").holidays
    assert all(moment.date().isoformat() in british for moment in quiet)
