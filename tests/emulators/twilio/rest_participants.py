"""Those who are in a conference, in the API."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from tests.emulators.twilio.conferences import MUSIC, Conference, Participant
from tests.emulators.twilio.model import CallStatus, Source, TwilioError
from tests.emulators.twilio.rest import Reply, Request, route
from tests.emulators.twilio.rest_calls import place
from tests.emulators.twilio.rest_conferences import announcement, known

_STATUS = {
    CallStatus.QUEUED: "queued",
    CallStatus.INITIATED: "connecting",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "connected",
    CallStatus.COMPLETED: "complete",
}
_ATTRIBUTES = {
    "Label": "participantLabel",
    "Muted": "muted",
    "Beep": "beep",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "MaxParticipants": "maxParticipants",
    "ConferenceRecord": "record",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
    "ConferenceStatusCallbackEvent": "statusCallbackEvent",
    "ConferenceRecordingStatusCallback": "recordingStatusCallback",
    "ConferenceRecordingStatusCallbackMethod": "recordingStatusCallbackMethod",
    "CallSidToCoach": "coach",
}
"""How a new participant's parameters are called in ``<Conference>``."""


@route("GET", "Conferences/*/Participants.json")
async def list_participants(request: Request) -> Reply:
    """Who is in now; nobody when the conference is over."""
    found = [
        p
        for p in known(request).participants.values()
        if _fits(request, "Muted", p.muted)
        and _fits(request, "Hold", p.hold)
        and _fits(request, "Coaching", p.coaching)
    ]
    return request.page("participants", ((p.call.sid, request.say.participant(p)) for p in found))


@route("POST", "Conferences/*/Participants.json")
async def create_participant(request: Request) -> Reply:
    """Dial somebody into a conference, named by its sid or its name."""
    conferences = request.twilio.conferences
    name = request.ids[0]
    conference = conferences.all.get(name) or conferences.named(name)
    if conference is None and name.startswith("CF"):
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    conference = conference or conferences.create(name)
    call = place(request, source=Source(twiml=_document(request, conference)))
    now = request.twilio.clock.now()
    expected = Participant(
        conference=conference,
        call=call,
        label=request.get("Label"),
        muted=request.flag("Muted"),
        coach=request.get("CallSidToCoach"),
        coaching=request.has("CallSidToCoach"),
        start_on_enter=request.flag("StartConferenceOnEnter", True),
        end_on_exit=request.flag("EndConferenceOnExit"),
        beep_on_exit=False,
        wait=MUSIC,
        joined=now,
        updated=now,
    )
    status = _STATUS.get(call.status, "failed")
    return Reply(
        status=201, body=request.say.participant(expected, status, queue_ms=call.queue_time_ms)
    )


def _document(request: Request, conference: Conference) -> str:
    given = {
        attribute: " ".join(request.form[parameter])
        for parameter, attribute in _ATTRIBUTES.items()
        if request.has(parameter)
    }
    words = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    return (
        f"<Response><Dial><Conference {words}>{escape(conference.name)}</Conference></Dial>"
        "</Response>"
    )


@route("GET", "Conferences/*/Participants/*.json")
async def fetch_participant(request: Request) -> Reply:
    """One who is in now, by the call's sid or the label."""
    return Reply(body=request.say.participant(_participant(request)))


@route("POST", "Conferences/*/Participants/*.json")
async def update_participant(request: Request) -> Reply:
    """Mute, hold, coach, announce."""
    participant = _participant(request)
    conferences = request.twilio.conferences
    if request.flag("Coaching") and not (request.get("CallSidToCoach") or participant.coach):
        raise TwilioError(400, 13220, "CallSidToCoach is required to coach")
    if request.has("Muted"):
        conferences.mute(participant, request.flag("Muted"))
    if request.has("Hold"):
        conferences.hold(participant, request.flag("Hold"), _hold_source(request))
    if (
        request.has("EndConferenceOnExit")
        or request.has("Coaching")
        or request.has("CallSidToCoach")
    ):
        conferences.modify(
            participant,
            end_on_exit=request.flag("EndConferenceOnExit")
            if request.has("EndConferenceOnExit")
            else None,
            coach=_coach(request, participant),
        )
    if request.has("BeepOnExit"):
        participant.beep_on_exit = request.flag("BeepOnExit")
    if request.get("AnnounceUrl"):
        conferences.announce_to(participant, announcement(request))
    return Reply(body=request.say.participant(participant))


def _hold_source(request: Request) -> Source:
    if not request.get("HoldUrl"):
        return MUSIC
    return Source(url=request.get("HoldUrl"), method=request.get("HoldMethod") or "GET")


def _coach(request: Request, participant: Participant) -> str | None:
    if request.has("Coaching") and not request.flag("Coaching"):
        return ""
    if request.has("CallSidToCoach"):
        return request.get("CallSidToCoach")
    return participant.coach if request.flag("Coaching") else None


@route("DELETE", "Conferences/*/Participants/*.json")
async def delete_participant(request: Request) -> Reply:
    """Put somebody out of the conference; the call goes on with what follows."""
    request.twilio.conferences.kick(_participant(request))
    return Reply(status=204)


def _participant(request: Request) -> Participant:
    wanted = request.ids[1]
    for participant in known(request).participants.values():
        if wanted in {participant.call.sid, participant.label}:
            return participant
    raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")


def _fits(request: Request, name: str, value: bool) -> bool:
    wanted = request.filter(name).lower()
    return not wanted or (wanted == "true") == value
