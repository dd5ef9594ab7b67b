"""Codes: one number, one code, ten minutes, five tries, once."""

from __future__ import annotations

from contact_center.adapters.portal.codes import LASTS_S, MOST, TRIES, Codes

EVE, ANN = "+14155550123", "+14155550124"


def wrong(code: str) -> str:
    return str((int(code[0]) + 1) % 10) + code[1:]


def test_who_enters_the_code_has_the_number_once() -> None:
    codes = Codes()
    name, code = codes.make(EVE, 0)
    other, others = codes.make(ANN, 0)
    assert len(code) == 6
    assert codes.enter(name, wrong(code), 1) == ""
    assert codes.enter(other, wrong(others), 1) == ""
    assert codes.enter("nobody", code, 1) == ""
    assert codes.enter(name, code, 1) == EVE
    assert codes.enter(name, code, 1) == "", "a code is good once"
    assert codes.enter(other, others, 1) == ANN


def test_a_code_is_worn_out_by_tries_by_time_and_by_another() -> None:
    codes = Codes()
    name, code = codes.make(EVE, 0)
    assert [codes.enter(name, wrong(code), 1) for _ in range(TRIES)] == [""] * TRIES
    assert codes.enter(name, code, 1) == ""
    name, code = codes.make(EVE, 10)
    assert codes.enter(name, code, 11 + LASTS_S) == ""
    first, old = codes.make(EVE, 20)
    second, new = codes.make(EVE, 21)
    assert codes.enter(first, old, 22) == ""
    assert codes.enter(second, new, 22) == EVE
    dropped, code = codes.make(EVE, 30)
    codes.drop(dropped)
    assert codes.enter(dropped, code, 30) == ""


def test_so_many_codes_are_remembered() -> None:
    codes = Codes()
    first, code = codes.make(EVE, 0)
    for n in range(MOST):
        codes.make(f"+1415555{n:04}", 0)
    assert codes.enter(first, code, 1) == ""
