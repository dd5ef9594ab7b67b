"""Where keys are secret, and that the flow only ever handles stand-ins for them."""

from typing import Any

import pytest

from contact_center.core.commands import Listen, PlaySequence
from contact_center.core.events import KeyPressed, KeysCollected
from contact_center.core.ivr.checks import Check
from contact_center.core.ivr.flow import Call, Collect, HangUp, Play, Question, Return, Survey
from contact_center.core.ivr.secrecy import Secrecy, holds_stand_ins, is_stand_in, stand_in
from contact_center.core.ivr.session import KeyStroke, Phase, ProcessRestarted, StreamRecovered
from contact_center.core.lookups import KeepSecret, LookupAnswered, LookupOutcome, SecretKept
from tests.core.ivr.caller import CALL, LEG, Caller, away, bundle, new_session, say, to
from tests.core.ivr.test_asking import ENDS, collect, menu
from tests.core.ivr.test_looking import LATE, NOWHERE, lookup, service

PIN = "".join(stand_in(n) for n in range(4))


def pin(name: str = "pin", **more: Any) -> Collect:
    fields: dict[str, Any] = {
        "name": name,
        "say": say("Your code?"),
        "into": "pin",
        "sensitive": True,
        "type_ahead": False,
        "next": to("service"),
    }
    return collect(**{**fields, **more})


def at_pin(**more: Any) -> Caller:
    return Caller(bundle(pin(**more), menu(), *ENDS))


def kept(caller: Caller, passed: bool = True) -> Caller:
    return caller.step(SecretKept(call=CALL, secret="pin", passed=passed))


# --- typing a secret ---


def test_a_stand_in_is_one_character_that_is_nothing_else() -> None:
    assert all(is_stand_in(stand_in(n)) for n in (0, 1, 6399, 6400))
    assert stand_in(0) == stand_in(6400)
    assert not any(is_stand_in(key) for key in ("0", "9", "*", "#", "A", "", PIN))


def test_stand_ins_are_typed_and_put_aside_as_a_secret() -> None:
    caller = at_pin()
    assert caller.of(Listen)[0].masked
    caller.press(PIN)
    (keep,) = caller.of(KeepSecret)
    assert (keep.secret, keep.keys) == ("pin", PIN)
    assert (caller.phase, caller.waits_s, caller.session.digits) == (Phase.CHECKING, 5, "")
    assert kept(caller).edges == ["pin/next", "service/ended"]
    assert caller.session.variables == {}


def test_a_secret_that_is_wrong_is_a_failure_like_any_other() -> None:
    caller = kept(at_pin().press(PIN), passed=False)
    assert caller.said == ["That is wrong.", "Your code?"]
    assert kept(caller.press(PIN)).edges == ["pin/next", "service/ended"]


def test_the_vault_is_told_what_the_secret_has_to_look_like() -> None:
    caller = at_pin(check=Check(regex="[1-9][0-9]{3}", luhn=True)).press(PIN)
    (keep,) = caller.of(KeepSecret)
    assert (keep.regex, keep.luhn) == ("[1-9][0-9]{3}", True)


def test_too_few_are_wrong_and_none_at_all_is_no_input() -> None:
    caller = at_pin(terminator="#").press(PIN[:2] + "#")
    assert caller.said == ["That is wrong.", "Your code?"]
    assert caller.silent().said == ["Please type it.", "Your code?"]
    assert caller.of(KeepSecret) == []


def test_what_was_typed_can_be_cleared() -> None:
    caller = at_pin(clear_key="*").press(PIN[:2] + "*" + PIN)
    assert caller.of(KeepSecret)[0].keys == PIN


def test_a_provider_that_collects_by_itself_gives_stand_ins_too() -> None:
    caller = at_pin()
    assert caller.session.listen is not None
    caller.step(KeysCollected(call=CALL, leg=LEG, listen=caller.session.listen, keys=PIN))
    assert caller.of(KeepSecret)[0].keys == PIN


def test_what_was_typed_ahead_is_not_taken_for_a_secret() -> None:
    play = Play(name="hello", say=say("Hello."), next=to("pin"))
    caller = Caller(bundle(play, pin(), *ENDS)).press(PIN[:1])
    assert (caller.node, caller.session.buffer) == ("pin", [])


