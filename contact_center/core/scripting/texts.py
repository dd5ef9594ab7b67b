"""Texts with values in them, as the agent reads them.

A value that is missing does not stop anybody: it is shown as a gap that names what is missing, and
the agent asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from contact_center.core.ivr.expressions import Expression, ExpressionFailedError, Scalar
from contact_center.core.scripting.script import Piece

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio"
    " julio agosto septiembre octubre noviembre diciembre",
}
_LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of what is read. `kind` is ``text``, ``value`` or ``missing`` (then what is)."""

    kind: str
    text: str


def _title(value: Scalar, language: str) -> str:
    return str(value).title()


def _upper(value: Scalar, language: str) -> str:
    return str(value).upper()


def _first(value: Scalar, language: str) -> str:
    return str(value).split(" ", 1)[0]


def _amount(value: Scalar, language: str) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{amount:,.2f}"
    # Spain, unlike the Americas, writes the comma for the point.
    return text.translate(str.maketrans(",.", ".,")) if language == "es-ES" else text


def _day(value: Scalar, language: str) -> str:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    months = _MONTHS.get(language.partition("-")[0])
    if months is None:
        return day.isoformat()
    month = months.split()[day.month - 1]
    if language.startswith("es"):
        return f"{day.day} de {month} de {day.year}"
    return (
        f"{month} {day.day}, {day.year}" if language == "en-US" else f"{day.day} {month} {day.year}"
    )


def _phone(value: Scalar, language: str) -> str:
    digits = str(value)
    if digits.startswith("+1") and len(digits) == 12:
        return f"({digits[2:5]}) {digits[5:8]}-{digits[8:]}"
    return digits


def _spelled(value: Scalar, language: str) -> str:
    return " ".join(str(value).upper())


FORMS: Mapping[str, Callable[[Scalar, str], str]] = {
    "title": _title,
    "upper": _upper,
    "first": _first,
    "amount": _amount,
    "date": _day,
    "phone": _phone,
    "spell": _spelled,
}
"""How a value may be shown, by the name that stands behind the bar."""


def fill(pieces: tuple[Piece, ...], names: Mapping[str, object], language: str) -> tuple[Span, ...]:
    """Put values into a text."""
    return tuple(
        _span(piece, names, language)
        for piece in pieces
        if piece.when is None or holds(piece.when, names)
    )


def holds(when: Expression, names: Mapping[str, object]) -> bool:
    """Say whether a condition is true; one that cannot be told is not."""
    try:
        return when.evaluate(names) is True
    except ExpressionFailedError:
        return False


def _span(piece: Piece, names: Mapping[str, object], language: str) -> Span:
    if piece.value is None:
        return Span(kind="text", text=piece.text)
    try:
        value = piece.value.evaluate(names)
    except ExpressionFailedError:
        value = None
    if value is None or value == "":
        if piece.instead:
            return Span(kind="text", text=piece.instead)
        return Span(kind="missing", text=piece.value.source)
    shown = FORMS[piece.form](value, language) if piece.form else _plain(value)
    return Span(kind="value", text=shown[:_LONGEST_VALUE])


def _plain(value: Scalar) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def plain(spans: tuple[Span, ...]) -> str:
    """Give a text as one line of characters; what is missing in square brackets."""
    return "".join(f"[{s.text}]" if s.kind == "missing" else s.text for s in spans)
