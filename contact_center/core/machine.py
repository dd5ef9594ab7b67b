"""State machines as tables.

A machine is data: which state follows which under which trigger. What is not in the table cannot
happen; asking for it raises and leaves everything as it was. The diagrams in the documentation are
drawn from the same tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from contact_center.core.errors import IllegalTransitionError

S = TypeVar("S", bound=Enum)
T = TypeVar("T", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Generic[S, T]):
    """States, triggers and moves of one kind of thing."""

    name: str
    initial: S
    moves: Mapping[tuple[S, T], S]

    def after(self, state: S, trigger: T) -> S:
        """Give the state that follows. Raises IllegalTransitionError."""
        try:
            return self.moves[state, trigger]
        except KeyError:
            raise IllegalTransitionError(
                f"{self.name}: {trigger.value} is not possible in {state.value}"
            ) from None

    def allows(self, state: S, trigger: T) -> bool:
        """Say whether the move is in the table."""
        return (state, trigger) in self.moves

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        lines += [f"    {s.value} --> {to.value}: {t.value}" for (s, t), to in self.moves.items()]
        left = {s for s, _ in self.moves}
        ends = {to for to in self.moves.values() if to not in left}
        lines += [f"    {end.value} --> [*]" for end in sorted(ends, key=lambda e: str(e.value))]
        return "\n".join(lines) + "\n"
