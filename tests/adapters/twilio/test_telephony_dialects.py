"""The port on an emulated service that speaks Twilio's dialect in its own manner."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from contact_center.core.commands import (
    EndCause,
    Hangup,
    Hold,
    Join,
    LeaveTalk,
    Originate,
    RecordingScope,
    Role,
    StartRecording,
    Unhold,
)
from contact_center.core.events import (
    CallEnded,
    CallOffered,
    CommandFailed,
    KeyPressed,
    ProviderResynced,
    RecordingFinished,
    RecordingStarted,
    TalkJoined,
    TalkLeft,
)
from contact_center.core.ids import CallId, RecordingId, talk_of
from tests.adapters.twilio.lines import CALLER, NUMBER, Lines
from tests.adapters.twilio.test_telephony_talks import agents_leg, hears, reached, talking
from tests.emulators.twilio import texml
from tests.emulators.twilio.emulator import ACCOUNT_SID
from tests.emulators.twilio.manners import SIGNALWIRE, TELNYX


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines(manner=SIGNALWIRE) as lines:
        yield lines


@pytest_asyncio.fixture
async def telnyx() -> AsyncIterator[Lines]:
    async with Lines(manner=TELNYX) as lines:
        yield lines


async def refused(lines: Lines, why: str) -> None:
    """A caller whom nobody takes, for that reason."""
    caller = await lines.twilio.dial(CALLER, NUMBER)
    await lines.until(lambda: caller.over, "nobody takes the call")
    counts = lines.telephony.webhooks.counts
    assert counts.refused[why] >= 1
    assert sum(counts.refused.values()) == counts.refused[why]
    assert lines.seen(CallOffered) == []


@pytest.mark.parametrize(
    ("signature", "why"), [("missing", "no_signature"), ("wrong", "signature"), ("late", "time")]
)
async def test_who_is_not_telnyx_or_says_what_it_said_an_hour_ago_is_refused(
    telnyx: Lines, signature: str, why: str
) -> None:
    telnyx.twilio.faults.signature = signature
    await refused(telnyx, why)


async def test_what_telnyx_signed_is_not_believed_at_another_of_our_addresses(
    telnyx: Lines,
) -> None:
    """It signs no address: each of ours has a seal."""
    _, leg, _, _ = await talking(telnyx)
    entries = telnyx.twilio.log.entries
    steps = [one for one in entries if "/twilio/step?" in one.url and one.status == 200]
    address = steps[-1].url
    assert "&seal=" in address
    body = urlencode(
        {"CallSid": leg.replace(".", ":", 1), "AccountSid": ACCOUNT_SID, "Digits": "9"}
    )
    headers = texml.signatures(body.encode(), telnyx.twilio.clock.now())
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    other = address.replace("epoch=", "epoch=9")
    async with aiohttp.ClientSession() as session:
        for url in (other, address.partition("&seal=")[0], other.replace("/step", "/talk")):
            async with session.post(url, data=body, headers=headers) as reply:
                assert reply.status == 403
    assert telnyx.telephony.webhooks.counts.refused["seal"] == 3
    assert telnyx.seen(KeyPressed) == []


async def test_a_call_on_telnyx_goes_from_the_caller_to_an_agent_a_coach_and_to_its_end(
    telnyx: Lines,
) -> None:
    caller, leg, ana, agent = await talking(telnyx)
    assert leg.startswith("v3.")
    talk = talk_of(CallId(leg))
    await telnyx.do(Hold, leg, talk=talk)
    await telnyx.until(lambda: telnyx.music() in caller.hears_now, "music")
    await telnyx.do(Unhold, leg, talk=talk)
    await telnyx.until(lambda: hears(caller, ana) and hears(ana, caller), "together")
    third = agents_leg(leg, 2)
    ben = await reached(telnyx, third, "device:ben", telnyx.ben)
    await telnyx.do(Join, third, talk=talk, role=Role.SUPERVISOR, coach_of=agent)
    await telnyx.event(TalkJoined, third, talk=talk)
    ben.start_talking()
    await telnyx.until(lambda: hears(ana, ben), "the coach is heard by whom they coach")
    assert not hears(caller, ben)
    await telnyx.do(Hangup, third)
    caller.hang_up()
    assert (await telnyx.event(CallEnded, leg)).cause is EndCause.NORMAL
    assert telnyx.seen(CommandFailed) == []
    entries = telnyx.twilio.log.entries
    told = [entry for entry in entries if entry.kind in ("webhook", "callback")]
    assert {name for entry in told for name in entry.headers if "signature" in name.lower()} == {
        "telnyx-signature-ed25519"
    }
    made = [entry for entry in entries if entry.kind == "rest" and entry.url.endswith("/Calls")]
    assert {json.loads(entry.body).get("sid") for entry in made if entry.method == "POST"} == {None}
    assert sum(telnyx.telephony.webhooks.counts.refused.values()) == 0


async def test_a_call_that_telnyx_made_and_does_not_name_is_found_and_can_be_ended(
    telnyx: Lines,
) -> None:
    """Its answer says no id, and here no callback comes either."""
    telnyx.twilio.faults.drop = {"initiated", "ringing"}
    _, leg = await telnyx.caller()
    agent = agents_leg(leg)
    await telnyx.do(Originate, agent, to="device:ana", auto_answer=True)
    await telnyx.until(lambda: telnyx.twilio.calls_to(telnyx.ana), "it rings")
    assert telnyx.twilio.calls_to(telnyx.ana)[0].to.endswith("?X-Auto-Answer=true")
    await telnyx.do(Hangup, agent)
    await telnyx.event(CallEnded, agent)
    assert len(telnyx.twilio.calls_to(telnyx.ana)) == 1
    assert telnyx.twilio.calls_to(telnyx.ana)[0].ended


async def test_what_is_live_on_telnyx_is_known_again_to_the_next_process(telnyx: Lines) -> None:
    caller, leg, ana, _ = await talking(telnyx)
    await telnyx.telephony.stop()
    telnyx.telephony = telnyx.make()
    await telnyx.start()
    resynced = telnyx.seen(ProviderResynced)[-1]
    assert leg in {live.leg for live in resynced.legs}
    assert hears(caller, ana)
    caller.hang_up()
    await telnyx.event(CallEnded, leg)


async def test_a_recording_on_telnyx_is_fetched_from_where_it_says(telnyx: Lines) -> None:
    caller, leg, _, _ = await talking(telnyx)
    recording = RecordingId("r-1")
    await telnyx.do(
        StartRecording,
        leg,
        recording=recording,
        scope=RecordingScope.TALK,
        talk=talk_of(CallId(leg)),
    )
    await telnyx.event(RecordingStarted, leg)
    begun = telnyx.twilio.clock.now()
    await telnyx.until(lambda: telnyx.twilio.clock.now() > begun + 0.3, "something is recorded")
    caller.hang_up()
    finished = await telnyx.event(RecordingFinished, leg)
    assert (await telnyx.telephony.download(finished.url)).startswith(b"RIFF")


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
