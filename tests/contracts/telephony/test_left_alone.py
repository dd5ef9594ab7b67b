"""The contract: a caller whose agent has left hears the voice again, and nothing of the talk."""

from __future__ import annotations

from contact_center.core.commands import EndTalk, Hangup, Hold, PlaySequence, Silence
from contact_center.core.events import CallEnded, CommandFailed, KeyPressed, PlaybackFinished
from contact_center.core.ids import PlaybackId
from tests.contracts.telephony.steps import Conversation, conversation, ended
from tests.contracts.telephony.world import HELLO, Contract


async def goes_on(contract: Contract, both: Conversation) -> None:
    """The prompt is heard whole, keys arrive, and then there is silence."""
    await contract.world.until(lambda: both.caller.has_heard(HELLO), "the prompt, whole", 20)
    await contract.event(PlaybackFinished, both.caller_leg)
    await both.caller.press("2")
    await contract.event(KeyPressed, both.caller_leg, key="2")
    await contract.world.until(both.caller.hears_nothing, "silence afterwards", 5)
    assert contract.seen(CommandFailed) == []
    assert contract.seen(CallEnded, both.caller_leg) == []


def hello(leg: str) -> dict[str, object]:
    return {"playback": PlaybackId(f"p-{leg}-1"), "items": (HELLO,)}


async def test_a_caller_whose_agent_hung_up_is_spoken_to(contract: Contract) -> None:
    both = await conversation(contract)
    leg = both.caller_leg
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk")
    await both.agent.hang_up()
    await ended(contract, both.agent_leg)
    both.caller.stop_talking()
    await contract.do(EndTalk, leg, talk=both.talk)
    await contract.do(PlaySequence, leg, **hello(leg))
    await goes_on(contract, both)


async def test_a_caller_whose_agent_is_hung_up_by_us_is_spoken_to(contract: Contract) -> None:
    both = await conversation(contract)
    leg = both.caller_leg
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk")
    both.caller.stop_talking()
    await contract.do(Hangup, both.agent_leg)
    await contract.do(EndTalk, leg, talk=both.talk)
    await contract.do(PlaySequence, leg, **hello(leg))
    await ended(contract, both.agent_leg)
    await goes_on(contract, both)


async def test_a_caller_whose_agent_left_them_on_hold_is_spoken_to(contract: Contract) -> None:
    both = await conversation(contract)
    leg = both.caller_leg
    both.caller.stop_talking()
    await contract.do(Hold, leg, talk=both.talk)
    await contract.world.until(both.caller.hears_music, "music")
    await both.agent.hang_up()
    await ended(contract, both.agent_leg)
    await contract.do(EndTalk, leg, talk=both.talk)
    await contract.do(Silence, leg)
    await contract.do(PlaySequence, leg, **hello(leg))
    await goes_on(contract, both)
