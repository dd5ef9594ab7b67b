"""What is known of a caller, as a place in line."""

import pytest

from contact_center.core.context import Comparison, Condition, ContextRule, Weight, weigh
from contact_center.core.ids import QueueId

SALES, CARDS = QueueId("sales"), QueueId("cards")
IS, IS_NOT = Comparison.IS, Comparison.IS_NOT
AT_LEAST, AT_MOST = Comparison.AT_LEAST, Comparison.AT_MOST


def condition(attribute: str, comparison: Comparison, *values: str) -> Condition:
    return Condition(attribute=attribute, comparison=comparison, values=values)


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (condition("tier", IS, "gold", "platinum"), True),
        (condition("tier", IS, "silver"), False),
        (condition("tier", IS_NOT, "silver", ""), True),
        (condition("open_case", IS_NOT, ""), False),
        (condition("churn", AT_LEAST, "0.7"), True),
        (condition("churn", AT_LEAST, "0.83"), True),
        (condition("churn", AT_MOST, "0.8"), False),
        (condition("years", AT_MOST, "3"), True),
        (condition("tier", AT_LEAST, "1"), False),
        (condition("missing", AT_MOST, "1"), False),
        (condition("churn", AT_LEAST, "much"), False),
    ],
)
def test_attributes_are_compared_as_text_or_as_numbers(one: Condition, holds: bool) -> None:
    assert one.holds({"tier": "gold", "churn": "0.83", "years": "2"}) is holds


def test_rules_add_up_and_the_highest_band_counts() -> None:
    rules = (
        ContextRule(when=(condition("tier", IS, "gold"),), boost_us=60, priority=2, require="vip"),
        ContextRule(when=(condition("case", IS_NOT, ""),), boost_us=30, priority=5),
        ContextRule(when=(condition("tier", IS, "lead"),), boost_us=1_000),
        ContextRule(when=(), boost_us=7, queues=(CARDS,), require="cards"),
    )
    known = {"tier": "gold", "case": "4711"}
    assert weigh(rules, known, SALES) == Weight(boost_us=90, priority=5, require="vip")
    assert weigh(rules, known, CARDS) == Weight(boost_us=97, priority=5, require="vip and cards")
    assert weigh(rules, {}, SALES) == Weight()


def test_all_conditions_of_a_rule_have_to_hold() -> None:
    rule = ContextRule(
        when=(condition("tier", IS, "gold"), condition("language", IS, "es")), boost_us=1
    )
    assert weigh((rule,), {"tier": "gold", "language": "en"}, SALES).boost_us == 0
    assert weigh((rule,), {"tier": "gold", "language": "es"}, SALES).boost_us == 1
