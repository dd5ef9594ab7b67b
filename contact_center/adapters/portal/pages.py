"""The pages as HTML, which needs no script. Everything that others wrote is escaped. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from contact_center.adapters.portal.outlook import Outlook
from contact_center.adapters.portal.words import LANGUAGES, on_day, standing

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def talk_policy(sources: Sequence[str]) -> str:
    """Make the policy of the page with a script; ``sources``: whom it talks to besides us."""
    others = "".join(f" {one}" for one in sources)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"media-src blob:; connect-src 'self'{others}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a visitor has typed so far, and what is wrong with it (a word's name, "" for nothing).

    ``form``: the note that the form carries. ``about``: what the shop's page said, in
    ``context``, its own note.
    """

    form: str
    name: str = ""
    number: str = ""
    slot: int = 0
    about: str = ""
    wrong: str = ""
    context: str = ""


def index(name: str, found: Sequence[Outlook], language: str, before: str = "") -> str:
    """Make the page of all public queues; ``before``: HTML that comes first."""
    words = LANGUAGES[language]
    body = before + ways_to_people(found, language)
    return whole(f"{words['help']} · {name}", body, language, name=name, switch=True)


def ways_to_people(found: Sequence[Outlook], language: str, about: str = "") -> str:
    """Make the list of queues; ``about``: the article that did not help, which agents are told."""
    more = f"&amp;article={escape(about)}" if about else ""
    rows = "".join(
        f'<li><a href="/help/{escape(one.queue)}?lang={language}{more}">{escape(one.label)}</a> '
        f"{standing_line(one, language)}</li>"
        for one in found
    )
    return f"<ul class=queues>{rows}</ul>"


def queue(name: str, found: Outlook, filled: Filled, language: str) -> str:
    """Make the page of a queue."""
    parts = [standing_line(found, language)]
    if found.wait is not None and found.wait[1] > 1:
        parts.append(f"<p class=note>{LANGUAGES[language]['wait_note']}</p>")
    if found.talks and found.open:
        parts.append(_talk(found, filled, language))
    if found.calls_back:
        parts.append(_form(found, filled, language))
    parts.append(_hours(found, language))
    # In another language it is another page, to which nothing that was said comes along.
    switch = not filled.about and not filled.wrong
    return whole(found.label, "".join(parts), language, name=name, switch=switch)


def told(
    name: str, title: str, lines: Sequence[str], language: str, *, link: str = "", back: str = ""
) -> str:
    """Make a page that says something; `link` is where to cancel, `back` where to go back to."""
    words = LANGUAGES[language]
    parts = [f"<p>{escape(line)}</p>" for line in lines if line]
    if link:
        parts.append(
            f"<p>{words['keep']}<br><a id=cancel href='{escape(link)}'>{words['cancel_link']}</a>"
            f"<br><code>{escape(link)}</code></p>"
        )
    if back:
        parts.append(f"<p><a href='{escape(back)}'>{words['back']}</a></p>")
    return whole(title, "".join(parts), language, name=name)


def cancelling(name: str, note: str, language: str) -> str:
    """Make the page that asks once more: links are followed by machines, buttons are not."""
    words = LANGUAGES[language]
    form = (
        f"<form method=post action='/help/cancel?lang={language}'>"
        f"<input type=hidden name=t value='{escape(note)}'>"
        f"<button>{words['cancel_do']}</button></form>"
    )
    return whole(words["cancel"], form, language, name=name)


def whole(title: str, body: str, language: str, *, name: str, switch: bool = False) -> str:
    """Put a page around a body of HTML; `switch` leads to the same page in another language."""
    words = LANGUAGES[language]
    other = next(one for one in LANGUAGES if one != language)
    link = f"<a lang={other} href='?lang={other}'>{words['other']}</a>" if switch else ""
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        "<meta name=robots content=noindex>"
        f"<title>{escape(title)}</title><link rel=stylesheet href=/help/help.css></head><body>"
        f"<header><span>{escape(name)}</span>{link}</header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def standing_line(found: Outlook, language: str) -> str:
    """Say whether a queue is open, and what wait to expect."""
    state, detail = standing(found, language)
    look = "open" if found.open else "closed"
    return f"<p class='state {look}'><strong>{state}</strong> <span>{escape(detail)}</span></p>"


