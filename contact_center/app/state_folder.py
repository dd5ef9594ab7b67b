"""The folder that belongs to one process at a time."""

import fcntl
import secrets
from collections.abc import Callable
from pathlib import Path


class StartError(Exception):
    """The service cannot start; the message says why and what to do."""


def lock_state(folder: Path) -> Callable[[], None]:
    """Take the state folder for this process alone; gives what releases it.

    The lock goes with the process, however it ends. Raises StartError when another one has it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "lock").open("w")
    except OSError as problem:
        raise StartError(
            f"{folder} cannot be written ({problem.strerror}): set CC_STATE_DIR"
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StartError(
            f"another process runs on {folder}: stop it, or set CC_STATE_DIR to another folder"
        ) from None
    return file.close


def own_key(file: Path) -> bytes:
    """Read a key of our own, made at the first start. Raises OSError, ValueError."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(file.name + ".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        new.replace(file)
    return bytes.fromhex(file.read_text(encoding="ascii").strip())
