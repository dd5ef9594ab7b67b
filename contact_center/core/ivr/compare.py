"""What is different in a flow from one version to the next, in the words of who writes flows."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contact_center.core.hours import Calendar
from contact_center.core.ivr.edges import edges_of, edges_of_flow
from contact_center.core.ivr.flow import AnyNode, Edge, Failure, FlowBundle, Speech, SpeechKind

SECOND_US = 1_000_000
_EDGES = frozenset({"next", "otherwise", "keys", "cases", "arms", "values", "returns", "skip"})
"""Fields that are told as ways, by their outcomes."""
_FAILURES = ("on_no_input", "on_no_match")
_WORDS = {"otherwise": "else", "assign": "vars"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. ``node`` is "" for the flow as a whole; `before` or `after` may be ""."""

    node: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        if self.before and self.after:
            return f"{where}{self.what}: {self.after}; before: {self.before}"
        told = self.after or (f"no more; before: {self.before}" if self.before else "")
        return f"{where}{self.what}{': ' if told else ''}{told}"


def compare(old: FlowBundle, new: FlowBundle) -> tuple[Change, ...]:
    """List what is different in `new`: of the flow first, then node by node."""
    moved = _renamed(old, new)
    changes = list(_of_flow(old, new))
    for name, node in new.nodes.items():
        kind = type(node).__name__.lower()
        if name in moved:
            changes.append(Change(node=name, what=f"renamed, was {moved[name]}"))
        elif name not in old.nodes:
            changes.append(Change(node=name, what=f"new node, a {kind}"))
        else:
            changes += _of_node(old.nodes[name], node, {old: new for new, old in moved.items()})
    gone = [name for name in old.nodes if name not in new.nodes and name not in moved.values()]
    changes += [Change(node=name, what="removed") for name in gone]
    return tuple(changes)


def _renamed(old: FlowBundle, new: FlowBundle) -> dict[str, str]:
    """New names of nodes that are the same but for their name, with the old ones."""
    gone = [node for name, node in old.nodes.items() if name not in new.nodes]
    found: dict[str, str] = {}
    for name, node in new.nodes.items():
        if name in old.nodes:
            continue
        for other in gone:
            if other.name not in found.values() and dataclasses.replace(other, name=name) == node:
                found[name] = other.name
                break
    return found


# --- the flow as a whole ------------------------------------------------------------------------


def _of_flow(old: FlowBundle, new: FlowBundle) -> Iterator[Change]:
    yield from _value("entry", old.entry, new.entry, "")
    yield from _value("language", old.language, new.language, "")
    yield from _mapping("variable", old.variables, new.variables)
    yield from _ways(dict(edges_of_flow(old)), dict(edges_of_flow(new)), "", {})
    yield from _value("limits.steps", old.max_steps, new.max_steps, "")
    yield from _value("limits.call_failures", old.max_failures, new.max_failures, "")
    yield from _value("farewell", written(old.farewell), written(new.farewell), "")
    services = (getattr(old, "services", {}), getattr(new, "services", {}))
    for name in sorted({*services[0], *services[1]}):
        if name not in services[0]:
            yield Change(node="", what=f"new service {name}")
        elif name not in services[1]:
            yield Change(node="", what=f"service {name} removed")
        elif services[0][name] != services[1][name]:
            yield Change(node="", what=f"service {name} is called differently")
    yield from _tests(old, new)


def _tests(old: FlowBundle, new: FlowBundle) -> Iterator[Change]:
    before, after = ({test.name for test in bundle.tests} for bundle in (old, new))
    for name in sorted(after - before):
        yield Change(node="", what=f'new test "{name}"')
    for name in sorted(before - after):
        yield Change(node="", what=f'test "{name}" removed')


