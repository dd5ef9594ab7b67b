"""A call script in the terminal: an agent's pages as text, and what they do as lines."""

import json
from collections.abc import Callable, Mapping

from contact_center.core.scripting import reading
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from contact_center.core.scripting.texts import plain
from contact_center.core.scripting.view import PageView, shown

HELP = """\
NAME=VALUE        answer a question (VALUE empty: take it back; several: a,b)
next, back        go on, go back
confirm           the words of this page were said
act NAME          press a button of the page (here nothing comes of it)
hint NAME         put a hint away; follow NAME goes where it leads
objection NAME    what they say against it; close goes back, take goes where it leads
offer yes|no      what they say to the offer
end DISPOSITION   the call is over
quit
"""


class Preview:
    """One script read aloud in a terminal. `write` takes texts; `now` tells microseconds."""

    def __init__(
        self,
        script: Script,
        names: Mapping[str, object],
        write: Callable[[str], None],
        now: Callable[[], int],
        language: str = "",
        call: str = "preview",
    ) -> None:
        self._names, self._write, self._now = names, write, now
        chosen = language or script.language
        self.run = Run(call=call, script=script, agent="preview", language=chosen)
        reading.begin(self.run, names, now())
        self.show()

    def do(self, line: str) -> bool:
        """Do what a line says; False when that was enough."""
        text = line.strip()
        if text == "quit":
            return False
        try:
            if text in ("", "?", "help"):
                self._write(HELP)
            else:
                self._act(text)
                self.show()
        except ScriptRefusedError as refused:
            about = f" ({refused.about})" if refused.about else ""
            self._write(f"  ! {refused}{about}\n")
        return not self.run.over

    def _act(self, text: str) -> None:
        run, names, now = self.run, self._names, self._now()
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        acts: Mapping[str, Callable[[], object]] = {
            "next": lambda: reading.go_on(run, names, now),
            "back": lambda: reading.go_back(run, now),
            "confirm": lambda: reading.confirm(run, now),
            "objection": lambda: reading.object_to(run, rest, now),
            "act": lambda: reading.act(run, names, rest, now),
            "hint": lambda: reading.close_hint(run, names, rest, now),
            "follow": lambda: reading.close_hint(run, names, rest, now, go=True),
            "close": lambda: reading.close_objection(run, names, now),
            "take": lambda: reading.close_objection(run, names, now, go=True),
            "offer": lambda: reading.answer_offer(run, names, now, accepted=rest == "yes"),
            "end": lambda: reading.end(run, rest or run.suggested, now),
        }
        if word in acts:
            acts[word]()
            return
        question, equals, value = text.partition("=")
        if not equals:
            raise ScriptRefusedError("unknown", f"what is {word}? A line with ? names all")
        asked = run.script.questions.get(question.strip())
        many = asked is not None and asked.kind.value == "several"
        given: object = (
            [v.strip() for v in value.split(",") if v.strip()] if many else value.strip()
        )
        reading.answer(run, question.strip(), given, now)

    def show(self) -> None:
        """Write the page that the agent has before them."""
        reading.remind(self.run, self._names, self._now())
        view = shown(self.run, self._names)
        self._write("\n".join([*_lines(view), ""]))
        if self.run.over:
            changes = json.dumps(reading.patch(self.run), ensure_ascii=False)
            self._write(f"over: {self.run.disposition}; the record gets {changes}\n")


def _lines(view: PageView) -> list[str]:
    lines = [f"--- {view.page}: {view.title}"]
    lines += [f"    {line}" for line in plain(view.say).splitlines()]
    if view.confirm:
        done = "confirmed" if view.confirmed else "say it, then: confirm"
        lines.append(f"    SAY: {plain(view.confirm)} [{done}]")
    for question in view.questions:
        star = "*" if question.required else " "
        given = "(given)" if question.given and question.answer is None else question.answer
        options = " | ".join(f"{code}: {label}" for code, label in question.options)
        lines.append(f"  {star} {question.name} = {'' if given is None else given}")
        lines.append(f"      {plain(question.ask)}" + (f" [{options}]" if options else ""))
    if view.open is not None:
        lines.append(f"    {view.open.title}: {plain(view.open.say)}")
    for action in view.actions:
        lines.append(f"    [{action.name}] {action.title} ({action.does} {action.to})".rstrip())
    for hint in view.hints:
        lines.append(f"    HINT {hint.name}: {plain(hint.say)}")
    if view.secure:
        lines.append("    (the recording pauses here)")
    if view.suggested:
        lines.append(f"    suggested: {view.suggested}")
    return lines
