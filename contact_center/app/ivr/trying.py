"""``ivr run``: who calls and when, from the command line, to a flow in this terminal."""

import argparse
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from contact_center.adapters.simulated.phones import phone
from contact_center.app.ivr.finding import NotFoundError, find
from contact_center.app.ivr.terminal import (
    OUTCOMES,
    Pace,
    Terminal,
    read_lines,
    run_in_real_time,
    run_lines,
)
from contact_center.content.build_scenarios import A_MONDAY, instant
from contact_center.core.ivr.scenario import Answered, Given


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of a call."""
    parser.add_argument("--from", dest="number", default="+14155550123", help="the caller's number")
    parser.add_argument(
        "--language", default="", help="what the caller chose in an earlier call, if remembered"
    )
    parser.add_argument("--to", dest="dialled", default="", help="the number dialled")
    parser.add_argument("--name", default="", help="the name that the caller's phone shows")
    parser.add_argument("--time", type=_time, default=A_MONDAY, help="such as 2026-11-23T10:00")
    for name, meaning in (
        ("customer", "what is known of the caller, such as tier=gold"),
        ("number", "what a telephone outside does: +14155550190=busy"),
        ("lookup", "how a service answers: balance=timeout, balance.amount=12.50"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}s", action="append", default=[], type=_pair,
            metavar="NAME=VALUE", help=meaning,
        )  # fmt: skip
    parser.add_argument("--no-agents", action="store_true", help="nobody is at work")
    parser.add_argument("--outbound", action="store_true", help="the center calls the number")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--real-time", action="store_true", help="let prompts take their time")
    pace.add_argument("--steps", action="store_true", help="let time pass only when told to")


def run(options: argparse.Namespace) -> int:
    """Try a flow out; 0 however the call ends."""
    place = find(options.flow, options.center, options.settings)
    center = place.load(options.prompt_files)
    flows = place.flows(center)
    if len(flows) != 1:
        names = ", ".join(center.configuration.flows)
        raise NotFoundError(f"{options.flow} is a center; name one of its flows: {names}")
    pace = Pace.REAL if options.real_time else Pace.STEPS if options.steps else Pace.FAST
    given = _given(options, place.zone)
    terminal = Terminal(center.configuration, flows[0], given, _write, pace, place.zone)
    if pace is Pace.REAL:
        run_in_real_time(terminal, sys.stdin.fileno())
    elif sys.stdin.isatty():
        run_lines(terminal, read_lines("> "), lambda line: None)
    else:
        lines = (line.rstrip("\n") for line in sys.stdin)
        run_lines(terminal, lines, lambda line: _write(f"> {line}\n"))
    return 0


def _given(options: argparse.Namespace, zone: ZoneInfo) -> Given:
    services: dict[str, Answered] = {}
    for name, value in options.lookups:
        service, _, returned = name.partition(".")
        before = services.get(service, Answered())
        if returned:
            services[service] = Answered(
                outcome=before.outcome, values={**before.values, returned: value}
            )
        elif value in OUTCOMES:
            services[service] = Answered(outcome=value, values=before.values)
        else:
            raise NotFoundError(f"--lookup {name}={value}: write one of {', '.join(OUTCOMES)}")
    for number, behaviour in options.numbers:
        try:
            phone(number, behaviour)
        except ValueError as problem:
            raise NotFoundError(f"--number {problem}") from None
    return Given(
        at=instant(options.time, zone),
        number=options.number,
        name=options.name,
        dialled=options.dialled,
        language=options.language,
        customer=dict(options.customers),
        services=services,
        numbers=dict(options.numbers),
        agents=not options.no_agents,
        outbound=options.outbound,
    )


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write 2026-11-23T10:00-05:00") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=VALUE")
    return name, value


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
