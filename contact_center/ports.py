"""Ports: the few doors between the core's loop and the world. Adapters implement them.

Nothing here returns a domain result. What an adapter learns it reports as an event through the
`post` callable it was given; what goes wrong is an event too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from contact_center.core.commands import Command, TelephonyCommand
from contact_center.core.events import Event
from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, CallId, LegId


class Post(Protocol):
    """Hand an event to the core's inbox. Never blocks; callable from the loop's thread only.

    Telephony events are never refused. Raises ``InboxFullError`` for requests of people when the
    inbox is over its bound, so that the sender can say "try again".
    """

    def __call__(self, event: Event) -> None:
        """Post one event."""


class KeyMode(Enum):
    """How a provider reports keys."""

    STREAM = "stream"
    GATHER = "gather"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do, so that nobody has to ask which provider it is.

    ``timer_granularity_us``: how finely its own timers can be set, 0 when ours are used.
    ``max_calls_per_s``: 0 when unlimited. ``pick_up``: PickUp works. ``originate_is_idempotent``:
    an Originate repeated with the same leg id cannot ring twice. ``amd``: it can tell people from
    machines; one that cannot says ``unknown`` to whoever asks.
    """

    name: str
    keys: KeyMode
    pick_up: bool
    originate_is_idempotent: bool
    timer_granularity_us: int = 0
    max_calls_per_s: float = 0.0
    recording_pause: bool = True
    coach: bool = False
    blind_transfer: bool = True
    amd: bool = False
    unsupported: frozenset[type[TelephonyCommand]] = frozenset()


class TelephonyPort(Protocol):
    """A telephone network: commands in, events out, in order per call.

    Rules every provider keeps (the contract suite holds each of them to it):

    * ``submit`` only hands over; it does not wait for the switch. Commands of one call are carried
      out in the order given. It never raises for a domain reason.
    * Every failure is a ``CommandFailed`` with one of `FAILURE_CODES`. Stopping what is over,
      hanging up what is gone, creating or joining what is there already: not failures.
      A failed Originate is reported by CommandFailed followed by CallEnded for that leg.
    * ``CallEnded`` comes exactly once per leg and is the leg's last event.
    * A playback ends in exactly one PlaybackFinished or PlaybackFailed while its leg lives.
    * After every connect: ``ProviderResynced``, behind everything that happened before. When the
      stream is lost: ``ProviderGap`` once; until the next resync commands are refused with
      ``unreachable`` (retryable).
    * Keys of the caller's phone are always reported on providers with KeyMode.STREAM.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do."""

    async def start(self, post: Post) -> None:
        """Begin connecting; events go to `post` from now on. Raises only for bad settings."""

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        """Hand over commands, oldest first."""

    async def stop(self) -> None:
        """Let go of the provider without touching live calls; media goes on."""


class DeviceWatch(Protocol):
    """A network that can tell what phones do (`DeviceChanged`).

    Every watched phone is told of once after each connect, behind ProviderResynced, and then
    whenever it changes: its own calls to others as well as ours to it. What is told may be a moment
    late. A phone of which the network knows nothing is not told of.
    """

    def watch(self, devices: Iterable[str]) -> None:
        """Tell of these phones (names as in ``device:NAME``), and no others, from now on."""


FAILURE_CODES = frozenset(
    {
        "unreachable",  # the provider cannot be reached right now
        "no_such_leg",  # the leg never was, or is gone
        "no_such_talk",
        "not_supported",  # see capabilities
        "media_missing",  # a prompt that is not there
        "refused",  # the provider said no
        "timeout",  # no answer in time; it may or may not have happened
        "overload",  # a bound was reached; nothing was done
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialIntent:
    """A leg that is to be dialled at a provider which chooses the ids of calls by itself.

    ``to`` and ``caller_id`` are as the provider is told; ``at``: microseconds UTC. ``sid`` is what
    the provider calls it; empty while that is not known.
    """

    leg: LegId
    call: CallId
    to: str
    caller_id: str
    at: int
    sid: str = ""


class IntentStore(Protocol):
    """Where what is to be dialled is written before it is, so that nobody is dialled twice.

    None of these raises for a storage that is away: `begin` says False then, too, and nothing is
    dialled that is not written down.
    """

    async def begin(self, intent: DialIntent) -> bool:
        """Write it down; False when this leg was written down before: do not dial it (again)."""

    async def found(self, leg: LegId, sid: str) -> None:
        """The provider has the call, and calls it so."""

    async def over(self, leg: LegId) -> None:
        """The leg has ended, or was certainly never dialled. Fine when it was said before."""

    async def still_open(self) -> Sequence[DialIntent]:
        """Everything begun that is not over, oldest first."""


class PromptSource(Protocol):
    """Where a provider finds what PromptItems sound like; everything was rendered beforehand."""

    def media_url(self, text: str, language: str) -> str | None:
        """Where rendered speech is fetched (an http URL of an 8 kHz wav); None when missing."""

    def file_url(self, name: str, language: str) -> str | None:
        """Where a prerecorded file is fetched; None when missing."""

    def duration_ms(self, text: str, language: str) -> int | None:
        """How long rendered speech lasts; None when it was not rendered."""


class FactSink(Protocol):
    """Someone who reads facts: history, screens, metrics. Must not block and must not raise."""

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order. May be called again with facts seen before, after a restart."""


class CommandSink(Protocol):
    """Someone who carries out commands that are not telephony, answering with events."""

    def submit(self, command: Command) -> None:
        """Take one command."""


class Hearing(Protocol):
    """One caller's sound on its way to a recogniser."""

    def feed(self, sound: bytes) -> None:
        """Take 16 bit linear little-endian sound at 8 kHz, pieces of any size, as it comes.

        Never blocks and never raises; what the engine has no room for is dropped.
        """

    def close(self) -> None:
        """Listen no more: nothing is told after this, also not of what was being said."""


class Recogniser(Protocol):
    """Something that understands words. One class to replace for another engine."""

    def listen(
        self,
        words: Sequence[str],
        language: str,
        began: Callable[[], None],
        understood: Callable[[str, float], None],
    ) -> Hearing | None:
        """Begin to listen for phrases in a language (a BCP 47 tag); None when that cannot be now.

        In the event loop's thread: `began` is called when the caller begins to speak, `understood`
        for each utterance with the phrase, "" for none of them, and a confidence from 0 to 1.
        """


class SecretSource(Protocol):
    """Where secrets are that callers keyed in, for whoever sends them to a service."""

    def reveal(self, call: CallId, secret: str) -> str | None:
        """Give a secret's value; None when it is gone."""

    def wipe(self, call: CallId, secret: str) -> None:
        """Forget a secret."""


class AgentDirectory(Protocol):
    """Who may log in at a desk."""

    def verify(self, login: str, password: str) -> AgentId | None:
        """Check a password; slow on purpose, so call it in a thread."""
