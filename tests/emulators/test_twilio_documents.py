"""Documents for every verb: each is read without a warning and runs to its end without an error."""

from __future__ import annotations

import re

import pytest

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.test_twilio_playing import sound
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.execution import EXECUTORS
from tests.emulators.twilio.verb_table import RULES

DOCUMENTS = {
    "say": "<Say voice='alice' language='en-GB' loop='2'>Hello <emphasis>you</emphasis></Say>",
    "play": "<Play loop='2'>/tone.wav</Play>",
    "play keys": "<Play digits='ww12*#'/>",
    "pause": "<Say>a</Say><Pause length='3'/>",
    "gather": "<Gather input='dtmf' numDigits='1' timeout='2' action='/next'><Say>a</Say>"
    "<Pause/><Play>/tone.wav</Play></Gather><Say>nothing</Say>",
    "gather speech": "<Gather input='dtmf speech' hints='yes, no' speechTimeout='auto'"
    " language='en-US' actionOnEmptyResult='true' action='/next' method='GET' timeout='2'/>",
    "record": "<Record action='/next' maxLength='5' finishOnKey='#' playBeep='false' timeout='2'/>",
    "redirect": "<Redirect method='GET'>/next</Redirect>",
    "hangup": "<Hangup/><Say>never</Say>",
    "reject": "<Reject reason='busy'/>",
    "enqueue": "<Enqueue action='/next' waitUrl='/wait' waitUrlMethod='GET'>support</Enqueue>",
    "leave": "<Leave/>",
    "dial a number": f"<Dial timeout='10' callerId='{NUMBER}' action='/next'>{CALLEE}</Dial>",
    "dial several": f"<Dial hangupOnStar='true' timeLimit='5'><Number url='/whisper'>{CALLEE}"
    "</Number><Client><Identity>ana</Identity><Parameter name='a' value='b'/></Client>"
    "<Sip>sip:ben@pbx.example.com</Sip></Dial>",
    "dial a queue": "<Dial timeout='3'><Queue url='/whisper'>support</Queue></Dial>",
    "dial a conference": "<Dial timeLimit='5'><Conference startConferenceOnEnter='true'"
    " endConferenceOnExit='false' beep='false' waitUrl='/wait' statusCallback='/told'"
    " statusCallbackEvent='start end join leave mute hold'>talk</Conference></Dial>",
    "refer": "<Refer action='/next'><Sip>sip:ana@pbx.example.com</Sip></Refer>",
    "pay": "<Pay action='/next' chargeAmount='10.00' paymentConnector='x'><Prompt for='payment-"
    "card-number'><Say>Your card, please</Say></Prompt><Parameter name='a' value='b'/></Pay>",
    "start and stop a recording": "<Start><Recording name='r' recordingStatusCallback='/told'/>"
    "</Start><Say>a</Say><Stop><Recording name='r'/></Stop>",
    "echo": "<Echo/>",
}
ELSEWHERE = {"Stream", "Connect", "Task"}
"""Streams have tests of their own; tasks are not for anybody here."""


def names(document: str) -> set[str]:
    return set(re.findall(r"<([A-Z]\w*)", document))


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_document_runs_to_its_end(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, name: str
) -> None:
    site.documents(
        voice=DOCUMENTS[name],
        next="<Say>next</Say>",
        wait="<Say>You wait</Say><Pause length='5'/><Leave/>"
        if name == "enqueue"
        else "<Say>You wait</Say><Pause length='5'/>",
        whisper="<Say>a call for you</Say>",
        told="",
        status="",
    )
    site.pages["/tone.wav"] = sound(1)
    twilio.callee(CALLEE, "answer after 1 s; hang up at 3 s")
    for address in ("client:ana", "sip:ben@pbx.example.com"):
        twilio.callee(address, "answer after 2 s; hang up at 3 s")
    script = "press 1 at 0.5 s; talk at 1 s; fall silent at 2 s; hang up at 90 s"
    party = await twilio.dial(CALLER, NUMBER, script=script)
    await clock.advance(100)
    assert party.over
    assert twilio.warnings == []
    assert twilio.errors == []
    used = names(DOCUMENTS[name]) - ELSEWHERE
    ran = {entry.params["name"] for entry in twilio.log.of("verb", party.call)}
    top = {verb for verb in used if verb in RULES["Response"].children}
    assert ran & top


def test_every_verb_has_a_document_and_somebody_who_does_it() -> None:
    verbs = RULES["Response"].children
    assert verbs <= EXECUTORS.keys()
    written = set().union(*(names(document) for document in DOCUMENTS.values()))
    assert RULES.keys() - {"Response", "ReferSip"} - ELSEWHERE <= written
