"""What is played in conferences: music for one who waits, announcements, the beep."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tests.emulators.twilio import documents
from tests.emulators.twilio.execution import EndOfCall, Execution
from tests.emulators.twilio.model import BEEP, HOLD_MUSIC, EmulatedCall, Source
from tests.emulators.twilio.twiml import BadDocument, Document
from tests.emulators.twilio.verb_table import CONFERENCE_WAITING
from tests.emulators.twilio.webhooks import WebhookFailed

if TYPE_CHECKING:
    from tests.emulators.twilio.conferences import Conference, Participant
    from tests.emulators.twilio.emulator import TwilioEmulator

BEEP_S = 0.3
_AGAIN_S = 1.0
"""Before a document that was over at once is asked for again."""


async def music(twilio: TwilioEmulator, participant: Participant, source: Source) -> None:
    """Play a source to one participant, over and over, until cancelled."""
    call = participant.call
    if source.url == HOLD_MUSIC:
        with call.party.hearing(("music", HOLD_MUSIC)):
            await asyncio.Event().wait()
    params = {
        "ConferenceSid": participant.conference.sid,
        "FriendlyName": participant.conference.name,
    }
    while True:
        began = twilio.clock.now()
        try:
            await _perform(twilio, call, source, params)
        except documents.ApplicationError:
            return  # it is in `twilio.errors`; the participant waits in silence
        if twilio.clock.now() == began:
            await twilio.clock.sleep(_AGAIN_S)


async def announce(twilio: TwilioEmulator, participant: Participant, source: Source) -> None:
    """Play a source to one participant, once."""
    conference = participant.conference
    document = await _announcement(twilio, conference, source, participant.params())
    if document is not None:
        await _heard(twilio, participant, document)
        params = {**participant.params(), "AnnounceUrl": source.url}
        twilio.conferences.events.tell(conference, "announcement-end", params)


async def announce_all(twilio: TwilioEmulator, conference: Conference, source: Source) -> None:
    """Play a source to everybody, once; who joins later does not hear it."""
    document = await _announcement(twilio, conference, source, {})
    if document is not None:
        members = list(conference.participants.values())
        await asyncio.gather(*(_heard(twilio, member, document) for member in members))
        twilio.conferences.events.tell(conference, "announcement-end", {"AnnounceUrl": source.url})


def beep(twilio: TwilioEmulator, conference: Conference) -> None:
    """Let everybody hear that somebody came or went."""
    for member in conference.participants.values():
        party = member.call.party
        twilio.clock.call_later(BEEP_S, partial(party.end, party.begin(BEEP)))


async def _announcement(
    twilio: TwilioEmulator, conference: Conference, source: Source, more: dict[str, str]
) -> Document | None:
    params = {
        "AccountSid": twilio.account_sid,
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
        **more,
    }
    try:
        reply = await twilio.webhooks.request("webhook", source.url, source.method, params)
        return documents.read(reply, source.method, twilio.warnings, CONFERENCE_WAITING)
    except (WebhookFailed, BadDocument) as failure:
        twilio.errors.append((failure.code, str(failure)))
        told = {**more, "AnnounceUrl": source.url, "ReasonAnnouncementFailed": str(failure)}
        twilio.conferences.events.tell(conference, "announcement-fail", told)
        return None


async def _heard(twilio: TwilioEmulator, participant: Participant, document: Document) -> None:
    """Until it is over, or the participant is out."""
    playing = twilio.spawn(_run(twilio, participant.call, document))
    out = twilio.spawn(participant.gone.wait())
    try:
        await asyncio.wait({playing, out}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        playing.cancel()
        out.cancel()


async def _run(twilio: TwilioEmulator, call: EmulatedCall, document: Document) -> None:
    execution = Execution(twilio, call, CONFERENCE_WAITING)
    following: Document | None = document
    try:
        while following is not None:
            following = await execution.run(following)
    except (EndOfCall, documents.ApplicationError):
        return


async def _perform(
    twilio: TwilioEmulator, call: EmulatedCall, source: Source, params: dict[str, str]
) -> None:
    await Execution(twilio, call, CONFERENCE_WAITING).follow(source, params)
