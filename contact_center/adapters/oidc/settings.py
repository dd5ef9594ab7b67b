"""How people log in through a directory outside; plain values, checked by whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contact_center.core.permissions import Role

SKEW_S: Final = 60
WITHIN_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """`issuer` is the provider, to the letter; `redirect_url` is where it sends people back to us.

    `login_claim` says who somebody is: the login of an agent. `groups_claim` lists their groups;
    `roles` gives the role for a group, and when it is not empty, roles come from there alone.
    `skew_s`: by how much clocks may differ.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    redirect_url: str
    label: str = "Company login"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    login_claim: str = "preferred_username"
    groups_claim: str = "groups"
    roles: Mapping[str, Role] = field(default_factory=dict)
    skew_s: int = SKEW_S
    within_s: float = WITHIN_S

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.redirect_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """The cookie that ties a log-in under way to its browser."""
        return "__Host-oidc" if self.is_https else "oidc"
