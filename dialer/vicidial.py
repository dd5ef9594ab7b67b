"""VICIdial's adaptive dialing, restated to compare with: a level of lines per agent, moved slowly.

It is the open peer that most centers run, in three manners (`Stop`). One server and its defaults,
as its dialer and its adapter work:

- Every 2.5 s the lines of the campaign are brought up to level x counted agents. Counted are ready
  agents and those in a call, not those in wrap-up (after the caller hung up they are "dead").
- Every 15 s the level is multiplied by 1 + (ready - waiting) / logged in, means of the last 15 s
  sampled each second, between 1.0 and the highest level. Ages of rings and talks play no part.
- Drop statistics are refreshed every 60 s, by the day: dropped over answered in person.

Two quirks are kept because they decide how it behaves: the brake of the last minute divides drops
by *dials*, so it hardly ever pulls; and the tapered stop takes the hours that are left from
subtracting clock times as they are written (``2100 - 1315 = 785``, as if an hour had 100 minutes),
does nothing while more than ten hours are left, and is applied again every 15 s, so it soon is as
hard as the hard one. There is no mercy in the average one either: it halves every 15 s.
"""

from collections import deque
from enum import Enum

from dialer.floor import AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.pacing import Ask, Decision

SECOND_US = 1_000_000
DIAL_US, SAMPLE_US, ADAPT_US, DROPS_US = 2_500_000, SECOND_US, 15 * SECOND_US, 60 * SECOND_US
SAMPLES = 15
DAY_MINUTES = 1440


class Stop(Enum):
    """What is done with the level while the day's drops are over the limit."""

    HARD = "hard"
    AVERAGE = "average"
    TAPERED = "tapered"


class Vicidial:
    """One campaign's level. ``latest``: the end of the day as HHMM, for the tapered stop.

    ``zone_us``: what to add to UTC for the server's clock, of whose day the statistics are.
    """

    def __init__(
        self,
        stop: Stop = Stop.TAPERED,
        *,
        highest: float = 3.0,
        limit: float = 0.03,
        intensity: float = 0.0,
        difference: float = 0.0,
        latest: int = 2100,
        zone_us: int = 0,
        name: str = "",
    ) -> None:
        self.name = name or f"vicidial_{stop.value}"
        self.level = 1.0
        self._stop, self._highest, self._limit = stop, highest, limit
        self._intensity, self._difference = intensity / 100, difference
        self._latest, self._zone_us = latest, zone_us
        self._day: int | None = None
        self._calls = self._answered = self._drops = 0
        self._known_calls = 0
        self._known_share = 0.0
        self._recent_dials: deque[int] = deque()
        self._recent_drops: deque[int] = deque()
        self._samples: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES)
        self._dial_at = self._sample_at = self._drops_at = 0
        self._adapt_at: int | None = None

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Count calls, answers and drops of the day."""
        if not isinstance(seen, CallSeen):
            return
        if seen.stage is CallStage.DIALLED:
            self._calls += 1
            self._recent_dials.append(seen.at)
        elif seen.stage is CallStage.WAITING:
            self._answered += 1
        elif seen.stage is CallStage.ABANDONED:
            self._drops += 1
            self._recent_drops.append(seen.at)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial up to the level, when the dialer's turn comes."""
        now = ask.now
        self._statistics(now, floor)
        if self._adapt_at is None:
            self._adapt_at = now + ADAPT_US
        elif now >= self._adapt_at:
            self._adapt_at = now + ADAPT_US
            self._adapt(now)
        if now < self._dial_at:
            return Decision(dial=0, why="between_rounds", numbers={"level": self.level})
        self._dial_at = now + DIAL_US
        working = (AgentWork.IDLE, AgentWork.TALKING)
        counted = sum(agent.work in working for agent in floor.agents.values()) - ask.reserved
        goal = round(self.level * (max(0, counted) + self._difference))
        wanted = max(0, goal - len(floor.calls))
        return Decision(
            dial=min(wanted, ask.room),
            why="room" if wanted > ask.room else "level",
            numbers={"level": self.level, "counted": counted, "drop_share": self._known_share},
        )

    def _statistics(self, now: int, floor: Floor) -> None:
        day = (now + self._zone_us) // (DAY_MINUTES * 60 * SECOND_US)
        if self._day is None:
            self._day = day
        elif day != self._day:
            self._day = day
            self._calls = self._answered = self._drops = 0
            self._drops_at = now
        if now >= self._sample_at:
            self._sample_at = now + SAMPLE_US
            waiting = sum(c.stage is CallStage.WAITING for c in floor.flying.values())
            self._samples.append((floor.idle(), waiting, len(floor.agents)))
        if now >= self._drops_at:
            self._drops_at = now + DROPS_US
            self._known_calls = self._calls
            self._known_share = self._drops / self._answered if self._answered else 0.0

    def _adapt(self, now: int) -> None:
        ready, waiting, there = (sum(column) for column in zip(*self._samples, strict=True))
        if not there:
            return
        difference = (ready - waiting) / len(self._samples) + self._difference
        move = difference / (there / len(self._samples))
        move *= abs(self._intensity - 1) if move < 0 else 1 + self._intensity
        self.level = min(self._highest, max(1.0, self.level * (1 + move)))
        for recent in (self._recent_dials, self._recent_drops):
            while recent and recent[0] < now - 60 * SECOND_US:
                recent.popleft()
        dials, drops = len(self._recent_dials), len(self._recent_drops)
        if dials > 20 and drops > dials / 2:
            self.level /= 2
        if self._known_calls > 50 and self._known_share > self._limit:
            self._pull(now)
        self.level = max(self.level, 1.0)

    def _pull(self, now: int) -> None:
        if self._stop is Stop.HARD:
            self.level = 1.0
        elif self._stop is Stop.AVERAGE:
            self.level /= 2
        else:
            minutes = (now + self._zone_us) // (60 * SECOND_US) % DAY_MINUTES
            left = self._latest - (minutes // 60 * 100 + minutes % 60)
            self.level = 1.0 if left < 0 else self.level * min(1.0, left / 1000)
