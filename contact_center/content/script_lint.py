"""What can be wrong with the pages of a script though each of them is right."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from contact_center.content.yaml_source import Document
from contact_center.core.scripting.script import Kind, Page, Script, Text

_COMPARED = re.compile(r"answers\.(\w+)\s*(?:==|!=)\s*(?:'([^']*)'|\"([^\"]*)\")")
_READ = re.compile(r"\banswers\.(\w+)")
Ways = Mapping[str, frozenset[str]]


def lint(document: Document, script: Script) -> None:
    """Report pages nobody gets to or away from, circles, missing disclosures, dead answers."""
    ways = {name: frozenset(targets(page)) for name, page in script.pages.items()}
    if any(not to <= set(script.pages) for to in ways.values()):
        return  # reported already, and the graph is not one
    besides = [o.goto for o in script.objections.values()]
    besides += [hint.goto for hint in script.hints.values()]
    beside = {goto for goto in besides if goto in script.pages}
    reached = _reach(ways, {script.entry, *beside})
    for name in script.pages:
        if name not in reached:
            message = f'nothing leads to the page "{name}"'
            document.report(("pages", name), "E021", message, "lead to it, or remove it", key=True)
    ends = {name for name, page in script.pages.items() if page.end}
    backward = {
        name: frozenset(source for source, to in ways.items() if name in to) for name in ways
    }
    leaving = _reach(backward, ends)
    for name in reached - leaving:
        message = f'from the page "{name}" no end can be reached'
        document.report(("pages", name), "E022", message, "lead to a page with end: true", key=True)
    _circles(document, script, ways)
    _disclosures(document, script, ways, {script.entry, *beside})
    _questions(document, script, ways, reached)


def targets(page: Page) -> Iterable[str]:
    """Where a page leads."""
    yield from (way.goto for way in page.next)
    yield from (arm.goto for arm in page.arms)
    if page.offer is not None:
        yield from (page.offer.accepted, page.offer.declined, page.offer.none)


def _reach(ways: Ways, begin: Iterable[str], without: frozenset[str] = frozenset()) -> set[str]:
    reached: set[str] = set()
    open_ = [name for name in begin if name in ways and name not in without]
    while open_:
        name = open_.pop()
        if name not in reached:
            reached.add(name)
            open_ += [to for to in ways[name] if to not in without]
    return reached


def _circles(document: Document, script: Script, ways: Ways) -> None:
    """A circle of pages that ask nothing leads an agent round and round."""
    pages = script.pages
    dull = {n: to for n, to in ways.items() if not (pages[n].questions or pages[n].most)}
    inner = {name: frozenset(to & set(dull)) for name, to in dull.items()}
    for name in inner:
        if name in _reach(inner, inner[name]):
            document.report(
                ("pages", name),
                "E142",
                f'the page "{name}" leads back to itself, and nothing is asked on the way',
                "ask something, or write max_visits:",
                key=True,
            )


def _disclosures(document: Document, script: Script, ways: Ways, begin: set[str]) -> None:
    for name, disclosure in script.disclosures.items():
        saying = frozenset(n for n, page in script.pages.items() if page.disclose == name)
        if not saying:
            message = f'no page says the disclosure "{name}"'
            document.report(("disclosures", name), "E141", message, "add disclose:", key=True)
            continue
        for page in sorted(_reach(ways, begin, saying)):
            if script.pages[page].end and script.pages[page].disposition in disclosure.required_for:
                document.report(
                    ("pages", page),
                    "E141",
                    f'"{page}" can be reached without the disclosure "{name}"',
                    "lead every way over a page that says it",
                    key=True,
                )


def _questions(document: Document, script: Script, ways: Ways, reached: set[str]) -> None:
    asking: dict[str, frozenset[str]] = {
        question: frozenset(n for n, page in script.pages.items() if question in page.questions)
        for question in script.questions
    }
    for question, pages in asking.items():
        if not pages:
            message = f'no page asks the question "{question}"'
            document.warn(
                ("questions", question), "W140", message, "ask it, or remove it", key=True
            )
    used = {button.action for page in script.pages.values() for button in page.actions}
    for action in script.actions:
        if action not in used:
            message = f'no page has the action "{action}"'
            document.warn(("actions", action), "W140", message, "use it, or remove it", key=True)
    after = {
        question: pages | _reach(ways, {to for page in pages for to in ways[page]})
        for question, pages in asking.items()
    }
    for name, page in script.pages.items():
        conditions = [(way.when, ("next", index)) for index, way in enumerate(page.next)]
        conditions += [(b.when, ("actions", index)) for index, b in enumerate(page.actions)]
        conditions += [(asked.when, ("ask", index)) for index, asked in enumerate(page.ask)]
        for when, where in conditions:
            if when is not None:
                path = ("pages", name, *where, "when")
                _check_read(document, script, when.source, name, after, path)
        for part, text in (("say", page.say), ("title", page.title)):
            for source in sorted(_sources(text)):
                _check_read(document, script, source, name, after, ("pages", name, part))


def _check_read(
    document: Document,
    script: Script,
    source: str,
    page: str,
    after: Mapping[str, Iterable[str]],
    path: tuple[str | int, ...],
) -> None:
    for question in dict.fromkeys(_READ.findall(source)):
        if question in after and page not in after[question]:
            message = f"answers.{question} is read where nobody can have answered it"
            document.report(path, "E043", message, "ask it on the way to this page")
    for question, one, two in _COMPARED.findall(source):
        asked = script.questions.get(question)
        option = one or two
        if asked is None or asked.kind is not Kind.CHOICE or option in ("", *asked.options):
            continue
        near = get_close_matches(option, asked.options, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"one of {', '.join(asked.options)}"
        document.report(path, "E041", f'answers.{question} is never "{option}"', hint)


def _sources(text: Text) -> set[str]:
    pieces = [piece for written in text.values() for piece in written]
    both = [each for piece in pieces for each in (piece.value, piece.when)]
    return {each.source for each in both if each is not None}
