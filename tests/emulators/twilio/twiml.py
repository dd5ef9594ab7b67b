"""Documents: parsed strictly, by a table of verbs of the emulator's own."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb or noun; attributes are as written, and were checked."""

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


class BadDocument(Exception):
    """A document that cannot be run: Twilio's error code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
