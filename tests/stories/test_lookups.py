"""Callers are identified, type a code and hear an answer; what they type is nowhere to be read."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from contact_center.core.events import KeyPressed
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import CallId, FlowId
from contact_center.core.ivr.checks import Check
from contact_center.core.ivr.flow import (
    AnyNode,
    Collect,
    Edge,
    Failure,
    FlowBundle,
    Lookup,
    Menu,
    Play,
)
from contact_center.core.ivr.services import Place, Sent, Service
from contact_center.core.ivr.session import Phase
from contact_center.core.ivr.values import VariableType
from contact_center.core.lookups import LookupOutcome, RunLookup
from contact_center.core.snapshot import snapshot
from contact_center.runtime.codec import encoder
from tests.stories.centers import LANGUAGE, main_flow, say, small_center, to_queue
from tests.stories.centers import SALES as SALES_QUEUE
from tests.stories.world import World

PIN, CARD = "4826", "4539148803436467"
SERVICES = {
    "identify": Service(
        name="identify",
        method="GET",
        url="https://crm.example.com/by-phone",
        timeout_us=2_000_000,
    ),
    "verify": Service(
        name="verify",
        method="POST",
        url="https://crm.example.com/verify",
        timeout_us=2_000_000,
        sent=(
            Sent(place=Place.BODY, name="pin", secret="pin"),
            Sent(place=Place.BODY, name="card", secret="card"),
        ),
    ),
}


def secret(name: str, least: int, most: int, then: str, **more: object) -> Collect:
    away = (Failure(say=say("Again, please.")), Failure(edge=Edge(goto="sales")))
    fields: dict[str, object] = {
        "name": f"ask_{name}",
        "say": say(f"Your {name}?"),
        "into": name,
        "min": least,
        "max": most,
        "next": Edge(goto=then),
        "on_no_input": away,
        "on_no_match": away,
        "first_timeout_us": 5_000_000,
        "inter_digit_us": 3_000_000,
        "sensitive": True,
        "type_ahead": False,
    }
    return Collect(**{**fields, **more})  # type: ignore[arg-type]


def lookup(service: str, then: str) -> Lookup:
    sales = Edge(goto="sales")
    return Lookup(
        name=service,
        service=service,
        timeout_us=2_000_000,
        filler=say("One moment."),
        filler_after_us=1_000_000,
        ok=Edge(goto=then),
        not_found=sales,
        timeout=sales,
        failed=sales,
    )


def flow() -> FlowBundle:
    leave = (Failure(edge=Edge(goto="sales")),)
    nodes: list[AnyNode] = [
        lookup("identify", "menu"),
        Menu(
            name="menu",
            say=say("For your balance press 1."),
            keys={"1": Edge(goto="notice"), "2": Edge(goto="sales")},
            on_no_input=leave,
            on_no_match=leave,
            first_timeout_us=5_000_000,
            inter_digit_us=3_000_000,
        ),
        Play(name="notice", say=say("For your safety."), next=Edge(goto="ask_pin")),
        secret("pin", 4, 4, "ask_card"),
        secret("card", 12, 19, "verify", terminator="#", check=Check(luhn=True)),
        lookup("verify", "told"),
        Play(name="told", say=say("You have plenty."), next=Edge(goto="sales")),
        to_queue("sales", SALES_QUEUE),
        *(main_flow().nodes[name] for name in ("voicemail", "bye")),
    ]
    return FlowBundle(
        flow=FlowId("main"),
        version="1",
        entry="identify",
        nodes={node.name: node for node in nodes},
        language=LANGUAGE,
        variables={"customer": ""},
        types={"customer": VariableType(kind="string")},
        services=SERVICES,
    )


@pytest.fixture
def bank() -> Iterator[World]:
    configuration = small_center()
    world = World(replace(configuration, flows={**configuration.flows, FlowId("main"): flow()}))
    world.services["identify"] = (LookupOutcome.OK, {"customer": "7"})
    world.services["verify"] = (LookupOutcome.OK, {})
    yield world
    world.close()


def phase(world: World, call: CallId) -> Phase:
    session = world.center.calls.calls[call].session
    assert session is not None
    return session.phase


def to_the_code(world: World) -> CallId:
    call = world.call()
    world.press(call, "1")
    world.press(call, "9")  # barges in on the notice: lost, and secret, for a secret comes next
    return call


def assert_nowhere(world: World, *secrets: str) -> None:
    """No secret in whatever was decided or written down, whole or key by key."""
    told = [str(output) for output in world.outputs]
    snapshot_now = encoder.encode(snapshot(world.center)).decode()
    for text in (*told, world.journal, snapshot_now):
        for one in secrets:
            assert one not in text
            assert one[:4] not in text
    keys = {e.key for e in keys_in(world.journal)}
    assert keys & set("0123456789") <= {"1"}, "a digit that was no menu's"


def keys_in(journal: str) -> list[KeyPressed]:
    found = []
    for line in journal.splitlines():
        if not line.startswith("["):
            continue  # how a segment begins
        _, _, (kind, fields), _ = msgspec.json.decode(line)
        if kind == "KeyPressed":
            found.append(msgspec.convert(fields, KeyPressed))
    return found


def test_a_caller_types_a_code_and_a_card_and_the_service_gets_both(bank: World) -> None:
    call = to_the_code(bank)
    assert bank.hears(call) == "prompt:Your pin?"
    bank.press(call, PIN)
    assert bank.hears(call) == "prompt:Your card?"
    bank.press(call, CARD + "#")
    asked, secrets = bank.asked[-1]
    assert secrets == {"body.pin": PIN, "body.card": CARD}
    assert asked.args == ()
    assert bank.hears(call) == "prompt:You have plenty."
    assert bank.vault.reveal(call, "pin") is None
    assert_nowhere(bank, PIN, CARD)
    bank.hang_up(call)
    assert_nowhere(bank, PIN, CARD)
    assert len(bank.vault) == 0


def test_a_mistyped_card_is_asked_for_again(bank: World) -> None:
    call = to_the_code(bank)
    bank.press(call, PIN)
    bank.press(call, CARD[:-1] + "5#")
    assert bank.hears(call) == "prompt:Again, please."
    bank.press(call, CARD + "#")
    assert bank.asked[-1][1] == {"body.pin": PIN, "body.card": CARD}
    assert_nowhere(bank, PIN, CARD)


def test_keys_in_a_hurry_before_the_code_is_asked_for_are_secret(bank: World) -> None:
    call = bank.call()
    bank.press(call, "1" + PIN)  # the first digit ends the notice, the others are too few
    bank.wait(3.5)
    assert "Again, please." in bank.heard(call)
    assert_nowhere(bank, PIN)


def test_digits_too_many_after_the_last_secret_are_secret(bank: World) -> None:
    del bank.services["verify"]
    call = to_the_code(bank)
    bank.press(call, PIN)
    bank.press(call, CARD + "#" + PIN)
    assert phase(bank, call) is Phase.LOOKING
    assert_nowhere(bank, PIN, CARD)


def test_a_restart_in_the_middle_of_an_entry_asks_again(bank: World) -> None:
    call = to_the_code(bank)
    bank.press(call, PIN[:2])
    bank.restart()
    bank.reconnect()
    assert bank.hears(call) == "prompt:Your pin?"
    bank.press(call, PIN)
    bank.press(call, CARD + "#")
    assert bank.asked[-1][1] == {"body.pin": PIN, "body.card": CARD}
    assert_nowhere(bank, PIN, CARD)


def test_a_secret_that_was_lost_in_a_restart_is_not_there_for_the_service(bank: World) -> None:
    call = to_the_code(bank)
    bank.press(call, PIN)
    bank.restart()
    bank.reconnect()
    bank.press(call, CARD + "#")
    assert bank.asked[-1][1] == {"body.pin": None, "body.card": CARD}


def test_a_lookup_whose_answer_a_restart_took_is_asked_again_if_that_does_no_harm(
    bank: World,
) -> None:
    bank.services.pop("identify")
    call = bank.call()
    assert phase(bank, call) is Phase.LOOKING
    bank.services["identify"] = (LookupOutcome.OK, {"customer": "7"})
    bank.restart()
    bank.reconnect()
    assert len([one for one, _ in bank.asked if one.service == "identify"]) == 2
    assert bank.hears(call) == "prompt:For your balance press 1."


def test_a_lookup_that_may_not_be_asked_twice_goes_on_by_its_error(bank: World) -> None:
    del bank.services["verify"]
    call = to_the_code(bank)
    bank.press(call, PIN)
    bank.press(call, CARD + "#")
    bank.restart()
    bank.reconnect()
    assert len([one for one, _ in bank.asked if one.service == "verify"]) == 1
    left = [fact for fact in bank.said(NodeLeft) if isinstance(fact, NodeLeft)]
    assert ("verify", "error") in [(fact.node, fact.edge) for fact in left]


def test_a_caller_hears_something_while_a_service_is_slow_and_is_sent_on_in_the_end(
    bank: World,
) -> None:
    del bank.services["identify"]
    call = bank.call()
    bank.wait(1.2)
    assert bank.hears(call) == "prompt:One moment."
    bank.wait(3)
    left = [fact for fact in bank.said(NodeLeft) if isinstance(fact, NodeLeft)]
    assert ("identify", "timeout") in [(fact.node, fact.edge) for fact in left]


def test_a_replay_asks_nobody(bank: World) -> None:
    call = to_the_code(bank)
    bank.press(call, PIN)
    bank.press(call, CARD + "#")
    asked = len(bank.asked)
    bank.close()  # replays: no difference, although no service and no vault is there
    assert len(bank.asked) == asked
    assert [o for o in bank.outputs if isinstance(o, RunLookup)]
    bank.close = lambda: None  # type: ignore[method-assign]


def test_a_caller_who_hangs_up_leaves_nothing_in_the_vault(bank: World) -> None:
    call = to_the_code(bank)
    bank.press(call, PIN[:3])
    assert len(bank.vault) == 1
    bank.hang_up(call)
    bank.wait(1)
    assert len(bank.vault) == 0
