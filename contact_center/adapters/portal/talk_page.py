"""The page on which a visitor talks, as HTML. Its script has no words of its own. Pure."""

from dataclasses import dataclass
from html import escape
from typing import Final

from contact_center.adapters.portal import pages
from contact_center.adapters.portal.outlook import Outlook
from contact_center.adapters.portal.words import LANGUAGES

TOLD: Final = (
    *("talk_asking", "talk_calling", "talk_talking", "talk_over", "talk_no_microphone"),
    *("talk_failed", "mute", "unmute"),
)
"""The words that the script shows."""
KEYS: Final = "123456789*0#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What the page carries. ``about``: what the shop's page said; ``made_up``: nobody's voice."""

    form: str
    script: str
    about: str = ""
    made_up: bool = False


def page(name: str, found: Outlook, talk: Talk, language: str) -> str:
    """Make the page of a queue."""
    words = LANGUAGES[language]
    told = "".join(f" data-{one.replace('_', '-')}='{escape(words[one])}'" for one in TOLD)
    about = ""
    if talk.about:
        about = f"<p class=about>{escape(words['about'].format(what=talk.about))}</p>"
    keys = "".join(f"<button type=button data-key='{key}'>{key}</button>" for key in KEYS)
    note = words["talk_made_up"] if talk.made_up else words["talk_note"]
    back = f"/help/{escape(found.queue)}?lang={language}"
    body = (
        f"{pages.standing_line(found, language)}{about}"
        f"<noscript><p class=wrong>{words['talk_script']}</p></noscript>"
        f"<section id=talk data-form='{escape(talk.form)}' data-state=idle{told}"
        f" data-lang={language}{' data-made-up' if talk.made_up else ''}>"
        "<p id=said role=status aria-live=polite></p>"
        f"<button id=begin type=button hidden>{words['talk_do']}</button>"
        f"<p class=note id=about-talk>{note}</p>"
        "<div id=call hidden>"
        f"<button id=mute type=button class=second aria-pressed=false>{words['mute']}</button>"
        f"<details><summary>{words['keypad']}</summary><div class=keys>{keys}</div></details>"
        f"<button id=end type=button class=stop>{words['talk_end']}</button></div>"
        "<ol id=heard class=heard hidden></ol>"
        f"<p><a id=again href='?lang={language}' hidden>{words['talk_again']}</a></p>"
        "</section>"
        f"<p><a href='{back}'>{words['talk_back']}</a></p>"
        f"<script type=module src='/help/~voice/{escape(talk.script)}'></script>"
    )
    title = words["talk_title"].format(queue=found.label)
    return pages.whole(title, body, language, name=name, switch=not talk.about)
