"""asterisk-ami's client behind guards: the thread side of the AMI feed.

The package reads AMI fast and simply, in a thread of its own. What it leaves open is closed here:

* its connect time-out would also end a reader that hears nothing for three seconds;
* any exception in a callback, and a peer that is no AMI, would end its thread with a trace;
* the end of the stream is reported as a ``StopIteration``;
* it splits at every Unicode line break, so a phone could forge headers with its user agent;
* line breaks in the values of an action are sent as they are, so a value could forge an action;
* a send may stop half-way, or wait for ever;
* an unanswered action is never forgotten and never told.
"""

import re
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asterisk.ami import AMIClient
from asterisk.ami.action import Action

_SEND_TIMEOUT_S = 3
_LINE_BREAKS = re.compile("[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile(r"[\r\n\x00]")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
_LONGEST_PACK = 2**20


class AmiActionError(ValueError):
    """An action that must not be sent: a name or value could forge another action."""


@dataclass(frozen=True, slots=True)
class AmiMessage:
    """A response or an event. `name` is the event's, or the response's status."""

    is_response: bool
    name: str
    values: Mapping[str, str]

    @property
    def action_id(self) -> str:
        """The id of the action it answers, or empty."""
        return self.values.get("ActionID", "")


OnMessage = Callable[[AmiMessage], None]
OnEnd = Callable[[str], None]


class GuardedAmiClient(AMIClient):  # type: ignore[misc]
    """One connection, once `connect` was called.

    `on_message` and `on_end` are called in the reader's thread; `on_end` is called exactly once for
    a connection that was made, with the reason.
    """

    def __init__(self, host: str, port: int, *, on_message: OnMessage, on_end: OnEnd) -> None:
        super().__init__(address=host, port=port)
        self._on_message = on_message
        self._on_end = on_end
        self._sending = threading.Lock()
        self._given_up = False
        self.failures = 0

    def connect(self) -> None:
        """Connect and start reading. Raises OSError. Blocks for up to three seconds."""
        self._socket = socket.create_connection((self._address, self._port), self._timeout)
        if self._given_up:
            self._socket.close()
            return
        # From here on silence is no error; a dead peer is found by pings and by keep-alive.
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_TIMEOUT_S, 0)
        )
        self.finished = threading.Event()
        self._thread = threading.Thread(target=self.listen, name="ami", daemon=True)
        self._thread.start()

    def listen(self) -> None:
        """Read until the connection ends, and say why it did. Runs in the reader's thread."""
        reason = "Asterisk closed the connection"
        try:
            packs = self._next_pack()
            if self.asterisk_start_regex.match(next(packs)) is None:
                raise AmiActionError("what answers there is not AMI")
            for pack in packs:
                self.fire_recv_pack(pack)
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001  the reason is told, whatever it was
            if not self.finished.is_set():
                reason = str(error) or type(error).__name__
        finally:
            self.finished.set()
            self._socket.close()
            self._on_end(reason)

    def fire_recv_pack(self, pack: str) -> None:
        """Take one message apart with the package's own parser, after taking its teeth out."""
        lines = (_LINE_BREAKS.sub(" ", line) for line in pack[:_LONGEST_PACK].split("\r\n"))
        try:
            super().fire_recv_pack("\r\n".join(lines))
        except Exception:  # noqa: BLE001  one odd message must not end the connection
            self.failures += 1

    def fire_recv_reponse(self, response: Any) -> None:
        """Hand on a response (the package spells it so)."""
        values = {key: str(value) for key, value in response.keys.items()}
        self._on_message(AmiMessage(True, response.status, values))

    def fire_recv_event(self, event: Any) -> None:
        """Hand on an event."""
        values = {key: str(value) for key, value in event.keys.items()}
        self._on_message(AmiMessage(False, event.name, values))

    def act(self, name: str, action_id: str, values: Mapping[str, str]) -> None:
        """Send an action. Raises AmiActionError for one that must not be sent, OSError.

        Blocks for up to three seconds: call it in a thread.
        """
        for key in (name, *values):
            if _NAME.match(key) is None:
                raise AmiActionError(f"{key!r} is no name of an action or a header")
        for key, value in values.items():
            if _FORBIDDEN.search(value):
                raise AmiActionError(f"the value of {key} holds a line break")
        # Past send_action, which keeps a future for each action for ever.
        self.send(Action(name, {"ActionID": action_id, **values}))

    def send(self, pack: Any) -> None:
        """Send all of a message, one at a time."""
        with self._sending:
            self._socket.sendall(f"{pack}\r\n".encode(self.encoding))

    def give_up(self) -> None:
        """Do not stay connected if `connect`, in another thread, should still succeed."""
        self._given_up = True

    def disconnect(self) -> None:
        """End the connection; the reader's thread goes by itself. Never raises."""
        try:
            self.finished.set()
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._socket.close()
