"""Documents: parsed strictly, by a table of verbs of the emulator's own.

What Twilio refuses is refused (`BadDocument`); what it only warns of is a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from tests.emulators.twilio.verb_table import (
    NAME_LIMIT,
    RULES,
    SPEECH_MARKUP,
    WORDS_LIMIT,
    Rule,
)

_DOCUMENT_LIMIT = 64 * 1024
"""Bytes of one document, as published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb or noun; attributes are as written, those that break the rules left out."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute as text."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: float) -> float:
        """An attribute that is a number, such as seconds or a count."""
        return float(self.attributes.get(name, default))

    def flag(self, name: str, default: bool) -> bool:
        """An attribute that is ``true`` or ``false``."""
        return self.attributes.get(name, str(default)).lower() == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole ``<Response>`` and where it came from."""

    verbs: tuple[Verb, ...]
    url: str = ""
    method: str = "POST"


class BadDocument(Exception):  # noqa: N818  (the document is bad, the emulator is not)
    """A document that cannot be run: Twilio's error code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def parse(
    body: bytes,
    *,
    url: str = "",
    method: str = "POST",
    warnings: list[str],
    allowed: frozenset[str] | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> Document:
    """Read a document. `warnings` gets what Twilio would warn of.

    `allowed` are the verbs of this kind of document, such as one for waiting; None is all.
    `rules` are those of the service that reads it.
    Raises BadDocument with 12100 (no XML, or an unknown verb), 12102 (not a Response) or 12200 (a
    verb where it may not stand).
    """
    if len(body) > _DOCUMENT_LIMIT:
        raise BadDocument(11750, f"the document has {len(body)} bytes")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BadDocument(12100, f"document parse failure: {error}") from None
    if root.tag != "Response":
        raise BadDocument(12102, f"the root is <{root.tag}>, not <Response>")
    _text(root, rules["Response"], warnings)
    if root.attrib:
        warnings.append(f"12200: <Response> has attributes {sorted(root.attrib)}")
    verbs = tuple(_verb(each, "Response", warnings, rules) for each in root)
    for verb in verbs:
        if allowed is not None and verb.name not in allowed:
            raise BadDocument(12200, f"<{verb.name}> may not stand in this kind of document")
    return Document(verbs=verbs, url=url, method=method)


def _verb(
    element: ElementTree.Element, parent: str, warnings: list[str], rules: Mapping[str, Rule]
) -> Verb:
    name = element.tag
    rule = rules.get("ReferSip" if (parent, name) == ("Refer", "Sip") else name)
    if rule is None:
        raise BadDocument(12100, f"there is no verb <{name}>")
    inner = rules[parent].children
    if name not in inner and not ((parent, name) == ("Refer", "Sip")):
        raise BadDocument(12200, f"<{name}> may not stand in <{parent}>")
    if name == "Say":
        return Verb(
            name=name,
            attributes=_attributes(element, rule, warnings),
            text=_words(element, warnings),
        )
    return Verb(
        name=name,
        attributes=_attributes(element, rule, warnings),
        text=_text(element, rule, warnings),
        children=tuple(_verb(each, name, warnings, rules) for each in element),
    )


def _attributes(element: ElementTree.Element, rule: Rule, warnings: list[str]) -> dict[str, str]:
    good = {}
    for name, value in element.attrib.items():
        pattern = rule.attributes.get(name)
        if pattern is None:
            warnings.append(f"12200: <{element.tag}> has no attribute {name!r}")
        elif not pattern.fullmatch(value):
            warnings.append(f"12200: <{element.tag}> {name} cannot be {value!r}")
        else:
            good[name] = value
    return good


def _text(element: ElementTree.Element, rule: Rule, warnings: list[str]) -> str:
    pieces = [element.text or "", *(each.tail or "" for each in element)]
    text = "".join(pieces).strip()
    if text and not rule.text:
        warnings.append(f"12200: <{element.tag}> has a text {text[:40]!r}")
    if len(text) > NAME_LIMIT.get(element.tag, len(text)):
        raise BadDocument(13000, f"the name in <{element.tag}> has {len(text)} characters")
    return text


def _words(element: ElementTree.Element, warnings: list[str]) -> str:
    for each in element.iter():
        if each is not element and each.tag not in SPEECH_MARKUP:
            raise BadDocument(12200, f"<{each.tag}> may not stand in <Say>")
    words = " ".join("".join(element.itertext()).split())
    if len(words) > WORDS_LIMIT:
        raise BadDocument(13520, f"<Say> has {len(words)} characters")
    if not words:
        warnings.append("13520: <Say> has nothing to say")
    return words
