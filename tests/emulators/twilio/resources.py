"""What the API says about calls, queues, conferences, recordings and numbers."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.twilio.conferences import Conference, Participant
from tests.emulators.twilio.dates import rfc2822
from tests.emulators.twilio.model import CallStatus, EmulatedCall, PhoneNumber
from tests.emulators.twilio.queues import Member, Queue
from tests.emulators.twilio.recordings import Recording

VERSION = "2010-04-01"
Json = dict[str, Any]
_OF_A_CALL = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
_SOURCES = {"StartCallRecordingTwiML": "StartCallRecordingAPI"}
"""What callbacks say, where the API's description has no such word."""
_NORTH_AMERICA = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


class Resources:
    """The API's words, of one account; `now` is the emulator's time, where a reply needs it."""

    def __init__(self, account_sid: str) -> None:
        self._account_sid = account_sid
        self._root = f"/{VERSION}/Accounts/{account_sid}"

    def call(self, call: EmulatedCall, number: PhoneNumber | None) -> Json:
        """A call; `number` is the account's number that was called, if one was."""
        status = CallStatus.QUEUED if call.status is CallStatus.INITIATED else call.status
        path = f"{self._root}/Calls/{call.sid}"
        timed = call.ended and call.answered_at is not None
        return {
            "sid": call.sid,
            "account_sid": call.account_sid,
            "api_version": VERSION,
            "date_created": rfc2822(call.created),
            "date_updated": rfc2822(call.ended_at or call.started or call.created),
            "parent_call_sid": call.parent_sid or None,
            "to": call.to,
            "to_formatted": formatted(call.to),
            "from": call.from_,
            "from_formatted": formatted(call.from_),
            "phone_number_sid": number.sid if number is not None else None,
            "status": str(status),
            "start_time": None if call.started is None else rfc2822(call.started),
            "end_time": None if call.ended_at is None else rfc2822(call.ended_at),
            "duration": str(call.duration_s) if timed else None,
            "price": None,
            "price_unit": "USD",
            "direction": call.direction,
            "answered_by": call.answered_by or None,
            "forwarded_from": call.forwarded_from or None,
            "group_sid": None,
            "caller_name": call.caller_name or None,
            "queue_time": str(call.queue_time_ms),
            "trunk_sid": None,
            "uri": f"{path}.json",
            "subresource_uris": {n: f"{path}/{part}.json" for n, part in _OF_A_CALL.items()},
        }

    def queue(self, queue: Queue, now: float) -> Json:
        """A queue."""
        return {
            "sid": queue.sid,
            "account_sid": self._account_sid,
            "friendly_name": queue.name,
            "current_size": len(queue.members),
            "max_size": queue.max_size,
            "average_wait_time": round(queue.average_wait_s(now)),
            "date_created": rfc2822(queue.created),
            "date_updated": rfc2822(queue.updated),
            "uri": f"{self._root}/Queues/{queue.sid}.json",
        }

    def member(self, member: Member, position: int, now: float) -> Json:
        """Somebody who waits."""
        return {
            "call_sid": member.call.sid,
            "queue_sid": member.queue_sid,
            "date_enqueued": rfc2822(member.entered),
            "position": position,
            "wait_time": round(now - member.entered),
            "uri": f"{self._root}/Queues/{member.queue_sid}/Members/{member.call.sid}.json",
        }

    def conference(self, conference: Conference) -> Json:
        """A conference, over or not."""
        path = f"{self._root}/Conferences/{conference.sid}"
        return {
            "sid": conference.sid,
            "account_sid": self._account_sid,
            "api_version": VERSION,
            "friendly_name": conference.name,
            "region": "us1",
            "status": conference.status,
            "date_created": rfc2822(conference.created),
            "date_updated": rfc2822(conference.updated),
            "reason_conference_ended": conference.reason or None,
            "call_sid_ending_conference": conference.ended_by or None,
            "uri": f"{path}.json",
            "subresource_uris": {
                "participants": f"{path}/Participants.json",
                "recordings": f"{path}/Recordings.json",
            },
        }

    def participant(
        self, participant: Participant, status: str = "connected", queue_ms: int | None = None
    ) -> Json:
        """Somebody who is in a conference, or on the way into one."""
        conference = participant.conference.sid
        call = participant.call.sid
        return {
            "account_sid": self._account_sid,
            "call_sid": call,
            "conference_sid": conference,
            "label": participant.label or None,
            "call_sid_to_coach": participant.coach or None,
            "coaching": participant.coaching,
            "date_created": rfc2822(participant.joined),
            "date_updated": rfc2822(participant.updated),
            "end_conference_on_exit": participant.end_on_exit,
            "muted": participant.muted,
            "hold": participant.hold,
            "start_conference_on_enter": participant.start_on_enter,
            "status": status,
            "queue_time": None if queue_ms is None else str(queue_ms),
            "uri": f"{self._root}/Conferences/{conference}/Participants/{call}.json",
        }

    def recording(self, recording: Recording) -> Json:
        """A recording, by itself."""
        path = f"{self._root}/Recordings/{recording.sid}"
        return {
            **self._recording(recording, f"{path}.json"),
            "media_url": recording.url,
            "subresource_uris": {
                "add_on_results": f"{path}/AddOnResults.json",
                "transcriptions": f"{path}/Transcriptions.json",
            },
        }

    def call_recording(self, recording: Recording) -> Json:
        """A recording, as one of its call."""
        call = recording.call.sid if recording.call is not None else ""
        path = f"{self._root}/Calls/{call}/Recordings/{recording.sid}.json"
        return {**self._recording(recording, path), "track": "both"}

    def conference_recording(self, recording: Recording) -> Json:
        """A recording, as one of its conference."""
        conference = recording.conference.sid if recording.conference is not None else ""
        path = f"{self._root}/Conferences/{conference}/Recordings/{recording.sid}.json"
        return self._recording(recording, path)

    def _recording(self, recording: Recording, uri: str) -> Json:
        done = recording.status in {"completed", "absent"}
        conference = recording.conference
        return {
            "sid": recording.sid,
            "account_sid": self._account_sid,
            "api_version": VERSION,
            "call_sid": recording.call.sid if recording.call is not None else None,
            "conference_sid": conference.sid if conference is not None else None,
            "date_created": rfc2822(recording.started),
            "date_updated": rfc2822(recording.updated),
            "start_time": rfc2822(recording.started),
            "duration": str(recording.duration_s) if done else None,
            "price": None,
            "price_unit": "USD",
            "status": recording.status,
            "channels": recording.channels,
            "source": _SOURCES.get(recording.source, recording.source),
            "error_code": None,
            "encryption_details": None,
            "uri": uri,
        }

    def number(self, number: PhoneNumber) -> Json:
        """One of the account's numbers."""
        return {
            "sid": number.sid,
            "account_sid": self._account_sid,
            "api_version": VERSION,
            "address_sid": None,
            "address_requirements": "none",
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
            "date_created": rfc2822(number.created),
            "date_updated": rfc2822(number.created),
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": number.friendly_name or formatted(number.number),
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": number.number,
            "sms_application_sid": None,
            "sms_fallback_method": "POST",
            "sms_fallback_url": "",
            "sms_method": "POST",
            "sms_url": "",
            "status": "in-use",
            "status_callback": number.status_callback,
            "status_callback_method": number.status_callback_method,
            "trunk_sid": None,
            "uri": f"{self._root}/IncomingPhoneNumbers/{number.sid}.json",
            "voice_application_sid": None,
            "voice_caller_id_lookup": False,
            "voice_fallback_method": number.fallback_method,
            "voice_fallback_url": number.fallback_url,
            "voice_method": number.voice_method,
            "voice_receive_mode": "voice",
            "voice_url": number.voice_url,
        }


def formatted(address: str) -> str:
    """A number of North America as people there write it; any other address as it is."""
    match = _NORTH_AMERICA.fullmatch(address)
    return f"({match[1]}) {match[2]}-{match[3]}" if match else address
