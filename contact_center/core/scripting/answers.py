"""What agents type as answers, checked and brought into one form."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from contact_center.core.scripting.script import Kind, Question

Answer = str | int | float | bool | tuple[str, ...]
"""An answer in its one form. Amounts are texts such as ``"1234.50"``, dates as ``"2026-11-23"``."""

LONGEST = {Kind.LONG: 4_000}
"""Characters of a text that has no bound of its own; others have 200."""
_TEXT_BOUND = 200
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")
_PHONE = re.compile(r"\+?[0-9]{3,15}\Z")
_EPOCH = date(1970, 1, 1).toordinal()
_YES = {"yes": True, "true": True, "no": False, "false": False}
_BLANK: Mapping[Kind, Answer] = {
    Kind.WHOLE: 0,
    Kind.NUMBER: 0.0,
    Kind.YES_NO: False,
    Kind.SEVERAL: (),
}


class AnswerRefusedError(Exception):
    """An answer that the question does not take. The words are for the agent."""


def blank(question: Question) -> Answer:
    """Give what an unanswered question reads as in conditions."""
    return _BLANK.get(question.kind, "")


def checked(question: Question, given: object) -> Answer | None:
    """Bring an answer into its form; None for an empty one. Raises AnswerRefusedError."""
    if given is None or given == "" or given == [] or given == ():
        return None
    return _CHECKS[question.kind](question, given)


def _text(question: Question, given: object) -> Answer:
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise AnswerRefusedError("this is no text")
    text = str(given).strip()
    most = question.most or LONGEST.get(question.kind, _TEXT_BOUND)
    if len(text) > most:
        raise AnswerRefusedError(f"at most {most:.0f} characters")
    if len(text) < (question.least or 0):
        raise AnswerRefusedError(f"at least {question.least:.0f} characters")
    if any(not (sign.isprintable() or sign in "\n\t") for sign in text):
        raise AnswerRefusedError("there are signs in it that cannot be read")
    if question.pattern and re.fullmatch(question.pattern, text) is None:
        raise AnswerRefusedError("this does not look as it should")
    return text


def _within(
    question: Question, number: float, shown: Callable[[float], str] = "{:g}".format
) -> None:
    if question.least is not None and number < question.least:
        raise AnswerRefusedError(f"at least {shown(question.least)}")
    if question.most is not None and number > question.most:
        raise AnswerRefusedError(f"at most {shown(question.most)}")


def _decimal(given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise AnswerRefusedError("this is no number")
    try:
        number = Decimal(str(given).strip().replace(",", ""))
    except InvalidOperation:
        raise AnswerRefusedError("this is no number") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise AnswerRefusedError("this number is too large")
    return number


def _whole(question: Question, given: object) -> Answer:
    number = _decimal(given)
    if number != number.to_integral_value():
        raise AnswerRefusedError("a whole number is needed")
    _within(question, float(number))
    return int(number)


def _number(question: Question, given: object) -> Answer:
    number = float(_decimal(given))
    _within(question, number)
    return number


def _money(question: Question, given: object) -> Answer:
    amount = _decimal(given)
    if amount != amount.quantize(Decimal("0.01")):
        raise AnswerRefusedError("two digits after the point at most")
    _within(question, float(amount), "{:,.2f}".format)
    return str(amount.quantize(Decimal("0.01")))


def _date(question: Question, given: object) -> Answer:
    try:
        day = date.fromisoformat(given.strip()) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None:
        raise AnswerRefusedError("write a date as 2026-11-23")

    def shown(days: float) -> str:
        return date.fromordinal(_EPOCH + int(days)).isoformat()

    _within(question, day.toordinal() - _EPOCH, shown)
    return day.isoformat()


def _yes_no(question: Question, given: object) -> Answer:
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.strip().lower() in _YES:
        return _YES[given.strip().lower()]
    raise AnswerRefusedError("yes or no")


def _choice(question: Question, given: object) -> Answer:
    if isinstance(given, str) and given in question.options:
        return given
    raise AnswerRefusedError(f"one of {', '.join(question.options)}")


def _several(question: Question, given: object) -> Answer:
    chosen = given if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
    if any(not isinstance(one, str) or one not in question.options for one in chosen):
        raise AnswerRefusedError(f"some of {', '.join(question.options)}")
    _within(question, len(set(chosen)))
    return tuple(option for option in question.options if option in chosen)


def _email(question: Question, given: object) -> Answer:
    text = _text(question, given)
    if not isinstance(text, str) or _EMAIL.match(text) is None:
        raise AnswerRefusedError("this is no address of e-mail")
    return text


def _phone(question: Question, given: object) -> Answer:
    text = re.sub(r"[\s().-]", "", str(_text(question, given)))
    if _PHONE.match(text) is None:
        raise AnswerRefusedError("this is no telephone number")
    return text


_CHECKS: Mapping[Kind, Callable[[Question, object], Answer]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.SECRET: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.SEVERAL: _several,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
}
