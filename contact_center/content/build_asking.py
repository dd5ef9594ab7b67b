"""Building what callers are asked in special ways: yes or no, which language, is that right."""

import re

from contact_center.content import flow_shapes as shapes
from contact_center.content.build_words import yes_no
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path
from contact_center.core.ivr import flow
from contact_center.core.ivr.assigning import LANGUAGE

_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")
_REPEAT = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\d*\})")


def _confirm(b: NodeBuilder, s: shapes.ConfirmShape, path: Path, shared: Shared) -> flow.Menu:
    name = shared["name"]
    return flow.Menu(
        **shared,
        keys={
            s.keys.yes: b.edge(s.yes, (*path, "yes"), name),
            s.keys.no: b.edge(s.no, (*path, "no"), name),
        },
        outcomes={s.keys.yes: "yes", s.keys.no: "no"},
        **yes_no(b, s, s.keys.yes, s.keys.no, path),
        **b.listening(s, path),
    )


def _language(b: NodeBuilder, s: shapes.LanguageShape, path: Path, shared: Shared) -> flow.Menu:
    keys: dict[str, flow.Edge] = {}
    offered = b.speaker.offered
    for key, language in s.keys.items():
        here = (*path, "keys", key)
        if language not in offered:
            hint = did_you_mean(language, offered, "add it under languages: offered")
            b.document.report(here, "E105", f'"{language}" is not offered', hint)
        chosen = CelExpression(f"'{language.replace(chr(39), '')}'")
        next_ = b.edge(s.next, (*path, "next"), shared["name"])
        first = ((LANGUAGE, chosen), *next_.set)
        keys[key] = flow.Edge(goto=next_.goto, tag=next_.tag, set=first)
    return flow.Menu(
        **shared, keys=keys, outcomes=dict(s.keys), remembers=s.remember, **b.listening(s, path)
    )


def build_check(b: NodeBuilder, s: shapes.CollectShape, path: Path) -> flow.Check:
    """Build the rules for what was typed."""
    written = s.check
    if written is None:
        return flow.Check()
    _check_regex(b, written.regex, (*path, "check", "regex"))
    _check_date(b, s, (*path, "check", "date"))
    least, most = written.range or (None, None)
    cel = None
    if written.cel is not None:
        cel = b.speaker.condition(written.cel, (*path, "check", "cel"))
    return flow.Check(
        regex=written.regex,
        luhn=written.luhn,
        date=written.date,
        least=least,
        most=most,
        cel=cel,
    )


def _check_date(b: NodeBuilder, s: shapes.CollectShape, path: Path) -> None:
    form = s.check.date if s.check is not None else ""
    least, most = s.length or s.min or 1, s.length or s.max or 1
    if form and not least <= len(form) <= most:
        message = f"a date written {form} has {len(form)} digits, and other numbers are asked for"
        b.document.report(path, "E012", message, f"write length: {len(form)}")


def _check_regex(b: NodeBuilder, regex: str, path: Path) -> None:
    """Refuse what cannot be compiled, and what could take for ever on a few digits."""
    try:
        re.compile(regex)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"not a regular expression: {error}"
        b.document.report(path, "E012", message, "check brackets and backslashes")
        return
    if _REPEATED_GROUP.search(regex) or len(_REPEAT.findall(regex)) > 3:
        message = "a regular expression that may take too long"
        hint = "repeat no groups, and use at most three of *, + and {}"
        b.document.report(path, "E012", message, hint)


def build_read_back(
    b: NodeBuilder, s: shapes.CollectShape, path: Path, shared: Shared, listening: Shared
) -> flow.Menu | None:
    """Build the question whether what was typed is right; its edges are not taken."""
    if s.confirm is None:
        return None
    here = flow.Edge(goto="repeat")
    same = ("first_timeout_us", "inter_digit_us", "barge_in", "type_ahead")
    return flow.Menu(
        name=shared["name"],
        say=b.speaker.prompt(s.confirm.say, (*path, "confirm", "say")),
        keys={s.confirm.yes: here, s.confirm.no: here},
        outcomes={s.confirm.yes: "yes", s.confirm.no: "no"},
        on_no_input=(),
        on_no_match=(),
        **yes_no(b, s.confirm, s.confirm.yes, s.confirm.no, (*path, "confirm")),
        **{name: listening[name] for name in same},
    )


MAKERS: Makers = {
    shapes.ConfirmShape: _confirm,
    shapes.LanguageShape: _language,
}
