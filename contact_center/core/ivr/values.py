"""What variables of a flow can hold, and making a value fit.

Decimals are exact: they are kept as text in one form, ``-?digits[.digits]``, and never pass through
a binary fraction.
"""

import re
from dataclasses import dataclass

from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar

_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?\Z")
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "enum": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "decimal": (str, int),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableType:
    """``string``, ``int``, ``float``, ``bool``, ``decimal``, or ``enum`` with the values ``of``."""

    kind: str
    of: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.kind


def fit(value: Scalar, wanted: VariableType) -> Scalar:
    """Give `value` as a variable of this type holds it. Raises ExpressionFailedError."""
    kind = wanted.kind
    fits = isinstance(value, _KINDS.get(kind, ())) and isinstance(value, bool) == (kind == "bool")
    if fits and kind == "float":
        return float(value)  # type: ignore[arg-type]
    if fits and kind == "decimal":
        return exact(str(value))
    if fits and (kind != "enum" or value in wanted.of):
        return value
    raise ExpressionFailedError(f"not a value of type {kind}")


def exact(written: str) -> str:
    """Give a decimal in its one form. Raises ExpressionFailedError for what is none."""
    if _DECIMAL.match(written) is None:
        raise ExpressionFailedError("not a decimal")
    sign = "-" if written.startswith("-") else ""
    whole, point, rest = written.lstrip("-").partition(".")
    whole = whole.lstrip("0") or "0"
    nothing = whole == "0" and not rest.strip("0")
    return f"{'' if nothing else sign}{whole}{point}{rest}"
