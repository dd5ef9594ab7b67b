"""What is offered to whom, and what is asked only where something is so."""

from __future__ import annotations

import pytest

from contact_center.core.scripting import reading
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.view import shown
from tests.core.scripting.scripts import NAMES, run_of, script

OFFERS = """\
script: offers
schema: 1
entry: open
questions:
  pet: {ask: A pet?, type: bool}
  which: {ask: Which?, required: true}
offers:
  food: {name: Food, text: "Food for ${customer.name | first}?", price: "9", worth: 5, again: true}
  bowl: {name: Bowl, text: A bowl?, when: customer.tier == 'Gold', worth: customer.bowls}
  toy: {name: Toy, text: A toy?, when: answers.pet, worth: 7}
pages:
  open:
    say: [Hello., {text: You have a pet., when: answers.pet}]
    ask: [pet, {question: which, when: answers.pet}]
    next: deal
  deal: {say: "${offer.text} ${offer.price}", offer: {accepted: more, declined: more, none: done}}
  more: {ask: pet, next: deal}
  done: {end: true}
"""


def at_the_deal(customer: dict[str, object], *, pet: bool = False) -> tuple[Run, dict[str, object]]:
    names = {**NAMES, "customer": {**NAMES["customer"], **customer}}  # type: ignore[dict-item]
    run = run_of(script(OFFERS))
    reading.begin(run, names, 0)
    reading.answer(run, "pet", pet, 1)
    if pet:
        reading.answer(run, "which", "cat", 1)
    reading.go_on(run, names, 2)
    return run, names


@pytest.mark.parametrize(
    ("customer", "pet", "offered"),
    [
        ({}, False, "food"),
        ({}, True, "toy"),
        ({"tier": "Gold", "bowls": 9}, True, "bowl"),
        ({"tier": "Gold", "bowls": 1}, False, "food"),
        ({"tier": "Gold"}, False, "food"),
        ({"offer_food": "declined"}, False, "food"),
        ({"offer_food": "accepted"}, False, ""),
        ({"offer_toy": "declined"}, True, "food"),
    ],
)
def test_the_best_of_what_is_for_them_is_offered(
    customer: dict[str, object], pet: bool, offered: str
) -> None:
    run, names = at_the_deal(customer, pet=pet)
    assert run.offering == offered
    assert run.page == ("deal" if offered else "done")
    if offered == "food":
        assert shown(run, names).words == "Food for Maria? 9"


def test_what_was_answered_is_not_offered_again_in_the_same_call() -> None:
    run, names = at_the_deal({}, pet=True)
    offered = []
    while run.page != "done":
        offered.append(run.offering)
        reading.answer_offer(run, names, 3, accepted=run.offering == "toy")
        reading.go_on(run, names, 4)
    assert offered == ["toy", "food"]
    assert reading.patch(run) == {"offer_toy": "accepted", "offer_food": "declined"}


def test_a_question_and_words_are_there_only_where_they_belong() -> None:
    run = run_of(script(OFFERS))
    reading.begin(run, NAMES, 0)
    view = shown(run, NAMES)
    assert ([q.name for q in view.questions], view.words) == (["pet"], "Hello. A pet?")
    reading.answer(run, "pet", True, 1)
    view = shown(run, NAMES)
    assert [q.name for q in view.questions] == ["pet", "which"]
    assert "You have a pet." in view.words
    with pytest.raises(reading.ScriptRefusedError) as raised:
        reading.go_on(run, NAMES, 2)
    assert (raised.value.code, raised.value.about) == ("incomplete", "which")
    reading.answer(run, "pet", False, 3)
    reading.go_on(run, NAMES, 4)
    assert run.page == "deal"
