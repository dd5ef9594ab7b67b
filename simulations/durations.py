"""How long things take, and for how long people wait: distributions of seconds."""

import math
from bisect import bisect_left
from dataclasses import dataclass
from random import Random
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

STRICT = ConfigDict(extra="forbid")
"""How values are read from files: a field that does not exist is a mistake."""

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Always the same."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    seconds: NotNegative
    kind: Literal["constant"] = "constant"

    @property
    def mean_s(self) -> float:
        """The mean, in seconds."""
        return self.seconds

    def draw(self, chance: Random) -> float:
        """Draw one, in seconds."""
        return self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Longer than anything: the patience of those who wait for ever."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    kind: Literal["never"] = "never"

    @property
    def mean_s(self) -> float:
        """The mean, in seconds: infinite."""
        return math.inf

    def draw(self, chance: Random) -> float:
        """Draw one: infinite."""
        return math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential:
    """Without memory: what has passed says nothing of what is to come."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    mean_s: Positive
    kind: Literal["exponential"] = "exponential"

    def draw(self, chance: Random) -> float:
        """Draw one, in seconds."""
        return chance.expovariate(1.0) * self.mean_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal:
    """What talks with people look like. `cv` is the deviation over the mean."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    mean_s: Positive
    cv: Positive
    kind: Literal["lognormal"] = "lognormal"

    @property
    def log_deviation(self) -> float:
        """The deviation of the logarithm."""
        return math.sqrt(math.log1p(self.cv * self.cv))

    @property
    def log_mean(self) -> float:
        """The mean of the logarithm (of seconds)."""
        return math.log(self.mean_s) - self.log_deviation**2 / 2

    def draw(self, chance: Random) -> float:
        """Draw one, in seconds."""
        return math.exp(self.log_mean + self.log_deviation * chance.gauss(0.0, 1.0))

    @classmethod
    def of_logarithms(cls, mean: float, deviation: float) -> "Lognormal":
        """Make it from mean and deviation of the logarithms of seconds."""
        variance = max(deviation, 1e-6) ** 2
        return cls(mean_s=math.exp(mean + variance / 2), cv=math.sqrt(math.expm1(variance)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Empirical:
    """As it was seen: seconds in rising order, each as likely as the others."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    seconds: tuple[NotNegative, ...]
    kind: Literal["empirical"] = "empirical"

    def __post_init__(self) -> None:
        if not self.seconds or list(self.seconds) != sorted(self.seconds):
            raise ValueError("at least one value, in rising order")

    @property
    def mean_s(self) -> float:
        """The mean, in seconds."""
        return math.fsum(self.seconds) / len(self.seconds)

    def draw(self, chance: Random) -> float:
        """Draw one of them, in seconds."""
        return self.seconds[int(chance.random() * len(self.seconds))]

    def share_up_to(self, seconds: float) -> float:
        """Share of the values below `seconds`."""
        return bisect_left(self.seconds, seconds) / len(self.seconds)


Duration = Annotated[
    Constant | Never | Exponential | Lognormal | Empirical, Field(discriminator="kind")
]

AT_ONCE = Constant(seconds=0.0)
FOREVER = Never()
