"""The messages of Asterisk's REST interface, only the fields that are needed.

Every event is a struct tagged by ARI's ``type``. Unknown fields are skipped; an unknown type
decodes to `OtherMessage`. Names follow ARI, so that Asterisk's own description of its interface
(the Swagger files it ships) can be checked against this file.
"""

from typing import Any

import msgspec


class CallerId(msgspec.Struct, frozen=True, gc=False):
    """Who a channel says it is."""

    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True, gc=False):
    """Where in the dial plan a channel is."""

    context: str = ""
    exten: str = ""
    app_name: str = ""
    app_data: str = ""


class Channel(msgspec.Struct, frozen=True, gc=False):
    """One channel. `state` is Asterisk's word: Down, Ring, Ringing, Up...

    `accountcode`: the leg that it carries on in another channel's place, else the phone's own.
    """

    id: str
    name: str = ""
    state: str = ""
    caller: CallerId = CallerId()
    dialplan: Dialplan = Dialplan()
    creationtime: str = ""
    accountcode: str = ""


class Bridge(msgspec.Struct, frozen=True, gc=False):
    """One bridge and the ids of the channels in it."""

    id: str
    bridge_type: str = ""
    bridge_class: str = ""
    creator: str = ""
    channels: tuple[str, ...] = ()
    creationtime: str = ""


class Playback(msgspec.Struct, frozen=True, gc=False):
    """One playback. `target_uri` is ``channel:ID`` or ``bridge:ID``."""

    id: str
    target_uri: str = ""
    media_uri: str = ""
    state: str = ""


class LiveRecording(msgspec.Struct, frozen=True, gc=False):
    """One recording under way or just over. `duration` is seconds."""

    name: str
    target_uri: str = ""
    state: str = ""
    duration: int | None = None
    cause: str = ""


class DeviceState(msgspec.Struct, frozen=True, gc=False):
    """What a phone does, such as ``PJSIP/ana``, in Asterisk's word: NOT_INUSE, INUSE, RINGING..."""

    name: str
    state: str = ""


class Application(msgspec.Struct, frozen=True, gc=False):
    """What Asterisk knows of our application."""

    name: str
    channel_ids: tuple[str, ...] = ()
    bridge_ids: tuple[str, ...] = ()


class RestRequest(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag="RESTRequest"
):
    """A request that travels over the websocket. `uri` has no leading slash."""

    request_id: str
    method: str
    uri: str
    query_strings: tuple["NameValue", ...] = ()
    content_type: str = ""
    message_body: str = ""


class NameValue(msgspec.Struct, frozen=True, gc=False):
    """One query parameter."""

    name: str
    value: str


class AriMessage(msgspec.Struct, frozen=True, tag_field="type"):
    """Anything Asterisk sends."""


class RestResponse(AriMessage, frozen=True, tag="RESTResponse"):
    """The answer to the request of the same `request_id`."""

    request_id: str
    status_code: int
    reason_phrase: str = ""
    message_body: str = ""


class ApplicationReplaced(AriMessage, frozen=True, tag="ApplicationReplaced"):
    """Another process connected with our application's name; events go there now."""


class ApplicationRegistered(AriMessage, frozen=True, tag="ApplicationRegistered"):
    """An outbound websocket serves `application`."""

    application: str = ""


class StasisStart(AriMessage, frozen=True, tag="StasisStart"):
    """A channel entered our application, perhaps in the place of another."""

    channel: Channel
    args: tuple[str, ...] = ()
    replace_channel: Channel | None = None
    timestamp: str = ""


class StasisEnd(AriMessage, frozen=True, tag="StasisEnd"):
    """A channel left our application: it hung up, or went back to the dial plan."""

    channel: Channel


class ChannelDestroyed(AriMessage, frozen=True, tag="ChannelDestroyed"):
    """A channel is gone. `cause` is Q.850, `tech_cause` the SIP status when there was one."""

    channel: Channel
    cause: int = 0
    tech_cause: int | None = None


class ChannelHangupRequest(AriMessage, frozen=True, tag="ChannelHangupRequest"):
    """Someone wants a channel ended. When `soft`, `cause` holds flags and is no Q.850 cause."""

    channel: Channel
    cause: int | None = None
    tech_cause: int | None = None
    soft: bool = False


class ChannelStateChange(AriMessage, frozen=True, tag="ChannelStateChange"):
    """A channel rings or is up."""

    channel: Channel


