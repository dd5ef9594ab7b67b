"""The port on an emulated service that speaks Twilio's dialect in its own manner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from contact_center.core.commands import EndCause, Hangup, Hold, LeaveTalk, Unhold
from contact_center.core.events import CallEnded, CommandFailed, ProviderResynced, TalkLeft
from contact_center.core.ids import CallId, talk_of
from tests.adapters.twilio.lines import CALLER, NUMBER, Lines
from tests.adapters.twilio.test_telephony_talks import hears, talking
from tests.emulators.twilio.manners import SIGNALWIRE


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines(manner=SIGNALWIRE) as lines:
        yield lines


async def test_a_call_on_signalwire_goes_from_the_caller_to_an_agent_and_to_its_end(
    lines: Lines,
) -> None:
    """Signed in another header with a key of its own, under another root, and without numbers."""
    caller, leg, ana, agent = await talking(lines)
    talk = talk_of(CallId(leg))
    await lines.do(Hold, leg, talk=talk)
    await lines.until(lambda: lines.music() in caller.hears_now, "music")
    await lines.do(Unhold, leg, talk=talk)
    await lines.until(lambda: hears(caller, ana) and hears(ana, caller), "together")
    await lines.do(LeaveTalk, agent, talk=talk)
    await lines.event(TalkLeft, agent, talk=talk)
    await lines.do(Hangup, agent)
    await lines.event(CallEnded, agent)
    caller.hang_up()
    ended = await lines.event(CallEnded, leg)
    assert ended.cause is EndCause.NORMAL
    assert lines.seen(CommandFailed) == []
    told = [entry for entry in lines.twilio.log.entries if entry.kind in ("webhook", "callback")]
    assert told
    assert {header for entry in told for header in entry.headers if "Signature" in header} == {
        "X-SignalWire-Signature"
    }
    assert not any("SequenceNumber" in entry.params for entry in told)
    assert all(count == 0 for count in lines.telephony.webhooks.counts.refused.values())


async def test_what_is_live_on_signalwire_is_known_again_to_the_next_process(lines: Lines) -> None:
    caller, leg, ana, _ = await talking(lines)
    await lines.telephony.stop()
    lines.telephony = lines.make()
    await lines.start()
    resynced = lines.seen(ProviderResynced)[-1]
    assert leg in {live.leg for live in resynced.legs}
    assert hears(caller, ana)
    caller.hang_up()
    await lines.event(CallEnded, leg)


async def test_who_signs_with_twilios_header_is_not_believed_to_be_signalwire(
    lines: Lines,
) -> None:
    lines.twilio.manner = replace(SIGNALWIRE, signature="X-Twilio-Signature")
    caller = await lines.twilio.dial(CALLER, NUMBER)
    await lines.until(lambda: caller.over, "nobody takes the call")
    refused = lines.telephony.webhooks.counts.refused
    assert refused["no_signature"] >= 1
    assert lines.telephony.webhooks.counts.answers["voice", "refused"] >= 1