def _talk(found: Outlook, filled: Filled, language: str) -> str:
    words = LANGUAGES[language]
    note = f"&amp;context={escape(filled.context)}" if filled.context else ""
    return (
        f"<p><a class=button id=talk href='/help/{escape(found.queue)}/talk?lang={language}{note}'>"
        f"{words['talk']}</a></p>"
    )


def _form(found: Outlook, filled: Filled, language: str) -> str:
    words = LANGUAGES[language]
    wrong = words.get(filled.wrong, "")
    alert = f"<p role=alert class=wrong id=wrong>{escape(wrong)}</p>" if wrong else ""
    about = words["about"].format(what=filled.about) if filled.about else ""
    now = ""
    if found.now_too:
        now = (
            f"<button class=second id=call formaction='/help/{escape(found.queue)}/call-me"
            f"?lang={language}'>{words['call']}</button><p class=note>{words['call_note']}</p>"
        )
    return (
        f"<section aria-labelledby=ask><h2 id=ask>{words['ask']}</h2>{alert}"
        f"<form method=post action='/help/{escape(found.queue)}/callback?lang={language}'>"
        f"<input type=hidden name=form value='{escape(filled.form)}'>"
        f"{f'<p class=about>{escape(about)}</p>' if about else ''}"
        f"<label for=name>{words['name']}</label>"
        f"<input id=name name=name required maxlength=60 autocomplete=name "
        f"value='{escape(filled.name)}'>"
        f"<label for=number>{words['number']}</label>"
        f"<input id=number name=number type=tel required maxlength=30 autocomplete=tel "
        f"aria-describedby=number-hint value='{escape(filled.number)}'>"
        f"<p class=note id=number-hint>{words['number_hint']}</p>"
        f"{_times(found, filled, language)}{now}"
        f"<p class=note>{words['consent']}</p></form></section>"
    )


def _times(found: Outlook, filled: Filled, language: str) -> str:
    words = LANGUAGES[language]
    if not found.slots:
        return f"<p>{words['no_slots']}</p>"
    groups = []
    for day, ones in groupby(found.slots, lambda one: found.wall(one.begin).date()):
        options = "".join(
            f"<option value={one.begin}{' selected' if one.begin == filled.slot else ''}>"
            f"{on_day(day, language)}, {found.wall(one.begin):%H:%M}–{found.wall(one.end):%H:%M}"
            "</option>"
            for one in ones
        )
        groups.append(f"<optgroup label='{on_day(day, language)}'>{options}</optgroup>")
    return (
        f"<label for=slot>{words['when']}</label>"
        f"<select id=slot name=slot aria-describedby=zone>{''.join(groups)}</select>"
        f"<p class=note id=zone>{_zone(found, language)}</p>"
        f"<button id=book>{words['book']}</button>"
    )


def _hours(found: Outlook, language: str) -> str:
    words = LANGUAGES[language]
    if not found.days:
        return f"<p>{words['always']}</p>"
    rows = []
    for one in found.days:
        hours = ", ".join(f"{_clock(i.start)}–{_clock(i.end)}" for i in one.hours)
        more = f" ({words['special']})" if one.special and hours else ""
        rows.append(
            f"<tr><th scope=row>{on_day(one.day, language)}</th>"
            f"<td>{hours or words['shut']}{more}</td></tr>"
        )
    return (
        f"<section aria-labelledby=hours><h2 id=hours>{words['hours']}</h2>"
        f"<table><tbody>{''.join(rows)}</tbody></table>"
        f"<p class=note>{_zone(found, language)}</p></section>"
    )


def _zone(found: Outlook, language: str) -> str:
    zone = found.zone.key.rpartition("/")[2].replace("_", " ")
    return escape(LANGUAGES[language]["hours_note"].format(zone=zone))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
