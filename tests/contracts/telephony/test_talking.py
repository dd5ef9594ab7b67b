"""The contract: who hears whom."""

from __future__ import annotations

from contact_center.core.commands import (
    Announce,
    Answer,
    CreateTalk,
    EndTalk,
    EnterWaiting,
    Hangup,
    Hold,
    Join,
    LeaveTalk,
    Mute,
    PlaySequence,
    Role,
    Unhold,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CommandFailed,
    PlaybackFinished,
    TalkEnded,
    TalkJoined,
    TalkLeft,
    WaitingEntered,
    WaitingLeft,
)
from contact_center.core.ids import (
    CallId,
    LegId,
    PlaybackId,
    TalkId,
    supervisor_leg,
    talk_of,
)
from tests.contracts.telephony.steps import (
    Conversation,
    agents_leg,
    answered_caller,
    conversation,
    ended,
    ring,
)
from tests.contracts.telephony.world import ANA, BEN, MENU, Contract, Party


async def test_both_hear_each_other(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.world.until(lambda: both.caller.hears(both.agent), "the caller hears the agent")
    await contract.world.until(lambda: both.agent.hears(both.caller), "the agent hears the caller")


async def test_each_joins_once_however_often_it_is_asked(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.do(CreateTalk, both.caller_leg, talk=both.talk)
    await contract.do(Join, both.caller_leg, talk=both.talk, role=Role.CUSTOMER)
    await contract.do(Join, both.agent_leg, talk=both.talk, role=Role.AGENT)
    await contract.quiet()
    assert contract.seen(CommandFailed) == []
    assert contract.seen(TalkLeft) == []
    await contract.world.until(lambda: both.caller.hears(both.agent), "they still talk")


async def test_nobody_hears_a_talk_they_are_not_in(contract: Contract) -> None:
    both = await conversation(contract)
    other, _ = await answered_caller_again(contract)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk")
    await contract.quiet(0.5)
    assert not other.hears(both.caller)
    assert not other.hears(both.agent)


async def answered_caller_again(contract: Contract) -> tuple[Party, LegId]:
    party, leg = await contract.caller(ani="15551230002")
    await contract.do(Answer, leg)
    await contract.event(CallAnswered, leg)
    return party, leg


async def test_joining_a_talk_that_is_not_there_fails(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    cmd = await contract.do(Join, leg, talk=TalkId("t-never-made"), role=Role.CUSTOMER)
    assert (await contract.event(CommandFailed, cmd=cmd)).code == "no_such_talk"


async def test_joining_a_leg_that_is_gone_fails(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    talk = talk_of(CallId(leg))
    await contract.do(CreateTalk, leg, talk=talk)
    cmd = await contract.do(Join, agents_leg(leg), talk=talk, role=Role.AGENT)
    assert (await contract.event(CommandFailed, cmd=cmd)).code == "no_such_leg"


async def test_joining_takes_the_caller_out_of_waiting(contract: Contract) -> None:
    contract.world.device(ANA).behave("answer")
    caller, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.event(WaitingEntered, leg)
    await contract.world.until(caller.hears_music, "music")
    agent, talk = agents_leg(leg), talk_of(CallId(leg))
    await ring(contract, agent)
    await contract.event(CallAnswered, agent)
    await contract.do(CreateTalk, leg, talk=talk)
    await contract.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await contract.do(Join, agent, talk=talk, role=Role.AGENT)
    await contract.event(TalkJoined, leg, talk=talk)
    person = await contract.world.device(ANA).party()
    person.start_talking()
    await contract.world.until(lambda: caller.hears(person), "the caller hears the agent")
    await contract.world.until(lambda: not caller.hears_music(), "the music is over", 3)
    assert len(contract.seen(WaitingLeft, leg)) == 1
    await contract.do(LeaveTalk, leg, talk=talk)
    await contract.event(TalkLeft, leg, talk=talk)
    await contract.world.until(caller.hears_nothing, "no music comes back", 3)


async def test_a_held_customer_hears_music_and_the_agent_does_not_hear_them(
    contract: Contract,
) -> None:
    both = await conversation(contract)
    await contract.world.until(lambda: both.agent.hears(both.caller), "they talk")
    await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_music, "the caller hears music")
    await contract.world.until(
        lambda: not both.agent.hears(both.caller), "the agent does not hear the caller"
    )
    await contract.world.until(
        lambda: not both.caller.hears(both.agent), "the caller does not hear the agent"
    )
    assert not both.agent.hears_music()


async def test_a_customer_taken_off_hold_talks_again(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_music, "the caller hears music")
    await contract.do(Unhold, both.caller_leg, talk=both.talk)
    await contract.world.until(lambda: both.caller.hears(both.agent), "the caller hears the agent")
    await contract.world.until(lambda: both.agent.hears(both.caller), "the agent hears the caller")
    await contract.world.until(lambda: not both.caller.hears_music(), "the music is over", 3)


async def test_holding_or_unholding_twice_is_no_failure(contract: Contract) -> None:
    both = await conversation(contract)
    for _ in range(2):
        await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_music, "the caller hears music")
    for _ in range(2):
        await contract.do(Unhold, both.caller_leg, talk=both.talk)
    await contract.world.until(lambda: both.caller.hears(both.agent), "the caller hears the agent")
    assert contract.seen(CommandFailed) == []


async def test_a_held_customer_who_hangs_up_has_ended(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_music, "the caller hears music")
    await both.caller.hang_up()
    await ended(contract, both.caller_leg)


async def test_a_muted_leg_is_not_heard_but_hears(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk")
    await contract.do(Mute, both.agent_leg, on=True)
    await contract.world.until(
        lambda: not both.caller.hears(both.agent), "the caller does not hear the agent"
    )
    await contract.world.until(lambda: both.agent.hears(both.caller), "the agent hears the caller")
    await contract.do(Mute, both.agent_leg, on=False)
    await contract.world.until(lambda: both.caller.hears(both.agent), "the caller hears the agent")


async def test_a_leg_that_joins_muted_is_not_heard(contract: Contract) -> None:
    both = await conversation(contract)
    third = agents_leg(both.caller_leg, 2)
    contract.world.device(BEN).behave("answer")
    await ring(contract, third, f"device:{BEN}")
    await contract.event(CallAnswered, third)
    await contract.do(Join, third, talk=both.talk, role=Role.SUPERVISOR, muted=True)
    await contract.event(TalkJoined, third, talk=both.talk)
    ben = await contract.world.device(BEN).party()
    ben.start_talking()
    await contract.world.until(lambda: ben.hears(both.caller), "the third one hears the caller")
    await contract.quiet(0.5)
    assert not both.caller.hears(ben)
    assert not both.agent.hears(ben)


async def test_a_coach_is_heard_by_the_agent_alone_where_the_provider_can(
    contract: Contract,
) -> None:
    both = await conversation(contract)
    coach = agents_leg(both.caller_leg, 2)
    contract.world.device(BEN).behave("answer")
    await ring(contract, coach, f"device:{BEN}")
    await contract.event(CallAnswered, coach)
    cmd = await contract.do(
        Join, coach, talk=both.talk, role=Role.SUPERVISOR, coach_of=both.agent_leg
    )
    if not contract.world.telephony.capabilities.coach:
        assert (await contract.event(CommandFailed, cmd=cmd)).code == "not_supported"
        return
    ben = await contract.world.device(BEN).party()
    ben.start_talking()
    await contract.world.until(lambda: both.agent.hears(ben), "the agent hears the coach")
    await contract.quiet(0.5)
    assert not both.caller.hears(ben)


async def supervised(contract: Contract) -> tuple[Conversation, Party, LegId]:
    """A conversation, and a third one at a phone who talks all the time and is not in it yet."""
    both = await conversation(contract)
    third = supervisor_leg(CallId(both.caller_leg), 1)
    contract.world.device(BEN).behave("answer")
    await ring(contract, third, f"device:{BEN}")
    await contract.event(CallAnswered, third)
    ben = await contract.world.device(BEN).party()
    ben.start_talking()
    return both, ben, third


async def hear(
    contract: Contract, both: Conversation, ben: Party, *, agent: bool, caller: bool
) -> None:
    """The third one hears both, and is heard by these."""
    until = contract.world.until
    await until(lambda: ben.hears(both.caller), "the supervisor hears the caller")
    await until(lambda: ben.hears(both.agent), "the supervisor hears the agent")
    await until(lambda: both.agent.hears(ben) is agent, f"heard by the agent: {agent}")
    await until(lambda: both.caller.hears(ben) is caller, f"heard by the caller: {caller}")
    await contract.quiet(0.5)
    await until(lambda: both.agent.hears(ben) is agent, f"still heard by the agent: {agent}")
    await until(lambda: both.caller.hears(ben) is caller, f"still heard by the caller: {caller}")
    await until(lambda: both.caller.hears(both.agent), "the caller hears the agent")


async def test_a_supervisor_listens_whispers_and_barges_in_any_order(contract: Contract) -> None:
    both, ben, leg = await supervised(contract)
    role = {"talk": both.talk, "role": Role.SUPERVISOR}
    ear = {**role, "coach_of": both.agent_leg}
    await contract.do(Join, leg, muted=True, **ear)
    await contract.event(TalkJoined, leg, talk=both.talk)
    await hear(contract, both, ben, agent=False, caller=False)
    await contract.do(Join, leg, **ear)
    await hear(contract, both, ben, agent=True, caller=False)
    await contract.do(Join, leg, muted=True, **ear)
    await hear(contract, both, ben, agent=False, caller=False)
    await contract.do(Join, leg, **role)
    await hear(contract, both, ben, agent=True, caller=True)
    await contract.do(Join, leg, muted=True, **ear)
    await hear(contract, both, ben, agent=False, caller=False)
    await contract.do(Join, leg, **ear)
    await hear(contract, both, ben, agent=True, caller=False)
    await contract.do(Hangup, leg)
    await ended(contract, leg)
    await contract.world.until(lambda: not both.agent.hears(ben), "the supervisor is gone")
    await contract.world.until(lambda: both.caller.hears(both.agent), "they still talk")
    assert contract.seen(CommandFailed) == []


async def test_a_listener_hears_what_the_agent_hears_when_the_caller_is_on_hold(
    contract: Contract,
) -> None:
    both, ben, leg = await supervised(contract)
    role = {"talk": both.talk, "role": Role.SUPERVISOR}
    await contract.do(Join, leg, muted=True, coach_of=both.agent_leg, **role)
    await contract.event(TalkJoined, leg, talk=both.talk)
    await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.world.until(lambda: not ben.hears(both.caller), "not the caller")
    await contract.world.until(lambda: ben.hears(both.agent), "but the agent")
    await contract.world.until(lambda: not ben.hears_music(), "and no music")


async def test_three_in_a_talk_hear_each_other_and_each_may_be_on_hold(
    contract: Contract,
) -> None:
    both, ben, leg = await supervised(contract)
    until = contract.world.until
    await contract.do(Hold, both.caller_leg, talk=both.talk)
    await contract.do(Join, leg, talk=both.talk, role=Role.CONSULT)
    await until(lambda: ben.hears(both.agent) and both.agent.hears(ben), "the two talk")
    await until(both.caller.hears_music, "the caller hears music")
    assert not both.caller.hears(ben)
    await contract.do(Hold, leg, talk=both.talk)
    await contract.do(Unhold, both.caller_leg, talk=both.talk)
    await until(lambda: both.caller.hears(both.agent), "agent and caller talk")
    await until(ben.hears_music, "the third one hears music")
    assert not both.caller.hears(ben)
    await contract.do(Unhold, leg, talk=both.talk, role=Role.CONSULT)
    await until(lambda: both.caller.hears(ben) and ben.hears(both.caller), "all three talk")
    await until(lambda: both.agent.hears(ben) and both.agent.hears(both.caller), "all three")
    await contract.do(Hangup, both.agent_leg)
    await ended(contract, both.agent_leg)
    await until(lambda: both.caller.hears(ben) and ben.hears(both.caller), "the two go on")
    assert contract.seen(CommandFailed) == []


async def test_a_prompt_to_the_agent_alone_is_not_heard_by_a_waiting_caller(
    contract: Contract,
) -> None:
    contract.world.device(ANA).behave("answer")
    caller, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.world.until(caller.hears_music, "music")
    agent = agents_leg(leg)
    await ring(contract, agent)
    await contract.event(CallAnswered, agent)
    playback = PlaybackId("p-1")
    await contract.do(PlaySequence, agent, playback=playback, items=(MENU,))
    await contract.event(PlaybackFinished, agent, playback=playback)
    person = await contract.world.device(ANA).party()
    await contract.world.until(lambda: person.has_heard(MENU), "the agent has heard it")
    assert not caller.has_heard(MENU)
    await contract.world.until(caller.hears_music, "there is still music")


async def test_a_leg_that_leaves_the_talk_is_up_and_hears_silence(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk")
    await contract.do(LeaveTalk, both.caller_leg, talk=both.talk)
    await contract.event(TalkLeft, both.caller_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_nothing, "the caller hears silence")
    await contract.world.until(lambda: not both.agent.hears(both.caller), "nor does the agent")
    await contract.do(LeaveTalk, both.caller_leg, talk=both.talk)
    await contract.quiet(0.5)
    assert contract.seen(CallEnded) == []
    assert contract.seen(CommandFailed) == []


async def test_ending_the_talk_leaves_its_legs_up(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.do(EndTalk, both.caller_leg, talk=both.talk)
    await contract.event(TalkEnded, talk=both.talk)
    await contract.event(TalkLeft, both.caller_leg, talk=both.talk)
    await contract.event(TalkLeft, both.agent_leg, talk=both.talk)
    await contract.world.until(both.caller.hears_nothing, "the caller hears silence")
    await contract.do(EndTalk, both.caller_leg, talk=both.talk)
    await contract.quiet(0.5)
    assert contract.seen(CallEnded) == []
    assert contract.seen(CommandFailed) == []
    assert len(contract.seen(TalkEnded)) == 1


async def test_when_one_hangs_up_the_other_stays(contract: Contract) -> None:
    both = await conversation(contract)
    await both.caller.hang_up()
    await contract.event(TalkLeft, both.caller_leg, talk=both.talk)
    await ended(contract, both.caller_leg)
    await contract.quiet(0.5)
    assert contract.seen(CallEnded, both.agent_leg) == []
    await contract.do(Hangup, both.agent_leg)
    await ended(contract, both.agent_leg)


async def test_an_announcement_to_the_talk_is_heard_by_everybody_in_it(
    contract: Contract,
) -> None:
    both = await conversation(contract)
    both.caller.stop_talking()
    both.agent.stop_talking()
    playback = PlaybackId("p-1")
    await contract.do(Announce, both.caller_leg, talk=both.talk, playback=playback, items=(MENU,))
    await contract.event(PlaybackFinished, playback=playback)
    for person in (both.caller, both.agent):
        await contract.world.until(lambda p=person: p.has_heard(MENU), "the announcement is heard")


async def test_after_the_talk_the_caller_can_wait_and_talk_again(contract: Contract) -> None:
    both = await conversation(contract)
    await contract.do(Hangup, both.agent_leg)
    await contract.do(EndTalk, both.caller_leg, talk=both.talk)
    await ended(contract, both.agent_leg)
    await contract.do(EnterWaiting, both.caller_leg, queue="sales")
    await contract.world.until(both.caller.hears_music, "music")
    contract.world.device(BEN).behave("answer")
    second = agents_leg(both.caller_leg, 2)
    await ring(contract, second, f"device:{BEN}")
    await contract.event(CallAnswered, second)
    await contract.do(CreateTalk, both.caller_leg, talk=both.talk)
    await contract.do(Join, both.caller_leg, talk=both.talk, role=Role.CUSTOMER)
    await contract.do(Join, second, talk=both.talk, role=Role.AGENT)
    ben = await contract.world.device(BEN).party()
    ben.start_talking()
    await contract.world.until(lambda: both.caller.hears(ben), "the caller hears the second agent")