def test_back_never_leads_to_a_secret() -> None:
    flow = bundle(menu(keys={"1": to("pin")}), pin(next=to("more")), menu("more"), *ENDS)
    caller = kept(Caller(flow).press("1").press(PIN))
    assert caller.session.history == ["main", "more"]


def test_a_vault_that_does_not_answer_is_an_error() -> None:
    caller = at_pin(error=to("operator")).press(PIN).time_passes()
    assert caller.edges[0] == "pin/error"


def test_after_a_restart_the_caller_is_asked_again() -> None:
    caller = at_pin().press(PIN).step(ProcessRestarted())
    assert caller.said == ["Your code?"]
    assert kept(caller).phase is Phase.PROMPT
    assert kept(caller.press(PIN)).edges == ["pin/next", "service/ended"]


def test_in_the_middle_of_an_entry_a_restart_asks_again_from_the_beginning() -> None:
    caller = at_pin().press(PIN[:2]).step(ProcessRestarted()).step(StreamRecovered())
    assert caller.said == ["Your code?"]
    assert caller.session.digits == ""


def test_what_was_typed_before_a_restart_counts_no_more() -> None:
    caller = at_pin().press(PIN[:2])
    assert holds_stand_ins(caller.session)
    caller.step(ProcessRestarted())
    assert (caller.said, caller.session.digits) == (["Your code?"], "")
    assert not holds_stand_ins(caller.session)
    assert caller.press(PIN[2:]).of(KeepSecret) == []


def test_what_was_typed_ahead_before_a_restart_counts_no_more() -> None:
    caller = at_pin().press("#")
    caller.session.buffer.append(KeyStroke(key=PIN[0], at=caller.now))
    assert holds_stand_ins(caller.session)
    assert not holds_stand_ins(caller.step(ProcessRestarted()).session)


def test_keys_after_the_secret_do_not_count_twice() -> None:
    caller = at_pin(next=to("main")).press(PIN).press("1")
    assert kept(caller).said == ["This is main."]


# --- stand-ins elsewhere ---


def test_a_stand_in_answers_no_menu_and_is_no_mistake_either() -> None:
    flow = bundle(
        lookup(ok=to("main")),
        menu(),
        NOWHERE,
        LATE,
        *ENDS,
        services={"identify": service(sent=())},
    )
    caller = Caller(flow).press(PIN[:1])
    answer = LookupAnswered(
        call=CALL,
        lookup=caller.session.lookup,  # type: ignore[arg-type]
        outcome=LookupOutcome.OK,
    )
    caller.step(answer)
    assert caller.said == ["This is main."]
    before = caller.session.failures
    caller.step(KeyPressed(call=CALL, leg=LEG, key=PIN[0]))
    assert (caller.phase, caller.session.failures) == (Phase.KEYS, before)
    assert len(caller.of(PlaySequence)) == 1


def test_a_stand_in_is_no_digit_of_what_is_no_secret() -> None:
    caller = Caller(bundle(collect(), *ENDS)).press(PIN + "1234")
    assert caller.session.variables["account"] == "1234"


# --- where keys are secret ---


def masks(caller: Caller, key: str = "4") -> bool:
    return Secrecy(caller.flow).masks(caller.session, key)


def test_keys_of_a_sensitive_node_are_secret_from_the_prompt_to_the_check() -> None:
    caller = at_pin()
    assert masks(caller)
    assert masks(caller.prompt_over())
    assert masks(caller.press(PIN))
    assert caller.phase is Phase.CHECKING
    assert masks(caller)
    assert not masks(kept(caller))


def test_keys_of_a_menu_are_not_even_if_it_leads_to_a_secret() -> None:
    assert not masks(Caller(bundle(menu(keys={"1": to("pin")}), pin(), *ENDS)))


def test_a_key_that_belongs_to_no_option_any_more_is_meant_for_the_secret() -> None:
    keys = {"1": to("pin"), "12": to("sales"), "2": to("sales")}
    caller = Caller(bundle(menu(keys=keys), pin(), *ENDS)).press("1")
    assert caller.phase is Phase.KEYS
    assert not masks(caller, "2")
    assert masks(caller, "4")
    caller.press(PIN[:1])
    assert caller.node == "pin"


