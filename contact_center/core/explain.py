"""Why: for a waiting caller why not yet, for an agent why no caller, for an offer why these two."""

from contact_center.core.center import Center
from contact_center.core.explain_agent import explain_agent
from contact_center.core.explain_call import explain_call
from contact_center.core.explain_words import words
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.outcomes import Decided, Why
from contact_center.core.reasons import Explanation, Reason, Value
from contact_center.core.strategies import STRATEGIES

__all__ = [
    "Explanation",
    "Reason",
    "explain_agent",
    "explain_call",
    "explain_offer",
    "reservation_of",
    "words",
]


def reservation_of(center: Center, name: CallId) -> ReservationId | None:
    """Name the offer by which an agent has a call, or is rung for it; None for nobody."""
    call = center.calls.calls.get(name)
    return call.reservation if call is not None else None


def explain_offer(center: Center, name: ReservationId, now: int) -> Explanation | None:
    """Say why this agent was chosen for this caller; None unless the two are still together."""
    made = center.router.reservations.get(name)
    if made is None:
        return None
    return offer_told(name, made.call, made.agent, made.queue, made.why, state=made.state.value)


def offer_told(
    name: ReservationId,
    call: CallId,
    agent: AgentId,
    queue: QueueId,
    why: Why,
    *,
    state: str,
) -> Explanation:
    """Explain an offer, present or past, by what was noted when it was made."""
    values: dict[str, Value] = {
        "call": call,
        "agent": agent,
        "queue": queue,
        "decided": why.decided.value,
        "strategy": why.strategy,
        "agents": why.agents,
        "callers": why.callers,
        "tier": why.tier,
        "rank": why.rank,
    }
    if why.named:
        code = "asked_for"
    elif why.decided is Decided.AGENT_FREE:
        # Whoever rings along was chosen by the queue's strategy, others by the discipline.
        code = "joined_the_ring" if why.strategy in STRATEGIES else "first_caller"
    else:
        code = "only_agent" if why.agents == 1 else "first_agent"
    reasons = [Reason(code, values)]
    if why.tier > 1:
        reasons.append(Reason("later_tier", {"tier": why.tier}))
    return Explanation(about="offer", name=name, state=state, reasons=tuple(reasons), values=values)
