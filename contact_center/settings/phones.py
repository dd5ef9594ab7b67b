"""Settings of agents' phones in browsers."""

import re
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, InstanceOf, StrictBool

from contact_center.content.shapes import refused
from contact_center.settings.portal import Country
from contact_center.settings.secret import NO_SECRET, Secret

SHORTEST_SECRET = 32


def _endpoint(text: str) -> str:
    if not re.fullmatch(r"PJSIP/[A-Za-z0-9._-]*\{extension\}[A-Za-z0-9._-]*", text):
        hint = "write PJSIP/{extension}-browser"
        raise refused("E201", f'"{text[:60]}" is not an endpoint of a browser', hint)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSettings:
    """Phones that are browsers.

    `browser`: whether agents may choose them. On an Asterisk of your own each has the password that
    `python -m contact_center phones` makes of `secret` for its `endpoint`. Pages reach that
    Asterisk's websocket through us, or at `sip_url`. `ice`: STUN servers, where there is a network
    between browsers and Asterisk that changes addresses. `countries`: where agents may have
    a telephone of their own called, by default the center's own.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    browser: StrictBool = True
    secret: InstanceOf[Secret] = NO_SECRET
    endpoint: Annotated[str, AfterValidator(_endpoint)] = "PJSIP/{extension}-browser"
    sip_url: Annotated[str, Field(pattern=r"^(wss?://[A-Za-z0-9.:\[\]-]{1,253}(/[\w./-]*)?)?$")] = (
        ""
    )
    countries: tuple[Country, ...] = ()
    ice: tuple[Annotated[str, Field(pattern=r"^stuns?:[A-Za-z0-9.:\[\]-]{1,253}$")], ...] = field(
        default=()
    )
