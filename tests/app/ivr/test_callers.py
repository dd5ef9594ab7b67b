"""Whoever is called by the center, and what a flow knows of them."""

from __future__ import annotations

import pytest

from contact_center.app.ivr.callers import ANY_NUMBER, customers_of, reached
from contact_center.app.ivr.hearing import What
from contact_center.app.ivr.tryout import CannotError, Tryout
from contact_center.core.ids import FlowId
from contact_center.core.ivr.scenario import Given
from tests.app.ivr.shop import SHOP, TEN, shop, tryout


def test_a_flow_is_reached_by_its_own_number_or_the_one_that_is_dialled() -> None:
    center = shop()
    assert reached(center, SHOP, "")[1] == "+14155550120"
    with_it, number = reached(center, SHOP, "+14155550177")
    assert (number, with_it.numbers[number].flow) == ("+14155550177", SHOP)
    assert reached(center, FlowId("other"), "")[1] == ANY_NUMBER


def test_a_stranger_is_nobodys_customer() -> None:
    assert customers_of(Given(number="+14155550123")) == ()
    (customer,) = customers_of(Given(customer={"name": "Ann", "owner": "bob", "known": "true"}))
    assert (customer.name, customer.attributes) == ("Ann", (("owner", "bob"),))


def test_whoever_is_called_picks_up_and_is_in_the_flow() -> None:
    them = tryout(outbound=True, customer={"name": "Ann", "plan": "gold"})
    assert [m.text for m in them.moments if m.what is What.RINGING] == ["+14155550123"]
    assert (them.node, them.talking) == ("main", "")
    assert them.session is not None
    assert them.session.customer["plan"] == "gold"
    assert them.session.direction.value == "outbound"
    them.press("2")
    assert them.queue == "sales"
    them.agent_answers()
    assert them.talking == "ann"
    them.hang_up()
    assert them.over


def test_a_number_that_nobody_answers_has_no_flow() -> None:
    given = Given(at=TEN, number="+14155550123", outbound=True, numbers={"+14155550123": "busy"})
    them = Tryout(shop(), SHOP, given)
    them.call()
    assert them.over
    assert them.session is None
    with pytest.raises(CannotError):
        them.press("1")
