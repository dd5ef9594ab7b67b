"""A campaign as the reducer has it: its settings, where it is in its life, and what it has at hand.

The legal moves are a table (``campaign.MOVES``). Only a running campaign begins calls; what was
begun is finished in every state, except by the emergency stop, which rings off all that nobody has
answered.
"""

from collections import deque
from dataclasses import replace

from dialer.answer_prior import Expected
from dialer.attempt import LIVE, AttemptEnd, Verdict
from dialer.campaign import MOVES, CampaignSettings, CampaignState, CampaignTrigger, Mode
from dialer.hopper import Hopper
from dialer.ids import AgentId, CampaignId, PoolId
from dialer.limits import Bucket
from dialer.messages import CampaignMoved, CampaignSet, StateChanged
from dialer.pacing import Pacer, Window
from dialer.reputation import Reputation

_HOUR_US = 3_600_000_000
_JUDGE_US = 10_000_000
"""Numbers to show are judged this often: with many of them it is work."""
_AGENTLESS, _OUTSIDE = "agentless.", "outside."
_OWN, _OWN_CAP = "house", 0.03
_STARTS = frozenset({CampaignTrigger.START, CampaignTrigger.RESUME})


class CampaignOn:
    """One campaign. Counts (`successes`, `live`, `abandoned`) are of the present run."""

    def __init__(self, said: CampaignSet, pacer: Pacer) -> None:
        self.settings: CampaignSettings = said.settings
        self.state: CampaignState = said.state
        self.started_at: int | None = said.started_at
        self.pacer = pacer
        self.expected: Expected | None = None
        """How many answered on days before, as far as is known."""
        self.hopper = Hopper()
        self.windows: tuple[Window, ...] = ()
        self.successes = said.successes
        self.live = 0
        self.abandoned = 0
        self.open = 0
        """Attempts from OpenAttempt to their end."""
        self.talking = 0
        """Of these, calls that an agent has."""
        self.bucket = Bucket(said.settings.campaign)
        self._limit()
        self._skips: dict[AgentId, deque[int]] = {}
        self.reputation = Reputation()
        self._judged_at = 0
        self.resting: frozenset[str] = frozenset()
        """Numbers that were not shown when one was chosen last."""

    def rested(self, now: int) -> frozenset[str]:
        """Name the numbers that rest now, so few people answering them."""
        settings = self.settings
        if now >= self._judged_at + _JUDGE_US:
            self._judged_at = now
            self.resting = self.reputation.resting(
                settings.caller_ids, settings.rest_numbers_us, now
            )
        return self.resting

    @property
    def id(self) -> CampaignId:
        """Give its name."""
        return self.settings.campaign

    @property
    def dials(self) -> bool:
        """Say whether it may begin calls, as far as its state says."""
        return self.state is CampaignState.RUNNING

    def set(self, settings: CampaignSettings, pacer: Pacer) -> None:
        """Take new settings, from now on."""
        self.settings, self.pacer = settings, pacer
        self._limit()
        self.hopper.again()

    def _limit(self) -> None:
        self.bucket.limit(self.settings.limits.calls_per_s, self.settings.limits.lines)

    def move(self, said: CampaignMoved) -> StateChanged:
        """Make a move, or say why not."""
        to = MOVES.get((self.state, said.trigger))
        if to is None:
            return self._told(said, f"{said.trigger.value} is not possible in {self.state.value}")
        if said.trigger in _STARTS and self.state is not CampaignState.PAUSED:
            fresh = said.trigger is CampaignTrigger.START
            self.started_at = said.at if fresh or self.started_at is None else self.started_at
            if fresh:
                self.successes = self.live = self.abandoned = 0
        self.state = to
        self.hopper.again()
        return self._told(said)

    def _told(self, said: CampaignMoved, refused: str = "") -> StateChanged:
        return StateChanged(
            campaign=self.id,
            at=said.at,
            state=self.state,
            by=said.by,
            why=said.why or said.trigger.value,
            refused=refused,
        )

    def ledgers(self) -> tuple[Window, ...]:
        """Give where it stands with every cap; while storage has named none, with the house's."""
        if self.windows:
            return self.windows
        own = Window(policy=_OWN, cap=_OWN_CAP, live=self.live, abandoned=self.abandoned)
        return (own,)

    def ended(self, end: AttemptEnd) -> None:
        """Count how an attempt ended, in every ledger, until storage has counted it."""
        if end.verdict not in LIVE or end.machine:
            return  # what was taken for a machine counts when its agent has said what it was
        lost = end.verdict in (Verdict.ABANDONED, Verdict.LOST)
        self.live += 1
        self.abandoned += lost
        self.windows = tuple(
            replace(each, live=each.live + 1, abandoned=each.abandoned + lost)
            for each in self.windows
        )

    # Previews that agents skip.

    def skipped(self, agent: AgentId, at: int) -> None:
        """Note that an agent skipped a preview."""
        self._skips.setdefault(agent, deque(maxlen=1000)).append(at)

    def may_skip(self, agent: AgentId, now: int) -> bool:
        """Say whether an agent may skip another one within this hour."""
        skips = self._skips.get(agent)
        while skips and skips[0] <= now - _HOUR_US:
            skips.popleft()
        if not skips:
            self._skips.pop(agent, None)
        return not self.settings.skips or len(skips or ()) < self.settings.skips


def pool_of(settings: CampaignSettings) -> PoolId:
    """Tell whose agents a campaign's calls are for.

    Endpoints outside are a pool of their own, and so are the ports of a campaign without agents.
    """
    if settings.mode is Mode.AGENTLESS:
        return PoolId(_AGENTLESS + settings.campaign)
    if settings.external:
        return PoolId(_OUTSIDE + settings.campaign)
    return settings.pool if settings.pool is not None else PoolId(settings.queue)
