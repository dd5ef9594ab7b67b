"""What a flow may ever say: the list that is rendered when the flow is published."""

from collections.abc import Iterator

from contact_center.core.ivr.flow import (
    AnyNode,
    Collect,
    FlowBundle,
    HangUp,
    Menu,
    Play,
    Prompt,
    Queue,
    Speech,
    SpeechKind,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.numbers import fragments

Spoken = tuple[str, str]
"""A text, or the name of a recorded file, and a language."""


def texts_of(bundle: FlowBundle) -> set[Spoken]:
    """List every text in every language, and the fragments that computed values are made of."""
    found: set[Spoken] = set()
    languages = {bundle.language}
    has_values = False
    for speech in _speeches(bundle):
        found |= {(text, language) for language, text in speech.texts.items()}
        languages |= set(speech.texts)
        has_values |= speech.kind is SpeechKind.VALUE
    if has_values:
        found |= {(text, language) for language in languages for text in fragments(language)}
    return found


def files_of(bundle: FlowBundle) -> set[Spoken]:
    """List every recorded file, in the flow's own language."""
    return {
        (speech.file, bundle.language)
        for speech in _speeches(bundle)
        if speech.kind is SpeechKind.FILE
    }


def _speeches(bundle: FlowBundle) -> Iterator[Speech]:
    yield from bundle.farewell
    for node in bundle.nodes.values():
        for prompt in _prompts(node):
            yield from prompt


def _prompts(node: AnyNode) -> Iterator[Prompt]:
    if isinstance(node, Play | Menu | Collect | Queue | Voicemail | Transfer | HangUp):
        yield node.say
    if isinstance(node, Menu | Collect):
        yield from (failure.say for failure in (*node.on_no_input, *node.on_no_match))
