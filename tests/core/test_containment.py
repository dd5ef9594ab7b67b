"""Our own bugs: one call fails, loudly, and everybody else goes on. Bugs are planted here."""

from collections.abc import Callable
from typing import Any

import pytest

from contact_center.core import events as e
from contact_center.core.call import CallPhase
from contact_center.core.commands import Hangup
from contact_center.core.facts import AgentChanged, CallFinished, FaultFound, Work
from contact_center.core.ids import AgentId
from tests.core.bare import Bare
from tests.core.invariants import check
from tests.stories.centers import DIRECT_NUMBER, MAIN_NUMBER


def plant(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, call: str, bug: Exception
) -> None:
    """Let a method raise whenever it is about `call`."""
    original: Callable[..., Any] = getattr(owner, name)

    def broken(*arguments: Any) -> Any:
        first = arguments[0]
        if call in (getattr(first, "call", None), first, *arguments[1:2]):
            raise bug
        return original(*arguments)

    monkeypatch.setattr(owner, name, broken)


def faults(bare: Bare) -> list[tuple[str | None, str, str]]:
    return [
        (f.call, f.event, f.message) for f in bare.said(FaultFound) if isinstance(f, FaultFound)
    ]


@pytest.mark.parametrize("bug", [KeyError("x"), ValueError("x"), AssertionError("x"), TypeError()])
def test_an_event_we_fail_at_ends_its_call_and_no_other(
    monkeypatch: pytest.MonkeyPatch, bug: Exception
) -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER, "c1")
    bare.call(MAIN_NUMBER, "c2")
    plant(monkeypatch, bare.center.calls, "step", "c1", bug)
    monkeypatch.setattr(bare.center.calls, "caller_left_flow", lambda *_: None)
    outputs = bare.tell(e.KeyPressed(call="c1", leg="c1", key="1"))  # type: ignore[arg-type]
    assert faults(bare) == [("c1", "KeyPressed", f"{type(bug).__name__}: {bug}")]
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == ["c1"]
    assert bare.of("c1").phase is CallPhase.ENDING
    assert bare.of("c2").phase is CallPhase.IVR
    bare.ends("c1")
    assert len(bare.said(CallFinished)) == 1


def test_a_call_that_cannot_even_be_ended_is_dropped_and_its_agent_freed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER, "c1")
    leg = bare.rung("c1")
    bare.call(DIRECT_NUMBER, "c2")
    plant(monkeypatch, bare.center.calls, "agent_answered", "c1", LookupError())
    plant(monkeypatch, bare.center.calls, "end", "c1", LookupError())
    outputs = bare.up("c1", leg)
    assert {o.leg for o in outputs if isinstance(o, Hangup)} == {"c1", leg}
    assert "c1" not in bare.center.calls.calls
    assert bare.center.router.agents[AgentId("anna")].call == "c2", "the next one in line"
    check(bare.center, bare.now)


def test_an_agent_who_talked_in_a_dropped_call_is_not_left_talking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER, "c1")
    leg = bare.connect("c1")
    plant(monkeypatch, bare.center.calls, "leg_gone", "c1", LookupError())
    plant(monkeypatch, bare.center.calls, "end", "c1", LookupError())
    bare.ends("c1", leg)
    assert bare.state("anna") == "ready idle"
    changed = [o for o in bare.outputs if isinstance(o, AgentChanged)][-1]
    assert changed.work is Work.IDLE
    check(bare.center, bare.now)


def test_a_message_we_fail_at_ends_the_call_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    plant(monkeypatch, bare.center.calls, "reserved", "c1", AttributeError())
    bare.call(DIRECT_NUMBER, "c1")
    assert [call for call, _, _ in faults(bare)] == ["c1"]
    assert bare.of("c1").is_over
    assert bare.state("anna") == "ready idle"
    check(bare.center, bare.now)


def test_a_deadline_we_fail_at_does_not_keep_the_others_from_passing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER, "c1")
    bare.call(MAIN_NUMBER, "c2")
    plant(monkeypatch, bare.center.calls, "step", "c1", KeyError())
    monkeypatch.setattr(bare.center.calls, "caller_left_flow", lambda *_: None)
    bare.wait(120)
    assert {call for call, _, _ in faults(bare)} == {"c1"}
    assert len(bare.said(CallFinished)) == 2
    assert not bare.center.live_calls


def test_a_deadline_of_an_offer_we_fail_at_ends_the_offered_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER, "c1")
    reservation = bare.reservation("c1")
    plant(monkeypatch, bare.center.router, "end_offer", reservation, KeyError())
    bare.wait(30)
    assert faults(bare)[0][:2] == ("c1", "DeadlinePassed")
    assert bare.of("c1").is_over
    assert bare.state("anna") == "ready idle"


def test_a_comparison_we_fail_at_still_brings_the_switch_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(MAIN_NUMBER, "c1")
    bare.tell(e.ProviderGap(provider="test"))
    plant(monkeypatch, bare.center.calls, "handle", "c1", KeyError())
    bare.tell(e.ProviderResynced(provider="test", legs=()))
    assert faults(bare)[0][:2] == (None, "ProviderResynced")
    assert bare.center.router.up
