"""From a prompt, as a flow has it, to the items that a provider plays."""

from collections.abc import Callable, Mapping, Sequence

from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.ivr.expressions import Expression, ExpressionFailedError
from contact_center.core.ivr.flow import Prompt, Speech, SpeechKind
from contact_center.core.ivr.spoken import Pause, words

_PATIENCE_US = 20_000_000
_CHARACTER_US = 120_000
_FILE_US = 120_000_000
_TEXT, _FILE = PromptKind.TEXT, PromptKind.FILE


def is_true(condition: Expression, names: Mapping[str, object]) -> bool:
    """Evaluate a condition. Raises ExpressionFailedError, also when the value is no truth value."""
    value = condition.evaluate(names)
    if isinstance(value, bool):
        return value
    raise ExpressionFailedError(f"neither true nor false: {condition.source}")


def speak(
    prompt: Prompt,
    language: str,
    fallback: Sequence[str],
    names: Callable[[], Mapping[str, object]],
) -> tuple[PromptItem, ...]:
    """Make the items of `prompt` in `language`, or in the first of `fallback` it is written in.

    `names` is asked only when an expression needs them. Raises ExpressionFailedError.
    """
    items: list[PromptItem] = []
    for speech in prompt:
        if speech.when is not None and not is_true(speech.when, names()):
            continue
        if speech.kind is SpeechKind.TEXT:
            items.extend(speech.items.get(language) or _instead(speech, fallback))
        elif speech.kind is SpeechKind.VALUE:
            items.extend(_value(speech, language, names()))
        elif speech.kind is SpeechKind.FILE:
            items.append(PromptItem(kind=PromptKind.FILE, text=speech.file, language=language))
        else:
            items.append(PromptItem(kind=PromptKind.SILENCE, ms=speech.ms))
    return tuple(items)


def fallbacks(language: str, chain: Mapping[str, str], default: str) -> tuple[str, ...]:
    """List what stands in for `language`: its fallback, that one's and so on, then the default."""
    found = [language]
    while (instead := chain.get(found[-1])) is not None and instead not in found:
        found.append(instead)
    return (*found[1:], default)


def longest_us(items: Sequence[PromptItem]) -> int:
    """How long to wait for the end of `items` before giving the provider up; on the safe side."""
    total = _PATIENCE_US
    for item in items:
        if item.kind is _TEXT:
            total += len(item.text) * _CHARACTER_US
        elif item.kind is _FILE:
            total += _FILE_US
        else:
            total += item.ms * 1000
    return total


def _instead(speech: Speech, fallback: Sequence[str]) -> tuple[PromptItem, ...]:
    ready = speech.items
    return next((ready[wanted] for wanted in (*fallback, *ready) if wanted in ready), ())


def _value(speech: Speech, language: str, names: Mapping[str, object]) -> list[PromptItem]:
    if speech.value is None:
        return []
    value = speech.value.evaluate(names)
    return [
        PromptItem(kind=PromptKind.SILENCE, ms=word.value)
        if isinstance(word, Pause)
        else PromptItem(kind=PromptKind.TEXT, text=word, language=language)
        for word in words(value, speech.form, language, speech.currency)
    ]
