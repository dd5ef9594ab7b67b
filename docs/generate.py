"""Makes what the documentation takes from the code: ``make docs`` runs it, a test compares.

Whole pages: the diagrams of every state machine and of every shipped flow, and the table of
environment variables. Parts of pages written by hand: whatever stands between the lines
``<!-- made by make docs: NAME -->`` and ``<!-- end -->``.
"""

import ast
import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from contact_center import ports
from contact_center.content.center_files import load_center_file
from contact_center.content.flow_shapes import NODE_SHAPES, NodeShape
from contact_center.content.later import LATER_FIELDS
from contact_center.content.policies import load_policies_folder
from contact_center.content.policy_words import words_of
from contact_center.content.problems import CODES
from contact_center.core import commands, events, facts
from contact_center.core.agent import WORK
from contact_center.core.call import CALL
from contact_center.core.ivr.drawing import Traffic, to_svg
from contact_center.core.ivr.picture import to_mermaid
from contact_center.core.machine import Machine
from contact_center.core.permissions import ALLOWED, Permission, Role
from contact_center.core.pool import RESERVATION
from contact_center.core.vocabulary import messages
from contact_center.settings.environment import ENVIRONMENT, FILE_VARIABLE
from contact_center.settings.shapes import Secret, Settings
from dialer.campaign import MOVES, CampaignState

ROOT = Path(__file__).parents[1]
CENTERS = ("config/retailer/center.yaml", "config/bank/center.yaml")
MACHINES: Mapping[str, tuple[str, Machine[Any, Any]]] = {
    "call": ("contact_center/core/call.py", CALL),
    "agent-work": ("contact_center/core/agent.py", WORK),
    "reservation": ("contact_center/core/routing.py", RESERVATION),
    "campaign": (
        "dialer/campaign.py",
        Machine(name="campaign", initial=CampaignState.DRAFT, moves=MOVES),
    ),
}
_PART = re.compile(
    r"(?P<head><!-- made by make docs: (?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end -->)", re.S
)
_OF_PROVIDERS = (events.ProviderGap, events.ProviderResynced)
_NOTICE = "<!-- This page is made by `make docs`; change the code it is made from. -->\n"


def pages() -> dict[str, str]:
    """Every page that is made whole: path from the project's folder to text."""
    return {
        **_machine_pages(),
        **_flow_pages(),
        "docs/environment.md": _environment(),
        "docs/images/flow-traffic.svg": _callers(),
    }


def with_parts(text: str) -> str:
    """Fill in the generated parts of a page written by hand. Raises KeyError for an unknown one."""

    def fill(match: re.Match[str]) -> str:
        return f"{match['head']}{PARTS[match['name']]()}{match['tail']}"

    return _PART.sub(fill, text)


def parts_in(text: str) -> list[str]:
    """Name the generated parts of a page."""
    return [match["name"] for match in _PART.finditer(text)]


def documents(root: Path = ROOT) -> dict[str, str]:
    """Everything that is made, as it should be: path to text."""
    made = pages()
    for path in sorted(root.glob("docs/**/*.md")):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if name not in made and parts_in(text):
            made[name] = with_parts(text)
    return made


# --- pages ------------------------------------------------------------------------------------


def _machine_pages() -> dict[str, str]:
    return {
        f"docs/diagrams/{name}.md": (
            f"# States: {machine.name}\n\n{_NOTICE}\n"
            f"Drawn from the table in [{source}](../../{source}). What is not in the table cannot "
            f"happen.\n\n```mermaid\n{machine.mermaid()}```\n"
        )
        for name, (source, machine) in MACHINES.items()
    }


def _flow_pages() -> dict[str, str]:
    made: dict[str, str] = {}
    for center in CENTERS:
        configuration = load_center_file(ROOT / center).configuration
        for bundle in configuration.flows.values():
            made[f"docs/diagrams/flow-{bundle.flow}.md"] = (
                f"# Flow: {bundle.flow}\n\n{_NOTICE}\n"
                f"A flow of {configuration.name}, see [{center}](../../{center}). A label on an "
                "arrow is the key pressed or the outcome.\n\n"
                f"```mermaid\n{to_mermaid(bundle)}```\n"
            )
    return made


def _callers() -> str:
    """A flow with callers laid over it; the numbers are made up."""
    bundles = load_center_file(ROOT / CENTERS[0]).configuration.flows.values()
    (bundle,) = (bundle for bundle in bundles if bundle.flow == "outbound-message")
    return to_svg(
        bundle,
        Traffic(
            left={
                "message": {
                    "choice:advice": 140,
                    "choice:noted": 30,
                    "no_input#1": 620,
                    "no_match#1": 10,
                    "hangup": 200,
                },
                "advice": {"connected": 110, "timeout": 6, "hangup": 24},
                "sorry": {"ended": 6},
                "noted": {"ended": 30},
                "goodbye": {"ended": 630},
            }
        ),
    )


