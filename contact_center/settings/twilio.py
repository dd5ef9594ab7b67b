"""What has to be said of a Twilio account, and has to fit together, before callers reach it."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from contact_center.settings.shapes import Settings, TwilioSettings

Found = tuple[tuple[str, ...], str, str]
"""Where, what, and what to do about it."""

_SID = re.compile(r"AC[0-9a-f]{32}\Z")
_KEY_SID = re.compile(r"SK[0-9a-f]{32}\Z")
_STREAM = "/twilio/stream"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def twilio_problems(settings: Settings) -> Iterator[Found]:
    """Find everything that is wrong with the section ``twilio``."""
    twilio = settings.twilio
    yield from _account(twilio)
    yield from _secrets(twilio)
    yield from _addresses(twilio)
    yield from _elsewhere(twilio)
    listen, http = twilio.listen, settings.http
    if listen.port == http.port:
        message = f"port {listen.port} is the desk's too"
        yield ("twilio", "listen", "port"), message, "give webhooks a port of their own"
    if twilio.stream_port in (listen.port, http.port):
        message = f"port {twilio.stream_port} is used already"
        yield ("twilio", "stream_port"), message, "give media streams a port of their own"
    if twilio.recogniser == "ours" and twilio.stream_port is None:
        hint = "set twilio.stream_port, or leave the words to Twilio"
        yield ("twilio", "recogniser"), "our engine hears callers over media streams only", hint
    if twilio.stream_url and not twilio.stream_url.endswith(_STREAM):
        yield ("twilio", "stream_url"), "another path than ours", f"write wss://HOST{_STREAM}"
    if not _NUMBER.match(twilio.caller_id):
        hint = "write one of the account's numbers, as +14155550100"
        yield ("twilio", "caller_id"), "no number that we could show when we dial", hint


def _account(twilio: TwilioSettings) -> Iterator[Found]:
    if not twilio.account_sid:
        hint = "write the account's SID (AC...), or set CC_TWILIO_ACCOUNT_SID"
        yield ("twilio", "account_sid"), "no account", hint
    elif twilio.dialect == "twilio" and not _SID.match(twilio.account_sid):
        hint = "copy it from the console: AC and 32 digits of 0-9a-f"
        yield ("twilio", "account_sid"), "not the SID of an account", hint
    if twilio.dialect == "signalwire" and not twilio.rest_url:
        hint = "write https://SPACE.signalwire.com"
        yield ("twilio", "rest_url"), "where is the API of this space?", hint


def _elsewhere(twilio: TwilioSettings) -> Iterator[Found]:
    """What another service than Twilio needs besides, and what it has not."""
    if twilio.dialect == "twilio":
        return
    for name in ("region", "edge", "shared_keys_file"):
        if getattr(twilio, name):
            yield ("twilio", name), f"{twilio.dialect} has none", "leave it out"
    if twilio.dialect == "telnyx":
        yield from _telnyx(twilio)


def _telnyx(twilio: TwilioSettings) -> Iterator[Found]:
    if not twilio.public_key:
        hint = "copy it from the portal, Keys & Credentials, or set CC_TWILIO_PUBLIC_KEY"
        yield ("twilio", "public_key"), "nothing to verify webhooks with", hint
    if not twilio.application_sid:
        hint = "write the id of the TeXML application that the numbers are assigned to"
        yield ("twilio", "application_sid"), "calls are made for an application", hint
    if twilio.stream_port is not None:
        yield ("twilio", "stream_port"), "telnyx speaks another protocol there", "leave it out"
    if twilio.device_address.startswith("client:"):
        hint = "write sip:{device}@YOURS.sip.telnyx.com"
        yield ("twilio", "device_address"), "telnyx has no phones with names", hint
    for device, address in twilio.devices.items():
        if address.startswith("client:"):
            yield ("twilio", "devices", device), "telnyx has no such phone", "write sip: or +NUMBER"


def _secrets(twilio: TwilioSettings) -> Iterator[Found]:
    file = twilio.auth_token_file
    if not twilio.auth_token and file is None:
        hint = "set this environment variable, or twilio.auth_token_file"
        yield ("twilio", "auth_token"), "the account's token is not set", hint
    elif twilio.auth_token and file is not None:
        yield ("twilio", "auth_token_file"), "two tokens", "unset CC_TWILIO_AUTH_TOKEN, or this"
    for name in ("auth_token_file", "shared_keys_file"):
        path: Path | None = getattr(twilio, name)
        if path is not None and not path.is_file():
            yield ("twilio", name), f"no file {path}", "make it, or correct the path"
    if bool(twilio.api_key_sid) != bool(twilio.api_key_secret):
        hint = "give twilio.api_key_sid and CC_TWILIO_API_KEY_SECRET, or neither"
        yield ("twilio", "api_key_sid"), "half a key for browser phones", hint
    elif (
        twilio.dialect == "twilio" and twilio.api_key_sid and not _KEY_SID.match(twilio.api_key_sid)
    ):
        hint = "copy it from the console: SK and 32 digits of 0-9a-f"
        yield ("twilio", "api_key_sid"), "not the SID of a key", hint


def _addresses(twilio: TwilioSettings) -> Iterator[Found]:
    place = ("twilio", "public_base_url")
    if not twilio.public_base_url:
        hint = "write the https address under which Twilio reaches this machine"
        yield place, "Twilio does not know where we are", hint
        return
    parts = urlsplit(twilio.public_base_url)
    if parts.scheme != "https" and not _here(parts.hostname or ""):
        message = "calls and their keys would be told without encryption"
        yield place, message, "write https://, and put a certificate before twilio.listen"
    if parts.query or parts.fragment:
        yield place, "a base has no ? and no #", "write https://host/path"


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
