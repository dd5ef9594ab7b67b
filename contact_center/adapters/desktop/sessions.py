"""Who is logged in: random tokens, kept as hashes, bounded in number and time.

With a file they survive a restart of the process, so that agents whose calls went on meanwhile
need not type a password. The file holds hashes only; whoever reads it cannot log in with it.
"""

import hashlib
import logging
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from contact_center.core.permissions import Role

_LOG = logging.getLogger(__name__)

IDLE_US: Final = 30 * 60 * 1_000_000
ABSOLUTE_US: Final = 12 * 3_600 * 1_000_000
MAX_SESSIONS: Final = 20_000
MAX_BROWSER: Final = 160
_NAME_CHARACTERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How somebody came in. ``roles``: what a directory outside said they are; None: as here."""

    via: str = "password"
    roles: frozenset[Role] | None = None
    address: str = ""
    browser: str = ""


@dataclass(slots=True)
class Session:
    """One login. `key` is the hash of its token; times are microseconds.

    ``seen``: when a screen of it was there; ``used``: when somebody did something at one.
    """

    key: str
    agent: str
    since: int
    seen: int
    entrance: Entrance = field(default_factory=Entrance)
    used: int = 0

    @property
    def name(self) -> str:
        """What others may call it by: enough of its key to be unlike any other's."""
        return self.key[:_NAME_CHARACTERS]


class Sessions:
    """All logins of this process. An open screen counts as being there (see `touch`)."""

    def __init__(
        self,
        clock: Callable[[], int],
        file: Path | None = None,
        *,
        max_sessions: int = MAX_SESSIONS,
        idle_us: int = IDLE_US,
        absolute_us: int = ABSOLUTE_US,
    ) -> None:
        self._clock = clock
        self._idle_us = idle_us
        self._absolute_us = absolute_us
        self._file = file
        self._max = max_sessions
        self._by_key: OrderedDict[str, Session] = OrderedDict()
        if file is not None:
            self._load(file)

    def open(self, agent: str, entrance: Entrance | None = None) -> tuple[str, Session]:
        """Begin a session; the token is given out once and kept nowhere."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        session = Session(_hash(token), agent, now, now, entrance or Entrance(), now)
        self._by_key[session.key] = session
        while len(self._by_key) > self._max:
            self._by_key.popitem(last=False)
        self._note(_line(session))
        return token, session

    def find(self, token: str) -> Session | None:
        """Give the living session of a token, and count this as being there."""
        session = self._by_key.get(_hash(token))
        if session is None or not self.is_alive(session):
            return None
        session.seen = self._clock()
        return session

    def called(self, key: str) -> Session | None:
        """Give the living session of a key, for whom only its key is known; no sign of life."""
        session = self._by_key.get(key)
        return session if session is not None and self.is_alive(session) else None

    def living(self) -> Iterator[Session]:
        """Give every session that still holds, the oldest first."""
        return (session for session in list(self._by_key.values()) if self.is_alive(session))

    def is_alive(self, session: Session) -> bool:
        """Tell whether a session still holds; ends it when its time is over."""
        now = self._clock()
        if session.key not in self._by_key:
            return False
        if now - session.since > self._absolute_us or now - session.seen > self._idle_us:
            self.close(session)
            return False
        return True

    def touch(self, session: Session) -> None:
        """Count an open screen as being there."""
        session.seen = self._clock()

    def close(self, session: Session) -> None:
        """End a session."""
        if self._by_key.pop(session.key, None) is not None:
            self._note(f"- {session.key}\n")

    def _load(self, file: Path) -> None:
        now = self._clock()
        if file.exists():
            for line in file.read_text(encoding="ascii", errors="replace").splitlines():
                match line.split(" "):
                    case ["+", key, since, agent, *rest] if since.isdigit():
                        session = Session(
                            key, unquote(agent), int(since), now, _entrance(rest), now
                        )
                        self._by_key[key] = session
                    case ["-", key]:
                        self._by_key.pop(key, None)
        living = [s for s in self._by_key.values() if now - s.since <= self._absolute_us]
        self._by_key = OrderedDict((s.key, s) for s in living[-self._max :])
        text = "".join(_line(session) for session in living)
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
        new.replace(file)

    def _note(self, line: str) -> None:
        if self._file is None:
            return
        try:
            with self._file.open("a", encoding="ascii") as out:
                out.write(line)
        except OSError as error:
            # A full disk must not keep anybody from logging in; they log in again after a restart.
            _LOG.error("a login will not outlive this process: %s", error.strerror)


def _line(session: Session) -> str:
    came, roles = session.entrance, "-"
    if came.roles is not None:
        roles = ",".join(sorted(role.value for role in came.roles))
    texts = (session.agent, came.via, came.address, came.browser[:MAX_BROWSER])
    agent, *rest = (quote(text, safe="") for text in texts)
    return " ".join(("+", session.key, str(session.since), agent, roles, *rest)) + "\n"


def _entrance(fields: list[str]) -> Entrance:
    """Read how somebody came in; of what is not known any more nothing is left."""
    if len(fields) != 4:
        return Entrance()
    known = {role.value: role for role in Role}
    names, via, address, browser = fields[0], *(unquote(text) for text in fields[1:])
    roles = None
    if names != "-":
        roles = frozenset(known[name] for name in names.split(",") if name in known)
    return Entrance(via=via, roles=roles, address=address, browser=browser)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
