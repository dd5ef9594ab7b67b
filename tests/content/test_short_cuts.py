"""Short ways through expressions say what the engine says, or nothing."""

from typing import Any

import cel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.content.cel_engine import CelExpression
from contact_center.content.short_cuts import NOTHING, short_cut
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar

TAKEN = (
    "vars.tier == 'gold'", 'vars.tier != "gold"', "vars.count + 1", "vars.count - 1",
    "vars.count >= 3", "'a' + vars.tier", "sys.failures > 2", "true", "'text'", "7", "vars.tier",
    " vars . tier == caller.name ", "vars.known == true", "'-' == vars.tier", "'<' + '>'",
)  # fmt: skip
LEFT = (
    "vars.tier == 'gold' || true", "vars.count * 2", "size(vars.tier) > 2", "vars.count == 1.5",
    "!vars.known", "vars.tier == 'it\\'s'", "vars.tier in ['a']", "1 + 2 + 3", "-1", "vars",
    "vars.tier == 'é'", "true ? 1 : 2", "vars['tier'] == 'a'", "a.b.c == 1", "01",
)  # fmt: skip


@pytest.mark.parametrize("source", TAKEN)
def test_what_is_plain_has_a_short_way(source: str) -> None:
    assert short_cut(source) is not None


@pytest.mark.parametrize("source", LEFT)
def test_what_is_not_plain_is_left_to_the_engine(source: str) -> None:
    assert short_cut(source) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("vars.x == 'gold'", 1),
        ("vars.x == 'gold'", None),
        ("vars.x == 1", True),
        ("vars.x == 1", 1.0),
        ("vars.x == 'é'", "é"),
        ("vars.x", "é"),
        ("vars.x", 2**63),
        ("vars.x + 1", 2**63 - 1),
        ("vars.x - 1", -(2**63) + 1),
        ("vars.x < 'b'", "a"),
        ("vars.x > false", True),
        ("vars.y", "a"),
    ],
)
def test_where_anything_can_be_doubted_it_says_nothing(source: str, value: object) -> None:
    found = short_cut(source)
    assert found is None or found({"vars": {"x": value}}) is NOTHING
    assert found is None or found({}) is NOTHING


VALUES = st.one_of(
    st.text(alphabet="ab ré'\"\\", max_size=3),
    st.integers(-3, 3),
    st.integers(2**63 - 3, 2**63 + 1),
    st.integers(-(2**63) - 1, -(2**63) + 3),
    st.booleans(),
    st.none(),
    st.floats(-2, 2),
)
SIDES = st.sampled_from(["vars.x", "vars.y", "'a'", '"b"', "''", "1", "0", "3", "true", "false"])
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "+", "-"])
SOURCES = st.one_of(SIDES, st.builds("{} {} {}".format, SIDES, SIGNS, SIDES))


def by_the_engine(source: str, names: dict[str, dict[str, Any]]) -> object:
    try:
        return cel.compile(source).execute(names)
    except Exception:  # noqa: BLE001 - the engine raises a dozen kinds
        return ExpressionFailedError


def evaluated(source: str, names: dict[str, dict[str, Any]]) -> Scalar | type[Exception]:
    try:
        return CelExpression(source).evaluate(names)
    except ExpressionFailedError:
        return ExpressionFailedError


@given(SOURCES, VALUES, VALUES)
def test_the_engine_says_the_same(source: str, x: object, y: object) -> None:
    names: dict[str, dict[str, Any]] = {"vars": {"x": x, "y": y}}
    wanted, got = by_the_engine(source, names), evaluated(source, names)
    assert (type(got), got) == (type(wanted), wanted), (source, x, y)
