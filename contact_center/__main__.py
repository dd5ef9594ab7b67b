"""The command line: ``python -m contact_center COMMAND``."""

import sys
from collections.abc import Callable, Sequence

Command = Callable[[list[str]], int]


def _run(argv: list[str]) -> int:
    from contact_center.app.run import run_command

    return run_command(argv)


def _check(argv: list[str]) -> int:
    from contact_center.settings.check import check_command

    return check_command(argv)


def _replay(argv: list[str]) -> int:
    from contact_center.app.replay import replay_command

    return replay_command(argv)


def _reload(argv: list[str]) -> int:
    from contact_center.app.reload_command import reload_command

    return reload_command(argv)


def _explain(argv: list[str]) -> int:
    from contact_center.app.explain_command import explain_command

    return explain_command(argv)


def _import(argv: list[str]) -> int:
    from contact_center.app.import_command import import_command

    return import_command(argv)


def _dialer(argv: list[str]) -> int:
    from contact_center.app.dialer_command import dialer_command

    return dialer_command(argv)


def _leads(argv: list[str]) -> int:
    from contact_center.app.leads_command import leads_command

    return leads_command(argv)


def _customers(argv: list[str]) -> int:
    from contact_center.app.customers_command import customers_command

    return customers_command(argv)


def _emergency(argv: list[str]) -> int:
    from contact_center.app.emergency_command import emergency_command

    return emergency_command(argv)


def _ivr(argv: list[str]) -> int:
    from contact_center.app.ivr.command import ivr_command

    return ivr_command(argv)


def _script(argv: list[str]) -> int:
    from contact_center.app.scripting.command import script_command

    return script_command(argv)


def _report(argv: list[str]) -> int:
    from contact_center.app.report import report_command

    return report_command(argv)


def _audit(argv: list[str]) -> int:
    from contact_center.app.audit_command import audit_command

    return audit_command(argv)


def _agent(argv: list[str]) -> int:
    from contact_center.desk_client.command import agent_command

    return agent_command(argv)


def _phones(argv: list[str]) -> int:
    from contact_center.app.phones_command import phones_command

    return phones_command(argv)


def _passwd(argv: list[str]) -> int:
    from contact_center.adapters.desktop.directory import passwd_command

    return passwd_command(argv)


COMMANDS: dict[str, tuple[str, Command]] = {
    "run": ("start the contact center", _run),
    "check": ("check settings, center and flows", _check),
    "reload": ("let the running contact center read its center again", _reload),
    "explain": ("say why a caller waits, an agent has nobody, an offer was made", _explain),
    "ivr": ("flows: check, test, try out in this terminal, draw, compare", _ivr),
    "script": ("call scripts: check, test, read in this terminal, draw", _script),
    "emergency": ("switch flows to emergency, or back", _emergency),
    "dialer": ("campaigns: see, start, stop, change, ask what if and why", _dialer),
    "import": ("make a center of another system's queues", _import),
    "leads": ("lists: import, count, save segments, bar numbers, export", _leads),
    "customers": ("customers: bring in what is known of them, place who buys how", _customers),
    "replay": ("run a journal again and report the first difference", _replay),
    "report": ("measures of a stretch of time, from the database", _report),
    "audit": ("who changed what, and whether the log of it holds", _audit),
    "agent": ("be an agent in this terminal", _agent),
    "phones": ("write pjsip.conf's part for phones in browsers", _phones),
    "passwd": ("make a line of the password file", _passwd),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. Each command is imported only when it is asked for."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in COMMANDS:
        return COMMANDS[words[0]][1](words[1:])
    out = sys.stdout if words and words[0] in {"-h", "--help", "help"} else sys.stderr
    out.write("usage: python -m contact_center COMMAND [OPTIONS]\n\n")
    for name, (meaning, _) in COMMANDS.items():
        out.write(f"  {name:9} {meaning}\n")
    return 0 if out is sys.stdout else 2


if __name__ == "__main__":
    sys.exit(main())
