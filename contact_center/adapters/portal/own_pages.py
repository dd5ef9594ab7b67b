"""The pages of one's own as HTML; everything that others wrote is escaped. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from contact_center.adapters.portal import pages
from contact_center.adapters.portal.words import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """A case as its customer sees it. ``status``: a word's name; ``opened``: a day as written;
    ``answers``: what was written for them to read."""

    case: str
    subject: str
    status: str
    opened: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """What stands for a number. ``barred``: no campaign calls it; ``by_us``: others said so."""

    barred: bool
    by_us: bool = False
    consents: int = 0
    campaigns: bool = True
    cases: Sequence[OwnCase] = ()


def asking(name: str, form: str, language: str, *, wrong: str = "", number: str = "") -> str:
    """Make the page that asks for a number."""
    words = LANGUAGES[language]
    body = (
        f"<p>{words['own_what']}</p>{_wrong(wrong, language)}"
        f"<form method=post action='/help/mine/code?lang={language}'>"
        f"<input type=hidden name=form value='{escape(form)}'>"
        f"<label for=number>{words['number']}</label>"
        "<input id=number name=number type=tel required maxlength=30 autocomplete=tel "
        f"aria-describedby=number-hint value='{escape(number)}'>"
        f"<p class=note id=number-hint>{words['number_hint']}</p>"
        f"<button id=code>{words['own_call']}</button>"
        f"<p class=note>{words['own_call_note']}</p></form>"
    )
    return pages.whole(words["own"], body, language, name=name, switch=not wrong)


def entering(name: str, note: str, language: str, *, wrong: str = "") -> str:
    """Make the page that takes the code."""
    words = LANGUAGES[language]
    body = (
        f"<p role=status>{words['own_called']}</p>{_wrong(wrong, language)}"
        f"<form method=post action='/help/mine/enter?lang={language}'>"
        f"<input type=hidden name=t value='{escape(note)}'>"
        f"<label for=entered>{words['own_code']}</label>"
        "<input id=entered name=code inputmode=numeric autocomplete=one-time-code required "
        f"maxlength=20><button id=enter>{words['own_enter']}</button></form>"
        f"<p><a href='/help/mine?lang={language}'>{words['own_again']}</a></p>"
    )
    return pages.whole(words["own"], body, language, name=name)


def own(name: str, number: str, mine: Mine, note: str, language: str, *, said: str = "") -> str:
    """Make the page of what is theirs; ``said``: the word for what was just done."""
    words = LANGUAGES[language]
    told = f"<p role=status class=about id=said>{words[said]}</p>" if said else ""
    form = (
        f"<form method=post action='/help/mine/do?lang={language}'>"
        f"<input type=hidden name=t value='{escape(note)}'>"
    )
    body = (
        f"<p class=note>{escape(number)}</p>{told}"
        f"{_cases(mine.cases, language)}{_opening(form, language)}"
        f"{_calls(mine, form, language) if mine.campaigns else ''}"
        f"<section aria-labelledby=data><h2 id=data>{words['own_data']}</h2>{form}"
        f"<p>{words['own_data_what']}</p>"
        f"<button name=what value=copy class=second>{words['own_copy']}</button>"
        f"<button name=what value=erase class=second>{words['own_erase']}</button></form></section>"
        f"<p class=note>{words['own_ends']}</p>"
    )
    return pages.whole(words["own"], body, language, name=name)


def _calls(mine: Mine, form: str, language: str) -> str:
    words = LANGUAGES[language]
    state = words["own_barred"] if mine.barred else words["own_not_barred"]
    button = ""
    if not mine.barred:
        button = f"<button id=bar name=what value=bar>{words['own_bar']}</button>"
    elif not mine.by_us:
        button = (
            f"<button id=unbar name=what value=unbar class=second>{words['own_unbar']}</button>"
        )
    more = words["own_consents"].format(count=mine.consents) if mine.consents else ""
    return (
        f"<section aria-labelledby=calls><h2 id=calls>{words['own_calls']}</h2>"
        f"{form}<p id=barred>{state}</p><p class=note>{more}</p>{button}</form></section>"
    )


def _cases(cases: Sequence[OwnCase], language: str) -> str:
    words = LANGUAGES[language]
    rows = "".join(
        f"<li><strong>{escape(one.case)}</strong> {escape(one.subject)} "
        f"<span class=note>{words[one.status]} · {escape(one.opened)}</span>"
        f"{''.join(f'<p>{escape(answer)}</p>' for answer in one.answers)}</li>"
        for one in cases
    )
    listed = f"<ul class=queues>{rows}</ul>" if cases else f"<p>{words['own_no_cases']}</p>"
    return (
        f"<section aria-labelledby=cases><h2 id=cases>{words['own_cases']}</h2>{listed}</section>"
    )


def _opening(form: str, language: str) -> str:
    words = LANGUAGES[language]
    kinds = "".join(
        f"<option value={kind}>{words[f'kind_{kind}']}</option>"
        for kind in ("question", "request", "problem")
    )
    with_files = form.replace(
        "method=post action='/help/mine/do?", "method=post enctype=multipart/form-data "
        "action='/help/mine/open?",
    )  # fmt: skip
    return (
        f"<section aria-labelledby=open><h2 id=open>{words['own_open']}</h2>{with_files}"
        f"<label for=kind>{words['own_kind']}</label><select id=kind name=kind>{kinds}</select>"
        f"<label for=subject>{words['own_subject']}</label>"
        "<input id=subject name=subject maxlength=120 required>"
        f"<label for=text>{words['own_text']}</label>"
        "<textarea id=text name=text rows=6 maxlength=2000></textarea>"
        f"<label for=files>{words['own_files']}</label>"
        "<input id=files name=files type=file multiple aria-describedby=files-hint "
        "accept='.pdf,.png,.jpg,.jpeg,.txt'>"
        f"<p class=note id=files-hint>{words['own_files_hint']}</p>"
        f"<button id=send name=what value=open>{words['own_send']}</button></form></section>"
    )


def _wrong(wrong: str, language: str) -> str:
    told = LANGUAGES[language].get(wrong, "")
    return f"<p role=alert class=wrong>{escape(told)}</p>" if told else ""
