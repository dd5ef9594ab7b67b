"""Recordings in the API, and their media."""

from __future__ import annotations

from typing import Any

from tests.emulators.twilio.model import TwilioError
from tests.emulators.twilio.recordings import Recording
from tests.emulators.twilio.rest import Reply, Request, route
from tests.emulators.twilio.rest_calls import callback, known
from tests.emulators.twilio.rest_conferences import known as known_conference

CURRENT = "Twilio.CURRENT"


@route("POST", "Calls/*/Recordings.json")
async def start_recording(request: Request) -> Reply:
    """Begin to record a live call."""
    call = known(request, request.ids[0])
    if not call.live:
        raise TwilioError(400, 21220, f"Call {call.sid} is not in-progress. Cannot record.")
    recording = request.twilio.recordings.start(
        call,
        source="StartCallRecordingAPI",
        channels=2 if request.get("RecordingChannels") == "dual" else 1,
        callback=callback(request, "RecordingStatusCallback", frozenset({"completed"})),
    )
    return Reply(status=201, body=request.say.call_recording(recording))


@route("GET", "Calls/*/Recordings.json")
async def list_call_recordings(request: Request) -> Reply:
    """A call's recordings, the latest first."""
    found = request.twilio.recordings.of_call(known(request, request.ids[0]))
    say = request.say.call_recording
    return request.page("recordings", ((r.sid, say(r)) for r in reversed(found)))


@route("GET", "Calls/*/Recordings/*.json")
async def fetch_call_recording(request: Request) -> Reply:
    """One recording of a call."""
    return Reply(body=request.say.call_recording(_of_call(request)))


@route("POST", "Calls/*/Recordings/*.json")
async def update_call_recording(request: Request) -> Reply:
    """Pause, resume or stop."""
    recording = _of_call(request)
    _update(request, recording)
    return Reply(body=request.say.call_recording(recording))


@route("DELETE", "Calls/*/Recordings/*.json")
async def delete_call_recording(request: Request) -> Reply:
    """Take one away."""
    return _deleted(request, _of_call(request))


@route("GET", "Conferences/*/Recordings.json")
async def list_conference_recordings(request: Request) -> Reply:
    """A conference's recordings, the latest first."""
    found = request.twilio.recordings.of_conference(known_conference(request))
    say = request.say.conference_recording
    return request.page("recordings", ((r.sid, say(r)) for r in reversed(found)))


@route("GET", "Conferences/*/Recordings/*.json")
async def fetch_conference_recording(request: Request) -> Reply:
    """One recording of a conference."""
    return Reply(body=request.say.conference_recording(_of_conference(request)))


@route("POST", "Conferences/*/Recordings/*.json")
async def update_conference_recording(request: Request) -> Reply:
    """Pause, resume or stop."""
    recording = _of_conference(request)
    _update(request, recording)
    return Reply(body=request.say.conference_recording(recording))


@route("GET", "Recordings.json")
async def list_recordings(request: Request) -> Reply:
    """All recordings, the latest first."""
    call, conference = request.filter("CallSid"), request.filter("ConferenceSid")
    found: list[tuple[str, dict[str, Any]]] = []
    for recording in reversed(request.twilio.recordings.all.values()):
        body = request.say.recording(recording)
        if call in {"", body["call_sid"]} and conference in {"", body["conference_sid"]}:
            found.append((recording.sid, body))
    return request.page("recordings", found)


@route("GET", "Recordings/*.json")
async def fetch_recording(request: Request) -> Reply:
    """One recording."""
    return Reply(body=request.say.recording(_recording(request)))


@route("DELETE", "Recordings/*.json")
async def delete_recording(request: Request) -> Reply:
    """Take one away, with its media."""
    return _deleted(request, _recording(request))


@route("GET", "Recordings/*.wav")
async def fetch_media(request: Request) -> Reply:
    """The sound."""
    return _media(request)


@route("GET", "Recordings/*")
async def fetch_default_media(request: Request) -> Reply:
    """The sound, in the default format."""
    return _media(request)


def _media(request: Request) -> Reply:
    recording = _recording(request)
    if recording.status != "completed":
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    return Reply(media=recording.wav())


def _recording(request: Request) -> Recording:
    found = request.twilio.recordings.all.get(request.ids[0])
    if found is None:
        raise _unknown(request)
    return found


def _of_call(request: Request) -> Recording:
    recordings = request.twilio.recordings.of_call(known(request, request.ids[0]))
    return _chosen(request, recordings)


def _of_conference(request: Request) -> Recording:
    recordings = request.twilio.recordings.of_conference(known_conference(request))
    return _chosen(request, recordings)


def _chosen(request: Request, recordings: list[Recording]) -> Recording:
    wanted = request.ids[1]
    for recording in reversed(recordings):
        if wanted == recording.sid or (wanted == CURRENT and recording.live):
            return recording
    raise _unknown(request)


def _update(request: Request, recording: Recording) -> None:
    request.twilio.recordings.update(
        recording, request.get("Status"), request.get("PauseBehavior") or "silence"
    )


def _deleted(request: Request, recording: Recording) -> Reply:
    if recording.live:
        raise TwilioError(400, 20409, f"{recording.sid} is {recording.status}")
    del request.twilio.recordings.all[recording.sid]
    return Reply(status=204)


def _unknown(request: Request) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {request.path} was not found")
