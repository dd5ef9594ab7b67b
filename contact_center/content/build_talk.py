"""Building the nodes that say something and hear keys or a message."""

from contact_center.content import flow_shapes as shapes
from contact_center.content.build_asking import build_check, build_read_back
from contact_center.content.build_secrets import check_into_secret
from contact_center.content.build_survey import review_menu
from contact_center.content.build_words import menu_words
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared, either
from contact_center.content.yaml_source import Path
from contact_center.core.ids import QueueId
from contact_center.core.ivr import flow
from contact_center.core.ivr.keys import MENU_TERMINATOR


def _play(b: NodeBuilder, s: shapes.PlayShape, path: Path, shared: Shared) -> flow.Play:
    return flow.Play(
        **shared,
        say=b.speaker.prompt(s.say, (*path, "say")),
        next=b.edge(s.next, (*path, "next"), shared["name"], waits=False),
        barge_in=either(s.barge_in, b.header.defaults.barge_in),
    )


def _menu(b: NodeBuilder, s: shapes.MenuShape, path: Path, shared: Shared) -> flow.Menu:
    keys = {key: b.edge(e, (*path, "keys", key), shared["name"]) for key, e in s.keys.items()}
    words = menu_words(b, s, keys, path)
    menu = flow.Menu(**shared, keys=keys, **words, **b.listening(s, path))
    _check_keys(b, menu, (*path, "keys"))
    return menu


def _check_keys(b: NodeBuilder, menu: flow.Menu, path: Path) -> None:
    for key, edge in menu.keys.items():
        hidden = b.header.global_keys.get(key)
        if hidden is not None and hidden.goto != edge.goto:
            b.document.warn(
                (*path, key),
                "E031",
                f'the key "{key}" hides the global key, which leads to "{hidden.goto}"',
                "use another key, or lead to the same node",
                key=True,
            )
        shorter = [k for k in menu.keys if k != key and key.startswith(k)]
        if shorter and menu.inter_digit_us == 0:
            b.document.warn(
                (*path, key),
                "E032",
                f'"{key}" can never be typed: "{shorter[0]}" is taken at once',
                "set inter_digit, for example 3s",
                key=True,
            )
    if MENU_TERMINATOR in menu.keys and any(len(key) > 1 for key in menu.keys):
        b.document.warn(
            (*path, MENU_TERMINATOR),
            "W102",
            f'"{MENU_TERMINATOR}" is an option, and also ends longer ones',
            "use another key",
            key=True,
        )
    if len(menu.keys) > 5:
        b.document.warn(
            path,
            "E034",
            f"{len(menu.keys)} options are more than callers remember",
            "five at most; group the others in a second menu",
            key=True,
        )


def _collect(b: NodeBuilder, s: shapes.CollectShape, path: Path, shared: Shared) -> flow.Collect:
    if not check_into_secret(b, s, path):
        why = "digits go into a string"
        advice = f"compute with int(vars.{s.into})"
        b.check_into(s.into, (*path, "into"), "string", why, advice)
    most = s.length or s.max or 1
    least = s.length or s.min or 1
    terminator = either(s.terminator, "" if least == most else "#")
    if terminator and terminator == s.clear_key:
        b.document.report(
            (*path, "clear_key"),
            "E012",
            f'"{terminator}" both ends and clears the input',
            'use "#" to end and "*" to clear',
        )
    listening = b.listening(s, path)
    if s.sensitive:
        listening["type_ahead"] = False
    return flow.Collect(
        **shared,
        into=s.into,
        min=least,
        max=most,
        next=b.edge(s.next, (*path, "next"), shared["name"]),
        terminator=terminator,
        clear_key=s.clear_key,
        empty_is_accepted=s.empty == "accept",
        check=build_check(b, s, path),
        confirm=build_read_back(b, s, path, shared, listening),
        globals=s.globals,
        sensitive=s.sensitive,
        **listening,
    )


def _voicemail(
    b: NodeBuilder, s: shapes.VoicemailShape, path: Path, shared: Shared
) -> flow.Voicemail:
    for name, least, most in (("max", 1_000_000, 900_000_000), ("silence", 500_000, 60_000_000)):
        if not least <= getattr(s, name) <= most:
            b.document.report(
                (*path, name),
                "E012",
                f"{name} is from {least / 1e6:g}s to {most // 1_000_000}s",
                "use max: 2m, silence: 4s",
            )
    if s.queue is not None:
        b.names.queue(s.queue, (*path, "queue"))
    return flow.Voicemail(
        **shared,
        queue=QueueId(s.queue) if s.queue is not None else None,
        box=s.box,
        say=b.speaker.prompt(s.say, (*path, "say")),
        max_us=s.max,
        silence_us=s.silence,
        min_us=s.min,
        recorded=b.edge(s.recorded, (*path, "recorded"), shared["name"]),
        empty=b.edge(s.empty, (*path, "empty"), shared["name"]),
        too_short=b.optional_edge(s.too_short, (*path, "too_short"), shared["name"]),
        review=review_menu(b, s, path),
        beep=s.beep,
    )


def _record(b: NodeBuilder, s: shapes.RecordShape, path: Path, shared: Shared) -> flow.Record:
    return flow.Record(
        **shared,
        action=flow.Taping(s.action),
        next=b.edge(s.next, (*path, "next"), shared["name"]),
    )


def _hangup(b: NodeBuilder, s: shapes.HangUpShape, path: Path, shared: Shared) -> flow.HangUp:
    say = b.speaker.prompt(s.say, (*path, "say"))
    return flow.HangUp(**shared, say=say, reason=s.reason, contained=s.contained)


MAKERS: Makers = {
    shapes.PlayShape: _play,
    shapes.MenuShape: _menu,
    shapes.CollectShape: _collect,
    shapes.VoicemailShape: _voicemail,
    shapes.RecordShape: _record,
    shapes.HangUpShape: _hangup,
}
