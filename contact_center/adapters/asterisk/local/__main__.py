"""`python -m contact_center.adapters.asterisk.local get`: have a tree of Asterisk in the cache."""

import argparse
import sys

from contact_center.adapters.asterisk.local.tree import TreeError, find, get


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 1 when there is no usable tree."""
    parser = argparse.ArgumentParser(prog="contact_center.adapters.asterisk.local")
    parser.add_argument("command", choices=("get", "where", "verify"))
    wanted = parser.parse_args(arguments).command
    try:
        tree = get(_say) if wanted == "get" else find()
    except TreeError as error:
        _say(str(error))
        return 1
    if wanted == "verify" and (problems := tree.missing()):
        _say("\n".join(problems))
        return 1
    if wanted != "get":
        sys.stdout.write(f"{tree.root}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
