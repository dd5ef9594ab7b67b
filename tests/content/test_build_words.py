"""What may be said instead of pressing a key: built, and refused with its place."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_content
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import AnyNode, Collect, Menu
from tests.content.samples import FLOW, broken, problems_of, sources

ENGLISH = broken(FLOW, ", offered: [en-US, es-US]}", "}")
ENGLISH = ENGLISH.replace("{en-US: Press 1 or 2., es-US: Oprima 1 o 2.}", "Press 1 or 2.")
ENGLISH = ENGLISH.replace("{en-US: Sorry., es-US: Lo siento.}", "Sorry.")
ENGLISH = ENGLISH.replace("{en-US: Your order., es-US: Su pedido.}", "Your order.")
ENGLISH = ENGLISH.replace(
    '{en-US: "Order ${vars.order}.", es-US: "Pedido ${vars.order}."}', "Your order."
)
ENGLISH = ENGLISH.replace("{en-US: Goodbye., es-US: Adiós.}", "Goodbye.")
KEYS = '      "2": sales\n'
LISTS = "on_no_input: [{goto: bye}], on_no_match: [{goto: bye}]"


def with_words(words: str, flow: str = ENGLISH) -> str:
    return broken(flow, KEYS, f"{KEYS}    words: {words}\n")


def node(flow: str, name: str = "main") -> AnyNode:
    return load_content(sources(flow=flow)).configuration.flows[FlowId("shop")].nodes[name]


def words_of(flow: str, name: str = "main") -> object:
    menu = node(flow, name)
    assert isinstance(menu, Menu)
    return menu.words


def test_an_option_is_named_by_its_key_or_by_where_the_key_leads() -> None:
    assert problems_of(flow=ENGLISH) == ()
    assert words_of(with_words('{"1": [order,  my   order], sales: buy}')) == {
        "1": {"en-US": ("order", "my order")},
        "2": {"en-US": ("buy",)},
    }


def test_words_are_by_language_and_their_absence_in_one_is_told() -> None:
    both = with_words("{sales: {en-US: [buy], es-US: [comprar]}}", FLOW)
    assert words_of(both) == {"2": {"en-US": ("buy",), "es-US": ("comprar",)}}
    assert problems_of(flow=both) == ()
    (problem,) = problems_of(flow=with_words("{sales: [buy]}", FLOW))
    assert (problem.code, problem.line, problem.column) == ("W103", 19, 13)
    assert "es-US" in problem.message


@pytest.mark.parametrize(
    ("words", "code", "column", "said"),
    [
        ("{bye: [end]}", "E033", 13, 'leads to "bye"'),
        ('{"9": [end]}', "E033", 13, 'leads to "9"'),
        ("{ask: [go], sales: [go]}", "E038", 5, '"go" is said for two options'),
        ("{ask: [Gó], sales: [go]}", "E038", 5, "two options"),
        ("{sales: {fr-FR: [acheter]}}", "E105", 21, '"fr-FR" is not offered'),
        ("{sales: []}", "E012", 20, ""),
        ("{sales: ['?']}", "E012", 21, ""),
    ],
)
def test_words_that_cannot_be_are_refused_with_their_place(
    words: str, code: str, column: int, said: str
) -> None:
    found = [p for p in problems_of(flow=with_words(words)) if p.code == code]
    assert [(p.line, p.column) for p in found] == [(19, column)]
    assert said in found[0].message


def test_two_keys_that_lead_to_one_node_are_told_apart_by_key() -> None:
    twice = broken(ENGLISH, KEYS, '      "2": sales\n      "3": sales\n    words: {sales: [buy]}\n')
    (problem,) = problems_of(flow=twice)
    assert problem.code == "E033"
    assert 'by its key: "2"' in problem.hint


def test_how_sure_a_recogniser_must_be_is_said_by_the_flow_and_by_a_node() -> None:
    flow = with_words("{sales: [buy]}")
    menu = node(flow)
    assert isinstance(menu, Menu)
    assert (menu.confidence.reject, menu.confidence.accept) == (0.3, 0.6)
    flow = broken(flow, "entry: gate\n", "entry: gate\ndefaults: {confidence: {accept: 0.8}}\n")
    menu = node(flow)
    assert isinstance(menu, Menu)
    assert (menu.confidence.reject, menu.confidence.accept) == (0.3, 0.8)
    flow = broken(flow, KEYS, f"{KEYS}    confidence: {{reject: 0.1, accept: 0.2}}\n")
    menu = node(flow)
    assert isinstance(menu, Menu)
    assert (menu.confidence.reject, menu.confidence.accept) == (0.1, 0.2)
    wrong = broken(flow, "reject: 0.1", "reject: 0.3")
    assert [p.code for p in problems_of(flow=wrong)] == ["E012"]


def confirming(more: str = "", defaults: str = "") -> str:
    flow = broken(ENGLISH, KEYS, f'{KEYS}      "3": sure\n')
    line = f"  sure: {{do: confirm, say: Sure?, yes: sales, no: bye, {more}{LISTS}}}\n"
    flow = broken(flow, "  count: {do: set", f"{line}  count: {{do: set")
    return broken(flow, "entry: gate\n", f"entry: gate\n{defaults}")


def test_yes_and_no_are_listened_for_where_words_are_asked_for() -> None:
    said = {"1": {"en-US": ("yes", "yeah", "correct")}, "2": {"en-US": ("no", "nope", "wrong")}}
    assert words_of(confirming(), "sure") == {}
    assert words_of(confirming("input: [keys, words], "), "sure") == said
    everywhere = "defaults: {input: [keys, words]}\n"
    assert words_of(confirming("", everywhere), "sure") == said
    assert words_of(confirming("input: [keys], ", everywhere), "sure") == {}
    own = confirming("words: {yes: [right], no: [never]}, ", everywhere)
    assert words_of(own, "sure") == {"1": {"en-US": ("right",)}, "2": {"en-US": ("never",)}}


def test_words_can_be_turned_off_for_a_whole_flow_and_keys_never() -> None:
    flow = with_words("{sales: [buy]}")
    off = broken(flow, "entry: gate\n", "entry: gate\ndefaults: {input: [keys]}\n")
    assert words_of(off) == {}
    flow = broken(flow, KEYS, f"{KEYS}    input: [words]\n")
    (problem,) = problems_of(flow=flow)
    assert (problem.code, problem.hint) == ("E012", "write [keys] or [keys, words]")


def test_digits_that_are_read_back_are_confirmed_by_word_where_words_are_asked_for() -> None:
    flow = broken(ENGLISH, "    max: 6\n", "    max: 6\n    confirm: {say: Right?}\n")
    flow = broken(flow, "entry: gate\n", "entry: gate\ndefaults: {input: [keys, words]}\n")
    ask = node(flow, "ask")
    assert isinstance(ask, Collect)
    assert ask.confirm is not None
    assert ask.confirm.words["2"] == {"en-US": ("no", "nope", "wrong")}
