"""``ivr publish``, ``versions`` and ``rollback``: flows of the center that runs, changed in it."""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contact_center.app.asking import ask, changed, refused
from contact_center.app.ivr.finding import NotFoundError, find
from contact_center.app.ivr.picturing import tell_changes
from contact_center.app.whoever import logged_in
from contact_center.content.center_files import flow_in, text_in
from contact_center.settings import load_settings

_NOTE_MOST = 200


def add_publish(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of publishing."""
    parser.add_argument("--file", type=Path, help="put this file's text into the flow's own file")
    parser.add_argument("--note", default="", help="why; kept beside the version")


def add_versions(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked of versions."""
    parser.add_argument("--json", action="store_true", help="as data")
    parser.add_argument("--show", metavar="VERSION", help="write this version's text")
    parser.add_argument(
        "--diff", metavar="VERSION", help="say what is different in the flow's file by now"
    )


def add_rollback(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of going back."""
    parser.add_argument("version", metavar="VERSION", help="its first characters, four at least")
    parser.add_argument("--note", default="", help="why; kept beside the version")


def publish(options: argparse.Namespace) -> int:
    """Publish: 0 when done, 1 when something stands against it, 2 when nobody can be asked."""
    flow, text = _named(options.flow), None
    if options.file is not None:
        text = text_in(options.file)
    body: dict[str, Any] = {"by": logged_in(), "note": options.note[:_NOTE_MOST]}
    return _changed(options, flow, "publish", body if text is None else {**body, "text": text})


def roll_back(options: argparse.Namespace) -> int:
    """The same with a version of before."""
    body = {
        "by": logged_in(),
        "note": options.note[:_NOTE_MOST],
        "version": options.version,
    }
    return _changed(options, _named(options.flow), "rollback", body)


def versions(options: argparse.Namespace) -> int:
    """List versions, show one, or compare one with the flow's file."""
    flow = _named(options.flow)
    one = options.show or options.diff
    door = f"/api/flows/{quote(flow, safe='')}/versions"
    status, answer = _ask(options, "GET", door if one is None else f"{door}/{quote(one, safe='')}")
    if status != 200:
        return refused(status, answer)
    if options.show:
        sys.stdout.write(answer["text"])
    elif options.diff:
        return _diff(options, flow, answer["text"])
    elif options.json:
        sys.stdout.write(f"{json.dumps(answer, indent=1, ensure_ascii=False)}\n")
    else:
        for each in answer["versions"]:
            at = datetime.fromtimestamp(each["at"] // 1_000_000, UTC).isoformat(" ", "seconds")
            mark = "runs" if each["running"] else ""
            line = f"{each['version']}  {mark:4}  {at}  {each['by']}  {each['note']}"
            sys.stdout.write(f"{line.rstrip()}\n")
    return 0


def _named(what: str) -> str:
    """Give the flow's name of a name, or of a file."""
    path = Path(what)
    if not path.is_file():
        return what
    flow = flow_in(text_in(path))
    if not flow:
        raise NotFoundError(f"{what} is no flow")
    return flow


def _diff(options: argparse.Namespace, flow: str, text: str) -> int:
    now = find(flow, options.center, options.settings)
    if now.only is None:
        raise NotFoundError(f"there is no flow {flow}")
    sources = {**now.sources, now.only: text}
    return tell_changes(dataclasses.replace(now, sources=sources), now, options)


def _changed(options: argparse.Namespace, flow: str, act: str, body: Mapping[str, Any]) -> int:
    status, answer = _ask(options, "POST", f"/api/flows/{quote(flow, safe='')}/{act}", body)
    code = changed(status, answer, "published")
    if code == 0:
        sys.stdout.write(f"published: {flow} version {answer['version']}\n")
    return code


def _ask(
    options: argparse.Namespace, method: str, path: str, body: Mapping[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    return ask(load_settings(os.environ, options.settings), method, path, body)
