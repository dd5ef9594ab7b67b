"""Prompts as written -> prompts as the interpreter plays them, in every language at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contact_center.content.cel_engine import (
    CelExpression,
    ExpressionRefusedError,
    check_type,
    compile_expression,
)
from contact_center.content.flow_shapes import ItemShape, LanguagesShape
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ivr.flow import Prompt, Speech, SpeechKind, ValueForm

FileExists = Callable[[str, str], bool]
"""Is there a prerecorded file of this name in this language?"""

_INTERPOLATION = re.compile(r"\$\{([^{}]*)\}")
_WORDS_IN = re.compile(r"\w")
_SPELT_NAMES = frozenset({"customer.name", "customer.tier", "caller.name", "customer.language"})
_TEXTS: Mapping[str | None, str] = {"date": "2026-11-23", "time": "17:30"}
Names = Mapping[str, Mapping[str, object]]


@dataclass(slots=True)
class Speaker:
    """Builds the prompts of one flow, and compiles its expressions."""

    document: Document
    languages: LanguagesShape
    names: Names
    file_exists: FileExists
    library: dict[str, Prompt] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """The default language and all others, once each."""
        return tuple(dict.fromkeys((self.languages.default, *self.languages.offered)))

    def load_library(
        self, prompts: Mapping[str, Sequence[ItemShape]], written: Iterable[str] = ()
    ) -> None:
        """Build the flow's prompt library; `written` are all names, those with errors too."""
        self.library.update(dict.fromkeys(written, ()))
        for name, items in prompts.items():
            self.library[name] = self.prompt(items, ("prompts", name), in_library=True)

    def prompt(self, items: Sequence[ItemShape], path: Path, *, in_library: bool = False) -> Prompt:
        """Build one prompt. What is wrong is reported and left out."""
        built: list[Speech] = []
        for index, item in enumerate(items):
            here = (*path, index)
            when = self.condition(item.when, (*here, "when")) if item.when is not None else None
            speeches = self._item(item, here, in_library=in_library)
            built.extend(_under(speech, when) for speech in speeches)
        return tuple(built)

    def condition(self, source: str, path: Path) -> CelExpression | None:
        """Compile something that has to be true or false."""
        return self.expression(source, path, bool)

    def expression(self, source: str, path: Path, wanted: type | None) -> CelExpression | None:
        """Compile an expression whose value is a `wanted` (None: any value); None if refused."""
        try:
            expression = compile_expression(source, self.names)
            check_type(expression, self.names, wanted)
        except ExpressionRefusedError as error:
            self.document.report(path, error.code, str(error), error.hint)
            return None
        return expression

    def _item(self, item: ItemShape, path: Path, *, in_library: bool) -> Sequence[Speech]:
        if item.prompt is not None:
            return self._from_library(item.prompt, (*path, "prompt"), in_library=in_library)
        if item.file is not None:
            self._check_file(item.file, (*path, "file"))
            return (Speech(kind=SpeechKind.FILE, file=item.file),)
        if item.silence is not None:
            return (Speech(kind=SpeechKind.SILENCE, ms=item.silence // 1000),)
        if item.value is not None:
            return self._value(item.value, item.form, (*path, "value"), item.currency or "")
        return self._text(item.text or {}, (*path, "text"), in_library=in_library)

    def _from_library(self, name: str, path: Path, *, in_library: bool) -> Prompt:
        if in_library:
            self.document.report(
                path, "E012", "a library prompt cannot name another one", "write the text out"
            )
            return ()
        if name not in self.library:
            self.document.report(
                path,
                "E027",
                f'there is no prompt "{name}"',
                did_you_mean(name, self.library, "define it under prompts"),
            )
        return self.library.get(name, ())

    def _check_file(self, name: str, path: Path) -> None:
        missing = [lang for lang in self.offered if not self.file_exists(name, lang)]
        if missing:
            self.document.report(
                path,
                "E051",
                f'there is no prompt file "{name}" in {", ".join(missing)}',
                f"record {name}.wav in the folder {missing[0]} of the prompt files, "
                "or write a text",
            )

    def _value(
        self, source: str, form: str | None, path: Path, currency: str = ""
    ) -> Sequence[Speech]:
        expression = self.expression(source, path, None)
        if expression is None:
            return ()
        sample = self.sample(expression)
        if isinstance(sample, bool):
            self.document.report(
                path,
                "E041",
                f"{source} is true or false: it cannot be spoken",
                'use it in a "when"',
            )
        if source.strip() in _SPELT_NAMES:
            self.document.warn(
                path,
                "E041",
                f"{source} would be spelt letter by letter",
                "names cannot be spoken; leave it out",
            )
        if form in _TEXTS and isinstance(sample, int | float) and not isinstance(sample, bool):
            self.document.report(
                path,
                "E041",
                f"{source} is a number, and a {form} is a text such as {_TEXTS[form]}",
                "keep it in a string",
            )
        is_number = isinstance(sample, int | float)
        chosen = ValueForm(form) if form else ValueForm.NUMBER if is_number else ValueForm.DIGITS
        return (Speech(kind=SpeechKind.VALUE, value=expression, form=chosen, currency=currency),)

    def sample(self, expression: CelExpression) -> object:
        """Give the value of an expression on sample values; None when it depends on them."""
        try:
            return expression.evaluate(self.names)
        except Exception:  # noqa: BLE001 - depends on the value; run time has an edge for it
            return None

    def _text(
        self, written: Mapping[str, str], path: Path, *, in_library: bool
    ) -> Sequence[Speech]:
        texts = {language or self.languages.default: text for language, text in written.items()}
        if not self._check_languages(written, texts, path, in_library=in_library):
            return ()
        pieces = {language: _INTERPOLATION.split(text) for language, text in texts.items()}
        for language, parts in pieces.items():
            if any("${" in part for part in parts[::2]):
                self.document.report(
                    (*path, language), "E090", "${ without its }", "close it: ${vars.name}"
                )
                return ()
        shapes = {_outline(parts) for parts in pieces.values()}
        if len(shapes) > 1:
            self.document.report(
                path,
                "E052",
                "the languages interpolate different values, or in another order",
                "use the same ${...} in the same places in every language, or split the text",
            )
            return ()
        return self._joined(pieces, path)

    def _joined(self, pieces: Mapping[str, list[str]], path: Path) -> Sequence[Speech]:
        speeches: list[Speech] = []
        for index, part in enumerate(next(iter(pieces.values()), [])):
            if index % 2:
                speeches.extend(self._value(part.strip(), None, path))
            elif _WORDS_IN.search(part):
                texts = {
                    language: " ".join(parts[index].split()) for language, parts in pieces.items()
                }
                speeches.append(Speech(kind=SpeechKind.TEXT, texts=texts))
        return speeches

    def _check_languages(
        self, written: Mapping[str, str], texts: Mapping[str, str], path: Path, *, in_library: bool
    ) -> bool:
        before = len(self.document.problems)
        for language, text in texts.items():
            if language not in self.offered:
                self.document.report(
                    (*path, language),
                    "E105",
                    f'"{language}" is not offered',
                    did_you_mean(language, self.offered),
                    key=True,
                )
            if not _WORDS_IN.search(text):
                self.document.report(
                    (*path, language), "E050", "an empty text", "write what to say"
                )
        on_purpose = len(texts) == 1 and "" not in written and not in_library
        missing = [lang for lang in self.offered if not self._covered(lang, texts)]
        if missing and not on_purpose:
            self.document.report(
                path,
                "E050",
                f"no text in {', '.join(missing)}",
                f"write {{{self.languages.default}: ..., {missing[0]}: ...}}, or give "
                "the language a fallback under languages",
            )
        return len(self.document.problems) == before

    def _covered(self, language: str, texts: Mapping[str, str]) -> bool:
        seen = set()
        while language not in seen:
            if language in texts:
                return True
            seen.add(language)
            language = self.languages.fallback.get(language, language)
        return False


def _outline(parts: Sequence[str]) -> tuple[str | bool, ...]:
    """What a split text has in common with its translations: values, and where words stand."""
    return tuple(
        part.strip() if index % 2 else bool(_WORDS_IN.search(part))
        for index, part in enumerate(parts)
    )


def _under(speech: Speech, when: CelExpression | None) -> Speech:
    if when is None:
        return speech
    if speech.when is not None:
        when = CelExpression(f"({when.source}) && ({speech.when.source})")
    return replace(speech, when=when)
