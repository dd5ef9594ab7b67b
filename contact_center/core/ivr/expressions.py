"""Conditions and values in flows, behind one small door.

The engine lives outside the core (content compiles expressions when a flow is loaded); the core
only evaluates. `names` holds plain values: strings, integers, floats, booleans, lists and
string-keyed mappings of those, under the roots ``caller``, ``call``, ``vars``, ``queue``, ``sys``.
"""

from collections.abc import Mapping
from typing import Protocol

Scalar = str | int | float | bool | None


class ExpressionFailedError(Exception):
    """Evaluation went wrong (missing key, wrong type, overflow): the node's error edge is due."""


class Expression(Protocol):
    """One compiled expression."""

    @property
    def source(self) -> str:
        """The text as written."""

    def evaluate(self, names: Mapping[str, object]) -> Scalar:
        """Compute the value. Raises ExpressionFailedError."""
