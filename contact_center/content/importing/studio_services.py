"""HTTP requests of Twilio Studio (and its functions, which are such) as services of ours."""

import json
import re
from itertools import count
from typing import Any

from contact_center.content.importing.liquid import Hole, UntranslatableError, parts_of
from contact_center.content.importing.plain_json import Fields, JsonError, read_json
from contact_center.content.importing.report import Verdict
from contact_center.content.importing.studio_talk import Talk

_NAME = re.compile(r"[A-Za-z_]\w{0,63}\Z", re.ASCII)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

Service = dict[str, Any]


def service_of(talk: Talk, name: str, widget: Fields) -> tuple[Service | None, dict[str, str]]:
    """Make the service that a widget asks, and the args of its lookup; None when it cannot be."""
    properties = widget.within("properties")
    line = properties.lines.get("url", widget.line)
    address, args = _address(talk, name, properties, line)
    if address is None:
        return None, {}
    function = widget.text("type") == "run-function"
    method = "POST" if function else (properties.text("method") or "GET").upper()
    if method not in _METHODS:
        talk.draft.say(line, Verdict.LEFT_OUT, f"{name}: the method {method[:20]}")
        return None, {}
    sent = _parameters(talk, name, properties)
    service: Service = {"method": method, "url": address}
    if method in ("GET", "HEAD"):
        for key, source in sent.items():
            joint = "&" if "?" in service["url"] else "?"
            service["url"] += f"{joint}{key}={{{key}}}"
            args[key] = source
        sent = {}
    else:
        sent |= _body(talk, name, properties)
    if sent:
        service["body"] = sent
    returned = talk.answers.get(name)
    if returned:
        service["returns"] = dict(sorted(returned.items()))
    words = f"{name}: an operator has to allow the host (lookups.hosts); JSON is sent and expected"
    talk.draft.say(line, Verdict.TO_DO, words)
    return service, args


def _address(
    talk: Talk, name: str, properties: Fields, line: int
) -> tuple[str | None, dict[str, str]]:
    written = properties.text("url")
    args: dict[str, str] = {}
    taken = {row.text("key") for row in properties.rows("parameters")}
    places = (name for n in count(1) if (name := f"v{n}") not in taken)
    address = ""
    try:
        for part in parts_of(written, talk.resolve):
            if isinstance(part, Hole):
                place = next(places)
                args[place], address = part.source, f"{address}{{{place}}}"
            else:
                address += re.sub(r"[{}]", "", part)
    except UntranslatableError as error:
        talk.draft.say(line, Verdict.LEFT_OUT, f"{name}.url: {error}")
        return None, {}
    if re.fullmatch(r"https?://[\w.:-]+(/[\x21-\x7e]*)?", address, re.ASCII) is None:
        words = f"{name}.url: no address whose host stands here; the way goes on by failed"
        talk.draft.say(line, Verdict.LEFT_OUT, words)
        return None, {}
    return address, args


def _parameters(talk: Talk, name: str, properties: Fields) -> dict[str, str]:
    sent: dict[str, str] = {}
    for row in properties.rows("parameters"):
        key, line = row.text("key"), row.lines.get("key", row.line)
        if _NAME.match(key):
            sent[key] = talk.expression(row.text("value"), line, f"{name}.parameters.{key}")
        else:
            words = f"{name}.parameters: {key[:40]!r} is no name that can be sent"
            talk.draft.say(line, Verdict.LEFT_OUT, words)
    return sent


def _body(talk: Talk, name: str, properties: Fields) -> dict[str, str]:
    """Read a JSON object of texts and numbers; anything else is left out."""
    written, line = properties.text("body"), properties.lines.get("body", properties.line)
    if not written:
        return {}
    try:
        body = read_json("body", written)
    except JsonError:
        words = f"{name}.body: no JSON object; write body: of the service"
        talk.draft.say(line, Verdict.LEFT_OUT, words)
        return {}
    sent: dict[str, str] = {}
    for key, value in body.items():
        if _NAME.match(key) and isinstance(value, str):
            sent[key] = talk.expression(value, line, f"{name}.body.{key}")
        elif _NAME.match(key) and isinstance(value, bool | int | float):
            sent[key] = json.dumps(value)
        else:
            talk.draft.say(line, Verdict.LEFT_OUT, f"{name}.body: {key[:40]!r} cannot be sent")
    return sent