def _mapping(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        if name not in old:
            yield Change(node="", what=f"new {what} {name}", after=_shown(new[name]))
        elif name not in new:
            yield Change(node="", what=f"{what} {name} removed")
        else:
            yield from _value(f"{what} {name}", old[name], new[name], "")


# --- a node -------------------------------------------------------------------------------------


def _of_node(old: AnyNode, new: AnyNode, moved: Mapping[str, str]) -> Iterator[Change]:
    name = new.name
    if type(old) is not type(new):
        kinds = [type(node).__name__.lower() for node in (old, new)]
        yield Change(node=name, what="kind", before=kinds[0], after=kinds[1])
        return
    yield from _ways(dict(edges_of(old)), dict(edges_of(new)), name, moved)
    for field in dataclasses.fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after or field.name in _EDGES:
            continue
        if field.name in _FAILURES:
            yield from _failures(field.name, before, after, name)
        elif not isinstance(before, Edge) and not isinstance(after, Edge):
            yield from _value(field.name, before, after, name)
    yield from _conditions(old, new)


def _ways(
    old: Mapping[str, Edge], new: Mapping[str, Edge], node: str, moved: Mapping[str, str]
) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is None and after is not None:
            yield Change(node=node, what=f"new way {name}", after=_way(after))
        elif after is None and before is not None:
            yield Change(node=node, what=f"way {name}", before=_way(before))
        elif before is not None and after is not None:
            was = dataclasses.replace(before, goto=moved.get(before.goto, before.goto))
            if was != after:
                yield Change(node=node, what=f"way {name}", before=_way(before), after=_way(after))


def _failures(
    what: str, old: Sequence[Failure], new: Sequence[Failure], node: str
) -> Iterator[Change]:
    for number in range(1, max(len(old), len(new)) + 1):
        before = written(old[number - 1].say) if number <= len(old) else ""
        after = written(new[number - 1].say) if number <= len(new) else ""
        yield from _value(f"{what}#{number}", before, after, node)


def _conditions(old: AnyNode, new: AnyNode) -> Iterator[Change]:
    """Conditions and values that decide where a way leads."""
    for name in ("cases", "values", "arms"):
        pairs = [getattr(node, name, ()) for node in (old, new)]
        whens = [[_when(item) for item in items] for items in pairs if not isinstance(items, dict)]
        if len(whens) == 2:
            for number, (before, after) in enumerate(zip(*whens, strict=False), 1):
                yield from _value(f"{name}#{number}", before, after, new.name)


def _when(item: object) -> str:
    if isinstance(item, tuple):
        return _shown(item[0])
    when = getattr(item, "when", None)
    return when.source if when is not None else str(getattr(item, "weight", ""))


# --- words --------------------------------------------------------------------------------------


def _value(what: str, before: object, after: object, node: str) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Calendar) and isinstance(after, Calendar):
        if before.name == after.name:
            yield Change(node=node, what=f"the calendar {after.name} has other hours")
            return
        before, after = before.name, after.name
    if what.endswith("_us"):
        what = what.removesuffix("_us")
        before, after = _time(before), _time(after)
    yield Change(
        node=node,
        what=_WORDS.get(what, what),
        before=_shown(before) or "nothing",
        after=_shown(after) or "nothing",
    )


def _time(value: object) -> str:
    if not isinstance(value, int):
        return "nothing"
    return f"{value / SECOND_US:g}s"


def _way(edge: Edge) -> str:
    tag = f", tag {edge.tag}" if edge.tag else ""
    sets = ", ".join(f"{name} = {expression.source}" for name, expression in edge.set)
    return f"to {edge.goto}{tag}{f', sets {sets}' if sets else ''}"


def _shown(value: object) -> str:
    if isinstance(value, tuple) and value and all(isinstance(item, Speech) for item in value):
        return written(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    source = getattr(value, "source", None)
    return str(source) if source is not None else "" if value is None else str(value)


def written(prompt: Sequence[Speech]) -> str:
    """Write a prompt down, in all its languages."""
    languages = list(dict.fromkeys(tag for speech in prompt for tag in speech.texts))
    if len(languages) < 2:
        return f'"{_said(prompt, languages[0])}"' if languages else _said(prompt, "")
    return " ".join(f'{language} "{_said(prompt, language)}"' for language in languages)


def _said(prompt: Sequence[Speech], language: str) -> str:
    return " ".join(filter(None, (_item(speech, language) for speech in prompt)))


def _item(speech: Speech, language: str) -> str:
    if speech.kind is SpeechKind.TEXT:
        return speech.texts.get(language, "")
    if speech.kind is SpeechKind.VALUE and speech.value is not None:
        return f"<{speech.value.source} as {speech.form.value}>"
    return f"[{speech.file}]" if speech.kind is SpeechKind.FILE else f"[{speech.ms} ms]"
