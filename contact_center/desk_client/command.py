"""The command of the terminal desk: ``python -m contact_center agent --url URL --login LOGIN``."""

import argparse
import asyncio
import contextlib
import getpass
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from typing import TextIO

from contact_center.desk_client.connection import (
    CommandFailedError,
    DeskClient,
    LoginFailedError,
    log_in,
    socket_url,
)
from contact_center.desk_client.terminal import AUTO_TALK_S, HELP, TerminalDesk


def agent_command(argv: list[str]) -> int:
    """Run the terminal agent; gives the exit status."""
    parser = argparse.ArgumentParser(prog="contact_center agent", description=HELP)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--login", required=True)
    parser.add_argument("--auto", action="store_true", help="take calls by itself")
    parser.add_argument("--talk", type=float, default=AUTO_TALK_S, help="seconds, with --auto")
    options = parser.parse_args(argv)
    try:
        password = os.environ.get("CONTACT_CENTER_PASSWORD") or _asked_password()
        return asyncio.run(_work(options, password))
    except (LoginFailedError, OSError) as error:
        sys.stderr.write(f"cannot log in: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise LoginFailedError("there is no terminal to ask at; set CONTACT_CENTER_PASSWORD")
    return getpass.getpass("Password: ")


async def _work(options: argparse.Namespace, password: str) -> int:
    token = await log_in(options.url, options.login, password)
    client = DeskClient(socket_url(options.url), token, lambda _message: None)
    desk = TerminalDesk(client, _print, is_auto=options.auto, auto_talk_s=options.talk)
    client.on_message, client.on_state = desk.hear, desk.level
    _print(f"  {HELP}")
    running = asyncio.get_running_loop().create_task(client.run())
    leaving = asyncio.Event()
    with _keys(sys.stdin, lambda key: None if desk.key(key) else leaving.set()):
        wish = asyncio.get_running_loop().create_task(leaving.wait())
        await asyncio.wait((running, wish), return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        wish.cancel()
        _print(f"  closed by the server: {running.result()}")
        return 1
    with contextlib.suppress(CommandFailedError, TimeoutError):
        await client.command("cmd.logout")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return 0


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def _keys(source: TextIO, take: Callable[[str], None]) -> Iterator[None]:
    """Give single keys while inside; a source that is no terminal gives none."""
    if not source.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(source)

    def read() -> None:
        for key in os.read(source.fileno(), 64).decode("utf-8", "replace"):
            take(key)

    tty.setcbreak(source)
    loop.add_reader(source.fileno(), read)
    try:
        yield
    finally:
        loop.remove_reader(source.fileno())
        termios.tcsetattr(source, termios.TCSADRAIN, before)
