"""Twilio Studio's flow definitions to a flow of ours. Pure: a text in, draft and report out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contact_center.content.importing.draft import duration
from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.liquid import UntranslatableError
from contact_center.content.importing.plain_json import Fields, read_json
from contact_center.content.importing.report import Report, Verdict
from contact_center.content.importing.studio_services import service_of
from contact_center.content.importing.studio_splits import condition_of, keys_of
from contact_center.content.importing.studio_talk import Talk
from contact_center.content.importing.studio_words import (
    CONTINUES,
    EVENTS,
    EVENTS_WITHOUT,
    NOT_NEEDED,
    PROPERTIES_WITHOUT,
    TAKEN,
    WITHOUT,
)

MOST_STATES = 1_000  # as many as Studio itself takes
_CLOCK_S = 5
_LONGEST_S = 900
_DIALLED = re.compile(r"\+?[0-9() .-]{3,30}\Z", re.ASCII)
_PATHS = re.compile(r"widgets\.[\w-]+\.[\w.]+", re.ASCII)
_DIGITS = re.compile(r"widgets\.([\w-]+)\.Digits\Z", re.ASCII)
_GATHER = "gather-input-on-call"
_SPLIT = "split-based-on"


class StudioError(ValueError):
    """The file is JSON, and no flow of calls; the message says where and why."""


def import_studio(file: str, text: str, report: Report) -> FlowDraft:
    """Make a flow of a flow definition. Raises JsonError and StudioError."""
    root = read_json(file, text)
    definition = root.within("definition") if "states" not in root else root
    states = definition.rows("states")
    if not states:
        raise StudioError(f"{file}:{root.line}: no flow of Twilio Studio: it has no states")
    if len(states) > MOST_STATES:
        raise StudioError(f"{file}:{root.line}: more than {MOST_STATES} widgets")
    widgets: dict[str, Fields] = {}
    for state in states:
        name = state.text("name")
        if not name or name in widgets:
            what = f'a second widget "{name[:60]}"' if name else "a widget without a name"
            raise StudioError(f"{file}:{state.line}: {what}")
        widgets[name] = state
    draft = FlowDraft(file, report, text.split("\n"))
    made = _Importer(draft, widgets)
    made.read(definition)
    draft.finish()
    return draft


@dataclass(slots=True)
class _Importer:
    draft: FlowDraft
    widgets: dict[str, Fields]
    talk: Talk = field(init=False)
    readers: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {name: widget.text("type") for name, widget in self.widgets.items()}
        self.talk = Talk(self.draft, kinds)

    def read(self, definition: Fields) -> None:
        """Make every widget a node, in the order of the file; what is read of which comes first."""
        first = definition.text("initial_state")
        trigger = self.widgets.get(first) or self._first_trigger()
        if trigger is None:
            where = f"{self.draft.file}:{definition.line}"
            raise StudioError(f"{where}: no widget begins this flow (type: trigger)")
        for name, widget in self.widgets.items():
            self._language(widget)
            self._note_what_is_read(name, widget)
        for name, widget in self.widgets.items():
            self._widget(name, widget)
        entry = self._next(trigger, "incomingCall")
        if entry is None:
            where = f"{self.draft.file}:{trigger.line}"
            raise StudioError(f"{where}: this flow takes no calls: incomingCall leads nowhere")
        self.draft.entry = entry

    def _first_trigger(self) -> Fields | None:
        return next((w for w in self.widgets.values() if w.text("type") == "trigger"), None)

    def _note_what_is_read(self, name: str, widget: Fields) -> None:
        """Find out which digits and answers are used anywhere, before nodes are made of them."""
        for text in _texts(widget):
            for path in _PATHS.findall(text):
                of_digits = _DIGITS.match(path)
                if of_digits is not None:
                    self.readers.setdefault(of_digits[1], set()).add(name)
                try:
                    self.talk.resolve(path)
                except UntranslatableError:
                    continue

    def _language(self, widget: Fields) -> None:
        properties = widget.within("properties")
        written = properties.text("language")
        if not written:
            return
        line = properties.lines["language"]
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", written):
            self.draft.say(line, Verdict.LEFT_OUT, f"language {written[:20]}: no tag such as en-US")
        elif not self.draft.language:
            self.draft.language = written
        elif self.draft.language != written:
            words = f"language {written}: texts are {self.draft.language}; offer both, write both"
            self.draft.say(line, Verdict.TO_DO, words)

    # --- every widget -----------------------------------------------------------------------------

    def _widget(self, name: str, widget: Fields) -> None:
        kind = widget.text("type")
        line = widget.lines["name"]
        maker = _MAKERS.get(kind)
        properties = widget.within("properties")
        if maker is None:
            self._left_out(name, widget, WITHOUT.get(kind, "there is no such widget for calls"))
            return
        maker(self, name, widget, properties)
        made = self.draft.named(name)
        words = f"node {made}" if made in self.draft.nodes else "where calls begin"
        if kind == _SPLIT:
            words += ", or the keys of the menu before"
        self.draft.say(line, Verdict.KEPT, f"{name}: {words}")
        for key, at in properties.lines.items():
            self._property(f"{name}.{key}", key, kind, properties.get(key), at)
        for transition in widget.rows("transitions"):
            self._transition(name, kind, transition)

    def _property(self, what: str, key: str, kind: str, value: Any, line: int) -> None:
        if key in TAKEN[kind]:
            self.draft.say(line, Verdict.KEPT, what)
        elif key in PROPERTIES_WITHOUT and value:
            self.draft.say(line, Verdict.LEFT_OUT, f"{what}: {PROPERTIES_WITHOUT[key]}")
        elif key in NOT_NEEDED or not value:
            self.draft.say(line, Verdict.NOT_NEEDED, f"{what}: {NOT_NEEDED.get(key) or 'no use'}")
        else:
            self.draft.say(line, Verdict.LEFT_OUT, f"{what}: nothing here is called so")

    def _transition(self, name: str, kind: str, transition: Fields) -> None:
        event, next_ = transition.text("event"), transition.text("next")
        line = transition.lines.get("event", transition.line)
        if next_ and next_ not in self.widgets:
            words = f"{name}: {event} leads to {next_[:60]}, which is not there; here it hangs up"
            self.draft.say(line, Verdict.TO_DO, words)
        elif event in EVENTS[kind]:
            self.draft.say(line, Verdict.KEPT, f"{name}: {event} > {next_ or 'hangup'}")
        elif next_:
            words = EVENTS_WITHOUT.get(event, "there is no such event")
            self.draft.say(line, Verdict.LEFT_OUT, f"{name}: {event} > {next_}: {words}")
        else:
            self.draft.say(line, Verdict.NOT_NEEDED, f"{name}: {event} leads nowhere")

    def _left_out(self, name: str, widget: Fields, words: str) -> None:
        """Put a tag where a widget was, so that the way goes on and the place is seen."""
        targets = {t.text("event"): t.text("next") for t in widget.rows("transitions")}
        onward = next((targets[e] for e in CONTINUES if targets.get(e)), "")
        onward = onward or next((target for target in targets.values() if target), "")
        fields = {"tags": ["not-imported"], "next": self._target(onward)}
        kind = widget.text("type")[:60]
        made = self.draft.add(name, widget.lines["name"], "tag", fields)
        self.draft.nodes[made]["note"] += f", here was {kind}"
        self.draft.say(widget.lines["name"], Verdict.LEFT_OUT, f"{name}: {kind}: {words}")
        for transition in widget.rows("transitions"):
            line = transition.lines.get("event", transition.line)
            if transition.text("next") == onward and onward:
                words = f"{name}: {transition.text('event')} > {onward}"
                self.draft.say(line, Verdict.KEPT, words)
            elif transition.text("next"):
                what = f"{name}: {transition.text('event')} > {transition.text('next')}"
                self.draft.say(line, Verdict.LEFT_OUT, f"{what}: the widget is left out")

    def _next(self, widget: Fields, event: str) -> str | None:
        for transition in widget.rows("transitions"):
            if transition.text("event") == event and transition.text("next"):
                return self._target(transition.text("next"))
        return None

    def _edge(self, widget: Fields, event: str) -> str:
        return self._next(widget, event) or "hangup"

    def _target(self, name: str) -> str:
        return self.draft.named(name) if name in self.widgets else "hangup"

    # --- one kind after the other -----------------------------------------------------------------

    def trigger(self, name: str, widget: Fields, properties: Fields) -> None:
        """Calls begin here."""

    def say_play(self, name: str, widget: Fields, properties: Fields) -> None:
        """Say or play something."""
        said = self.talk.prompt(properties, name) or [{"silence": "100ms"}]
        fields = {"say": said, "next": self._edge(widget, "audioComplete")}
        self.draft.add(name, widget.lines["name"], "play", fields)

    def gather(self, name: str, widget: Fields, properties: Fields) -> None:
        """Ask for keys: a menu when a split asks right after which it was, else digits."""
        said = self.talk.prompt(properties, name) or [{"silence": "100ms"}]
        clock = duration(_whole(properties, "timeout", _CLOCK_S) or 1)
        silent = [{"goto": self._edge(widget, "timeout")}]
        shared = {"first_timeout": clock, "inter_digit": clock, "on_no_input": silent}
        line = widget.lines["name"]
        folded = self._menu_keys(name)
        if folded is None:
            most = min(_whole(properties, "number_of_digits", 32) or 32, 32)
            end = properties.text("finish_on_key") if "finish_on_key" in properties else "#"
            end = end if re.fullmatch(r"[0-9*#]?", end) else "#"
            into = self.draft.variable(f"{name}_digits")
            fields = {
                "say": said, "into": into, "max": most, "terminator": end, **shared,
                "on_no_match": [dict(silent[0])], "next": self._edge(widget, "keypress"),
            }  # fmt: skip
            self.draft.add(name, line, "collect", fields)
            return
        split, rows = folded
        keys: dict[str, Any] = {}
        for key, transition in rows:
            target = self._target(transition.text("next"))
            written: Any = target
            if self._digits_read_elsewhere(name, split):
                into = self.draft.variable(f"{name}_digits")
                written = {"goto": target, "set": {into: f"'{key}'"}}
            keys.setdefault(key, written)
        wrong = [{"goto": self._edge(self.widgets[split], "noMatch")}]
        fields = {"say": said, "keys": keys, **shared, "on_no_match": wrong}
        self.draft.add(name, line, "menu", fields)
        self.draft.say(line, Verdict.KEPT, f"{name}: with the keys of {split}")

    def _menu_keys(self, name: str) -> tuple[str, list[tuple[str, Fields]]] | None:
        for transition in self.widgets[name].rows("transitions"):
            split = transition.text("next")
            if transition.text("event") == "keypress" and split in self.widgets:
                if self.widgets[split].text("type") != _SPLIT:
                    return None
                keys = keys_of(self.widgets[split], name)
                return None if keys is None else (split, keys)
        return None

    def _digits_read_elsewhere(self, name: str, split: str) -> bool:
        return bool(self.readers.get(name, set()) - {split})

    def split(self, name: str, widget: Fields, properties: Fields) -> None:
        """Decide by conditions; the first that holds."""
        cases: list[dict[str, Any]] = []
        for transition in widget.rows("transitions"):
            if transition.text("event") != "match":
                continue
            line = transition.lines.get("event", transition.line)
            rows = transition.rows("conditions")
            try:
                found = [
                    condition_of(row, properties.text("input"), self.talk.resolve) for row in rows
                ]
            except UntranslatableError as error:
                words = f"{name} > {transition.text('next')}: {error}"
                self.draft.say(line, Verdict.LEFT_OUT, words)
                continue
            condition = (
                " && ".join(f"({one})" for one in found) if len(found) > 1 else "".join(found)
            )
            if condition:
                cases.append({"if": condition, "goto": self._target(transition.text("next"))})
        otherwise = self._edge(widget, "noMatch")
        cases = cases or [{"if": "false", "goto": otherwise}]
        fields = {"cases": cases, "else": otherwise}
        self.draft.add(name, widget.lines["name"], "branch", fields)

    def variables(self, name: str, widget: Fields, properties: Fields) -> None:
        """Assign."""
        values: dict[str, str] = {}
        for row in properties.rows("variables"):
            line = row.lines.get("value", row.line)
            variable = self.draft.variable(row.text("key"))
            values[variable] = self.talk.expression(row.text("value"), line, f"{name}.{variable}")
        next_ = self._edge(widget, "next")
        line = widget.lines["name"]
        if values:
            self.draft.add(name, line, "set", {"vars": values, "next": next_})
        else:
            self.draft.add(name, line, "tag", {"tags": ["not-imported"], "next": next_})

    def request(self, name: str, widget: Fields, properties: Fields) -> None:
        """Ask a service over HTTP."""
        failed = self._next(widget, "failed") or self._edge(widget, "fail")
        service, args = service_of(self.talk, name, widget)
        if service is None:
            fields: dict[str, Any] = {"tags": ["not-imported"], "next": failed}
            self.draft.add(name, widget.lines["name"], "tag", fields)
            return
        at = re.sub(r"\W", "_", self.draft.named(name), flags=re.ASCII)
        at = at if at[0].isalpha() else f"s_{at}"
        self.draft.services[at] = service
        fields = {"service": at, **({"args": args} if args else {})}
        fields |= {"ok": self._edge(widget, "success"), "not_found": failed}
        self.draft.add(
            name, widget.lines["name"], "lookup", {**fields, "timeout": failed, "error": failed}
        )

    def connect(self, name: str, widget: Fields, properties: Fields) -> None:
        """Connect the caller to a number outside."""
        to, noun = properties.text("to"), properties.text("noun") or "number"
        done = self._edge(widget, "callCompleted")
        line = properties.lines.get("to", widget.lines["name"])
        if noun not in ("number", "number-multi") or not _DIALLED.match(to):
            words = f"{name}: {noun} {to[:60]!r}: only a number that stands here can be dialled"
            self.draft.say(line, Verdict.LEFT_OUT, words)
            fields: dict[str, Any] = {"tags": ["not-imported"], "next": done}
            self.draft.add(name, widget.lines["name"], "tag", fields)
            return
        shown = properties.text("caller_id")
        if shown and "{{" not in shown:
            words = f"{name}.caller_id {shown[:30]}: write it if it is a number of the center"
            self.draft.say(properties.lines["caller_id"], Verdict.TO_DO, words)
        ring = duration(max(_whole(properties, "timeout", 30), 1))
        edges = dict.fromkeys(("answered", "busy", "no_answer", "failed"), done)
        self.draft.add(name, widget.lines["name"], "transfer", {"to": to, "timeout": ring, **edges})

    def voicemail(self, name: str, widget: Fields, properties: Fields) -> None:
        """Record a message."""
        most = _whole(properties, "max_length", 3600)
        if most > _LONGEST_S:
            words = f"{name}: messages last {_LONGEST_S // 60} minutes at most"
            line = properties.lines.get("max_length", widget.lines["name"])
            self.draft.say(line, Verdict.TO_DO, words)
        beep = properties.get("play_beep") not in ("false", False)
        fields = {
            "box": self.draft.named(name),
            "max": duration(min(max(most, 5), _LONGEST_S)),
            "silence": duration(min(max(_whole(properties, "timeout", 5), 1), 60)),
            "beep": beep,
            "recorded": self._edge(widget, "recordingComplete"),
            "empty": self._edge(widget, "noAudio"),
        }  # fmt: skip
        self.draft.add(name, widget.lines["name"], "voicemail", fields)
        end = properties.text("finish_on_key")
        if end and end != "#":
            words = f"{name}.finish_on_key {end[:8]}: # ends a message"
            self.draft.say(properties.lines["finish_on_key"], Verdict.TO_DO, words)

    def enqueue(self, name: str, widget: Fields, properties: Fields) -> None:
        """Wait for an agent."""
        keys = ("queue_name", "workflow_sid", "workflow")
        written = next((k for k in keys if properties.text(k)), "")
        wish = properties.text(written) if written == "queue_name" and "{{" not in properties.text(
            written) else name  # fmt: skip
        queue = re.sub(r"[^A-Za-z0-9._-]+", "-", wish).strip("-.").lower()[:80] or "callers"
        refused = self._edge(widget, "failedToEnqueue")
        fields = {"queue": queue, "timeout": self._edge(widget, "callFailure")}
        fields |= {"no_agents": refused, "full": refused}
        done = self._next(widget, "callComplete")
        self.draft.add(
            name, widget.lines["name"], "queue", {**fields, **({"connected": done} if done else {})}
        )
        words = f"{name}: the queue {queue} has to be in the center"
        self.draft.say(properties.lines.get(written, widget.lines["name"]), Verdict.TO_DO, words)


def _whole(properties: Fields, key: str, otherwise: int) -> int:
    found = re.match(r"\d{1,5}\Z", properties.text(key))
    return int(found[0]) if found else otherwise


def _texts(value: Any) -> list[str]:
    """Every text in a structure."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


_MAKERS: Mapping[str, Callable[[_Importer, str, Fields, Fields], None]] = {
    "trigger": _Importer.trigger,
    "say-play": _Importer.say_play,
    _GATHER: _Importer.gather,
    _SPLIT: _Importer.split,
    "set-variables": _Importer.variables,
    "make-http-request": _Importer.request,
    "run-function": _Importer.request,
    "connect-call-to": _Importer.connect,
    "record-voicemail": _Importer.voicemail,
    "enqueue-call": _Importer.enqueue,
    "send-to-flex": _Importer.enqueue,
}
