"""The vault: stand-ins for keys, secrets for services, and nothing left afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.core.call import CallPhase
from contact_center.core.center import Center
from contact_center.core.commands import Listen
from contact_center.core.events import (
    CallOffered,
    CenterStarted,
    Event,
    KeyPressed,
    KeysCollected,
    SpeechFinal,
    SpeechPartial,
)
from contact_center.core.facts import CallFinished, CallOutcome, NodeLeft
from contact_center.core.ids import CallId, CommandId, FlowId, LegId, ListenId
from contact_center.core.ivr.flow import Collect, Edge, Failure, FlowBundle, HangUp, Menu
from contact_center.core.ivr.secrecy import STAND_INS, is_stand_in
from contact_center.core.lookups import KeepSecret, SecretKept
from contact_center.core.snapshot import restore, snapshot
from contact_center.runtime.vault import MAX_CALLS, MAX_KEYS, MAX_SECRETS, Vault
from tests.stories.centers import MAIN_NUMBER, say, small_center

CALL, LEG = CallId("c1"), LegId("c1")
CARD = "4539148803436467"


def center(*, sensitive: bool = True) -> Center:
    """A center whose callers are asked for a code at once."""
    code = Collect(
        name="code",
        say=say("Your code?"),
        into="pin",
        min=4,
        max=16,
        terminator="#",
        next=Edge(goto="bye"),
        on_no_input=(Failure(edge=Edge(goto="bye")),),
        on_no_match=(Failure(edge=Edge(goto="bye")),),
        first_timeout_us=5_000_000,
        inter_digit_us=3_000_000,
        sensitive=sensitive,
    )
    flow = FlowBundle(
        flow=FlowId("main"),
        version="1",
        entry="code",
        nodes={"code": code, "bye": HangUp(name="bye")},
        language="en-US",
        variables={},
    )
    configuration = small_center()
    made = Center(replace(configuration, flows={**configuration.flows, flow.flow: flow}))
    made.handle(CallOffered(call=CALL, leg=LEG, ani="", did=MAIN_NUMBER, answered=True), 1)
    return made


def pressed(key: str, leg: LegId = LEG, call: CallId = CALL) -> KeyPressed:
    return KeyPressed(call=call, leg=leg, key=key)


def typed(vault: Vault, keys: str) -> str:
    events = [vault.masked(center(), pressed(key)) for key in keys]
    return "".join(event.key for event in events if isinstance(event, KeyPressed))


def keep(keys: str, secret: str = "pin", call: CallId = CALL, **more: object) -> KeepSecret:
    fields = {"cmd": CommandId("c1:9"), "call": call, "secret": secret, "keys": keys, **more}
    return KeepSecret(**fields)  # type: ignore[arg-type]


def test_digits_become_stand_ins_and_other_keys_stay() -> None:
    keys = typed(Vault(), "48*21#")
    assert [is_stand_in(key) for key in keys] == [True, True, False, True, True, False]
    assert len(set(keys)) == 6


def test_the_same_digit_twice_has_two_stand_ins() -> None:
    assert len(set(typed(Vault(), "1111"))) == 4


def test_what_is_no_secret_is_left_alone() -> None:
    vault, event = Vault(), pressed("4")
    assert vault.masked(center(sensitive=False), event) is event
    assert len(vault) == 0


@pytest.mark.parametrize(
    "event", [pressed("4", leg=LegId("a-c1-e1-n1")), pressed("4", call=CallId("c2"))]
)
def test_what_nobody_reads_is_masked_and_not_kept(event: KeyPressed) -> None:
    vault = Vault()
    for other in (True, False):
        masked = vault.masked(center(sensitive=other), event)
        assert isinstance(masked, KeyPressed)
        assert is_stand_in(masked.key)
    assert len(vault) == 0


def test_what_people_press_who_talk_is_masked_and_not_kept() -> None:
    vault, talking = Vault(), center(sensitive=False)
    talking.calls.calls[CALL].phase = CallPhase.TALKING
    for event in (
        pressed("4"),
        KeysCollected(call=CALL, leg=LEG, listen=ListenId("l-c1-1"), keys="48#"),
    ):
        masked = vault.masked(talking, event)
        assert "4" not in str(masked).replace(CALL, "")
    assert vault.masked(talking, pressed("#")) == pressed("#")
    assert len(vault) == 0


def test_keys_that_a_provider_collected_are_masked_together() -> None:
    vault = Vault()
    event = KeysCollected(call=CALL, leg=LEG, listen=ListenId("l-c1-1"), keys="48#")
    masked = vault.masked(center(), event)
    assert isinstance(masked, KeysCollected)
    assert [is_stand_in(key) for key in masked.keys] == [True, True, False]


def test_a_secret_is_what_was_typed() -> None:
    vault = Vault()
    kept = vault.keep(keep(typed(vault, "4821")))
    assert kept == SecretKept(call=CALL, secret="pin", passed=True)
    assert vault.reveal(CALL, "pin") == "4821"
    assert vault.reveal(CALL, "card") is None
    assert vault.reveal(CallId("c2"), "pin") is None


def test_a_secret_that_is_wrong_is_not_kept() -> None:
    vault = Vault()
    assert vault.keep(keep(typed(vault, CARD), luhn=True)).passed
    assert not vault.keep(keep(typed(vault, CARD[:-1] + "8"), secret="other", luhn=True)).passed
    assert vault.reveal(CALL, "other") is None
    assert vault.keep(keep(typed(vault, "4821"), regex="[1-9][0-9]{3}")).passed
    assert not vault.keep(keep(typed(vault, "0821"), regex="[1-9][0-9]{3}")).passed
    assert not vault.keep(keep(typed(vault, "48219"), regex="[1-9][0-9]{3}")).passed
    assert not vault.keep(keep(typed(vault, "4821"), regex="(")).passed


def test_stand_ins_that_stand_for_nothing_any_more_make_no_secret() -> None:
    vault = Vault()
    keys = typed(vault, "4821")
    assert vault.keep(keep(keys)).passed
    assert not vault.keep(keep(keys)).passed
    assert not Vault().keep(keep(keys)).passed
    assert not vault.keep(keep("")).passed


def test_a_secret_is_wiped_by_whoever_used_it_and_everything_with_the_call() -> None:
    vault = Vault()
    vault.keep(keep(typed(vault, "4821")))
    vault.keep(keep(typed(vault, CARD), secret="card"))
    vault.wipe(CALL, "pin")
    assert (vault.reveal(CALL, "pin"), vault.reveal(CALL, "card")) == (None, CARD)
    vault.told(CallFinished(at=9, call=CALL, seq=9, outcome=CallOutcome.ENDED_IN_IVR))
    assert len(vault) == 0
    assert vault.reveal(CALL, "card") is None
    vault.wipe(CALL, "card")


def test_everything_in_it_has_a_bound() -> None:
    vault = Vault()
    keys = typed(vault, "7" * (MAX_KEYS + 1))
    assert not vault.keep(keep(keys[:4])).passed
    for number in range(MAX_SECRETS + 1):
        assert vault.keep(keep(typed(vault, "4821"), secret=f"s{number}")).passed
    assert vault.reveal(CALL, "s0") is None
    assert vault.reveal(CALL, f"s{MAX_SECRETS}") == "4821"


def test_nothing_of_it_shows_when_it_is_printed() -> None:
    vault = Vault()
    vault.keep(keep(typed(vault, "4821")))
    typed(vault, "977")
    assert "4821" not in repr(vault._boxes)
    assert "9" not in repr(vault._boxes)


def keyed(vault: Vault, made: Center, keys: str) -> list[SecretKept]:
    """Press keys in a center that lives; what was kept of them."""
    kept = []
    for at, key in enumerate(keys, 10):
        outputs = made.handle(vault.masked(made, pressed(key)), at)
        kept += [vault.keep(output) for output in outputs if isinstance(output, KeepSecret)]
    return kept


@pytest.mark.parametrize(("again", "secret"), [("34#", None), ("5678#", "5678")])
def test_after_a_restart_no_secret_is_put_together_of_old_keys_and_new_ones(
    again: str, secret: str | None
) -> None:
    before = center()
    assert keyed(Vault(), before, "12") == []
    vault, after = Vault(), restore(before.configuration, snapshot(before))
    after.handle(CenterStarted(epoch=2), 9)
    session = after.calls.calls[CALL].session
    assert session is not None
    assert (session.node, session.digits) == ("code", "")
    assert [kept.passed for kept in keyed(vault, after, again)] == [True] * (secret is not None)
    assert vault.reveal(CALL, "pin") == secret


@pytest.mark.parametrize("others", [1, STAND_INS - 3])
def test_whoever_lost_their_first_keys_to_others_has_no_secret_of_the_rest(others: int) -> None:
    vault, made = Vault(), center()
    lost = typed(vault, "12")
    calls = [CallId(f"o{number}") for number in range(MAX_CALLS)]
    for call in calls:
        vault._put(call, "9")
    assert len(vault) == MAX_CALLS
    while vault._typed != others:
        vault._put(calls[-1], "9")
    rest = "".join(
        event.key
        for event in (vault.masked(made, pressed(key)) for key in "34")
        if isinstance(event, KeyPressed)
    )
    assert not vault.keep(keep(lost + rest)).passed
    assert vault.reveal(CALL, "pin") is None


def test_stand_ins_that_begin_again_are_none_that_the_call_still_has() -> None:
    vault = Vault()
    mine = typed(vault, "12")
    for _ in range(STAND_INS - 3):
        vault._put(CallId("o1"), "9")
    mine += typed(vault, "34")
    assert len(set(mine)) == 4
    assert vault.keep(keep(mine)).passed
    assert vault.reveal(CALL, "pin") == "1234"


# --- words ---------------------------------------------------------------------------------------


def listening_center() -> tuple[Center, ListenId]:
    """A center whose caller is asked what they want, and may say it."""
    menu = Menu(
        name="menu",
        say=say("Balance or a card?"),
        keys={"1": Edge(goto="bye"), "2": Edge(goto="bye")},
        words={"1": {"en-US": ("balance",)}, "2": {"en-US": ("lost card",)}},
        on_no_input=(Failure(edge=Edge(goto="bye")),),
        on_no_match=(Failure(edge=Edge(goto="bye")),),
        first_timeout_us=5_000_000,
        inter_digit_us=3_000_000,
    )
    flow = FlowBundle(
        flow=FlowId("main"),
        version="1",
        entry="menu",
        nodes={"menu": menu, "bye": HangUp(name="bye")},
        language="en-US",
        variables={},
    )
    configuration = small_center()
    made = Center(replace(configuration, flows={**configuration.flows, flow.flow: flow}))
    outputs = made.handle(
        CallOffered(call=CALL, leg=LEG, ani="", did=MAIN_NUMBER, answered=True), 1
    )
    (listen,) = [output.listen for output in outputs if isinstance(output, Listen)]
    return made, listen


def test_of_what_a_caller_says_only_the_words_of_an_option_come_in() -> None:
    made, listen = listening_center()

    def heard(text: str, listen: ListenId = listen, leg: LegId = LEG) -> Event:
        final = SpeechFinal(call=CALL, leg=leg, listen=listen, text=text, confidence=0.8)
        return Vault().masked(made, final)

    common = {"call": CALL, "leg": LEG, "listen": listen, "confidence": 0.8}
    assert heard("my name is Ann Lee and I have a lost card") == SpeechFinal(
        text="lost card", **common
    )
    assert heard("my code is four seven one one") == SpeechFinal(text="", **common)
    assert "Ann" not in repr(heard("balance, I am Ann", listen=ListenId("l-another")))
    assert "balance" not in repr(heard("balance", listen=ListenId("l-another")))
    partial = SpeechPartial(call=CALL, leg=LEG, listen=listen, text="my code is", confidence=0.1)
    assert "code" not in repr(Vault().masked(made, partial))
    stranger = SpeechFinal(call=CallId("c9"), leg=LEG, listen=listen, text="balance")
    assert "balance" not in repr(Vault().masked(made, stranger))


def test_what_is_left_of_what_a_caller_said_takes_the_option() -> None:
    made, listen = listening_center()
    final = SpeechFinal(
        call=CALL, leg=LEG, listen=listen, text="it is my lost card", confidence=0.8
    )
    outputs = made.handle(Vault().masked(made, final), 2)
    assert next(output.spoken for output in outputs if isinstance(output, NodeLeft))
