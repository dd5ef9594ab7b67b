"""The command ``dialer``: campaigns of the running process, seen and steered from a terminal."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contact_center.app.asking import ask, ask_raw, asking
from contact_center.app.dial_replay import replay_log
from contact_center.settings import Settings

MOVES = ("schedule", "start", "pause", "resume", "drain", "stop", "reset")


class RefusedError(Exception):
    """The process said no; the message says why."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        message = str(answer.get("message", f"status {status}"))
        fields = answer.get("fields", {}).items()
        lines = [f"  {name}: {what}" for name, what in fields if what not in message]
        super().__init__("\n".join([message, *lines]))


def dialer_command(argv: list[str]) -> int:
    """Run one: 0 when done, 1 when it was refused, 2 when nobody answers or the words are wrong."""
    options = _parser().parse_args(argv)
    return asking(options.settings, lambda settings: _act(settings, options))


def _act(settings: Settings, options: argparse.Namespace) -> int:
    if options.what == "replay":
        return replay_log(options.folder or settings.state_dir / "dialer")
    try:
        sys.stdout.write(_ACTS[options.what](settings, options))
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contact-center dialer", description="Campaigns of the running contact center."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    shared.add_argument("--json", action="store_true", help="as data")
    acts = parser.add_subparsers(dest="what", required=True, metavar="WHAT")

    def act(name: str, line: str, *, campaign: bool = True) -> argparse.ArgumentParser:
        made = acts.add_parser(name, help=line, description=line, parents=[shared])
        if campaign:
            made.add_argument("campaign")
        return made

    act("list", "all campaigns in a line each", campaign=False)
    act("show", "one campaign: state, numbers, ledger, settings")
    for move in MOVES:
        act(move, f"{move} a campaign").add_argument("--why", required=True)
    act("stop-all", "emergency stop of everything", campaign=False).add_argument(
        "--why", required=True
    )
    made = act("set", "change settings from the next tick on: mode=progressive target=0.02 ...")
    made.add_argument("changes", nargs="+", metavar="NAME=VALUE", type=_change)
    made.add_argument("--why", required=True)
    line = "so long the pacing goes back by itself when too many are abandoned"
    made.add_argument("--watch", type=float, default=0.0, metavar="MINUTES", help=line)
    made = act("what-if", "say what a change would do in the next minutes")
    made.add_argument("changes", nargs="*", metavar="NAME=VALUE", type=_change)
    made.add_argument("--minutes", type=float, default=10.0)
    act("explain", "say why so many calls are dialled now")
    lead = act("lead", "say why a lead is not dialled, or when it will be", campaign=False)
    lead.add_argument("lead", help="its name, or one of its numbers: +14155550100")
    act("plan", "say how long it takes, and how many agents it wants").add_argument(
        "--simulate", action="store_true", help="run it to its end besides, which takes a while"
    )
    act("analysis", "say what was achieved, by list, hour, caller id and agent")
    act("machines", "say how often people are taken for machines, by samples")
    act("audit", "say who changed what, and why")
    made = act("evidence", "write the bundle that proves what was done")
    made.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    made = act("replay", "run a log again and report the first difference", campaign=False)
    made.add_argument("folder", type=Path, nargs="?", help="by default that of the state folder")
    return parser


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"write NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _get(settings: Settings, path: str) -> dict[str, Any]:
    return _checked(ask(settings, "GET", path))


