"""Expressions: what they give, what is refused before a call can meet it."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.content.cel_engine import (
    MAX_LENGTH,
    CelExpression,
    ExpressionRefusedError,
    check_type,
    compile_expression,
    sample_names,
)
from contact_center.core.ids import FlowId, LegId
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.names import names_of
from contact_center.core.ivr.session import IvrSession

NAMES = sample_names({"order": "", "tries": 0, "vip": False, "share": 0.5})
RUN_TIME = {
    "vars": {"order": "4711", "tries": 2, "vip": True, "share": 0.5},
    "customer": {"known": True, "name": "Ana", "tier": "gold", "language": "es-US"},
    "caller": {"number": "+14155550100", "name": "ANA"},
    "call": {"did": "600", "tags": ["sales", "again"]},
}

GIVES = {
    "vars.tries + 1": 3,
    "vars.tries > 1 && vars.vip": True,
    "vars.order.startsWith('47')": True,
    "size(vars.order) == 4": True,
    "int(vars.order) % 2": 1,
    "customer.tier == 'gold' ? 90 : 10": 90,
    "customer.tier in ['gold', 'silver']": True,
    "call.tags.exists(t, t == 'sales')": True,
    "has(customer.segment)": False,
    "caller.number.matches('^[+]1415')": True,
    "'no. ' + vars.order": "no. 4711",
    "vars.share * 2.0": 1.0,
    "'and (' + vars.order": "and (4711",
    "vars.order != 'plan b'": True,
}


@pytest.mark.parametrize("source", GIVES)
def test_an_expression_gives_its_value(source: str) -> None:
    expected = GIVES[source]
    names = {**NAMES, "customer": {**NAMES["customer"], "segment": ""}}
    value = compile_expression(source, names).evaluate(RUN_TIME)
    assert value == expected
    assert type(value) is type(expected)


def test_any_attribute_of_the_customer_can_be_read_and_a_missing_one_is_empty() -> None:
    source = "customer.churn_risk != '' && double(customer.churn_risk) > 0.7"
    risky = compile_expression(source, NAMES)
    check_type(risky, NAMES, bool)
    assert risky.evaluate(RUN_TIME) is False
    assert risky.evaluate({**RUN_TIME, "customer": {"churn_risk": "0.9"}}) is True


def test_an_attribute_is_a_text_and_taken_for_one_at_load() -> None:
    with pytest.raises(ExpressionRefusedError) as caught:
        check_type(compile_expression("customer.churn_risk > 0.7", NAMES), NAMES, bool)
    assert caught.value.code == "E041"


FAILS = {
    "a_missing_key": "vars.nothing == 1",
    "a_division_by_zero": "1 / 0",
    "an_overflow": "9223372036854775807 + vars.tries",
    "a_text_that_is_no_number": "int(customer.name)",
    "types_that_do_not_mix": "vars.order > 5",
    "a_value_that_is_a_list": "call.tags",
    "a_broken_pattern": "vars.order.matches('[')",
}


@pytest.mark.parametrize("name", FAILS)
def test_what_goes_wrong_at_run_time_is_a_failed_expression(name: str) -> None:
    with pytest.raises(ExpressionFailedError):
        CelExpression(FAILS[name]).evaluate(RUN_TIME)


REFUSED = {
    "too_long": ("1 + " * 100 + "1", "E090"),
    "empty": ("  ", "E090"),
    "nested_macros": ("[1].map(x, [2].map(y, x * y)).exists(z, z > 1)", "E090"),
    "date_functions": ("timestamp('2026-01-01T00:00:00Z')", "E090"),
    "raw_text_hiding_a_macro": (r"r'\' == 'x'", "E090"),
    "comment": ("true // ' \n || false '", "E090"),
    "triple_quotes": ("'''x''' == ''", "E090"),
    "not_an_expression": ("vars.tries >", "E090"),
    "python": ("vars.tries > 1 and vars.vip", "E090"),
    "unknown_root": ("env.HOME == ''", "E040"),
    "unknown_member": ("customer.tir == 'gold'", "E040"),
    "whole_group": ("vars == 1", "E040"),
    "index": ("vars['order'] == ''", "E040"),
    "dunder": ("vars.__class__ == 1", "E040"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_expression_that_may_not_be_used_is_refused_with_advice(name: str) -> None:
    source, code = REFUSED[name]
    with pytest.raises(ExpressionRefusedError) as caught:
        compile_expression(source, NAMES)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_name_bound_by_a_macro_is_no_unknown_name() -> None:
    assert compile_expression("call.tags.all(tag, tag != 'x')", NAMES).evaluate(RUN_TIME) is True


@pytest.mark.parametrize("opening", ["(", "[", "!", "-", "{1:"])
def test_nesting_as_deep_as_fits_is_refused_or_compiled_but_never_crashes(opening: str) -> None:
    with pytest.raises(ExpressionRefusedError):
        compile_expression(opening * (MAX_LENGTH // len(opening)), NAMES)


def test_a_condition_has_to_be_true_or_false() -> None:
    with pytest.raises(ExpressionRefusedError, match="gives a text where a truth value is needed"):
        check_type(CelExpression("vars.order"), NAMES, bool)
    check_type(CelExpression("vars.order == '1'"), NAMES, bool)


def test_a_type_mistake_on_either_side_of_and_is_found() -> None:
    with pytest.raises(ExpressionRefusedError) as caught:
        check_type(CelExpression("vars.order != '' && vars.order > 5"), NAMES, bool)
    assert caught.value.code == "E041"


def test_the_names_checked_at_load_are_those_that_exist_at_run_time() -> None:
    session = IvrSession(
        flow=FlowId("f"), version="1", leg=LegId("c"), ani="", did="", variables={"order": ""}
    )
    real = names_of(session, 0)
    checked = sample_names({"order": ""})
    assert {root: set(members) for root, members in checked.items()} == {
        root: set(members)
        for root, members in real.items()  # type: ignore[call-overload]
    }
    for root, members in checked.items():
        for name, value in members.items():
            assert type(value) is type(real[root][name])  # type: ignore[index]


def test_expressions_are_equal_by_their_text_and_show_it() -> None:
    assert CelExpression("1 + 1") == CelExpression("1 + 1")
    assert hash(CelExpression("1 + 1")) == hash(CelExpression("1 + 1"))
    assert CelExpression("1 + 1") != CelExpression("1+1")
    assert repr(CelExpression("1 + 1")) == "CelExpression('1 + 1')"


def test_expressions_can_be_copied_and_sent_to_another_process() -> None:
    expression = CelExpression("vars.tries + 1")
    for again in (copy.deepcopy(expression), pickle.loads(pickle.dumps(expression))):
        assert again == expression
        assert again.evaluate(RUN_TIME) == 3


@given(st.text(alphabet="vars.tie()[]{}'\"&|!=<>+-*/%?:,12 x\\", max_size=60))
def test_any_text_is_compiled_or_refused(source: str) -> None:
    try:
        compiled = compile_expression(source, NAMES)
    except ExpressionRefusedError:
        return
    assert compiled.source == source
