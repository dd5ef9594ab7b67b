"""Which script is read in a call."""

from __future__ import annotations

from contact_center.core.events import Direction
from contact_center.core.scripting.choice import ScriptChoice
from tests.core.scripting.scripts import SALE, script

IN, OUT, SPRING, VIP = (
    script(SALE.replace("script: sale", f"script: {name}"))
    for name in ("in", "out", "spring", "vip")
)


def test_a_list_goes_before_its_campaign_and_a_campaign_before_the_queues_direction() -> None:
    choice = ScriptChoice(
        inbound=IN, outbound=OUT, campaigns={"spring": SPRING}, lists={"vip": VIP}
    )
    assert choice.of(Direction.INBOUND) is IN
    assert choice.of(Direction.OUTBOUND) is OUT
    assert choice.of(Direction.OUTBOUND, "autumn", "plain") is OUT
    assert choice.of(Direction.OUTBOUND, "spring", "plain") is SPRING
    assert choice.of(Direction.OUTBOUND, "spring", "vip") is VIP
    assert choice.of(Direction.OUTBOUND, "autumn", "vip") is VIP
    assert list(choice.scripts) == [IN, OUT, SPRING, VIP]


def test_a_direction_without_a_script_has_none_and_one_for_all_is_for_all() -> None:
    assert ScriptChoice(outbound=OUT).of(Direction.INBOUND) is None
    assert ScriptChoice().of(Direction.OUTBOUND, "spring", "vip") is None
    always = ScriptChoice.always(IN)
    assert [always.of(direction) for direction in Direction] == [IN, IN]
