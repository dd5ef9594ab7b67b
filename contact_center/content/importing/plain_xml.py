"""XML as a person writes configurations: elements with attributes, and the lines they stand on.

Read with expat alone, which opens no other file. A document type is refused, and with it every
entity: a few lines of those can fill a machine's memory. So no further library is needed.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from contact_center.content.importing.report import Report, Verdict

_INCLUDES = ("#include", "#exec")


class XmlError(ValueError):
    """The text cannot be read; the message says where."""


@dataclass(slots=True)
class Element:
    """An element. ``inside`` are those within it, in order."""

    name: str
    attributes: dict[str, str]
    line: int
    inside: list["Element"] = field(default_factory=list)

    def within(self, *names: str) -> list["Element"]:
        """The elements at a path of names below this one."""
        found = [self]
        for name in names:
            found = [inner for element in found for inner in element.inside if inner.name == name]
        return found


class _Reader:
    def __init__(self, file: str, text: str, report: Report) -> None:
        self._file, self._report = file, report
        self._lines = text.splitlines()
        self.root = Element("", {}, 0)
        self._open = [self.root]
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        element = Element(name, attributes, line)
        self._open[-1].inside.append(element)
        self._open.append(element)
        self._report.expect(self._file, line, self._lines[line - 1])

    def _end(self, _name: str) -> None:
        self._open.pop()
        line = self.parser.CurrentLineNumber
        if self._lines[line - 1].strip().startswith("</"):
            self._report.expect(self._file, line, self._lines[line - 1])
            self._report.say(self._file, line, Verdict.COMMENT)

    def _comment(self, text: str) -> None:
        first = self.parser.CurrentLineNumber
        is_include = text.strip().startswith(_INCLUDES)
        verdict = Verdict.LEFT_OUT if is_include else Verdict.COMMENT
        words = "another file, which is not followed" if is_include else ""
        for line in range(first, first + text.count("\n") + 1):
            if self._lines[line - 1].strip():
                self._report.expect(self._file, line, self._lines[line - 1])
                self._report.say(self._file, line, verdict, words)

    def _doctype(self, *_: object) -> None:
        raise XmlError(f"{self._file}:{self.parser.CurrentLineNumber}: a document type is refused")


def read_xml(file: str, text: str, report: Report) -> Element:
    """Read a text; every line with an element is expected in the report. Raises XmlError."""
    reader = _Reader(file, text, report)
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise XmlError(f"{file}:{error.lineno}:{error.offset + 1}: {message}") from None
    return reader.root
