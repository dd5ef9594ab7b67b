"""Texts of call scripts: words with ``${values}`` in them, in every language at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from contact_center.content.cel_engine import (
    CelExpression,
    ExpressionRefusedError,
    check_type,
    compile_expression,
)
from contact_center.content.flow_shapes import LanguagesShape
from contact_center.content.problems import did_you_mean
from contact_center.content.script_shapes import PartShape
from contact_center.content.yaml_source import Document, Path
from contact_center.core.scripting.script import Piece, Text
from contact_center.core.scripting.texts import FORMS

Names = Mapping[str, Mapping[str, object]]
_VALUE = re.compile(r"\$\{([^{}]*)\}")
_READ = re.compile(r"\banswers\s*\.\s*(\w+)")
_BAR = re.compile(r"(?<!\|)\|(?!\|)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass(slots=True)
class Writer:
    """Builds the texts of one script, and compiles its expressions."""

    document: Document
    languages: LanguagesShape
    names: Names
    secrets: frozenset[str] = frozenset()
    fragments: dict[str, Text] = field(default_factory=dict)
    all_fragments: frozenset[str] = frozenset()

    @property
    def offered(self) -> tuple[str, ...]:
        """The default language and all others, once each."""
        return tuple(dict.fromkeys((self.languages.default, *self.languages.offered)))

    def text(self, parts: Sequence[PartShape] | None, path: Path) -> Text:
        """Build one text: what every offered language reads."""
        if parts is None:
            return {}
        whole: dict[str, tuple[Piece, ...]] = dict.fromkeys(self.offered, ())
        for index, part in enumerate(parts):
            here = (*path, index)
            if part.fragment is not None:
                found = self._fragment(part.fragment, (*here, "fragment"))
            else:
                found = self._words(part.text or {}, (*here, "text"))
            gap = (Piece(text="\n\n"),) if index else ()
            when = None if part.when is None else self.condition(part.when, (*here, "when"))
            for tag in whole:
                whole[tag] += _under(gap + found.get(tag, ()), when)
        return whole

    def value(self, written: str | float, path: Path) -> CelExpression | None:
        """Compile something whose value is a number; None if it was refused."""
        return self._expression(str(written), path, None)

    def condition(self, source: str, path: Path) -> CelExpression | None:
        """Compile something that has to be true or false; None if it was refused."""
        return self._expression(source, path, bool)

    def _fragment(self, name: str, path: Path) -> Text:
        if name not in self.fragments and name in self.all_fragments:
            message = f'the fragment "{name}" is not whole yet here'
            hint = "a fragment is made of those above it: move it up; a circle has no end"
            self.document.report(path, "E027", message, hint)
        elif name not in self.fragments:
            hint = did_you_mean(name, self.fragments, "define it under fragments")
            self.document.report(path, "E027", f'there is no fragment "{name}"', hint)
        return self.fragments.get(name, {})

    def _words(self, written: Mapping[str, str], path: Path) -> Text:
        if "" in written:
            pieces = self._pieces(written[""], path)
            if len(self.offered) > 1:
                others = ", ".join(tag for tag in self.offered if tag != self.languages.default)
                self.document.report(
                    path, "E050", f"one text, and {others} is offered", "write one per language"
                )
            return dict.fromkeys(self.offered, pieces)
        built: dict[str, tuple[Piece, ...]] = {}
        for tag, words in written.items():
            if tag not in self.offered:
                hint = did_you_mean(tag, self.offered, "add it under languages: offered")
                message = f'"{tag}" is not offered'
                self.document.report((*path, tag), "E105", message, hint, key=True)
                continue
            built[tag] = self._pieces(words, (*path, tag))
        self._check_languages(built, path)
        return {tag: built.get(self._instead(tag, built), ()) for tag in self.offered}

    def _instead(self, tag: str, built: Text) -> str:
        return tag if tag in built else self.languages.fallback.get(tag, "")

    def _check_languages(self, built: Text, path: Path) -> None:
        missing = [tag for tag in self.offered if self._instead(tag, built) not in built]
        if missing:
            hint = f"add {missing[0]}:"
            self.document.report(path, "E050", f"no text in {', '.join(missing)}", hint)
        shown = {tag: _values(pieces) for tag, pieces in built.items()}
        if len(set(shown.values())) > 1:
            self.document.report(
                path, "E052", "the languages show different values", "show the same in all of them"
            )

    def _pieces(self, words: str, path: Path) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        done = 0
        for found in _VALUE.finditer(words):
            pieces += [Piece(text=words[done : found.start()])] if found.start() > done else []
            pieces += self._value(found[1], path)
            done = found.end()
        rest = words[done:]
        if "${" in rest:
            self.document.report(path, "E012", "a ${ without its }", "write ${customer.name}")
        return (*pieces, *([Piece(text=rest)] if rest else []))

    def _value(self, written: str, path: Path) -> list[Piece]:
        source, *behind = _split(written)
        form = instead = ""
        for part in behind:
            word, _, more = part.partition(" ")
            if word == "else":
                instead = more.strip()
            elif word in FORMS and not more:
                form = word
            else:
                hint = did_you_mean(word, [*FORMS, "else"], f"one of {', '.join(FORMS)}, else")
                self.document.report(path, "E012", f'a value cannot be shown as "{part}"', hint)
        expression = self._expression(source, path, None)
        if expression is None:
            return []
        return [Piece(value=expression, form=form, instead=instead)]

    def _expression(self, source: str, path: Path, wanted: type | None) -> CelExpression | None:
        if self.secrets & set(_READ.findall(source)):
            self.document.report(
                path, "E042", "a secret answer cannot be read", "it is kept nowhere"
            )
            return None
        try:
            expression = compile_expression(source, self.names)
            check_type(expression, self.names, wanted)
        except ExpressionRefusedError as error:
            hint = error.hint or "write it as in: answers.roses >= 50 && customer.known"
            self.document.report(path, error.code, str(error), hint)
            return None
        return expression


def _under(pieces: tuple[Piece, ...], when: CelExpression | None) -> tuple[Piece, ...]:
    """Put pieces under a condition. Fragments have none of their own inside."""
    if when is None:
        return pieces
    return tuple(replace(piece, when=when) for piece in pieces)


def _split(written: str) -> list[str]:
    """Split at bars that stand by themselves and outside quotes."""
    bare = _QUOTED.sub(lambda found: "'" + "q" * (len(found[0]) - 2) + "'", written)
    ends = [found.start() for found in _BAR.finditer(bare)]
    starts = [0, *(end + 1 for end in ends)]
    return [
        written[start:end].strip() for start, end in zip(starts, [*ends, len(written)], strict=True)
    ]


def _values(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    return tuple(sorted(piece.value.source for piece in pieces if piece.value is not None))
