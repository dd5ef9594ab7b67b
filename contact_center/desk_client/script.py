"""A call script at a terminal: its page as lines of text, and what is typed as commands.

What is typed is one line. Nothing goes on; ``back`` goes back; ``said`` confirms what had to be
said; ``yes`` and ``no`` are what they say to an offer. Anything else answers the first question
that has no answer; ``2=VALUE`` or ``NAME=VALUE`` answers that one, and ``2=`` takes an answer back.
An option is given by its number or its code, several with commas. ``!1`` opens the first objection,
``close`` and ``take`` leave it; ``@1`` presses the first button; ``?1`` puts the first hint away,
``?1 take`` follows it.
"""

from typing import Any, Final

HELP: Final = (
    "script: Enter next, back, said, yes, no; VALUE, 2=VALUE or NAME=VALUE answers;\n"
    "  !1 objection, close, take; @1 button; ?1 hint seen, ?1 take"
)
_MOVES: Final = {
    "": "next",
    "next": "next",
    "back": "back",
    "<": "back",
    "said": "confirm",
    "close": "close",
    "take": "take",
}
_TO_AN_OFFER: Final = {"yes": "accepted", "no": "declined"}


class NotUnderstoodError(Exception):
    """What was typed stands for nothing on this page. The words are for a person."""


def key_of(page: dict[str, Any] | None) -> tuple[Any, ...]:
    """Say what of a page is worth being written out anew when it is different."""
    if page is None:
        return ()
    hints = tuple(hint["name"] for hint in page.get("hints", []))
    open_ = (page.get("open") or {}).get("name")
    asked = tuple(question["name"] for question in page["questions"])
    state = (page["begun"], page.get("over"), page.get("confirmed"))
    return (page["call"], page["page"], *state, open_, hints, asked)


def page_text(page: dict[str, Any]) -> str:
    """Write a page as lines."""
    lines = ["", f"  --- {page['title']}", *_said(page["say"], "      ")]
    for number, hint in enumerate(page.get("hints", []), start=1):
        lines += _said(hint["say"], f"      ?{number} ")
    if page.get("confirm"):
        done = "said" if page.get("confirmed") else "say this, then: said"
        lines += [*_said(page["confirm"], "      SAY: "), f"      [{done}]"]
    for number, question in enumerate(page["questions"], start=1):
        lines += _question(number, question)
    if page.get("open"):
        lines += [f"      {page['open']['title']}:", *_said(page["open"]["say"], "        ")]
    if page.get("secure"):
        lines.append("      (the recording pauses here)")
    for mark, what in (("@", page.get("actions", [])), ("!", page["objections"])):
        if what:
            named = enumerate(what, start=1)
            lines.append("      " + "  ".join(f"{mark}{n} {one['title']}" for n, one in named))
    if page.get("over"):
        return "\n".join([*lines, "      over"])
    if not page["begun"]:
        return "\n".join([*lines, "      begins with the conversation"])
    ways = "yes or no" if page.get("offer") else "the last page" if page.get("end") else "Enter"
    return "\n".join([*lines, f"      v, then: {ways}"])


def command_for(page: dict[str, Any], typed: str) -> tuple[str, dict[str, Any]]:
    """Give the command and its payload that a typed line stands for. Raises NotUnderstoodError."""
    line, fence = typed.strip(), {"fence": page["fence"]}
    if page.get("offer") and line.lower() in _TO_AN_OFFER:
        return "cmd.script.move", {**fence, "do": _TO_AN_OFFER[line.lower()]}
    if line.lower() in _MOVES:
        return "cmd.script.move", {**fence, "do": _MOVES[line.lower()]}
    if line.startswith("!"):
        found = _nth(page["objections"], line[1:], "objection")
        return "cmd.script.objection", {**fence, "objection": found["name"]}
    if line.startswith("@"):
        found = _nth(page.get("actions", []), line[1:], "button")
        return "cmd.script.act", {**fence, "action": found["name"]}
    if line.startswith("?"):
        which, _, what = line[1:].partition(" ")
        found = _nth(page.get("hints", []), which, "hint")
        return "cmd.script.hint", {**fence, "hint": found["name"], "go": what == "take"}
    return "cmd.script.answer", {**fence, **_answer(page["questions"], line)}


def _answer(questions: list[dict[str, Any]], line: str) -> dict[str, Any]:
    name, equals, value = (part.strip() for part in line.partition("="))
    known = [q["name"] for q in questions]
    if equals and (name in known or name.isdecimal()):
        question = _nth(questions, name, "question")
    else:
        open_ = [q for q in questions if not q["given"]] or questions
        if not open_:
            raise NotUnderstoodError("nothing is asked here")
        question, value = open_[0], line
    return {"question": question["name"], "answer": _given(question, value)}


def _given(question: dict[str, Any], value: str) -> str | list[str] | None:
    if not value:
        return None
    codes = [option["code"] for option in question["options"]]
    if not codes:
        return value
    given = [
        codes[int(one) - 1] if one.isdecimal() and 0 < int(one) <= len(codes) else one
        for one in (part.strip() for part in value.split(","))
        if one
    ]
    return given if question["kind"] == "several" else given[0] if given else None


def _nth(known: list[dict[str, Any]], which: str, what: str) -> dict[str, Any]:
    """Find something by its number, from 1 on, or its name."""
    which = which.strip()
    for number, one in enumerate(known, start=1):
        if which in (str(number), one["name"]):
            return one
    raise NotUnderstoodError(f"no {what} {which} is here")


def _question(number: int, question: dict[str, Any]) -> list[str]:
    given = question.get("answer")
    if given is None:
        shown = "(given)" if question["given"] else ""
    else:
        shown = ", ".join(given) if isinstance(given, list) else str(given)
    star = "*" if question["required"] else " "
    options = enumerate(question["options"], start=1)
    offered = "  ".join(f"{n} {option['label']}" for n, option in options)
    lines = _said(question["ask"], f"    {star} {number} ")
    return [
        *lines,
        *([f"          {offered}"] if offered else []),
        *([f"        = {shown}"] if shown else []),
    ]


def _said(spans: list[dict[str, Any]], before: str) -> list[str]:
    """Write spans as lines; what is missing stands in square brackets."""
    text = "".join(
        f"[{span['text']}]" if span.get("kind") == "missing" else span["text"] for span in spans
    )
    lines = [line for line in text.splitlines() if line.strip()]
    return [f"{before if n == 0 else ' ' * len(before)}{line}" for n, line in enumerate(lines)]
