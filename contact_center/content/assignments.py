"""What is assigned in a flow: names checked, expressions compiled and held against the types."""

import re
from collections.abc import Mapping

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.problems import did_you_mean
from contact_center.content.speeches import Speaker
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ivr.assigning import LANGUAGE, ROUTED
from contact_center.core.skills import RequirementError, requirement

TYPES: Mapping[str, type | None] = {
    "string": str,
    "enum": str,
    "int": int,
    "float": float,
    "bool": bool,
    "decimal": None,
}
"""What an expression has to give for a variable; decimals are looked at more closely."""
_ROUTED: Mapping[str, type] = {
    "route.priority": int,
    "route.boost": float,
    "route.require": str,
    "route.skills": str,
    "route.reason": str,
}
_LITERAL = re.compile(r"""\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\Z""")
Assignments = tuple[tuple[str, CelExpression], ...]


def literal(source: str) -> str | None:
    """Give the text that an expression is, if it is nothing but a text."""
    match = _LITERAL.match(source)
    return None if match is None else match[1] if match[1] is not None else match[2]


class Assigner:
    """Builds the assignments of one flow."""

    def __init__(
        self,
        document: Document,
        speaker: Speaker,
        variables: Mapping[str, shapes.VariableShape],
    ) -> None:
        self._document = document
        self._speaker = speaker
        self._variables = variables

    def build(self, written: Mapping[str, str], path: Path) -> Assignments:
        """Build assignments, in order; what is wrong is reported and left out."""
        built: list[tuple[str, CelExpression]] = []
        for name, source in written.items():
            expression = self._one(name, source, (*path, name))
            if expression is not None:
                built.append((name, expression))
        return tuple(built)

    def value(
        self, source: str, path: Path, variable: "shapes.VariableShape | None"
    ) -> CelExpression | None:
        """Compile what is to be the value of a variable; None when it is refused."""
        wanted = TYPES.get(variable.type) if variable is not None else None
        expression = self._speaker.expression(source, path, wanted)
        if expression is None or variable is None:
            return expression
        if variable.type == "enum":
            self._check_choice(source, path, variable)
        elif variable.type == "decimal":
            self._check_decimal(expression, path)
        return expression

    def _one(self, name: str, source: str, path: Path) -> CelExpression | None:
        if name == LANGUAGE:
            self._check_language(source, path)
            return self._speaker.expression(source, path, str)
        if name in ROUTED:
            self._check_skills(name, source, path)
            return self._speaker.expression(source, path, _ROUTED[name])
        if name in self._speaker.names["vars"]:
            return self.value(source, path, self._variables.get(name))
        known = (*self._speaker.names["vars"], *ROUTED, LANGUAGE)
        self._document.report(
            path,
            "E040",
            f'there is no variable "{name}"',
            did_you_mean(name, known, "declare it under vars"),
            key=True,
        )
        return None

    def _check_language(self, source: str, path: Path) -> None:
        chosen, offered = literal(source), self._speaker.offered
        if chosen is not None and chosen not in offered:
            hint = did_you_mean(chosen, offered, "add it under languages: offered")
            self._document.report(path, "E105", f'"{chosen}" is not offered', hint)

    def _check_skills(self, name: str, source: str, path: Path) -> None:
        text = literal(source)
        if text is None or name not in ("route.require", "route.skills"):
            return
        try:
            requirement(text)
        except RequirementError as error:
            hint = "write it as in es >= 30 and cards"
            self._document.report(path, "E012", f"not a skill expression: {error}", hint)

    def _check_choice(self, source: str, path: Path, variable: "shapes.VariableShape") -> None:
        chosen = literal(source)
        if chosen is not None and chosen not in variable.of:
            hint = did_you_mean(chosen, variable.of)
            self._document.report(path, "E041", f'"{chosen}" is not one of its values', hint)

    def _check_decimal(self, expression: CelExpression, path: Path) -> None:
        if isinstance(self._speaker.sample(expression), float | bool):
            self._document.report(
                path,
                "E041",
                f"{expression.source} is not exact: a decimal is a text",
                "put it into quotes: \"'12.50'\"",
            )
