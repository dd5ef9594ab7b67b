"""Services in a tryout: they answer what the test, or whoever tries the flow out, says."""

from collections.abc import Mapping

from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.scenario import Answered
from contact_center.core.ivr.services import Service
from contact_center.core.ivr.values import VariableType, fit
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup

_TRUTHS = {"true": True, "false": False}


def answer(
    command: RunLookup, given: Mapping[str, Answered], service: Service | None
) -> tuple[LookupAnswered, int, str]:
    """Answer a lookup: the event, when it comes (microseconds from now), and what is to be told.

    A service of which nothing is given fails, and so does one that gives what does not fit.
    """
    said = given.get(command.service)
    if said is None:
        return _event(command, LookupOutcome.ERROR), 0, "fails: nothing is given for it"
    outcome = LookupOutcome(said.outcome)
    if outcome is LookupOutcome.TIMEOUT:
        return _event(command, outcome), command.timeout_us, "does not answer in time"
    if outcome is not LookupOutcome.OK:
        return _event(command, outcome), said.after_us, f"answers {outcome.value}"
    types = {r.name: r.type for r in service.returns} if service is not None else {}
    try:
        values = tuple((n, _fitted(n, value, types)) for n, value in said.values.items())
    except (ExpressionFailedError, ValueError) as problem:
        return _event(command, LookupOutcome.ERROR), said.after_us, f"fails: {problem}"
    told = ", ".join(f"{name}={value}" for name, value in values)
    return _event(command, outcome, values), said.after_us, f"answers ok {told}".rstrip()


def _event(
    command: RunLookup,
    outcome: LookupOutcome,
    values: tuple[tuple[str, Scalar], ...] = (),
) -> LookupAnswered:
    return LookupAnswered(call=command.call, lookup=command.lookup, outcome=outcome, values=values)


def _fitted(name: str, value: Scalar, types: Mapping[str, VariableType]) -> Scalar:
    wanted = types.get(name)
    if wanted is None:
        known = ", ".join(types) or "nothing"
        raise ExpressionFailedError(f"it gives no {name}; it gives {known}")
    if isinstance(value, str) and wanted.kind in {"int", "float"}:
        value = int(value) if wanted.kind == "int" else float(value)
    elif isinstance(value, str) and wanted.kind == "bool":
        value = _TRUTHS.get(value.lower(), value)
    elif isinstance(value, float) and wanted.kind == "decimal":
        value = str(value)
    try:
        return fit(value, wanted)
    except ExpressionFailedError as problem:
        raise ExpressionFailedError(f"{name}={value!r} is {problem}") from None
