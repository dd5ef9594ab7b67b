"""A Twilio account as the telephone network: settings, secrets, addresses, and what to do next."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import CollectorRegistry

from contact_center.adapters.asterisk.ami import AmiSettings
from contact_center.adapters.prompts.store import PromptStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.intents import Intents
from contact_center.adapters.twilio.metrics import TwilioMetrics
from contact_center.adapters.twilio.settings import ApiKey, Secret, SharedKey, TwilioSettings
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.adapters.web.health import Check
from contact_center.app.phones import Lines, PhoneBook, TwilioLines
from contact_center.app.sounds import Download
from contact_center.app.state_folder import StartError
from contact_center.app.understanding import Understanding
from contact_center.core.configuration import CenterConfiguration
from contact_center.settings import Settings
from contact_center.settings import TwilioSettings as Chosen

VOICE, STATUS, STREAM = "/twilio/voice", "/twilio/status", "/twilio/stream"
"""What is set at a number, behind the public base."""


class TwilioProvider:
    """A Twilio account. Its webhooks arrive at a port of their own, not at the desk's."""

    def __init__(
        self,
        chosen: Chosen,
        telephony: TwilioTelephony,
        configuration: CenterConfiguration,
        lines: Lines,
        understanding: Understanding | None = None,
    ) -> None:
        self.telephony = telephony
        self._understanding = understanding
        self._configuration = configuration
        self.routes: list[web.AbstractRouteDef] = []
        self.checks: dict[str, Check] = {"twilio": self._check}
        if understanding is not None:
            self.checks["recogniser"] = understanding.trouble
        self.download: Download | None = telephony.download
        self.ami: AmiSettings | None = None
        self.fastagi: tuple[str, int] | None = None
        self.lines = lines
        self._chosen = chosen
        self._numbers = [number.did for number in configuration.numbers.values()]

    def _check(self) -> str | None:
        if self.telephony.is_ready:
            return None
        return "Twilio's REST interface does not answer, or refuses the account: see the log"

    def moved(self, device: str) -> None:
        """Twilio tells nothing of phones, and is told at every call which one to dial."""

    async def prepare(self) -> None:
        """Start our recogniser where a flow needs it; the account is there."""
        self._fit(self._configuration)

    def _fit(self, configuration: CenterConfiguration) -> None:
        if self._understanding is not None:
            self._understanding.fit(configuration)

    async def refit(self, configuration: CenterConfiguration) -> list[str]:
        """Say which new numbers have to be pointed at us."""
        self._fit(configuration)
        now = [number.did for number in configuration.numbers.values()]
        new = [number for number in now if number not in self._numbers]
        self._numbers = now
        return [f"point {number} at {self._address(VOICE)}" for number in new]

    async def close(self) -> None:
        """End what was set up here; live calls go on at Twilio."""
        if self._understanding is not None:
            await self._understanding.close()

    def hints(self) -> list[str]:
        """Say what to set at the account's numbers."""
        listen = self._chosen.listen
        lines = [
            f"webhooks arrive at {listen.host}:{listen.port}; let {self._address('/twilio/')}"
            " lead there, path unchanged",
            f"a call comes in: {self._address(VOICE)} (POST)",
            f"call status changes: {self._address(STATUS)} (POST)",
            "primary handler fails: a document that stands elsewhere, see docs/twilio.md",
        ]
        if self._chosen.stream_port is not None:
            public = self._chosen.stream_url or self._address(STREAM).replace("http", "ws", 1)
            streams = f"{listen.host}:{self._chosen.stream_port}"
            lines.append(f"media streams arrive at {streams}; let {public} lead there")
        return [*lines, f"set these at {', '.join(self._numbers)}"] if self._numbers else lines

    def _address(self, path: str) -> str:
        return f"{self._chosen.public_base_url}{path}"


def twilio(
    settings: Settings,
    configuration: CenterConfiguration,
    prompts: PromptStore,
    database: Database,
    registry: CollectorRegistry,
    book: PhoneBook,
) -> TwilioProvider:
    """Make the Twilio provider, and its metrics. Raises StartError when a secret cannot be read."""
    chosen = settings.twilio
    account = replace(adapter_settings(chosen), where=book.where)
    understanding = Understanding() if chosen.recogniser == "ours" else None
    telephony = TwilioTelephony(
        account,
        prompts,
        media=prompt_sounds(prompts),
        intents=Intents(database),
        recogniser=understanding.recogniser if understanding is not None else None,
    )
    registry.register(TwilioMetrics(telephony))
    lines = TwilioLines(settings=settings.phones, account=account)
    return TwilioProvider(chosen, telephony, configuration, lines, understanding)


def adapter_settings(chosen: Chosen) -> TwilioSettings:
    """The settings of the process as those of the adapter. Raises StartError."""
    token, later = auth_token(chosen), chosen.auth_token_next.reveal()
    key = ApiKey(sid=chosen.api_key_sid, secret=Secret(chosen.api_key_secret.reveal()))
    return TwilioSettings(
        account_sid=chosen.account_sid,
        auth_tokens=tuple(Secret(text) for text in (token, later) if text),
        api_key=key if chosen.api_key_sid else None,
        shared_keys=shared_keys(chosen.shared_keys_file),
        public_keys=tuple(key for key in (chosen.public_key, chosen.public_key_next) if key),
        public_base_url=chosen.public_base_url,
        region=chosen.region,
        edge=chosen.edge,
        rest_url=chosen.rest_url,
        listen_host=chosen.listen.host,
        listen_port=chosen.listen.port,
        stream_port=chosen.stream_port,
        stream_url=chosen.stream_url,
        devices=chosen.devices,
        device_address=chosen.device_address,
        caller_id=chosen.caller_id,
        application_sid=chosen.application_sid,
        music_url=chosen.music,
        max_calls_per_s=chosen.max_calls_per_s,
        dialect=chosen.dialect,
        say_voice=chosen.voice,
    )


def auth_token(chosen: Chosen) -> str:
    """The token, wherever it is. Raises StartError."""
    if chosen.auth_token or chosen.auth_token_file is None:
        return chosen.auth_token.reveal()
    text = _read(chosen.auth_token_file).strip()
    if not text or len(text.split()) != 1:
        raise StartError(f"{chosen.auth_token_file} holds no token: write it there, alone")
    return text


def shared_keys(file: Path | None) -> tuple[SharedKey, ...]:
    """Keys that sign webhooks, a line each: ``ID SECRET``. Raises StartError."""
    if file is None:
        return ()
    found = []
    for number, line in enumerate(_read(file).splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2:
            raise StartError(f"{file}:{number}: write ID SECRET, with a space between them")
        found.append(SharedKey(key=words[0], secret=Secret(words[1])))
    return tuple(found)


def known_secrets(chosen: Chosen) -> Iterable[str]:
    """Whatever must not be read in a log; files that cannot be read are told of later."""
    yield from (
        chosen.auth_token.reveal(),
        chosen.auth_token_next.reveal(),
        chosen.api_key_secret.reveal(),
    )
    try:
        yield auth_token(chosen)
        for key in shared_keys(chosen.shared_keys_file):
            yield key.secret.reveal()
    except StartError:
        return


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise StartError(f"{file} cannot be read: {problem}") from problem


def prompt_sounds(prompts: PromptStore) -> Callable[[str], Path | None]:
    """Find the file behind a prompt's path, as the desk's own web server does."""

    def sound(path: str) -> Path | None:
        return prompts.path_of(urlsplit(path).path.rpartition("/")[2].removesuffix(".wav"))

    return sound
