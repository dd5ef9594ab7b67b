"""What Twilio Studio's widgets say, read and compute, as prompts and expressions of ours."""

import re
from dataclasses import dataclass, field
from typing import Any

from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.liquid import (
    Hole,
    UntranslatableError,
    expression_of,
    parts_of,
)
from contact_center.content.importing.plain_json import Fields
from contact_center.content.importing.report import Verdict
from contact_center.content.importing.studio_words import EXPRESSIONS

MOST_LOOPS = 5
_MARKUP = re.compile(r"<[^>]*>")
_OF_WIDGET = re.compile(r"widgets\.([\w-]+)\.(.+)\Z", re.ASCII)
_VARIABLE = re.compile(r"flow\.variables\.([\w-]+)\Z", re.ASCII)
_GIVEN = re.compile(
    r"(?:flow\.data|trigger\.request\.parameters|trigger\.parent\.parameters)\.([\w-]+)\Z", re.ASCII
)
_UNSPOKEN = ("caller.name",)


@dataclass(slots=True)
class Talk:
    """Templates in one flow. ``digits`` and ``answers`` are what was read of which widget."""

    draft: FlowDraft
    kinds: dict[str, str]
    digits: set[str] = field(default_factory=set)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def resolve(self, path: str) -> str:
        """Find the expression of a path. Raises UntranslatableError."""
        if path in EXPRESSIONS:
            return EXPRESSIONS[path]
        variable = _VARIABLE.match(path) or _GIVEN.match(path)
        if variable is not None:
            return "vars." + self.draft.variable(variable[1])
        found = _OF_WIDGET.match(path)
        if found is not None:
            return self._of_widget(found[1], found[2], path)
        raise UntranslatableError(f"{path[:60]} has no counterpart")

    def _of_widget(self, widget: str, what: str, path: str) -> str:
        kind = self.kinds.get(widget, "")
        if what == "Digits" and kind == "gather-input-on-call":
            self.digits.add(widget)
            return "vars." + self.draft.variable(f"{widget}_digits")
        if kind in ("make-http-request", "run-function"):
            parsed = what.removeprefix("parsed.")
            if parsed != what and re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", parsed, re.ASCII):
                name = self.draft.variable(f"{widget}_{parsed}")
                self.answers.setdefault(widget, {})[name] = f"string(body.{parsed})"
                return f"vars.{name}"
            if what == "status_code":
                name = self.draft.variable(f"{widget}_status")
                self.answers.setdefault(widget, {})[name] = "string(status)"
                return f"vars.{name}"
        raise UntranslatableError(f"{path[:60]} has no counterpart")

    def expression(self, text: str, line: int, what: str) -> str:
        """Translate a template; what cannot be translated is '' and to do."""
        try:
            return expression_of(text, self.resolve)
        except UntranslatableError as error:
            self.draft.say(line, Verdict.TO_DO, f"{what}: {error}; '' stands there now")
            return "''"

    def prompt(self, properties: Fields, what: str) -> list[Any]:
        """Make the prompt of ``say`` or ``play``, as often as ``loop`` says; may be empty."""
        said = self._said(properties, what) + self._played(properties, what)
        line = properties.lines.get("loop", properties.line)
        try:
            times = int(properties.text("loop") or 1)
        except ValueError:
            times = 1
        if times < 1 or times > MOST_LOOPS:
            words = (
                f"{what}.loop: said {MOST_LOOPS} times, not {'for ever' if times < 1 else times}"
            )
            self.draft.say(line, Verdict.TO_DO, words)
            times = MOST_LOOPS
        return said * times

    def _said(self, properties: Fields, what: str) -> list[Any]:
        written, line = properties.text("say"), properties.lines.get("say", properties.line)
        plain = _MARKUP.sub(" ", written)
        if plain != written:
            self.draft.say(line, Verdict.TO_DO, f"{what}.say: markup is not spoken; it is left out")
        try:
            parts = parts_of(plain, self.resolve)
        except UntranslatableError as error:
            self.draft.say(line, Verdict.TO_DO, f"{what}.say: {error}; it is left out")
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", plain, flags=re.S)
            parts = [plain]
        text = ""
        for part in parts:
            if not isinstance(part, Hole):
                text += part.replace("${", "$ {")
            elif part.source in _UNSPOKEN or "}" in part.source:
                self.draft.say(line, Verdict.TO_DO, f"{what}.say: {part.source} is not spoken")
            else:
                words = f"{what}.say: {part.source} is spoken digit by digit; write as: for others"
                self.draft.say(line, Verdict.TO_DO, words)
                text += f"${{{part.source}}}"
        text = " ".join(text.split())
        return [text] if text.strip(" .,;:!?-") else []

    def _played(self, properties: Fields, what: str) -> list[Any]:
        address, line = properties.text("play"), properties.lines.get("play", properties.line)
        if not address:
            return []
        if "{{" in address or "{%" in address:
            self.draft.say(line, Verdict.LEFT_OUT, f"{what}.play: not always the same file")
            return []
        item = self.draft.recording(address)
        self.draft.say(line, Verdict.TO_DO, f"{what}.play: bring the recording {item['file']}")
        return [item]
