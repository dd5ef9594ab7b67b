"""What an ID token says, believed only when everything about it is right. Pure but for the maths.

Only signatures with a public key are taken: ``none`` is no signature, and a shared secret would let
whoever reads the provider's public key sign for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from contact_center.adapters.oidc.errors import LogInError
from contact_center.adapters.oidc.settings import OidcSettings
from contact_center.core.permissions import Role

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
MOST_GROUPS: Final = 1_000


class UnknownKeyError(LogInError):
    """Signed with a key that we do not have: the provider may have made a new one."""

    def __init__(self) -> None:
        super().__init__("key", "the token is signed with an unknown key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who logged in. `roles`: what their groups make them; None when groups say nothing here."""

    login: str
    roles: frozenset[Role] | None


def person_of(
    token: str, keys: KeySet, settings: OidcSettings, *, nonce: str, now_s: int
) -> Person:
    """Read an ID token. Raises LogInError, and UnknownKeyError for a signature by a new key."""
    claims = _signed(token, keys)
    _check(claims, settings, nonce, now_s)
    login = claims.get(settings.login_claim)
    if not isinstance(login, str) or not 0 < len(login) <= 120:
        raise LogInError("login", f"the token has no usable {settings.login_claim}")
    if settings.login_claim == "email" and claims.get("email_verified") is not True:
        raise LogInError("login", "the provider has not verified this address")
    return Person(login=login, roles=_roles(claims, settings))


def _signed(token: str, keys: KeySet) -> Mapping[str, Any]:
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except JoseError as error:
        if error.error == "invalid_key_id":
            raise UnknownKeyError from None
        raise LogInError(
            "signature", f"the token is not signed as it has to be ({error.error})"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise LogInError("malformed", f"this is no token ({type(error).__name__})") from None


def _check(claims: Mapping[str, Any], settings: OidcSettings, nonce: str, now_s: int) -> None:
    if claims.get("iss") != settings.issuer:
        raise LogInError("issuer", "the token is from somebody else")
    audience = claims.get("aud")
    for_whom = [audience] if isinstance(audience, str) else audience
    if not isinstance(for_whom, list) or settings.client_id not in for_whom:
        raise LogInError("audience", "the token is for somebody else")
    party = claims.get("azp")
    if (len(for_whom) > 1 or party is not None) and party != settings.client_id:
        raise LogInError("audience", "the token was given to somebody else")
    if not nonce or claims.get("nonce") != nonce:
        raise LogInError("nonce", "the token belongs to another log-in")
    ends, made = claims.get("exp"), claims.get("iat")
    if not _is_time(ends) or not _is_time(made):
        raise LogInError("time", "the token does not say from when until when")
    assert isinstance(ends, int | float)
    assert isinstance(made, int | float)
    if ends + settings.skew_s <= now_s:
        raise LogInError("expired", "the token is over")
    starts = claims.get("nbf", made)
    if not _is_time(starts) or max(made, starts) - settings.skew_s > now_s:
        raise LogInError("early", "the token is from the future: compare the clocks")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _roles(claims: Mapping[str, Any], settings: OidcSettings) -> frozenset[Role] | None:
    if not settings.roles:
        return None
    groups = claims.get(settings.groups_claim, [])
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    found = frozenset(
        settings.roles[group]
        for group in named[:MOST_GROUPS]
        if isinstance(group, str) and group in settings.roles
    )
    if not found:
        raise LogInError("groups", "none of their groups has a role here")
    return found
