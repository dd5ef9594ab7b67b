"""What we ask of Twilio's REST interface, by name. How it is asked, and again, is in `rest_link`.

Every method gives a `Reply` and raises nothing. Waiting for one's turn to dial is not part of a
request's deadline, but has a bound of its own.
"""

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from contact_center.adapters.twilio.counts import RestCounts
from contact_center.adapters.twilio.dialects import DIALECTS, Field
from contact_center.adapters.twilio.pacing import BreakerSettings, BreakerState, Pace
from contact_center.adapters.twilio.rest_link import (
    Fate,
    Fields,
    Kind,
    Reply,
    Request,
    RestLink,
)
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.timing import Timing

__all__ = ["BreakerState", "Fate", "Reply", "TwilioRest", "instant_us"]

CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
MOST_WAITING = 200
"""Calls that wait for their turn to be dialled."""
MOST_PAGES = 10
_PAGE = 100


class TwilioRest:
    """The REST interface of one account. Use it as an async context manager.

    ``chance``: gives numbers from 0 to 1. ``timing``: how it is waited. ``changed``: told True when
    requests are refused because too many failed, False when one was answered again.
    """

    def __init__(
        self,
        settings: TwilioSettings,
        *,
        chance: Callable[[], float],
        breaker: BreakerSettings | None = None,
        changed: Callable[[bool], None] | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self.dialect = DIALECTS[settings.dialect]
        self._link = RestLink(
            settings, chance=chance, breaker=breaker, changed=changed, timing=self._timing
        )
        self._pace = Pace(settings.max_calls_per_s)

    async def __aenter__(self) -> "TwilioRest":
        await self._link.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._link.__aexit__(*error)

    # --- how it is -----------------------------------------------------------------------------

    @property
    def calls_waiting(self) -> int:
        """How many calls wait for their turn to be dialled."""
        return self._pace.waiting

    @property
    def calls_per_s(self) -> float:
        """How fast calls are dialled at present: less than allowed when Twilio said it is much."""
        return self._pace.calls_per_s

    @property
    def in_flight(self) -> int:
        """How many requests are being made."""
        return self._link.in_flight

    @property
    def counts(self) -> RestCounts:
        """What became of requests so far."""
        return self._link.counts

    @property
    def breaker(self) -> BreakerState:
        """Whether requests are made at all at present."""
        return self._link.breaker

    async def ping(self) -> Reply:
        """See whether the interface answers; the smallest question there is."""
        return await self._read("/Calls.json", {"PageSize": 1})

    # --- calls ---------------------------------------------------------------------------------

    async def create_call(
        self,
        *,
        to: str,
        from_: str,
        url: str,
        status_url: str,
        fallback_url: str = "",
        timeout_s: int = 30,
        send_digits: str = "",
        amd_url: str = "",
        patience_s: float = 10.0,
    ) -> Reply:
        """Dial, once. ``amd_url``: told whether a machine answered, while the call goes on.

        Waits for its turn at most ``patience_s``; OVERLOAD when that is not enough.
        """
        if (refused := await self._turn(patience_s)) is not None:
            return self._link.counted(Kind.CREATE, refused)
        fields: dict[str, Field] = {
            "To": to,
            "From": from_,
            "Url": url,
            "Method": "POST",
            "FallbackUrl": fallback_url or None,
            "FallbackMethod": "POST" if fallback_url else None,
            "StatusCallback": status_url,
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": CALL_EVENTS,
            "Timeout": max(1, min(600, timeout_s)),
            "SendDigits": send_digits or None,
        }
        if amd_url:
            fields |= {
                "MachineDetection": "DetectMessageEnd",
                "AsyncAmd": "true",
                "AsyncAmdStatusCallback": amd_url,
                "AsyncAmdStatusCallbackMethod": "POST",
            }
        reply = await self._ask("POST", "/Calls.json", Kind.CREATE, fields)
        if reply.tries > 1 or reply.fate is Fate.OVERLOAD:
            self._pace.too_fast()
        elif reply.ok:
            self._pace.went_well()
        return reply

    async def _turn(self, patience_s: float) -> Reply | None:
        if self._pace.waiting >= MOST_WAITING:
            return Reply(fate=Fate.OVERLOAD, tries=0)
        wait = self._pace.reserve(self._timing.now(), patience_s)
        if wait is None:
            return Reply(fate=Fate.OVERLOAD, tries=0)
        if wait > 0:
            self._pace.waiting += 1
            try:
                await self._timing.sleep(wait)
            finally:
                self._pace.waiting -= 1
        return None

    async def update_call(
        self,
        sid: str,
        *,
        url: str | None = None,
        twiml: str | None = None,
        status: str | None = None,
        fallback_url: str | None = None,
    ) -> Reply:
        """Give a live call another document, or end it (``completed``, unanswered ``canceled``).

        GONE when it is over.
        """
        fields = {
            "Url": url,
            "Method": "POST" if url else None,
            "FallbackUrl": fallback_url,
            "FallbackMethod": "POST" if fallback_url else None,
            "Twiml": twiml,
            "Status": status,
        }
        return await self._ask("POST", f"/Calls/{sid}.json", Kind.ABSOLUTE, fields)

    async def fetch_call(self, sid: str) -> Reply:
        """Ask how a call is."""
        return await self._read(f"/Calls/{sid}.json")

    async def list_calls(
        self, *, to: str = "", from_: str = "", status: str = "", since_us: int = 0
    ) -> Reply:
        """List calls, newest first, as ``body["calls"]``; `since_us`: made then or later.

        Reads as many pages as there are (bounded), and fails as a whole when one does.
        """
        fields = {
            "To": to or None,
            "From": from_ or None,
            "Status": status or None,
            "PageSize": _PAGE,
        }
        return await self._list("/Calls.json", "calls", fields, since_us)

    # --- queues --------------------------------------------------------------------------------

    async def list_queues(self) -> Reply:
        """List queues, as ``body["queues"]``; the name is ``friendly_name``."""
        return await self._list("/Queues.json", "queues", {"PageSize": _PAGE})

    async def list_members(self, queue_sid: str) -> Reply:
        """List who waits in a queue, as ``body["queue_members"]``."""
        path = f"/Queues/{queue_sid}/Members.json"
        return await self._list(path, "queue_members", {"PageSize": _PAGE})

    async def dequeue_member(self, queue_sid: str, call_sid: str, *, url: str) -> Reply:
        """Take one caller, not the first, out of a queue, and go on with the document at `url`."""
        path = f"/Queues/{queue_sid}/Members/{call_sid}.json"
        return await self._ask("POST", path, Kind.ABSOLUTE, {"Url": url, "Method": "POST"})

    # --- conferences ---------------------------------------------------------------------------

    async def find_conference(self, name: str) -> Reply:
        """Find the conference of this name that is going on, as ``body["conferences"]``."""
        fields: dict[str, Field] = {"FriendlyName": name, "Status": "in-progress", "PageSize": 20}
        return await self._list("/Conferences.json", "conferences", fields)

    async def list_conferences(self) -> Reply:
        """List the conferences that are going on, as ``body["conferences"]``."""
        fields: dict[str, Field] = {"Status": "in-progress", "PageSize": _PAGE}
        return await self._list("/Conferences.json", "conferences", fields)

    async def end_conference(self, sid: str) -> Reply:
        """End a conference and every call in it that has nothing else to do."""
        path = f"/Conferences/{sid}.json"
        return await self._ask("POST", path, Kind.ABSOLUTE, {"Status": "completed"})

    async def announce_to_conference(self, sid: str, *, url: str) -> Reply:
        """Let everybody in a conference hear the document at `url`."""
        fields = {"AnnounceUrl": url, "AnnounceMethod": "POST"}
        # Twice would be heard twice.
        return await self._ask("POST", f"/Conferences/{sid}.json", Kind.CREATE, fields)

    async def list_participants(self, conference_sid: str) -> Reply:
        """List who is in a conference, as ``body["participants"]``."""
        path = f"/Conferences/{conference_sid}/Participants.json"
        return await self._list(path, "participants", {"PageSize": _PAGE})

    async def update_participant(
        self,
        conference_sid: str,
        call_sid: str,
        *,
        muted: bool | None = None,
        hold: bool | None = None,
        hold_url: str | None = None,
        coach: str | None = None,
    ) -> Reply:
        """Say how somebody is in a conference. ``coach``: whom they whisper to, "" for nobody."""
        fields = {
            "Muted": muted,
            "Hold": hold,
            "HoldUrl": hold_url,
            "HoldMethod": "POST" if hold_url else None,
            "Coaching": None if coach is None else bool(coach),
            "CallSidToCoach": coach or None,
        }
        path = f"/Conferences/{conference_sid}/Participants/{call_sid}.json"
        return await self._ask("POST", path, Kind.ABSOLUTE, fields)

    async def announce_to_participant(
        self, conference_sid: str, call_sid: str, *, url: str
    ) -> Reply:
        """Let one of a conference hear the document at `url`."""
        fields = {"AnnounceUrl": url, "AnnounceMethod": "POST"}
        path = f"/Conferences/{conference_sid}/Participants/{call_sid}.json"
        return await self._ask("POST", path, Kind.CREATE, fields)

    async def remove_participant(self, conference_sid: str, call_sid: str) -> Reply:
        """Put somebody out of a conference; their call goes on with its document."""
        path = f"/Conferences/{conference_sid}/Participants/{call_sid}.json"
        return await self._ask("DELETE", path, Kind.ABSOLUTE, {})

    # --- recordings ----------------------------------------------------------------------------

    async def start_recording(
        self, call_sid: str, *, status_url: str, dual: bool = False, track: str = "both"
    ) -> Reply:
        """Record a live call from now on. ``track``: ``inbound``, ``outbound`` or ``both``."""
        fields: dict[str, Field] = {
            "RecordingStatusCallback": status_url,
            "RecordingStatusCallbackMethod": "POST",
            "RecordingStatusCallbackEvent": ("in-progress", "completed", "absent"),
            "RecordingChannels": "dual" if dual else "mono",
            "RecordingTrack": track,
        }
        return await self._ask("POST", f"/Calls/{call_sid}/Recordings.json", Kind.CREATE, fields)

    async def update_recording(
        self, call_sid: str, recording_sid: str, *, status: str, silence: bool = False
    ) -> Reply:
        """Let a recording be ``paused`` (a gap, or silence), ``in-progress`` or ``stopped``."""
        pause = ("silence" if silence else "skip") if status == "paused" else None
        path = f"/Calls/{call_sid}/Recordings/{recording_sid}.json"
        fields = {"Status": status, "PauseBehavior": pause}
        return await self._ask("POST", path, Kind.ABSOLUTE, fields)

    async def fetch_recording(self, recording_sid: str) -> Reply:
        """Ask how a recording is."""
        return await self._read(f"/Recordings/{recording_sid}.json")

    async def delete_recording(self, recording_sid: str) -> Reply:
        """Throw a recording away."""
        return await self._ask("DELETE", f"/Recordings/{recording_sid}.json", Kind.ABSOLUTE, {})

    async def download_recording(self, recording_sid: str, *, at_most: int = 256 * 2**20) -> Reply:
        """Fetch a recording, in ``content``: a wav file, but where the provider makes others.

        GONE when it is not there (yet).
        """
        path = f"/Recordings/{recording_sid}.wav"
        if self.dialect.rest.media_named:
            found = await self.fetch_recording(recording_sid)
            path = str(found.body.get("media_url") or "")
            if not found.ok or not path.startswith(("https://", "http://")):
                return found if not found.ok else Reply(fate=Fate.GONE, status=found.status)
        return await self._link.download(path, at_most=at_most)

    # --- numbers -------------------------------------------------------------------------------

    async def list_numbers(self) -> Reply:
        """List the account's numbers and where they lead: ``body["incoming_phone_numbers"]``."""
        path = "/IncomingPhoneNumbers.json"
        return await self._list(path, "incoming_phone_numbers", {"PageSize": _PAGE})

    # --- how it is asked -----------------------------------------------------------------------

    async def _ask(
        self,
        method: str,
        path: str,
        kind: Kind,
        fields: Fields,
    ) -> Reply:
        return await self._link.ask(Request(method=method, path=path, kind=kind, fields=fields))

    async def _read(
        self,
        path: str,
        fields: Fields | None = None,
    ) -> Reply:
        return await self._ask("GET", path, Kind.READ, fields or {})

    async def _list(
        self,
        path: str,
        key: str,
        fields: Fields,
        since_us: int = 0,
    ) -> Reply:
        found: list[Any] = []
        reply = await self._read(path, fields)
        for _ in range(MOST_PAGES):
            rows = reply.body.get(key)
            if not reply.ok or not isinstance(rows, list):
                return reply if not reply.ok else Reply(fate=Fate.UNKNOWN, status=reply.status)
            kept = [row for row in rows if not since_us or _made_us(row) >= since_us]
            found.extend(kept)
            following = reply.body.get("next_page_uri")
            if not following or not isinstance(following, str) or len(kept) < len(rows):
                return Reply(fate=Fate.DONE, status=reply.status, body={key: found})
            reply = await self._link.page(following)
        return Reply(fate=Fate.OVERLOAD, status=reply.status)


def _made_us(row: Any) -> int:
    text = row.get("date_created") if isinstance(row, dict) else None
    return instant_us(text) if isinstance(text, str) else 0


def instant_us(text: str) -> int:
    """Read one of Twilio's instants (RFC 2822), in microseconds UTC; 0 for what is none."""
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    return int(read.timestamp()) * 1_000_000
