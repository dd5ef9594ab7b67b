"""What prompts sound like on Twilio: addresses below our public base that it fetches. Pure.

Twilio knows silence in whole seconds only; shorter ones, which make spoken numbers sound right, are
sounds of ours. What a caller recorded is fetched through us too, by an address that cannot be
guessed, for it is nobody else's.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from contact_center.adapters.twilio.tones import MOST_SILENCE_MS
from contact_center.adapters.twilio.urls import Urls
from contact_center.adapters.twilio.wanted import Sound
from contact_center.core.commands import RINGING, PromptItem, PromptKind
from contact_center.core.ids import RecordingId, is_safe_id
from contact_center.ports import PromptSource

RECORDINGS = "recordings"
TONES = "tones"
_RING_MS = 6_000
_MOST_RINGS = 100
_BEEP_MS = 400
_LOCALES = {
    "da": "da-DK", "de": "de-DE", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "it": "it-IT",
    "ja": "ja-JP", "ko": "ko-KR", "nb": "nb-NO", "nl": "nl-NL", "pl": "pl-PL", "pt": "pt-BR",
    "ru": "ru-RU", "sv": "sv-SE", "tr": "tr-TR", "zh": "cmn-CN",
}  # fmt: skip
_LOCALE = re.compile(r"[a-z]{2,3}(?:-(?:[A-Z]{2}|\d{3}))?\Z")


def locale(language: str) -> str:
    """Give the name by which Twilio knows a language; "" leaves it to Twilio."""
    name = _LOCALES.get(language, language)
    return name if _LOCALE.match(name) else ""


class Sounds:
    """Finds what is to be played. `key` makes the addresses of recordings hard to guess."""

    def __init__(self, prompts: PromptSource, urls: Urls, key: bytes) -> None:
        self._prompts = prompts
        self._urls = urls
        self._key = key

    def find(self, items: Sequence[PromptItem]) -> tuple[Sound, ...] | None:
        """Give the sounds of a prompt, None when one of them (or all of it) is missing."""
        found = [self._sound(item) for item in items]
        sounds = tuple(sound for sound in found if sound is not None)
        return sounds if sounds and len(sounds) == len(found) else None

    def us(self, items: Sequence[PromptItem]) -> int | None:
        """Say how long a prompt lasts, in microseconds; None when that is not known."""
        total = 0
        for item in items:
            ms: int | None = item.ms
            if item.kind is PromptKind.TEXT:
                ms = self._prompts.duration_ms(item.text, item.language)
            elif item.kind is PromptKind.FILE:
                ms = None
            elif item.kind is PromptKind.TONE:
                ms = self._rings(item) * _RING_MS if item.text == RINGING else _BEEP_MS
            if ms is None:
                return None
            total += ms * 1000
        return total

    def _sound(self, item: PromptItem) -> Sound | None:
        match item.kind:
            case PromptKind.TEXT:
                url = self._prompts.media_url(item.text, item.language)
                if url is None and item.text.strip():
                    return Sound(text=item.text, language=locale(item.language))
                return self._at(url)
            case PromptKind.FILE:
                return self._at(self._prompts.file_url(item.text, item.language))
            case PromptKind.SILENCE:
                return self._silence(item.ms)
            case PromptKind.TONE:
                name, loop = ("ringing", self._rings(item)) if item.text == RINGING else ("beep", 1)
                return Sound(url=self._urls.media(f"{TONES}/{name}.wav"), loop=loop)
            case PromptKind.RECORDING:
                recording = RecordingId(item.text)
                if not is_safe_id(recording):
                    return None
                path = f"{RECORDINGS}/{self.token(recording)}/{recording}.wav"
                return Sound(url=self._urls.media(path))

    def _silence(self, ms: int) -> Sound:
        if ms >= MOST_SILENCE_MS or ms % 1000 == 0:
            return Sound(rest_s=max(1, -(-ms // 1000)))
        return Sound(url=self._urls.media(f"{TONES}/silence-{max(20, ms)}.wav"))

    def _at(self, url: str | None) -> Sound | None:
        if url is None:
            return None
        path = urlsplit(url).path
        try:
            return Sound(url=self._urls.media(path))
        except ValueError:
            return None

    @staticmethod
    def _rings(item: PromptItem) -> int:
        return min(_MOST_RINGS, max(1, item.ms // _RING_MS))

    def token(self, recording: RecordingId) -> str:
        """Make the part of a recording's address that cannot be guessed."""
        return hmac.new(self._key, recording.encode(), hashlib.sha256).hexdigest()[:32]
