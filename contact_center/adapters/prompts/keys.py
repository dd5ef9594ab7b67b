"""What a prompt is called: a hash of everything that decides how it sounds."""

import hashlib
import re
import unicodedata

# Raised when the making of a file changes, so that what was made before is made again.
_RECIPE = "1"
_KEY = re.compile(r"[0-9a-f]{64}\Z")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\Z")


def is_key(text: str) -> bool:
    """Say whether `text` could be a prompt's key; nothing else is ever looked up on disk."""
    return _KEY.match(text) is not None


def is_file_name(text: str) -> bool:
    """Say whether `text` may name a prerecorded file or a language's folder."""
    return _NAME.match(text) is not None and ".." not in text


def normalise(text: str) -> str:
    """The text as it is spoken: composed, control characters and runs of space as one space."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in composed)
    return " ".join(plain.split())


def key_of_text(engine: str, voice: str, manner: str, language: str, text: str, rate: int) -> str:
    """The key of spoken text (normalised already)."""
    return _hash("text", engine, voice, manner, language.casefold(), text, str(rate))


def key_of_file(content: bytes, rate: int) -> str:
    """The key of a prerecorded file: what is in it, not what it is called."""
    return _hash("file", hashlib.sha256(content).hexdigest(), str(rate))


def _hash(*parts: str) -> str:
    # Lengths keep ("a", "bc") and ("ab", "c") apart.
    whole = "".join(f"{len(part)}:{part}" for part in (_RECIPE, *parts))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
