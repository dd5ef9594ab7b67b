"""How a call ended, with what has to be said of that."""

from __future__ import annotations

from dataclasses import replace

from contact_center.core.disposition import Disposition, DispositionField
from contact_center.core.facts import DispositionRecorded, RequestAnswered
from contact_center.core.requests import DispositionRequested
from tests.stories.talking import Floor, MakeWorld, center

ORDER = DispositionField(name="order", label="Order number", required=True)


def sale(make_world: MakeWorld) -> Floor:
    """A caller talks with anna; whoever sold has to say the order's number."""
    configuration = center()
    sold = Disposition(code="sold", label="Sold", fields=(ORDER,))
    known = {**configuration.dispositions, "sold": sold}
    return Floor(make_world(replace(configuration, dispositions=known)))


def test_a_sale_without_its_number_is_no_end_of_the_wrap_up(make_world: MakeWorld) -> None:
    f = sale(make_world)
    f.hang_up("caller")
    assert f.world.state("anna") == "ready wrap_up"
    assert f.ask(DispositionRequested, "anna", code="sold") == "field"
    answer = f.world.said(RequestAnswered)[-1]
    assert isinstance(answer, RequestAnswered)
    assert answer.message == "Order number: this has to be said."
    assert f.world.state("anna") == "ready wrap_up"
    assert f.told(DispositionRecorded) == []
    said = (("order", " 4711 "),)
    assert f.ask(DispositionRequested, "anna", code="sold", fields=said) == ""
    (told,) = f.told(DispositionRecorded)
    assert (told.code, told.fields) == ("sold", (("order", "4711"),))
    assert f.world.state("anna") == "ready idle"
    f.settled()


def test_what_is_said_while_talking_may_be_said_otherwise_afterwards(
    make_world: MakeWorld,
) -> None:
    f = sale(make_world)
    assert f.ask(DispositionRequested, "anna", code="sold", fields=(("order", "1"),)) == ""
    f.hang_up("caller")
    assert f.ask(DispositionRequested, "anna", code="lost") == ""
    assert [d.code for d in f.told(DispositionRecorded)] == ["sold", "lost"]
    f.settled()
