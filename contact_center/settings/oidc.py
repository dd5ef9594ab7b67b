"""Settings of logging in through a directory of the house (OpenID Connect)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, InstanceOf

from contact_center.settings.secret import NO_SECRET, Secret

Issuer = Annotated[str, Field(pattern=r"^(https?://[^\s?#]{3,500})?$")]
Word = Annotated[str, Field(pattern=r"^[^\s]{0,200}$")]
Claim = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:/.-]{1,200}$")]
PersonsRole = Literal[
    "agent", "lead", "supervisor", "manager", "author", "compliance", "auditor", "admin"
]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """Logging in through a provider, which is off while `issuer` is empty.

    `login_claim`: which claim is the login of an agent. `roles` gives the role for a group of
    `groups_claim`; when it is not empty, roles of people who come this way come from it alone, and
    who is in none of its groups stays outside. `label`: what is written on the button.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    issuer: Issuer = ""
    client_id: Word = ""
    client_secret: InstanceOf[Secret] = NO_SECRET
    label: Annotated[str, Field(min_length=1, max_length=60)] = "Company login"
    scopes: tuple[Claim, ...] = ("openid", "profile", "email")
    login_claim: Claim = "preferred_username"
    groups_claim: Claim = "groups"
    roles: dict[Annotated[str, Field(min_length=1, max_length=300)], PersonsRole] = field(
        default_factory=dict
    )


def oidc_problems(oidc: OidcSettings) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Say what does not fit together: where, what, and a hint."""
    if not oidc.issuer:
        return
    parts = urlsplit(oidc.issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        yield ("oidc", "issuer"), "a provider without encryption", "write https://"
    if not oidc.client_id:
        yield ("oidc", "client_id"), "client_id is not set", "write what the provider calls us"
    if "openid" not in oidc.scopes:
        yield ("oidc", "scopes"), "no openid among them", "add openid"
