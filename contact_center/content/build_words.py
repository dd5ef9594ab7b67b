"""Building what callers may say instead of pressing a key, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import NodeBuilder, either
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path
from contact_center.core.ivr.flow import Confidence, Edge
from contact_center.core.ivr.utterances import base_of, tokens, yes_no_words

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By key and language."""


def menu_words(
    b: NodeBuilder, s: shapes.MenuShape, keys: Mapping[str, Edge], path: Path
) -> dict[str, Any]:
    """Build the words of a menu; each option is named by its key, or by the node it leads to."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, phrases in s.words.items():
        here = (*path, "words", name)
        key = _key_of(b, name, keys, here)
        if key is not None:
            written = found.setdefault(key, {})
            for language, said in _by_language(b, phrases, here).items():
                written[language] = (*written.get(language, ()), *said)
    _check_same(b, found, (*path, "words"))
    return _with(b, s, found)


def yes_no(
    b: NodeBuilder,
    s: shapes.ConfirmShape | shapes.ReadBackShape,
    yes: str,
    no: str,
    path: Path,
) -> dict[str, Any]:
    """Build the words of a question for yes or no: those that are written, or what people say.

    The latter only where words are asked for by `input`.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    if s.words is not None:
        for key, name, phrases in ((yes, "yes", s.words.yes), (no, "no", s.words.no)):
            found[key] = _by_language(b, phrases, (*path, "words", name))
        _check_same(b, found, (*path, "words"))
    elif "words" in (_input(b, s) or ()):
        for language in b.speaker.offered:
            for key, name in ((yes, "yes"), (no, "no")):
                said = yes_no_words(language).get(name, ())
                found.setdefault(key, {}).update({language: said} if said else {})
    return _with(b, s, found)


_Asks = shapes.MenuShape | shapes.ConfirmShape | shapes.ReadBackShape


def _input(b: NodeBuilder, s: _Asks) -> Sequence[str] | None:
    return either(getattr(s, "input", None), b.header.defaults.input)  # type: ignore[no-any-return]


def _with(b: NodeBuilder, s: _Asks, words: Words) -> dict[str, Any]:
    ways = _input(b, s)
    if ways is not None and "words" not in ways:
        return {}
    sure = either(s.confidence, b.header.defaults.confidence)
    if not words:
        return {}
    return {"words": words, "confidence": Confidence(reject=sure.reject, accept=sure.accept)}


def _key_of(b: NodeBuilder, name: str, keys: Mapping[str, Edge], path: Path) -> str | None:
    if name in keys:
        return name
    leading = [key for key, edge in keys.items() if edge.goto == name]
    if len(leading) == 1:
        return leading[0]
    if leading:
        message = f'the keys {", ".join(leading)} all lead to "{name}"'
        b.document.report(path, "E033", message, f'name the option by its key: "{leading[0]}"',
                          key=True)  # fmt: skip
    else:
        known = [*keys, *(edge.goto for edge in keys.values())]
        hint = did_you_mean(name, known, "whoever is not understood needs a key")
        b.document.report(path, "E033", f'no key of this menu is or leads to "{name}"', hint,
                          key=True)  # fmt: skip
    return None


def _by_language(
    b: NodeBuilder, phrases: Mapping[str, Sequence[str]], path: Path
) -> dict[str, tuple[str, ...]]:
    offered = b.speaker.offered
    found: dict[str, tuple[str, ...]] = {}
    for language, said in phrases.items():
        if language and language not in offered:
            hint = did_you_mean(language, offered)
            message = f'"{language}" is not offered'
            b.document.report((*path, language), "E105", message, hint, key=True)
            continue
        found[language or offered[0]] = tuple(dict.fromkeys(" ".join(one.split()) for one in said))
    spoken = {base_of(language) for language in found}
    missing = [language for language in offered if base_of(language) not in spoken]
    if missing and found:
        b.document.warn(
            path,
            "W103",
            f"no words in {', '.join(missing)}: there callers can only press the key",
            f"write {{{offered[0]}: [...], {missing[0]}: [...]}}",
            key=True,
        )
    return found


def _check_same(b: NodeBuilder, words: Words, path: Path) -> None:
    """Report a phrase that two options share: nobody could choose either by it."""
    owner: dict[tuple[str, tuple[str, ...]], str] = {}
    for key, by_language in words.items():
        for language, phrases in by_language.items():
            for phrase in phrases:
                same = owner.setdefault((base_of(language), tokens(phrase)), key)
                if same != key:
                    b.document.report(
                        path,
                        "E038",
                        f'"{phrase}" is said for two options, {same} and {key}',
                        "use another word for one of them",
                        key=True,
                    )
