"""What the parts of a center may name: each look-up reports what is not there, and where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contact_center.content.problems import Problem, did_you_mean
from contact_center.content.yaml_source import Document, Path, Place
from contact_center.core.skills import RequirementError, requirement


@dataclass(slots=True, kw_only=True)
class References:
    """Names by kind, those of entries with errors too. `text` is what `document` was read from."""

    document: Document
    text: str
    skills: Collection[str]
    queues: Collection[str]
    agents: Collection[str]
    calendars: Collection[str]
    dispositions: Collection[str]

    def skill(self, name: str, path: Path, *, key: bool = False) -> None:
        """Report a skill that is not declared."""
        hint = "declare it under skills"
        self._known("E029", "skill", name, self.skills, path, hint, key=key)

    def queue(self, name: str, path: Path) -> None:
        """Report a queue that does not exist."""
        self._known("E024", "queue", name, self.queues, path, "")

    def agent(self, name: str, path: Path, hint: str = "") -> None:
        """Report an agent who does not exist."""
        self._known("E036", "agent", name, self.agents, path, hint)

    def calendar(self, name: str, path: Path) -> None:
        """Report a calendar that does not exist; "" is none."""
        if name:
            hint = "define it under calendars"
            self._known("E025", "calendar", name, self.calendars, path, hint)

    def disposition(self, name: str, path: Path) -> None:
        """Report a disposition that does not exist."""
        hint = "add it under dispositions"
        self._known("E028", "disposition", name, self.dispositions, path, hint)

    def levels(self, skills: Mapping[str, int], path: Path) -> None:
        """Check the skills of a mapping."""
        for skill in skills:
            self.skill(skill, (*path, skill), key=True)

    def requirement(self, text: str, path: Path) -> str:
        """Check a skill expression; gives it, or "" when it cannot be read."""
        try:
            asked = requirement(text)
        except RequirementError as error:
            hint = 'write it as in "es >= 30 and (cards or fraud)"'
            self._inside(path, text, error.at, "E090", f"{error}", hint)
            return ""
        for skill in asked.mentions:
            if skill not in self.skills:
                hint = did_you_mean(skill, self.skills, "declare it under skills")
                at = _word(text, skill)
                self._inside(path, text, at, "E029", f'there is no skill "{skill}"', hint)
        return asked.text

    def _known(
        self,
        code: str,
        kind: str,
        name: str,
        known: Collection[str],
        path: Path,
        hint: str,
        *,
        key: bool = False,
    ) -> None:
        if name not in known:
            self.document.report(
                path, code, f'there is no {kind} "{name}"', did_you_mean(name, known, hint), key=key
            )

    def _inside(self, path: Path, text: str, at: int, code: str, message: str, hint: str) -> None:
        """Report a problem `at` an offset within the text that stands at `path`."""
        place = _within(self.text, self.document.place(path), text, at)
        self.document.problems.append(
            Problem(
                file=self.document.file,
                line=place.line,
                column=place.column,
                code=code,
                message=message,
                hint=hint,
            )
        )


def _word(text: str, word: str) -> int:
    """Where `word` stands by itself in `text`."""
    at = text.find(word)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
        if not any(c.isalnum() or c in "._-" for c in around):
            return at
        at = text.find(word, at + 1)
    return 0


def _within(source: str, place: Place, text: str, at: int) -> Place:
    """Where offset `at` of a text stands, if the text is on one line as it is; else its begin."""
    lines = source.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    begin = place.column - 1
    begin += line[begin : begin + 1] in ("'", '"')
    at += len(text[at:]) - len(text[at:].lstrip())
    return Place(place.line, begin + at + 1) if line.startswith(text, begin) else place
