"""The centers we ship: without a warning, valid by their schemas, and walked by callers."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from contact_center.content.center import Center, load_center
from contact_center.content.center_files import load_center_file, prompt_files, read_sources
from contact_center.content.schemas import schemas
from contact_center.content.yaml_source import read
from contact_center.core.caller_facts import SurveyAnswered
from contact_center.core.commands import Listen
from contact_center.core.dialing import OPT_OUT
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.session import (
    LEFT,
    ExitReturned,
    HangUpExit,
    IvrStarted,
    Phase,
    QueueExit,
    TransferExit,
)
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup, SecretKept
from tests.core.ivr.caller import CALL, SECOND, Caller

ROOT = Path(__file__).parents[2]
CENTERS = ("retailer", "bank")
FLOWS = sorted(path.name for path in (ROOT / "ivr_flows").glob("*.yaml"))
MONDAY_NOON = 1_795_464_000 * SECOND  # 2026-11-23T12:00-08:00
THANKSGIVING_NOON = MONDAY_NOON + 3 * 86_400 * SECOND


def center(name: str) -> Center:
    return load_center_file(ROOT / "config" / name, prompt_files(None))


def caller(name: str, flow: str, at: int = MONDAY_NOON, **session: object) -> Caller:
    bundle = center(name).configuration.flows[flow]  # type: ignore[index]
    made = Caller(bundle, start=False, **session)
    made.now = at
    made.session.variables = dict(bundle.variables)
    return made.step(IvrStarted())


def answered(them: Caller, outcome: LookupOutcome = LookupOutcome.OK, **values: Scalar) -> Caller:
    """Let the service that was asked last answer."""
    lookup = them.of(RunLookup)[-1].lookup
    told = tuple(values.items())
    return them.step(LookupAnswered(call=CALL, lookup=lookup, outcome=outcome, values=told))


@pytest.mark.parametrize("name", CENTERS)
def test_a_shipped_center_loads_without_a_warning(name: str) -> None:
    loaded = center(name)
    assert loaded.warnings == ()
    assert len(loaded.users) == len(loaded.configuration.agents)
    assert all(queue.script for queue in loaded.configuration.queues.values())


@pytest.mark.parametrize("name", CENTERS)
def test_a_shipped_center_loads_from_its_texts_alone(name: str) -> None:
    texts = dict(read_sources(ROOT / "config" / name))
    reordered = dict(reversed(texts.items()))
    assert load_center(json.loads(json.dumps(reordered))) == center(name).configuration


@pytest.mark.parametrize("path", list(schemas()))
def test_the_committed_schema_is_the_generated_one(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == schemas()[path], (
        "run python -m contact_center.content.schemas"
    )


@pytest.mark.parametrize(
    ("schema", "path"),
    [("ivr_flows/flow.schema.json", f"ivr_flows/{name}") for name in FLOWS]
    + [("config/center.schema.json", f"config/{name}/center.yaml") for name in CENTERS],
)
def test_a_shipped_file_is_valid_for_an_independent_validator(schema: str, path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(schemas()[schema]))
    validator.check_schema(validator.schema)
    errors = list(validator.iter_errors(read(path, text).data))
    assert errors == []
    assert (ROOT / path).parent.joinpath(
        text.split("$schema=")[1].split()[0]
    ).resolve() == ROOT / schema


def test_the_schema_refuses_a_misspelt_field_and_a_bare_number_as_duration() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schemas()["ivr_flows/flow.schema.json"]))
    node = {"do": "play", "say": "Hello.", "next": "end"}
    good = {"flow": "f", "schema": 1, "entry": "a", "nodes": {"a": node}}
    assert list(validator.iter_errors(good)) == []
    assert list(validator.iter_errors({**good, "nodes": {"a": {**node, "nxt": "end"}}}))
    assert list(validator.iter_errors({**good, "defaults": {"first_timeout": 5}}))


def test_every_flow_is_used_by_a_center() -> None:
    used = {Path(name).name for c in CENTERS for name in read_sources(ROOT / "config" / c)}
    assert set(FLOWS) <= used


# --- callers in the retailer's flow ---------------------------------------------------------------


def test_a_caller_presses_2_and_types_an_order_number_that_is_read_back() -> None:
    them = caller("retailer", "larkfield").prompt_over().press("2").press("4711#")
    answered(them, LookupOutcome.NOT_FOUND)
    assert them.said == ["Thank you. Order", "4", "7", "1", "1"]
    them.prompt_over().prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert (them.exit.queue, them.exit.reason) == ("orders", "About an order")


@pytest.mark.parametrize(
    ("state", "words"), [("packed", "It is packed"), ("delivered", "It was delivered.")]
)
def test_a_caller_hears_how_the_order_stands_before_somebody_answers(
    state: str, words: str
) -> None:
    them = caller("retailer", "larkfield").prompt_over().press("2").press("4711#")
    assert dict(them.of(RunLookup)[0].args) == {"url.number": "4711"}
    answered(them, state=state)
    assert them.said[:5] == ["Order", "4", "7", "1", "1"]
    assert [said for said in them.said[5:] if said.startswith(words)]
    assert len(them.said) == 6
    them.prompt_over().prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "orders"


def test_a_caller_who_knows_the_menu_types_through_the_greeting() -> None:
    them = caller("retailer", "larkfield").press("24711#")
    assert them.session.variables["order"] == "4711"
    assert not any(words.startswith("To order plants") for words in them.heard)


def test_a_caller_without_an_order_number_presses_pound() -> None:
    them = caller("retailer", "larkfield").press("2#")
    them.prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "orders"


def test_a_known_customer_hears_the_short_greeting() -> None:
    them = caller("retailer", "larkfield", customer={"known": True, "name": "Ana"})
    assert them.said == ["Welcome back to Larkfield."]
    assert "known_customer" in them.session.tags


def test_a_silent_caller_reaches_sales_on_the_third_silence() -> None:
    them = caller("retailer", "larkfield").prompt_over()
    them.silent().silent().silent()
    them.prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "sales"


# --- people whom the retailer calls ---------------------------------------------------------------


def test_who_answers_a_sales_call_waits_two_seconds_and_is_told_who_called() -> None:
    them = caller("retailer", "outbound-sale")
    assert isinstance(them.exit, QueueExit)
    assert (them.exit.queue, them.exit.max_wait_us) == ("sales", 2 * SECOND)
    assert them.heard == [], "nothing is said while they wait"
    them.step(ExitReturned(outcome="timeout"))
    (words,) = them.said
    assert "Larkfield Garden Supply" in words
    assert "press 9" in words
    them.press("9")
    assert OPT_OUT in them.session.tags


def test_a_message_offers_a_way_out_before_it_says_anything_else() -> None:
    them = caller("retailer", "outbound-message")
    (words,) = them.said
    assert words.index("press 9") < words.index("frost")
    assert OPT_OUT in them.press("9").session.tags


def test_a_caller_whose_gardener_has_left_is_asked_how_it_was() -> None:
    them = caller("retailer", "larkfield").prompt_over().press("3").prompt_over()
    assert isinstance(them.exit, QueueExit)
    them.step(ExitReturned(outcome="connected"))
    them.session.phase = Phase.AWAY
    them.step(ExitReturned(outcome=LEFT))
    assert them.said[0].startswith("Before you go")
    them.press("5").press("3").press("9")
    assert [(a.question, a.value) for a in them.of(SurveyAnswered)] == [
        ("friendly", 5),
        ("solved", 3),
        ("again", 9),
    ]
    them.prompt_over().prompt_over()
    assert them.edges[-2:] == ["after_talk/answered", "parted/ended"]


# --- callers in the bank's flows ------------------------------------------------------------------


def test_on_a_working_day_a_caller_reaches_the_bank_s_menu() -> None:
    them = caller("bank", "tidewater").prompt_over().time_passes()
    assert them.node == "main"
    assert them.said[0].startswith("For a lost or stolen card")


def test_on_thanksgiving_a_caller_hears_of_the_holiday_and_cards_still_work() -> None:
    them = caller("bank", "tidewater", THANKSGIVING_NOON).prompt_over().time_passes()
    assert them.said == ["Our branches are closed for the holiday."]
    them.prompt_over().press("1").prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "cards"


def test_pressing_2_goes_on_in_spanish_to_agents_who_speak_it() -> None:
    them = caller("bank", "tidewater").press("2")
    assert them.said[0].startswith("Para una tarjeta perdida")
    them.press("3").prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert (them.exit.queue, dict(them.exit.skills)) == ("loans", {"es": 50})


def to_the_code() -> Caller:
    """A caller whom the bank knows by number, asked for the telephone code."""
    them = caller("bank", "tidewater").prompt_over().time_passes().press("2")
    assert dict(them.of(RunLookup)[0].args) == {"url.phone": "+14155550100"}
    return answered(them, customer="70010001")


def test_a_known_caller_types_the_code_and_hears_the_balance() -> None:
    them = to_the_code()
    assert them.said[0].startswith("To hear your balance")
    assert them.of(Listen)[-1].masked
    them.press("2580").step(SecretKept(call=CALL, secret="pin", passed=True))
    verify = them.of(RunLookup)[-1]
    assert (dict(verify.args), verify.secrets) == (
        {"body.customer": "70010001"},
        (("body.pin", "pin"),),
    )
    answered(them, verified=True)
    answered(them, balance="2481.50")
    assert them.node == "tell_balance"
    assert them.said[0] == "Your balance is"
    assert "2481.50" not in them.said
    assert them.press("1").said[0] == "Your balance is"
    them.silent().prompt_over()
    assert isinstance(them.exit, HangUpExit)
    assert them.exit.reason == "self_service"


def test_whoever_types_a_wrong_code_is_put_through_to_people() -> None:
    them = to_the_code().press("1111").step(SecretKept(call=CALL, secret="pin", passed=True))
    answered(them, verified=False).prompt_over().prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "banking"


@pytest.mark.parametrize("outcome", [LookupOutcome.TIMEOUT, LookupOutcome.ERROR])
def test_without_the_bank_s_system_callers_reach_people_all_the_same(
    outcome: LookupOutcome,
) -> None:
    them = caller("bank", "tidewater").prompt_over().time_passes().press("2")
    assert answered(them, outcome).node == "ask_account"
    them.press("1234").prompt_over().prompt_over()
    assert isinstance(them.exit, QueueExit)
    assert them.exit.queue == "banking"


def test_the_spanish_line_needs_no_choice_of_language() -> None:
    them = caller("bank", "tidewater", did="+14155550111")
    assert them.node == "main"
    assert them.session.language == "es-US"


def test_a_spanish_speaking_customer_is_greeted_in_spanish() -> None:
    them = caller("bank", "tidewater", customer={"known": True, "language": "es-US"})
    assert them.session.language == "es-US"


def test_at_night_the_card_line_is_handed_to_the_processor() -> None:
    night = MONDAY_NOON + 11 * 3_600 * SECOND
    them = caller("bank", "tidewater-cards", night).prompt_over().time_passes().prompt_over()
    assert them.exit == TransferExit(to="+14155550190", timeout_us=40 * SECOND)