class ChannelDtmfReceived(AriMessage, frozen=True, tag="ChannelDtmfReceived"):
    """A key."""

    channel: Channel
    digit: str
    duration_ms: int = 0


class ChannelTalkingFinished(AriMessage, frozen=True, tag="ChannelTalkingFinished"):
    """Who is on the channel stopped talking, where that is listened for."""

    channel: Channel


class Dial(AriMessage, frozen=True, tag="Dial"):
    """How dialling `peer` goes."""

    peer: Channel
    dialstatus: str = ""


class PlaybackStarted(AriMessage, frozen=True, tag="PlaybackStarted"):
    """A playback's first item sounds."""

    playback: Playback


class PlaybackFinished(AriMessage, frozen=True, tag="PlaybackFinished"):
    """A playback is over; its state says done or failed."""

    playback: Playback


class RecordingStarted(AriMessage, frozen=True, tag="RecordingStarted"):
    """A recording runs."""

    recording: LiveRecording


class RecordingFinished(AriMessage, frozen=True, tag="RecordingFinished"):
    """A recording is kept."""

    recording: LiveRecording


class RecordingFailed(AriMessage, frozen=True, tag="RecordingFailed"):
    """A recording could not be made."""

    recording: LiveRecording


class ChannelEnteredBridge(AriMessage, frozen=True, tag="ChannelEnteredBridge"):
    """A channel is in a bridge."""

    bridge: Bridge
    channel: Channel | None = None


class ChannelLeftBridge(AriMessage, frozen=True, tag="ChannelLeftBridge"):
    """A channel left a bridge."""

    bridge: Bridge
    channel: Channel


class BridgeDestroyed(AriMessage, frozen=True, tag="BridgeDestroyed"):
    """A bridge is gone."""

    bridge: Bridge


class DeviceStateChanged(AriMessage, frozen=True, tag="DeviceStateChanged"):
    """A phone, or what else Asterisk keeps a state of, changed."""

    device_state: DeviceState


class OtherMessage(msgspec.Struct, frozen=True):
    """A message of a type we do not know; tolerated."""

    type: str


Event = (
    StasisStart
    | StasisEnd
    | ChannelDestroyed
    | ChannelHangupRequest
    | ChannelStateChange
    | ChannelDtmfReceived
    | ChannelTalkingFinished
    | Dial
    | PlaybackStarted
    | PlaybackFinished
    | RecordingStarted
    | RecordingFinished
    | RecordingFailed
    | ChannelEnteredBridge
    | ChannelLeftBridge
    | BridgeDestroyed
    | DeviceStateChanged
)
"""What happened to channels, bridges and phones."""

Control = RestResponse | ApplicationReplaced | ApplicationRegistered
"""What the connection itself deals with."""

Message = Event | Control | OtherMessage

EVENT_FILTER: tuple[str, ...] = (
    # An allow-list holds back answers too: without RESTResponse no request is ever answered.
    "RESTResponse",
    "ApplicationReplaced",
    "ApplicationRegistered",
    "StasisStart",
    "StasisEnd",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "ChannelDtmfReceived",
    "ChannelTalkingFinished",
    "Dial",
    "PlaybackStarted",
    "PlaybackFinished",
    "RecordingStarted",
    "RecordingFinished",
    "RecordingFailed",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "BridgeDestroyed",
    "DeviceStateChanged",
)
"""The only types Asterisk is asked to send. Dial tells of early media; of the rest causes and
states say the same."""

_KNOWN: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Event | Control)
_OTHER = msgspec.json.Decoder(OtherMessage)
_ENCODER = msgspec.json.Encoder()


def decode(data: bytes) -> Message:
    """Decode one text frame. Bytes that are not UTF-8 (odd caller names) are replaced.

    Raises ``msgspec.DecodeError`` when it is no JSON object with a type, or a known type lacks
    what it must have.
    """
    try:
        message: Message = _KNOWN.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = data.decode("utf-8", "replace").encode()
        other = _OTHER.decode(text)
        if other.type not in _KNOWN_TYPES:
            return other
        message = _KNOWN.decode(text)
    return message


def encode_request(request: RestRequest) -> bytes:
    """Encode a request as one text frame."""
    return _ENCODER.encode(request)


_KNOWN_TYPES = frozenset(
    str(kind.__struct_config__.tag) for kind in (*Event.__args__, *Control.__args__)
)
