"""The command ``ivr``: flows checked, tested, tried out, drawn and compared."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from contact_center.adapters.sql.errors import StorageError
from contact_center.app.asking import UnreachableError
from contact_center.app.ivr import picturing, releasing, trying
from contact_center.app.ivr.finding import NotFoundError, Place, find
from contact_center.app.ivr.trial import Outcome, Report, run_tests
from contact_center.content.check import count
from contact_center.content.problems import ContentError, Problem, as_data, in_order

Act = Callable[[argparse.Namespace], int]


def ivr_command(argv: list[str]) -> int:
    """Do one: 0 when all is well, 1 when flows are wrong, 2 when the words are."""
    options = _parser().parse_args(argv)
    try:
        return _ACTS[options.what](options)
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return 1
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (NotFoundError, UnreachableError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center ivr", description="Flows: check, test, try out, draw, compare."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--center", type=Path, help="center file or folder the flow belongs to")
    shared.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    shared.add_argument("--prompt-files", type=Path, help="folder of recordings, by language")
    acts = parser.add_subparsers(dest="what", required=True, metavar="WHAT")

    def act(name: str, line: str, flow: str, many: str | None = None) -> argparse.ArgumentParser:
        made = acts.add_parser(name, help=line, description=line, parents=[shared])
        made.add_argument(flow, nargs=many, metavar=flow.upper(), help="a file, or a flow's name")
        return made

    made = act("check", "say everything that is wrong with flows, with its place", "flows", "*")
    made.add_argument("--json", action="store_true", help="as data")
    made = act("test", "run the tests that stand in flows' files", "flows", "*")
    made.add_argument("--json", action="store_true", help="as data")
    made.add_argument("--only", metavar="WORDS", default="", help="tests with these words in them")
    made = act("run", "call a flow in this terminal: keys and commands, a line each", "flow")
    trying.add_options(made)
    made = act("draw", "draw a flow, perhaps with its callers", "flow")
    picturing.add_options(made)
    made = act("diff", "say what is different in another version of a flow", "old")
    made.add_argument("new", metavar="NEW", help="a file, or a flow's name")
    made.add_argument("--json", action="store_true", help="as data")
    made = act("publish", "let the center that runs take a flow's new text", "flow")
    releasing.add_publish(made)
    made = act("versions", "say which versions of a flow have run, since when, by whom", "flow")
    releasing.add_versions(made)
    made = act("rollback", "publish a version of before again", "flow")
    releasing.add_rollback(made)
    return parser


# --- check --------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    problems: list[Problem] = []
    for what in options.flows or [""]:
        try:
            problems += find(what, options.center, options.settings).problems(options.prompt_files)
        except ContentError as error:
            problems += error.problems
    found = in_order(problems)
    if options.json:
        sys.stdout.write(f"{json.dumps([as_data(p) for p in found], indent=2)}\n")
    else:
        sys.stdout.write("".join(f"{problem}\n" for problem in found if not problem.is_error))
        sys.stdout.write("".join(f"{problem}\n" for problem in found if problem.is_error))
        sys.stdout.write(f"{count(found)}\n")
    return 1 if any(problem.is_error for problem in found) else 0


# --- test ---------------------------------------------------------------------------------------


def _test(options: argparse.Namespace) -> int:
    reports: list[tuple[Place, Report]] = []
    for what in options.flows or [""]:
        place = find(what, options.center, options.settings)
        center = place.load(options.prompt_files)
        for flow in place.flows(center):
            report = run_tests(center.configuration, flow, only=options.only)
            reports.append((place, report))
    failed = sum(not outcome.passed for _, report in reports for outcome in report.outcomes)
    number = sum(len(report.outcomes) for _, report in reports)
    if options.json:
        data = [_report_data(place, report) for place, report in reports]
        sys.stdout.write(f"{json.dumps(data, indent=2, ensure_ascii=False)}\n")
    else:
        for place, report in reports:
            sys.stdout.write("".join(f"{line}\n" for line in _report_lines(place, report)))
        sys.stdout.write(f"{number} tests: {number - failed} passed, {failed} failed\n")
    return 1 if failed else 0


def _report_lines(place: Place, report: Report) -> list[str]:
    file, coverage = place.file_of(report.flow), report.coverage
    lines = [f"{report.flow} ({file})"]
    if not report.outcomes:
        return [*lines, "  no tests"]
    for outcome in report.outcomes:
        lines += _outcome_lines(outcome, file)
    nodes = len(coverage.nodes) + len(coverage.missed_nodes)
    edges = len(coverage.edges) + len(coverage.missed_edges)
    lines.append(f"  went through {len(coverage.nodes)} of {nodes} nodes,")
    lines[-1] += f" {len(coverage.edges)} of {edges} edges"
    if coverage.missed_nodes:
        lines.append(f"    nodes never entered: {', '.join(coverage.missed_nodes)}")
    if coverage.missed_edges:
        lines.append(f"    edges never taken: {', '.join(coverage.missed_edges)}")
    return lines


def _outcome_lines(outcome: Outcome, file: str) -> list[str]:
    if outcome.passed:
        return [f"  ok    {outcome.name}"]
    return [
        f"  FAIL  {outcome.name} ({file}:{outcome.line})",
        *(f"          {failure}" for failure in outcome.failures),
        f"          path: {' > '.join(outcome.path) or 'none'}",
    ]


def _report_data(place: Place, report: Report) -> Mapping[str, object]:
    coverage = report.coverage
    return {
        "flow": report.flow,
        "file": place.file_of(report.flow),
        "passed": report.passed,
        "tests": [
            {
                "name": outcome.name,
                "line": outcome.line,
                "passed": outcome.passed,
                "failures": list(outcome.failures),
                "path": list(outcome.path),
                "heard": list(outcome.heard),
            }
            for outcome in report.outcomes
        ],
        "coverage": {
            "nodes": list(coverage.nodes),
            "edges": list(coverage.edges),
            "missed_nodes": list(coverage.missed_nodes),
            "missed_edges": list(coverage.missed_edges),
        },
    }


_ACTS: Mapping[str, Act] = {
    "check": _check,
    "test": _test,
    "run": trying.run,
    "draw": picturing.draw,
    "diff": picturing.diff,
    "publish": releasing.publish,
    "versions": releasing.versions,
    "rollback": releasing.roll_back,
}
