"""How the agent channel is set up; plain values, checked by whoever reads them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from contact_center.adapters.desktop.pulse import JITTER_US, PING_US
from contact_center.adapters.desktop.sessions import ABSOLUTE_US, IDLE_US

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """`public_url` is what people type into the browser, without a path.

    `session_idle_us` and `session_us`: when a login ends that nobody uses, and any.
    `idle_us`: an agent who does nothing at an open screen for so long is logged out; 0 for never.
    `extra_origins`: other pages that may open a socket (a CRM). `frame_ancestors`: other pages that
    may embed the desk. `sessions_file`: where logins survive a restart (hashes only).
    """

    public_url: str
    extra_origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    sessions_file: Path | None = None
    session_idle_us: int = IDLE_US
    session_us: int = ABSOLUTE_US
    idle_us: int = 0
    ping_us: int = PING_US
    ping_jitter_us: int = JITTER_US
    max_sockets: int = 12_000
    close_timeout_s: float = 5.0
    restart_spread_ms: int = 10_000

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def cookie_name(self) -> str:
        """The session cookie; its prefix makes browsers insist on Secure and on our host."""
        return "__Host-desk" if self.is_https else "desk_session"

    def origins(self) -> frozenset[str]:
        """Origins that may log in and open sockets; loopback goes by all its names."""
        url = urlsplit(self.public_url)
        own = {f"{url.scheme}://{url.netloc}"}
        port = f":{url.port}" if url.port else ""
        if url.hostname in {"127.0.0.1", "localhost", "::1"}:
            own = {f"{url.scheme}://{host}{port}" for host in _LOOPBACK}
        return frozenset(own) | frozenset(self.extra_origins)