def test_wherever_a_secret_comes_next_without_waiting_keys_are_secret() -> None:
    first = Play(name="hello", say=say("Hello."), next=to("who"))
    more: dict[str, Any] = {"services": {"identify": service(sent=())}}
    flow = bundle(first, lookup(ok=to("pin")), pin(), NOWHERE, LATE, *ENDS, **more)
    caller = Caller(flow)
    assert Secrecy(flow).at_entry()
    assert masks(caller)
    caller.prompt_over()
    assert (caller.phase, masks(caller)) == (Phase.LOOKING, True)
    waits = bundle(first, lookup(ok=to("main")), menu(), pin(), NOWHERE, LATE, *ENDS, **more)
    assert not masks(Caller(waits))
    assert not Secrecy(waits).at_entry()


def test_until_a_secret_is_used_what_is_typed_by_mistake_is_secret_too() -> None:
    more: dict[str, Any] = {"services": {"identify": service(sent=())}}
    flow = bundle(pin(next=to("who")), lookup(), menu(), NOWHERE, LATE, *ENDS, **more)
    caller = kept(Caller(flow).press(PIN))
    assert (caller.phase, caller.session.secrets) == (Phase.LOOKING, ["pin"])
    assert masks(caller)


def test_the_last_words_before_a_secret_are_a_place_where_it_is_typed() -> None:
    flow = bundle(menu(on_no_input=(away("pin", "Then type your code."),)), pin(), *ENDS)
    caller = Caller(flow).silent()
    assert caller.said == ["Then type your code."]
    assert masks(caller)


@pytest.mark.parametrize("inside", [True, False])
def test_a_secret_in_a_flow_that_is_called_is_seen_from_the_caller_s_side(inside: bool) -> None:
    called = bundle(
        *((pin(next=to("done")),) if inside else (Play(name="go", say=(), next=to("done")),)),
        Return(name="done", outcome="ok"),
        HangUp(name="operator"),
        flow="code",
    )
    call = Call(name="code", flow=called.flow, returns={"ok": to("sales" if inside else "pin")})
    flow = bundle(call, pin(), *ENDS, subflows={called.flow: called})
    assert Secrecy(flow).at_entry()


def test_before_the_flow_has_begun_its_entry_decides() -> None:
    flow = bundle(pin(), *ENDS)
    assert Secrecy(flow).masks(new_session(flow), "1")
    assert not Secrecy(bundle(menu(), pin(), *ENDS)).masks(new_session(flow), "1")


def test_a_flow_without_secrets_has_none() -> None:
    assert not Secrecy(bundle(menu(), *ENDS)).has_secrets
    assert Secrecy(bundle(menu(), pin(), *ENDS)).has_secrets


# --- questions before a secret ---


def before_a_pin() -> Caller:
    ask = menu(keys={key: to("repeat") for key in ("0", "1", "10")})
    node = Survey(
        name="rate",
        survey="s",
        questions=(Question(question="a", ask=ask), Question(question="b", ask=ask)),
        done=to("pin"),
        abandoned=to("pin"),
    )
    return Caller(bundle(node, pin(), *ENDS))


def test_answers_to_a_survey_are_no_secrets_even_when_one_is_kept():
    caller = before_a_pin()
    caller.session.secrets.append("pin")
    secrecy = Secrecy(caller.flow)
    assert not any(secrecy.masks(caller.session, key) for key in "0159")


def test_what_is_typed_beyond_the_last_answer_is_meant_for_the_secret_that_follows():
    caller = before_a_pin()
    secrecy = Secrecy(caller.flow)
    caller.press("1")
    assert not secrecy.masks(caller.session, "7"), "another question follows"
    caller.press("01")
    assert not secrecy.masks(caller.session, "0"), "it may be ten"
    assert secrecy.masks(caller.session, "7")
    caller.press("0")
    assert caller.node == "pin"
    assert secrecy.masks(caller.session, "7")
