"""What nodes of a flow are made of: prompts, edges, escalations, and what every node has.

A prompt is a tuple of `Speech`, already translated: one bundle holds every offered language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ivr.expressions import Expression


class SpeechKind(Enum):
    """What one item of a prompt is made of."""

    TEXT = "text"
    FILE = "file"
    SILENCE = "silence"
    VALUE = "value"


class ValueForm(Enum):
    """How a computed value is spoken; composed of fragments rendered at publish time."""

    DIGITS = "digits"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One item of a prompt. ``texts`` maps language to text; VALUE speaks ``value`` as ``form``."""

    kind: SpeechKind
    texts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    ms: int = 0
    value: Expression | None = None
    form: ValueForm = ValueForm.DIGITS
    when: Expression | None = None


Prompt = tuple[Speech, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where to go: a node id, or one of ``back``, ``repeat``, ``hangup``; and what it notes."""

    goto: str
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The n-th item of an escalation list: say something and ask again, or leave by `edge`."""

    say: Prompt = ()
    edge: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has. ``label`` is for reports; ``error`` catches failed expressions."""

    name: str
    label: str = ""
    error: Edge | None = None
