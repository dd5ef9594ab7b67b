"""Liquid templates of Twilio Studio as our expressions and prompts. Pure.

Output (``{{ path | filter: argument }}``) is translated where it is simple; tags (``{% %}``) and
other filters are not, and whoever asks is told why.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 400
_OUTPUT = re.compile(r"\{\{(.*?)\}\}", re.S)
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*\Z", re.ASCII)
_QUOTED = re.compile(r"""(?:"([^"]*)"|'([^']*)')\Z""", re.S)
_NUMBER = re.compile(r"-?\d{1,9}\Z", re.ASCII)
_ARITHMETIC = {"plus": "+", "minus": "-", "times": "*"}
_SPLIT = re.compile(r"""\|(?=(?:[^"']|"[^"]*"|'[^']*')*\Z)""")

Resolve = Callable[[str], str]
"""From a path (``flow.variables.tries``) to an expression. Raises UntranslatableError."""


class UntranslatableError(ValueError):
    """A template has no counterpart; the message says which part."""


@dataclass(frozen=True, slots=True)
class Hole:
    """An expression of ours in a text."""

    source: str


def quoted(text: str) -> str:
    """Write a text as a literal of our expressions."""
    plain = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + re.sub(r"[\x00-\x1f]+", " ", plain) + "'"


def checked_pattern(pattern: str) -> str:
    """Give back a regular expression that means the same in both engines.

    Raises UntranslatableError for others: ours looks neither around nor back.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        raise UntranslatableError("a regular expression that cannot be read") from None
    if "(?" in pattern or re.search(r"\\[1-9]", pattern):
        raise UntranslatableError("a regular expression that looks around or back")
    return pattern


def parts_of(text: str, resolve: Resolve) -> Sequence[str | Hole]:
    """Take a template apart into texts and expressions. Raises UntranslatableError."""
    if "{%" in text:
        raise UntranslatableError("a tag ({% %}): write a branch, or when: at the prompt")
    parts: list[str | Hole] = []
    end = 0
    for match in _OUTPUT.finditer(text):
        parts += [text[end : match.start()], Hole(_expression(match[1], resolve))]
        end = match.end()
    parts.append(text[end:])
    return [part for part in parts if part]


def expression_of(text: str, resolve: Resolve) -> str:
    """Write a template as an expression that gives a text. Raises UntranslatableError."""
    parts = parts_of(text, resolve)
    sources = [part.source if isinstance(part, Hole) else quoted(part) for part in parts]
    source = " + ".join(sources) or "''"
    if len(source) > LONGEST:
        raise UntranslatableError(f"an expression longer than {LONGEST} characters")
    return source


def _expression(written: str, resolve: Resolve) -> str:
    head, *filters = [part.strip() for part in _SPLIT.split(written)]
    source = _value(head, resolve)
    for text in filters:
        name, _, argument = text.partition(":")
        source = _filtered(source, name.strip(), argument.strip(), resolve)
    return source


def _value(text: str, resolve: Resolve) -> str:
    found = _QUOTED.match(text)
    if found is not None:
        return quoted(found[1] or found[2] or "")
    if _NUMBER.match(text):
        return quoted(text)
    if _PATH.match(text):
        return resolve(text)
    raise UntranslatableError(f"{{{{{text[:60]}}}}} has no counterpart")


def _filtered(source: str, name: str, argument: str, resolve: Resolve) -> str:
    if name == "default":
        return f"({source} == '' ? {_value(argument, resolve)} : {source})"
    if name == "append":
        return f"({source} + {_value(argument, resolve)})"
    if name == "prepend":
        return f"({_value(argument, resolve)} + {source})"
    if name in _ARITHMETIC:
        number = f"int({_value(argument, resolve)})"
        if _NUMBER.match(argument):
            number = argument
        return f"string(({source} == '' ? 0 : int({source})) {_ARITHMETIC[name]} {number})"
    raise UntranslatableError(f"the filter {name[:40]} has no counterpart")