def _post(settings: Settings, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return _checked(ask(settings, "POST", path, body))


def _checked(answered: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    status, answer = answered
    if status != 200:
        raise RefusedError(status, answer)
    return answer


def _path(options: argparse.Namespace, rest: str = "") -> str:
    return f"/api/campaigns/{quote(options.campaign, safe='')}{rest}"


def _data(answer: Mapping[str, Any]) -> str:
    return f"{json.dumps(answer, indent=2)}\n"


def _list(settings: Settings, options: argparse.Namespace) -> str:
    answer = _get(settings, "/api/campaigns")
    if options.json:
        return _data(answer)
    return "".join(f"{_line(one)}\n" for one in answer["campaigns"])


def _line(one: Mapping[str, Any]) -> str:
    worst = max((w["share"] for w in one["ledger"]), default=0.0)
    return (
        f"{one['campaign']:20} {one['state']:9} {one['mode']:11} dialled {one['dialled']},"
        f" open {one['open']}, talking {one['talking']}, abandoned {worst:.1%}"
    )


def _show(settings: Settings, options: argparse.Namespace) -> str:
    answer = _get(settings, _path(options))
    if options.json:
        return _data(answer)
    lists = ", ".join(one["list"] for one in answer["settings"]["lists"] if one["on"])
    outcomes = (f"{name} {count}" for name, count in sorted(answer["outcomes"].items()))
    last = answer["now"]
    now = "nothing was decided yet"
    if last is not None:
        now = f"{last['idle']} of {last['agents']} agents idle, {last['ringing']} phones ring"
    lines = [
        f"{answer['label']} ({answer['campaign']}) is {answer['state']}",
        f"mode      {answer['mode']}, target {answer['target']:.1%}, lists {lists or 'none'}",
        f"calls     {answer['dialled']} dialled, {answer['open']} open, {answer['talking']} talk",
        f"outcomes  {', '.join(outcomes) or 'none'}; successes {answer['successes']}",
        *(
            f"ledger    {one['policy']}: {one['abandoned']} of {one['live']} people abandoned:"
            f" {one['share']:.1%}, at most {one['cap']:.1%}"
            for one in answer["ledger"]
        ),
        f"now       {now}; why: dialer explain {answer['campaign']}",
        "settings  with --json",
    ]
    return "".join(f"{line}\n" for line in lines)


def _move(settings: Settings, options: argparse.Namespace) -> str:
    body = {"move": options.what, "why": options.why}
    answer = _post(settings, _path(options, "/move"), body)
    return _data(answer) if options.json else f"{options.campaign} is {answer['state']}\n"


def _stop_all(settings: Settings, options: argparse.Namespace) -> str:
    answer = _post(settings, "/api/dialer/stop", {"why": options.why})
    names = ", ".join(answer["stopped"]) or "nothing: no campaign was running"
    return _data(answer) if options.json else f"stopped: {names}\n"


def _set(settings: Settings, options: argparse.Namespace) -> str:
    body = {"set": dict(options.changes), "why": options.why, "watch_minutes": options.watch}
    answer = _post(settings, _path(options, "/set"), body)
    if options.json:
        return _data(answer)
    changes = answer["changes"].items()
    lines = [f"{name}: {each['before']} -> {each['after']}" for name, each in changes]
    return "".join(f"{line}\n" for line in lines or ["nothing changed"])


def _what_if(settings: Settings, options: argparse.Namespace) -> str:
    body = {"set": dict(options.changes), "minutes": options.minutes}
    answer = _post(settings, _path(options, "/what-if"), body)
    if options.json:
        return _data(answer)
    lines = [f"{'next ' + str(options.minutes) + ' minutes':22} {'now':>22} {'then':>22}"]
    for name in _FORECAST:
        cells = [_spread(name, answer[when] and answer[when][name]) for when in ("now", "then")]
        lines.append(f"{name:22} {cells[0]:>22} {cells[1]:>22}")
    lines.append(f"from {answer['then']['samples']} calls of late, {answer['then']['runs']} runs")
    if answer["then"]["cold"]:
        lines.append(_cold(answer["then"]["prior"]))
    return "".join(f"{line}\n" for line in lines)


def _cold(prior: float | None) -> str:
    """Say what stands in for calls that were not made yet."""
    taken = "30% answer, as in general" if prior is None else f"{prior:.0%} answer, as days before"
    return f"it is cold: beside these calls it is taken that {taken}"


_FORECAST = (
    *("utilisation", "abandonment", "ledger", "idle_s", "wait_s"),
    *("dials_per_min", "connected"),
)


def _spread(name: str, found: Mapping[str, float] | None) -> str:
    if found is None:
        return "-"
    low, middle, high = found["low"], found["middle"], found["high"]
    if name in ("utilisation", "abandonment", "ledger"):
        return f"{middle:.1%} ({low:.1%} to {high:.1%})"
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


def _words(path: Callable[[argparse.Namespace], str]) -> Callable[[Settings, Any], str]:
    def act(settings: Settings, options: argparse.Namespace) -> str:
        answer = _get(settings, path(options))
        if options.json or "words" not in answer:
            return _data(answer)
        return "".join(f"{line}\n" for line in answer["words"])

    return act


def _audit(settings: Settings, options: argparse.Namespace) -> str:
    answer = _get(settings, _path(options, "/audit"))
    if options.json:
        return _data(answer)
    return "".join(
        f"{_moment(row['at'])} {row['who']}: {row['what']}: {_before(row)} -> {row['after']}"
        f" ({row['why']})\n"
        for row in answer["audit"]
    )


def _before(row: Mapping[str, Any]) -> str:
    return "as in the file" if row["before"] is None else str(row["before"])


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _analysis(settings: Settings, options: argparse.Namespace) -> str:
    answer = _get(settings, _path(options, "/analysis"))
    if options.json:
        return _data(answer)
    reached = answer["penetration"]["all"]
    cost = answer["cost_per_success"]
    heads = ("", "calls", "people", "talks", "successes", "answered", "converted", "abandoned")
    groups = [("all", answer["total"])]
    for kind in ("list", "hour", "caller_id", "agent", "attempt"):
        found = answer[f"by_{kind}"].items()
        groups += [(f"{kind.replace('_', ' ')} {name}", group) for name, group in found]
    rows = [heads, *((name, *_cells(group)) for name, group in groups)]
    return "".join(
        [
            f"{reached['count']} of {reached['of']} leads were called"
            + (f"; a success cost {cost:.2f}\n" if cost is not None else "\n"),
            *(
                f"{row[0]:24} {row[1]:>6} {row[2]:>6} {row[3]:>6} {row[4]:>9}"
                f" {row[5]:>14} {row[6]:>14} {row[7]:>14}".rstrip()
                + "\n"
                for row in rows
            ),
            "In brackets the 95 % interval.\n",
            _holdout(answer["holdout"]),
        ]
    )


def _holdout(found: Mapping[str, Any] | None) -> str:
    """Say what calling achieved, beside the people who were held out."""
    if found is None:
        return ""
    arms = [
        f"{found[arm]['count']} of {found[arm]['of']} people {words}"
        for arm, words in (("called", "who may be called"), ("held_out", "held out"))
    ]
    says = "calling makes a difference" if found["certain"] else "that may be chance"
    points = [f"{100 * found[name]:+.1f}" for name in ("value", "low", "high")]
    return (
        f"Successes, however they came about: {arms[0]}, {arms[1]}:"
        f" {points[0]} points ({points[1]} to {points[2]}), {says}.\n"
    )


def _cells(group: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (str(group[name]) for name in ("attempts", "live", "connected", "successes"))
    rates = ("answer_rate", "conversion", "abandonment")
    return (*counts, *(_rate(group[name]) for name in rates))


def _rate(found: Mapping[str, float]) -> str:
    if not found["of"]:
        return "-"
    return f"{found['value']:.0%} ({found['low']:.0%}-{found['high']:.0%})"


def _evidence(settings: Settings, options: argparse.Namespace) -> str:
    status, bundle = ask_raw(settings, "GET", _path(options, "/evidence"))
    if status != 200:
        raise RefusedError(status, json.loads(bundle))
    options.out.write_bytes(bundle)
    return f"{options.out}: {len(bundle)} bytes\n"


def _lead(options: argparse.Namespace) -> str:
    return f"/api/explain/lead/{quote(options.lead, safe='')}"


_ACTS: Mapping[str, Callable[[Settings, argparse.Namespace], str]] = {
    "list": _list,
    "show": _show,
    **dict.fromkeys(MOVES, _move),
    "stop-all": _stop_all,
    "set": _set,
    "what-if": _what_if,
    "explain": _words(lambda options: _path(options, "/explain")),
    "lead": _words(_lead),
    "plan": _words(
        lambda options: _path(options, "/plan?simulate" if options.simulate else "/plan")
    ),
    "analysis": _analysis,
    "machines": _words(lambda options: _path(options, "/machines")),
    "audit": _audit,
    "evidence": _evidence,
}
