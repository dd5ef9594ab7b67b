"""What a flow may ever say: the list that is rendered when the flow is published."""

from collections.abc import Iterable, Iterator

from contact_center.core.ivr import phrases
from contact_center.core.ivr.flow import (
    AnyNode,
    Collect,
    FlowBundle,
    HangUp,
    Lookup,
    Menu,
    Play,
    Prompt,
    Queue,
    Speech,
    SpeechKind,
    Survey,
    Transfer,
    ValueForm,
    Voicemail,
)
from contact_center.core.ivr.numbers import fragments
from contact_center.core.ivr.spoken import fragments_of
from contact_center.core.ivr.utterances import asked_back, doubt_menu
from contact_center.core.waiting_room import WaitingRoom

Spoken = tuple[str, str]
"""A text, or the name of a recorded file, and a language."""


def texts_of(bundle: FlowBundle) -> set[Spoken]:
    """List every text in every language, and the fragments that computed values are made of."""
    found = _texts(_speeches(bundle), bundle.language)
    return found.union(*(texts_of(called) for called in bundle.subflows.values()))


def texts_of_room(room: WaitingRoom, languages: Iterable[str]) -> set[Spoken]:
    """List what may be said in a queue to callers, who speak any of `languages`."""
    spoken = tuple(languages)
    found: set[Spoken] = set()
    for language in spoken:
        found |= _texts(_in_room(room), language)
    tells = room.announce_every_us > 0 or bool(room.keys)
    for language in {language for _, language in found} | set(spoken) if tells else ():
        found |= {(text, language) for text in (*phrases.texts(language), *fragments(language))}
    return found


def files_of_room(room: WaitingRoom, languages: Iterable[str]) -> set[Spoken]:
    """List the recorded files of a room, in each language."""
    files = {speech.file for speech in _in_room(room) if speech.kind is SpeechKind.FILE}
    return {(file, language) for file in files for language in languages}


def _texts(speeches: Iterable[Speech], language: str) -> set[Spoken]:
    found: set[Spoken] = set()
    languages = {language}
    forms: set[tuple[ValueForm, str]] = set()
    for speech in speeches:
        found |= {(text, of) for of, text in speech.texts.items()}
        languages |= set(speech.texts)
        if speech.kind is SpeechKind.VALUE:
            forms.add((speech.form, speech.currency))
    for form, currency in forms:
        found |= {(text, of) for of in languages for text in fragments_of(form, of, currency)}
    return found


def files_of(bundle: FlowBundle) -> set[Spoken]:
    """List every recorded file, in the flow's own language."""
    found = {
        (speech.file, bundle.language)
        for speech in _speeches(bundle)
        if speech.kind is SpeechKind.FILE
    }
    return found.union(*(files_of(called) for called in bundle.subflows.values()))


def _speeches(bundle: FlowBundle) -> Iterator[Speech]:
    yield from bundle.farewell
    for node in bundle.nodes.values():
        for prompt in _prompts(node):
            yield from prompt


def _in_room(room: WaitingRoom) -> Iterator[Speech]:
    for prompt in (room.greeting, *room.comfort, room.offer, room.whisper):
        yield from prompt


def _prompts(node: AnyNode) -> Iterator[Prompt]:
    yield node.say_first
    if isinstance(node, Play | Menu | Collect | Queue | Voicemail | Transfer | HangUp):
        yield node.say
    if isinstance(node, Transfer):
        yield node.ask
    if isinstance(node, Menu | Collect):
        yield node.short
        yield from (failure.say for failure in (*node.on_no_input, *node.on_no_match))
    if isinstance(node, Collect) and node.confirm is not None:
        yield node.confirm.say
    if isinstance(node, Menu):
        yield from (doubt_menu(node, language, phrase).say for language, phrase in asked_back(node))
    if isinstance(node, Voicemail) and node.review is not None:
        yield node.review.say
    if isinstance(node, Survey):
        yield node.retry
        yield from (question.ask.say for question in node.questions)
    if isinstance(node, Lookup):
        yield node.filler
