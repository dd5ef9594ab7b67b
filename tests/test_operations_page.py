"""What operators are told is what there is: every setting, metric and address is on their page."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from contact_center.__main__ import COMMANDS
from contact_center.adapters.lookups.metrics import LookupMetrics
from contact_center.adapters.twilio.metrics import TwilioMetrics
from contact_center.adapters.web import health_routes, metrics_routes, prompt_routes
from contact_center.app.flow_calls import NAME as FLOW_CALLS
from contact_center.runtime.metrics import Metrics
from contact_center.settings import ENVIRONMENT, FILE_VARIABLE
from tests.adapters.twilio.lines import an_account

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SERVICE = "".join(
    (ROOT / "contact_center" / "app" / name).read_text(encoding="utf-8")
    for name in ("service.py", "side.py", "measuring.py", "api.py")
)


def metric_names() -> set[str]:
    registry = CollectorRegistry()
    Metrics(registry)
    LookupMetrics(registry)
    registry.register(TwilioMetrics(an_account(stream_port=0)))
    told = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in registry.collect()
        if family.name.startswith("contact_center_")
    }
    watched = re.findall(r"metrics\.watch\(\s*\"(\w+)\"", SERVICE)
    assert watched
    return told | {FLOW_CALLS} | {f"contact_center_{name}" for name in watched}


def test_every_environment_variable_is_on_the_page_and_no_other() -> None:
    there = {variable.name for variable in ENVIRONMENT} | {FILE_VARIABLE}
    assert set(re.findall(r"\bCC_[A-Z_]+[A-Z]", PAGE)) == there


@pytest.mark.parametrize("variable", ENVIRONMENT, ids=lambda variable: variable.name)
def test_a_variable_stands_beside_its_place_in_the_file(variable) -> None:
    place = ".".join(variable.path)
    in_file = variable.kind != "secret" or variable.name == "CC_DATABASE_URL"
    where = f"`{place}`" if in_file else "not in a file"
    assert f"| `{variable.name}` | {where} |" in PAGE


def test_every_metric_is_on_the_page_and_no_other() -> None:
    rows = set(re.findall(r"^\| `(contact_center_\w+)` \|", PAGE, re.MULTILINE))
    assert rows == metric_names()
    suffixes = re.compile(r"_(?:bucket|count|sum)\Z")
    used = {suffixes.sub("", name) for name in re.findall(r"\bcontact_center_\w+", PAGE)}
    assert used <= metric_names()


def test_every_command_is_on_the_page() -> None:
    for name in COMMANDS:
        assert f"| `{name}" in PAGE


def test_every_address_of_operators_is_on_the_page() -> None:
    routes = [
        *health_routes({}),
        *metrics_routes(CollectorRegistry()),
        *prompt_routes(lambda _key: None),
    ]
    for route in routes:
        assert route.path.partition("{")[0] in PAGE


def test_files_the_page_points_at_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
