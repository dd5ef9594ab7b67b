"""The command ``script``: call scripts checked, tested, tried out, drawn."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from contact_center.app.scripting.finding import (
    Found,
    NotFoundError,
    context_of,
    find,
    the_one,
)
from contact_center.app.scripting.preview import Preview
from contact_center.content.check import count
from contact_center.content.problems import ContentError, Problem, as_data, in_order
from contact_center.content.script_tests import ScriptOutcome, run_test
from contact_center.core.scripting.picture import to_mermaid, to_svg

Act = Callable[[argparse.Namespace], int]


def script_command(argv: list[str]) -> int:
    """Do one: 0 when all is well, 1 when scripts are wrong, 2 when the words are."""
    options = _parser().parse_args(argv)
    try:
        return _ACTS[options.what](options)
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except (NotFoundError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center script", description="Call scripts: check, test, preview, draw."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--center", type=Path, help="center whose dispositions the script may use")
    acts = parser.add_subparsers(dest="what", required=True, metavar="WHAT")

    def act(name: str, line: str, what: str, many: str | None = None) -> argparse.ArgumentParser:
        made = acts.add_parser(name, help=line, description=line, parents=[shared])
        made.add_argument(what, nargs=many, metavar=what.upper(), help="a file or a folder")
        return made

    made = act("check", "say everything that is wrong with scripts, with its place", "files", "*")
    made.add_argument("--json", action="store_true", help="as data")
    made = act("test", "run the tests that stand in scripts' files", "files", "*")
    made.add_argument("--json", action="store_true", help="as data")
    made = act("draw", "draw a script", "file")
    made.add_argument("--svg", action="store_true", help="as SVG, not as Mermaid")
    made.add_argument("--out", type=Path, help="into this file")
    made = act("preview", "read a script in this terminal, with a sample record", "file")
    made.add_argument("--language", default="", help="such as es-US")
    made.add_argument(
        "--customer", action="append", default=[], metavar="NAME=VALUE", help="what is known"
    )
    made.add_argument("--offer", action="append", default=[], metavar="NAME=VALUE")
    made.add_argument("--call", default="preview", help="the call's id, which splits go by")
    return parser


def _check(options: argparse.Namespace) -> int:
    problems: list[Problem] = []
    for found in find(options.files, context_of(options.center)):
        problems += found.problems
    ordered = in_order(problems)
    if options.json:
        data = [as_data(problem) for problem in ordered]
        sys.stdout.write(f"{json.dumps(data, indent=2, ensure_ascii=False)}\n")
    else:
        sys.stdout.write("".join(f"{problem}\n" for problem in ordered))
        sys.stdout.write(f"{count(ordered)}\n")
    return 1 if any(problem.is_error for problem in ordered) else 0


def _test(options: argparse.Namespace) -> int:
    context = context_of(options.center)
    reports = [(found, _outcomes(found)) for found in find(options.files, context)]
    failed = sum(bool(outcome.words) for _, outcomes in reports for outcome in outcomes)
    number = sum(len(outcomes) for _, outcomes in reports)
    if options.json:
        data = [
            {
                "file": str(found.file),
                "tests": [
                    {"name": o.test.name, "line": o.line or o.test.line, "failure": o.words}
                    for o in outcomes
                ],
            }
            for found, outcomes in reports
        ]
        sys.stdout.write(f"{json.dumps(data, indent=2, ensure_ascii=False)}\n")
    else:
        for found, outcomes in reports:
            sys.stdout.write(f"{found.file}\n")
            sys.stdout.write("" if outcomes else "  no tests\n")
            sys.stdout.write("".join(_line(found, outcome) for outcome in outcomes))
        sys.stdout.write(f"{number} tests: {number - failed} passed, {failed} failed\n")
    return 1 if failed else 0


def _outcomes(found: Found) -> list[ScriptOutcome]:
    if found.loaded is None:
        raise ContentError(found.problems)
    return [run_test(found.loaded.script, test) for test in found.loaded.tests]


def _line(found: Found, outcome: ScriptOutcome) -> str:
    if not outcome.words:
        return f"  ok    {outcome.test.name}\n"
    where = f"{found.file}:{outcome.line}"
    return f"  FAIL  {outcome.test.name} ({where})\n          {outcome.words}\n"


def _draw(options: argparse.Namespace) -> int:
    script = the_one(options.file, context_of(options.center)).script
    text = to_svg(script) if options.svg else to_mermaid(script)
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _preview(options: argparse.Namespace) -> int:
    script = the_one(options.file, context_of(options.center)).script
    customer, offer = _pairs(options.customer), _pairs(options.offer)
    names = {
        "customer": {"known": bool(customer), "name": "", "tier": "", "language": ""} | customer,
        "call": {"id": options.call, "number": "", "direction": "inbound", "queue": ""}
        | {"language": options.language or script.language},
        "agent": {"name": "Ann Lee"},
        "offer": {"id": "", "name": "", "text": "", "price": ""} | offer,
    }
    preview = Preview(
        script,
        names,
        _say,
        lambda: time.time_ns() // 1_000,
        options.language,
        options.call,
    )
    for line in sys.stdin:
        if not preview.do(line):
            break
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)


def _pairs(written: list[str]) -> dict[str, object]:
    """Read NAME=VALUE. Raises NotFoundError for what is none."""
    pairs: dict[str, object] = {}
    for pair in written:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise NotFoundError(f"write NAME=VALUE, not {pair}")
        pairs[name] = value
    return pairs


_ACTS: Mapping[str, Act] = {"check": _check, "test": _test, "draw": _draw, "preview": _preview}
