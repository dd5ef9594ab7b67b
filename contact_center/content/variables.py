"""The variables of a flow: names, types and defaults."""

from collections.abc import Iterable, Mapping
from typing import Any

from contact_center.content import flow_shapes as shapes
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.values import VariableType, exact

_EMPTY: Mapping[str, Scalar] = {
    "string": "",
    "int": 0,
    "float": 0.0,
    "bool": False,
    "enum": "",
    "decimal": "0",
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "enum": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "decimal": (str, int),
}


def types_of(header: shapes.FlowHeader) -> dict[str, VariableType]:
    """Say what each variable can hold."""
    return {
        name: VariableType(kind=shape.type, of=tuple(shape.of))
        for name, shape in header.vars.items()
        if shape.type != "secret"
    }


def read_variables(
    document: Document, header: shapes.FlowHeader, written: Iterable[str]
) -> dict[str, Scalar]:
    """Give every variable its default; `written` are all names, those with errors too."""
    variables: dict[str, Scalar] = {}
    for name in written:
        shape = header.vars.get(name)
        if shape is None:  # it was wrong and is reported: still nobody should miss it
            variables[name] = ""
            continue
        path = ("vars", name)
        if shape.type == "secret":
            _check_secret(document, name, shape)
            continue
        if not name.isidentifier() or not name.isascii():
            document.report(
                path,
                "E014",
                f'"{name}" cannot be written in an expression',
                "use letters, digits and _",
                key=True,
            )
        if shape.type == "enum" and not shape.of:
            document.report(path, "E011", "an enum needs its values", "add of: [none, basic, gold]")
        default: Any = shape.default
        if default is None:
            default = shape.of[0] if shape.of else _EMPTY[shape.type]
        elif not isinstance(default, _TYPES[shape.type]) or (
            isinstance(default, bool) and shape.type != "bool"
        ):
            document.report(
                (*path, "default"),
                "E041",
                f"the default of {name} is no {shape.type}",
                'text goes in quotes: "0"'
                if shape.type in ("string", "decimal")
                else f"write a value of type {shape.type}",
            )
            default = _EMPTY[shape.type]
        elif shape.of and default not in shape.of:
            document.report(
                (*path, "default"),
                "E041",
                f'"{default}" is not one of its values',
                did_you_mean(str(default), shape.of),
            )
        elif shape.type == "decimal":
            default = _decimal(document, name, default)
        variables[name] = float(default) if shape.type == "float" else default
    return variables


def _decimal(document: Document, name: str, default: object) -> str:
    try:
        return exact(str(default))
    except ExpressionFailedError:
        message = f'the default of {name} is no decimal: "{default}"'
        document.report(("vars", name, "default"), "E041", message, 'write it as in "12.50"')
        return "0"


def _check_secret(document: Document, name: str, shape: shapes.VariableShape) -> None:
    if shape.default is not None or shape.of:
        message = "a secret has no value that could be written down"
        document.report(("vars", name), "E042", message, "write {type: secret}")