def _environment() -> str:
    settings = Settings()
    rows = [
        (
            f"`{variable.name}`",
            f"`{'.'.join(variable.path)}`",
            _default(settings, variable.path),
            f"{variable.meaning} (a secret: never in a file)"
            if variable.kind == "secret"
            else variable.meaning,
        )
        for variable in ENVIRONMENT
    ]
    head = (
        f"# Environment variables\n\n{_NOTICE}\n"
        "Each stands for a setting of `config/service.yaml` and wins over it. "
        f"`{FILE_VARIABLE}` names another settings file. What they are for is told in "
        "[operations](operations.md).\n\n"
    )
    return head + _table(("variable", "setting", "default", "meaning"), rows)


def _default(settings: Settings, path: tuple[str, ...]) -> str:
    value: object = settings
    for name in path:
        value = getattr(value, name)
    if value is None or value == "" or value == () or isinstance(value, Secret):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


# --- parts ------------------------------------------------------------------------------------


def _codemap() -> str:
    text = ""
    for folder, files in _modules().items():
        rows = [(f"[{file.name}](../{file.relative_to(ROOT)})", said) for file, said in files]
        text += f"\n**{folder}**\n\n" + _table(("file", "what it holds"), rows)
    return text + "\n"


def _modules() -> dict[str, list[tuple[Path, str]]]:
    made: dict[str, list[tuple[Path, str]]] = {}
    for file in sorted((ROOT / "contact_center").rglob("*.py")):
        said = _first_line(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))))
        if file.name == "__init__.py":
            continue
        made.setdefault(str(file.parent.relative_to(ROOT)), []).append((file, said))
    return made


def _first_line(docstring: str | None) -> str:
    """Give the first paragraph's first sentence, as one line that a table can hold."""
    paragraph = (docstring or "").split("\n\n")[0].replace("\n", " ").replace("|", "/")
    return paragraph.replace("``", "`")


def _messages(kinds: Iterable[type]) -> str:
    rows = [(f"`{kind.__name__}`", _fields(kind), _first_line(kind.__doc__)) for kind in kinds]
    return _table(("name", "fields", "meaning"), rows)


def _fields(kind: type) -> str:
    own = inspect.get_annotations(kind)
    return ", ".join(f"`{field.name}`" for field in dataclasses.fields(kind) if field.name in own)


def _commands() -> str:
    return _messages(messages(commands.TelephonyCommand))


def _call_events() -> str:
    return _messages(messages(events.CallEvent))


def _provider_events() -> str:
    return _messages(_OF_PROVIDERS)


def _other_events() -> str:
    telephony = {*messages(events.CallEvent), *_OF_PROVIDERS}
    return _messages(kind for kind in messages(events.Event) if kind not in telephony)


def _facts() -> str:
    return _messages(messages(facts.Fact))


def _end_causes() -> str:
    return ", ".join(f"`{cause.value}`" for cause in commands.EndCause) + "\n"


def _failure_codes() -> str:
    return ", ".join(f"`{code}`" for code in sorted(ports.FAILURE_CODES)) + "\n"


def _problem_codes() -> str:
    return _table(("code", "meaning"), [(f"`{code}`", said) for code, said in CODES.items()])


def _later() -> str:
    rows = [(f"field `{name}`", instead) for name, instead in LATER_FIELDS.items()]
    return _table(("not yet", "until then"), rows)


def _node_fields() -> str:
    rows = [
        (f"`{name}`", _names(shape, required=True), _names(shape, required=False))
        for name, shape in NODE_SHAPES.items()
    ]
    return _table(("node", "required", "may be left out"), rows)


def _is_own(shape: type[NodeShape], name: str) -> bool:
    """Whether a field is not one of those that every node may have, or else has to be there."""
    return name != "do" and (
        name not in NodeShape.model_fields or shape.model_fields[name].is_required()
    )


def _names(shape: type[NodeShape], *, required: bool) -> str:
    return ", ".join(
        f"`{field.alias or name}`"
        for name, field in shape.model_fields.items()
        if _is_own(shape, name) and field.is_required() == required
    )


def _rule_books() -> str:
    books = load_policies_folder(ROOT / "config/compliance")
    rows = [
        (
            f"[{book.policy}]({book.source})",
            ", ".join((book.region, *(f"not {area}" for area in book.except_in))).replace(
                "*", "everywhere"
            ),
            ", ".join(book.purposes) or "any",
            "; ".join(words_of(book)),
            book.verify,
        )
        for book in books
    ]
    return _table(("rule book", "where", "what for", "what it asks", "verify"), rows)


def _roles() -> str:
    signs = [
        (f"`{permission.value}`", *("yes" if permission in ALLOWED[role] else "" for role in Role))
        for permission in Permission
    ]
    return _table(("may", *(role.value for role in Role)), signs)


PARTS: Mapping[str, Callable[[], str]] = {
    "codemap": _codemap,
    "commands": _commands,
    "call-events": _call_events,
    "provider-events": _provider_events,
    "other-events": _other_events,
    "facts": _facts,
    "end-causes": _end_causes,
    "failure-codes": _failure_codes,
    "problem-codes": _problem_codes,
    "later": _later,
    "node-fields": _node_fields,
    "rule-books": _rule_books,
    "roles": _roles,
}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(head), _row(("---",) * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def write(root: Path = ROOT) -> None:
    """Write everything under `root`."""
    for name, text in documents(root).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    write()
