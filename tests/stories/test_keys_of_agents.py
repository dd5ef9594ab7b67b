"""Keys that agents press for somebody they talk with: who hears them, and who reads them."""

from __future__ import annotations

import pytest

from contact_center.adapters.simulated.hearing import HeardKind
from contact_center.core.commands import SendDigits
from contact_center.core.events import CommandFailed
from contact_center.core.requests import ConsultStep, DigitsRequested, HoldRequested
from contact_center.core.talk_facts import KeysNotSent
from tests.stories.talking import Floor, MakeWorld, floor

PIN = "4711#"


def heard(f: Floor, who: str) -> list[str]:
    """The keys that somebody's phone heard."""
    leg = f.leg(who)
    assert leg is not None
    moments = f.world.network.heard(leg)
    return [each.text for each in moments if each.kind is HeardKind.KEYS]


def test_the_caller_hears_the_keys(make_world: MakeWorld) -> None:
    f = floor(make_world)
    assert f.ask(DigitsRequested, "anna", digits=PIN) == ""
    assert f.ask(DigitsRequested, "anna", digits="1") == ""
    assert heard(f, "caller") == [PIN, "1"]
    f.hang_up("caller")
    f.settled()


def test_nobody_reads_them_in_the_journal_or_in_facts(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(DigitsRequested, "anna", digits=PIN)
    assert "DigitsRequested" in f.world.journal
    assert "4711" not in f.world.journal
    assert "4711" not in repr(f.world.facts)
    (sent,) = [one for one in f.world.outputs if isinstance(one, SendDigits)]
    assert sent.masked
    f.hang_up("caller")
    f.settled()


def test_the_vault_forgets_them_with_the_sending_and_with_a_refusal(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.ask(DigitsRequested, "anna", digits=PIN)
    assert f.ask(DigitsRequested, "bob", digits=PIN) == "not_talking"
    (sent,) = [one for one in f.world.outputs if isinstance(one, SendDigits)]
    assert f.world.vault.unmasked(sent) is None
    assert "4711" not in repr(vars(f.world.vault))
    f.hang_up("caller")
    f.settled()


def test_who_is_consulted_hears_them_and_the_caller_on_hold_does_not(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.consulting("outside")
    assert f.ask(DigitsRequested, "anna", digits="22") == ""
    assert (heard(f, "outside"), heard(f, "caller")) == (["22"], [])
    assert f.step(ConsultStep.SWAP) == ""
    assert f.ask(DigitsRequested, "anna", digits="3") == ""
    assert (heard(f, "outside"), heard(f, "caller")) == (["22"], ["3"])
    f.hang_up("caller")
    f.settled()


@pytest.mark.parametrize("how", ["hold", "agent"])
def test_where_there_is_nobody_to_press_them_for_it_is_refused(
    make_world: MakeWorld, how: str
) -> None:
    f = floor(make_world, "bob")
    if how == "hold":
        f.ask(HoldRequested, "anna", on=True)
    else:
        f.consulting("bob")
    assert f.ask(DigitsRequested, "anna", digits="1") == "not_talking"
    f.hang_up("caller")
    f.settled()


def test_a_switch_that_cannot_send_them_is_told_to_the_agent_and_ends_nothing(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.ask(DigitsRequested, "anna", digits="1")
    (sent,) = [one for one in f.world.outputs if isinstance(one, SendDigits)]
    failed = CommandFailed(call=sent.call, leg=sent.leg, cmd=sent.cmd, code="not_supported")
    f.world.tell(failed)
    (told,) = f.told(KeysNotSent)
    assert (told.agent, told.code) == ("anna", "not_supported")
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()
