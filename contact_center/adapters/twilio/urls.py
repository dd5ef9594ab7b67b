"""The addresses that we hand out and Twilio comes back to. Pure.

Each of them says what it is about: the leg, the epoch (which document of that leg; a newer one
makes older addresses stale) and the step within it. They are in the query, where every id is safe
as it is, and where no proxy tidies them up as it may tidy up a path. What comes back is only
believed behind a signature, see `signature`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from contact_center.adapters.twilio.seals import Seals
from contact_center.core.ids import LegId, is_safe_id

PREFIX = "/twilio"
MEDIA = f"{PREFIX}/media"
_COUNT = re.compile(r"\d{1,9}\Z")
_MEDIA_PATH = re.compile(r"/?[A-Za-z0-9._~/%+=@:-]{1,1000}\Z")


class Route(Enum):
    """What Twilio comes for."""

    VOICE = "voice"
    """A number was called: nothing is known yet."""
    STEP = "step"
    """A document was carried out, or got keys: what next?"""
    STATUS = "status"
    """A leg changed."""
    CONFERENCE = "conference"
    """A talk changed."""
    TALK = "talk"
    """A leg is to be sent into its talk."""
    ANNOUNCE = "announce"
    """What a talk, or somebody in it, is to hear."""
    AMD = "amd"
    """Who answered."""
    RECORDING = "recording"
    """A recording changed."""
    WAIT = "wait"
    """What a waiting caller, or one on hold, is to hear."""
    FALLBACK = "fallback"
    """Something of ours could not be fetched or was not understood."""
    STREAM = "stream"
    """A media stream; spoken over a websocket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an address is about. `about` is the id of a listen, playback, talk or recording."""

    leg: LegId
    epoch: int = 0
    step: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How Twilio fetches an address; kept in the fragment, which is neither sent nor signed.

    Milliseconds; 0 leaves Twilio's own value (connect 5000, read 15000, total 15000). ``retries``:
    0 to 5. ``on``: upon what it tries again, of ``4xx 5xx ct rt all``.
    """

    connect_ms: int = 0
    read_ms: int = 0
    total_ms: int = 0
    retries: int | None = None
    on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, most in (
            ("connect_ms", self.connect_ms, 10_000),
            ("read_ms", self.read_ms, 15_000),
            ("total_ms", self.total_ms, 15_000),
        ):
            if value and not 100 <= value <= most:
                raise ValueError(f"{name} is {value}, not 100 to {most}")
        if self.retries is not None and not 0 <= self.retries <= 5:
            raise ValueError(f"retries is {self.retries}, not 0 to 5")
        if set(self.on) - {"4xx", "5xx", "ct", "rt", "all"}:
            raise ValueError(f"tries again upon {self.on}")

    def fragment(self) -> str:
        """Write it as the fragment of a URL, without the ``#``."""
        parts = [
            f"{key}={value}"
            for key, value in (
                ("ct", self.connect_ms),
                ("rt", self.read_ms),
                ("tt", self.total_ms),
            )
            if value
        ]
        if self.retries is not None:
            parts.append(f"rc={self.retries}")
        if self.on:
            parts.append(f"rp={','.join(self.on)}")
        return "&".join(parts)


PATIENT = Patience(read_ms=10_000, retries=1, on=("ct", "5xx"))
"""For documents: a caller hears nothing while Twilio waits, and a second try meets stored bytes."""
INSISTENT = Patience(retries=3, on=("all",))
"""For what is only told: nobody waits for it, and it should not be lost."""


class Urls:
    """Addresses below one public base, built and read.

    ``patience``: whether the provider reads how it is to fetch one. ``seals``: marks each that is
    about something as made here.
    """

    def __init__(
        self, public_base_url: str, *, patience: bool = True, seals: Seals | None = None
    ) -> None:
        self._patience, self._seals = patience, seals
        self._base = public_base_url.rstrip("/")
        self._path = urlsplit(self._base).path

    @property
    def base(self) -> str:
        """The public base, without a slash at the end."""
        return self._base

    def to(self, route: Route, place: Place | None = None, patience: Patience | None = None) -> str:
        """Make the address of `route` for `place`. Raises ValueError for ids that are not safe."""
        url = f"{self._base}{PREFIX}/{route.value}"
        if place is not None:
            query = _query(place)
            url += "?" + (self._seals.sealed(route.value, query) if self._seals else query)
        fragment = patience.fragment() if patience is not None and self._patience else ""
        return f"{url}#{fragment}" if fragment else url

    def stream(self) -> str:
        """Make the address of media streams; what one is about goes in parameters, not a query."""
        scheme, rest = self._base.split("://", 1)
        return f"{'wss' if scheme == 'https' else 'ws'}://{rest}{PREFIX}/{Route.STREAM.value}"

    def media(self, path: str) -> str:
        """Make the address of a sound that we serve, from its path below the media route."""
        if _MEDIA_PATH.match(path) is None or ".." in path:
            raise ValueError("a sound with this path cannot be named in a URL")
        return f"{self._base}{MEDIA}/{path.lstrip('/')}"

    def seen(self, raw_path: str, raw_query: str) -> str:
        """Rebuild the URL that Twilio asked for, as it signed it.

        From the configured base, never from what a proxy says of itself. `raw_path` is the path as
        it came (percent signs kept), with or without the prefix of the base: proxies differ.
        """
        if self._path and raw_path.startswith(f"{self._path}{PREFIX}/"):
            raw_path = raw_path[len(self._path) :]
        return f"{self._base}{raw_path}" + (f"?{raw_query}" if raw_query else "")

    @staticmethod
    def read(query: Mapping[str, str]) -> Place | None:
        """Read back what an address was about; None for anything that we did not write."""
        leg = query.get("leg", "")
        epoch = query.get("epoch", "0")
        step = query.get("step", "0")
        about = query.get("about", "")
        if not is_safe_id(leg) or (about and not is_safe_id(about)):
            return None
        if not _is_count(epoch) or not _is_count(step):
            return None
        return Place(leg=LegId(leg), epoch=int(epoch), step=int(step), about=about)


def _is_count(text: str) -> bool:
    return text.isascii() and _COUNT.match(text) is not None


def _query(place: Place) -> str:
    if not is_safe_id(place.leg) or (place.about and not is_safe_id(place.about)):
        raise ValueError("a leg or thing with this id cannot be named in a URL")
    if not (0 <= place.epoch < 10**9 and 0 <= place.step < 10**9):
        raise ValueError("an epoch or step out of range")
    query = f"leg={place.leg}&epoch={place.epoch}&step={place.step}"
    return f"{query}&about={place.about}" if place.about else query
