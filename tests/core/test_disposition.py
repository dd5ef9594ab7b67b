"""What agents say besides how a call ended: held against its fields, and kept in one form."""

from __future__ import annotations

import pytest

from contact_center.core.disposition import Disposition, DispositionField, FieldRefusedError, taken
from contact_center.core.scripting.script import Kind

SOLD = Disposition(
    code="sold",
    label="Sold",
    under=("Sales", "New"),
    fields=(
        DispositionField(name="order", label="Order number", required=True, pattern="[0-9]{5}"),
        DispositionField(name="amount", label="Amount", kind=Kind.MONEY, least=1),
        DispositionField(name="weight", label="Weight", kind=Kind.NUMBER),
        DispositionField(name="gift", label="A gift", kind=Kind.YES_NO),
        DispositionField(
            name="how", label="Paid by", kind=Kind.CHOICE, options={"card": "Card", "bill": "Bill"}
        ),
    ),
)


def test_answers_are_kept_in_one_form_and_in_the_order_of_the_fields() -> None:
    given = (("how", "card"), ("amount", "1,234.5"), ("order", " 12345 "), ("gift", "Yes"))
    assert taken(SOLD, given) == (
        ("order", "12345"),
        ("amount", "1234.50"),
        ("gift", "yes"),
        ("how", "card"),
    )
    whole = (("order", "12345"), ("weight", "3.0"))
    assert taken(SOLD, whole) == (("order", "12345"), ("weight", "3"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), "Order number: this has to be said."),
        ((("order", ""),), "Order number: this has to be said."),
        ((("order", "123"),), "Order number: this does not look as it should."),
        ((("order", "12345"), ("amount", "0.50")), "Amount: at least 1.00."),
        ((("order", "12345"), ("how", "cash")), "Paid by: one of card, bill."),
        ((("order", "12345"), ("colour", "red")), "There is no field colour."),
    ],
)
def test_what_is_missing_or_wrong_is_said_by_the_label(
    given: tuple[tuple[str, str], ...], words: str
) -> None:
    with pytest.raises(FieldRefusedError) as caught:
        taken(SOLD, given)
    assert str(caught.value) == words


def test_what_is_not_required_may_be_left_out() -> None:
    assert taken(SOLD, (("order", "12345"), ("amount", " "))) == (("order", "12345"),)
    assert taken(Disposition(code="lost", label="Lost"), ()) == ()
