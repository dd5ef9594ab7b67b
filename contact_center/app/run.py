"""The command ``run``: start the service, say where it is, stop on a signal."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from contact_center.adapters.api.access import TokenFileError
from contact_center.adapters.asterisk.errors import AriRefusedError
from contact_center.adapters.asterisk.local.instance import InstanceError
from contact_center.adapters.asterisk.local.tree import TreeError
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.web.server import WebStartError
from contact_center.app.garbage import tame
from contact_center.app.service import Service
from contact_center.app.state_folder import StartError
from contact_center.app.twilio_provider import known_secrets
from contact_center.content.problems import ContentError
from contact_center.runtime import logs
from contact_center.runtime.codec import CodecError
from contact_center.runtime.journal import JournalError
from contact_center.settings import Settings, load_settings
from contact_center.settings.check import find_problems

START_ERRORS = (
    StartError,
    ContentError,
    WebStartError,
    TreeError,
    InstanceError,
    AriRefusedError,
    StorageError,
    JournalError,
    CodecError,
    TokenFileError,
    # A full disk, a folder that cannot be written: the system says it clearly enough.
    OSError,
)


def run_command(argv: list[str]) -> int:
    """Run until a signal: 0 after a wished stop, 1 when it cannot start, 3 when a part failed."""
    parser = argparse.ArgumentParser(
        prog="contact-center run", description="Start the contact center."
    )
    parser.add_argument("--provider", choices=["simulated", "asterisk", "twilio"])
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    parser.add_argument("--center", type=Path, help="center file (or CC_CENTER)")
    parser.add_argument(
        "--drain",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="on SIGTERM refuse new calls and wait so long for live ones",
    )
    options = parser.parse_args(argv)
    # As variables, so that they are checked with what goes with them.
    said = {"CC_PROVIDER": options.provider, "CC_CENTER": options.center and str(options.center)}
    environment = {**os.environ, **{name: value for name, value in said.items() if value}}
    try:
        settings = load_settings(environment, options.settings)
    except ContentError:
        problems, _ = find_problems(options.settings, None, None, environment)
        sys.stderr.write("cannot start:\n" + "".join(f"{problem}\n" for problem in problems))
        return 1
    logging = logs.setup(
        level=settings.log.level, form=settings.log.format, secrets=_secrets(settings)
    )
    try:
        return asyncio.run(_serve(settings, options.drain))
    finally:
        logging.stop()


def _secrets(settings: Settings) -> list[str]:
    """Whatever must not be read in a log, should a library ever put it into a message."""
    asterisk = settings.asterisk
    known = (
        settings.http.api_token,
        asterisk.password,
        asterisk.listen.password,
        asterisk.ami.password,
        settings.oidc.client_secret,
        settings.phones.secret,
    )
    database = urlsplit(settings.database).password or ""
    return [
        *(secret.reveal() for secret in known),
        *known_secrets(settings.twilio),
        *(settings.database_url.reveal(), database, unquote(database)),
    ]


async def _serve(settings: Settings, drain_s: float) -> int:
    service = Service(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told_to_stop() -> None:
        # The second time they mean it: no more waiting for calls to end.
        (service.hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop)
    # Never the end of the process, not even while it starts.
    loop.add_signal_handler(signal.SIGHUP, service.reload_soon)
    try:
        await service.start()
    except START_ERRORS as problem:
        await service.stop()
        sys.stderr.write(f"cannot start: {problem}\n")
        return 1
    tame()
    for line in service.hints:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write("ready; stop with Ctrl-C\n")
    sys.stdout.flush()
    stopped = asyncio.ensure_future(stop.wait())
    crashed = asyncio.ensure_future(service.wait())
    await asyncio.wait({stopped, crashed}, return_when=asyncio.FIRST_COMPLETED)
    failure = crashed.result() if crashed.done() else None
    for waiting in (stopped, crashed):
        waiting.cancel()
    await service.stop(0.0 if failure else drain_s)
    if failure is not None:
        sys.stderr.write(f"stopped: {failure}\n")
        return 3
    return 0
