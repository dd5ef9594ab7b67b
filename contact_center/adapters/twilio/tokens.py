"""Tokens: for an agent's softphone in a browser, and for a media stream that comes back to us.

A softphone's is made by Twilio's package, which is loaded when the first one is asked for: that
takes a quarter of a second. A stream's is ours: short-lived, for one leg, signed with our key.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from contact_center.adapters.twilio.dialects import DIALECTS
from contact_center.adapters.twilio.settings import Secret, TwilioSettings
from contact_center.core.ids import LegId, is_safe_id

LONGEST_S = 24 * 3600
"""Twilio takes no token that lives longer."""
SHORTEST_SECRET = 32
_IDENTITY = re.compile(r"[A-Za-z0-9_.@%+-]{1,120}\Z")
_STREAM = re.compile(
    r"v1:(?P<leg>[A-Za-z0-9._-]{1,120}):(?P<until>\d{1,12}):\d{1,12}:(?P<mac>[\w-]{43})\Z"
)


class TokenError(ValueError):
    """A token that cannot be made with these settings."""


def softphone_token(
    settings: TwilioSettings, identity: str, *, now: int, lives_s: int = 3600
) -> str:
    """Make a token with which a browser is `identity`: it can be called, and may call us.

    `now`: microseconds UTC. Raises TokenError where settings or identity do not do.
    """
    return _token(settings, identity, now, lives_s, incoming=True)


def visitor_token(settings: TwilioSettings, visit: str, *, now: int, lives_s: int) -> str:
    """Make a token with which the browser of a visitor may call our one application, as `visit`.

    It cannot be called. Raises TokenError, also where no application is set.
    """
    if not settings.application_sid:
        raise TokenError("visitors need an application (application_sid) to call")
    return _token(settings, visit, now, lives_s, incoming=False)


def _token(
    settings: TwilioSettings, identity: str, now: int, lives_s: int, *, incoming: bool
) -> str:
    key = settings.api_key
    if "softphone tokens" in DIALECTS[settings.dialect].unsupported:
        raise TokenError(f"{settings.dialect} has no phones in a browser")
    if key is None:
        raise TokenError("softphones need an API key: make one, and set its sid and secret")
    if len(key.secret.reveal()) < SHORTEST_SECRET:
        raise TokenError(f"the secret of an API key has {SHORTEST_SECRET} characters, not fewer")
    if _IDENTITY.match(identity) is None:
        raise TokenError("this cannot be the identity of a softphone")
    if not 0 < lives_s <= LONGEST_S:
        raise TokenError(f"a token lives for 1 to {LONGEST_S} s")
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    seconds = now // 1_000_000
    token = AccessToken(
        settings.account_sid,
        key.sid,
        key.secret.reveal(),
        identity=identity,
        nbf=seconds,
        valid_until=seconds + lives_s,
        region=settings.region or None,
    )
    application = settings.application_sid or None
    token.add_grant(VoiceGrant(incoming_allow=incoming, outgoing_application_sid=application))
    return str(token.to_jwt())


@dataclass(frozen=True, slots=True)
class StreamKey:
    """What stream tokens are signed with."""

    _key: bytes

    @classmethod
    def of(cls, secret: Secret) -> "StreamKey":
        """Derive it from a secret that every process of the service has."""
        if not secret:
            raise TokenError("nothing to sign streams with")
        return cls(hmac.digest(secret.reveal().encode(), b"contact-center media stream", "sha256"))

    def token(self, leg: LegId, *, now: int, lives_s: int = 60, number: int = 0) -> str:
        """Make a token for a stream of `leg`, good for a while. `now`: microseconds UTC.

        ``number``: makes it another than the one before.
        """
        if not is_safe_id(leg):
            raise TokenError("a leg with this id has no token")
        said = f"v1:{leg}:{now // 1_000_000 + lives_s}:{number}"
        return f"{said}:{self._mac(said)}"

    def leg(self, token: str, *, now: int) -> LegId | None:
        """Say whose stream a token is for; None when it is not ours, or too old."""
        match = _STREAM.match(token) if token.isascii() else None
        if match is None:
            return None
        said = token.rpartition(":")[0]
        if not hmac.compare_digest(self._mac(said), match["mac"]):
            return None
        return LegId(match["leg"]) if now // 1_000_000 <= int(match["until"]) else None

    def _mac(self, said: str) -> str:
        made = hmac.digest(self._key, said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def __repr__(self) -> str:
        return "StreamKey(***)"
