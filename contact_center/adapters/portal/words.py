"""What the page says, in English and Spanish. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from contact_center.adapters.portal import own_words
from contact_center.adapters.portal.outlook import Outlook

_EN: Final[Mapping[str, str]] = {
    "help": "Help",
    "other": "Español",
    "open": "Open now",
    "closed": "Closed now",
    "opens": "Opens {when}",
    "wait": "Expected wait: {low} to {high} minutes",
    "no_wait": "Expected wait: less than a minute",
    "wait_note": "Four callers out of five wait so long, as things are now.",
    "nobody": "Nobody is at the phones just now.",
    "always": "Open at any time.",
    "hours": "Opening hours",
    "hours_note": "Times are those of {zone}.",
    "shut": "closed",
    "special": "special hours",
    "ask": "Let us call you",
    "name": "Your name",
    "number": "Your phone number",
    "number_hint": "With the area code; from abroad with + and the country code.",
    "when": "When shall we call?",
    "no_slots": "There is no time left to book in the next days.",
    "book": "Book this time",
    "call": "Call me now",
    "call_note": "“Call me now” keeps your place in line: your phone rings when it is your turn.",
    "consent": "We use your number for this call only. We call each number once.",
    "about": "The agent will see: {what}",
    "booked": "We will call you",
    "booked_at": "We will call {number} {when}.",
    "called_now": "We will call {number} when it is your turn.",
    "once": "If a call to this number had been booked before, that one stays as it was, and this "
    "one is not added.",
    "keep": "To cancel, keep this link:",
    "cancel_link": "Cancel the call",
    "cancel": "Cancel the call?",
    "cancel_do": "Yes, do not call me",
    "cancelled": "You will not be called.",
    "gone": "There is no such call to come any more.",
    "too_late": "It is too late to cancel: the call is being made.",
    "bad_note": "This link is not complete, or too old.",
    "back": "Back",
    "not_found": "There is no such page.",
    "problem": "This could not be done",
    "bad_name": "Write your name, of at most 60 letters.",
    "bad_number": "This is not a telephone number. Write it with its area code.",
    "not_called": "We do not call numbers of this kind or country.",
    "bad_time": "Choose one of the times.",
    "unavailable": "This time has just been taken. Choose another.",
    "refused": "We cannot take this now. Please try later, or call us.",
    "stale": "This form is too old or was used already. Please send it again.",
    "bad_context": "What the page said about your visit is too old or was used already; it was "
    "left out. Please send the form again.",
    "closed_now": "We are closed now. Choose a time instead.",
    "too_often": "Too many requests from your network or for this number. Please try later.",
    "too_large": "This is larger than what is taken here.",
    "foreign": "This form can be sent from our own page only.",
    "articles": "Find an answer",
    "search": "Search",
    "search_label": "What is it about?",
    "all": "All articles",
    "other_articles": "More",
    "found_none": "Nothing was found. Try other words, or ask us:",
    "helpful": "Did this help?",
    "helped": "Yes",
    "not_helped": "No: call me",
    "thanks": "Thank you for telling us.",
    "sorry": "We are sorry. Let us help you in person:",
    "talk": "Talk now in your browser",
    "talk_title": "Talk to {queue}",
    "talk_do": "Talk now",
    "talk_note": "Your browser asks whether we may hear your microphone. Nothing is called but us.",
    "talk_made_up": "This is a demonstration: your microphone is not used, a voice is made up.",
    "talk_script": "Talking in the browser needs JavaScript. Let us call you instead.",
    "talk_asking": "Please allow the microphone.",
    "talk_calling": "Calling…",
    "talk_talking": "You are connected.",
    "talk_over": "The call is over.",
    "talk_no_microphone": "We cannot hear you: the microphone was not allowed, or there is none.",
    "talk_failed": "The call did not go through. Let us call you instead, or try again later.",
    "talk_end": "Hang up",
    "talk_again": "Talk again",
    "talk_back": "More ways to reach us",
    "mute": "Mute",
    "unmute": "Be heard again",
    "keypad": "Keypad",
    "widget": "Talk to us",
    "close": "Close",
}
_ES: Final[Mapping[str, str]] = {
    "help": "Ayuda",
    "other": "English",
    "open": "Abierto ahora",
    "closed": "Cerrado ahora",
    "opens": "Abre {when}",
    "wait": "Espera prevista: de {low} a {high} minutos",
    "no_wait": "Espera prevista: menos de un minuto",
    "wait_note": "Cuatro de cada cinco personas esperan ese tiempo, tal como está ahora.",
    "nobody": "Ahora mismo no hay nadie al teléfono.",
    "always": "Abierto a cualquier hora.",
    "hours": "Horario",
    "hours_note": "Las horas son las de {zone}.",
    "shut": "cerrado",
    "special": "horario especial",
    "ask": "Le llamamos",
    "name": "Su nombre",
    "number": "Su número de teléfono",
    "number_hint": "Con prefijo; desde el extranjero con + y el código del país.",
    "when": "¿Cuándo le llamamos?",
    "no_slots": "No queda ninguna hora libre en los próximos días.",
    "book": "Reservar esta hora",
    "call": "Llámenme ahora",
    "call_note": "«Llámenme ahora» guarda su turno: su teléfono suena cuando le toca.",
    "consent": "Usamos su número solo para esta llamada. Llamamos una vez a cada número.",
    "about": "El agente verá: {what}",
    "booked": "Le llamaremos",
    "booked_at": "Llamaremos al {number} {when}.",
    "called_now": "Llamaremos al {number} cuando le toque.",
    "once": "Si ya había una llamada reservada a este número, queda como estaba y esta no se "
    "añade.",
    "keep": "Para cancelar, guarde este enlace:",
    "cancel_link": "Cancelar la llamada",
    "cancel": "¿Cancelar la llamada?",
    "cancel_do": "Sí, no me llamen",
    "cancelled": "No le llamaremos.",
    "gone": "Ya no hay ninguna llamada pendiente.",
    "too_late": "Es tarde para cancelar: la llamada ya está en curso.",
    "bad_note": "Este enlace no está completo o es demasiado antiguo.",
    "back": "Volver",
    "not_found": "Esta página no existe.",
    "problem": "No se ha podido hacer",
    "bad_name": "Escriba su nombre, de 60 letras como mucho.",
    "bad_number": "No es un número de teléfono. Escríbalo con su prefijo.",
    "not_called": "No llamamos a números de este tipo o país.",
    "bad_time": "Elija una de las horas.",
    "unavailable": "Esta hora se acaba de ocupar. Elija otra.",
    "refused": "Ahora no podemos tomarlo. Inténtelo más tarde o llámenos.",
    "stale": "Este formulario es demasiado antiguo o ya se usó. Envíelo otra vez.",
    "bad_context": "Lo que la página decía de su visita es demasiado antiguo o ya se usó; se ha "
    "quitado. Envíe el formulario otra vez.",
    "closed_now": "Ahora está cerrado. Elija una hora.",
    "too_often": "Demasiadas peticiones desde su red o para este número. Inténtelo más tarde.",
    "too_large": "Es más grande de lo que se admite aquí.",
    "foreign": "Este formulario solo se puede enviar desde nuestra página.",
    "articles": "Busque una respuesta",
    "search": "Buscar",
    "search_label": "¿De qué se trata?",
    "all": "Todos los artículos",
    "other_articles": "Más",
    "found_none": "No se encontró nada. Pruebe otras palabras o pregúntenos:",
    "helpful": "¿Le ha servido?",
    "helped": "Sí",
    "not_helped": "No: llámenme",
    "thanks": "Gracias por decírnoslo.",
    "sorry": "Lo sentimos. Le ayudamos en persona:",
    "talk": "Hable ahora en su navegador",
    "talk_title": "Hable con {queue}",
    "talk_do": "Hablar ahora",
    "talk_note": "Su navegador le pregunta si podemos oír su micrófono. Solo se llama a nosotros.",
    "talk_made_up": "Esto es una demostración: no se usa su micrófono, la voz es inventada.",
    "talk_script": "Para hablar en el navegador hace falta JavaScript. Podemos llamarle nosotros.",
    "talk_asking": "Permita el micrófono, por favor.",
    "talk_calling": "Llamando…",
    "talk_talking": "Está conectado.",
    "talk_over": "La llamada ha terminado.",
    "talk_no_microphone": "No podemos oírle: el micrófono no se permitió o no hay ninguno.",
    "talk_failed": "No se pudo llamar. Podemos llamarle nosotros, o inténtelo más tarde.",
    "talk_end": "Colgar",
    "talk_again": "Hablar otra vez",
    "talk_back": "Otras formas de contactarnos",
    "mute": "Silenciar",
    "unmute": "Que me oigan",
    "keypad": "Teclado",
    "widget": "Hable con nosotros",
    "close": "Cerrar",
}
LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {**_EN, **own_words.EN},
    "es": {**_ES, **own_words.ES},
}
_DAYS = {"en": "Mon Tue Wed Thu Fri Sat Sun", "es": "lun mar mié jue vie sáb dom"}
_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
}
_ON = {"en": "on {day} at {time}", "es": "el {day} a las {time}"}
_FROM = {"en": "on {day} between {time} and {end}", "es": "el {day} entre las {time} y las {end}"}


def language_of(asked: str, accepted: str) -> str:
    """Choose a language: the one asked for, else the first one accepted that there is."""
    if asked in LANGUAGES:
        return asked
    for part in accepted[:200].split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return "en"


def on_day(day: date, language: str) -> str:
    """Write a day: Mon 23 Nov."""
    weekday = _DAYS[language].split()[day.weekday()]
    return f"{weekday} {day.day} {_MONTHS[language].split()[day.month - 1]}"


def at_time(at: datetime, language: str) -> str:
    """Write when: on Mon 23 Nov at 14:00."""
    return _ON[language].format(day=on_day(at.date(), language), time=f"{at:%H:%M}")


def between(at: datetime, end: datetime, language: str) -> str:
    """Write from when to when: on Mon 23 Nov between 14:00 and 14:30."""
    day = on_day(at.date(), language)
    return _FROM[language].format(day=day, time=f"{at:%H:%M}", end=f"{end:%H:%M}")


def standing(found: Outlook, language: str) -> tuple[str, str]:
    """Say whether a queue is open, and what is to be expected: two short lines."""
    words = LANGUAGES[language]
    if not found.open:
        opens = found.next_at is not None
        when = at_time(found.wall(found.next_at), language) if found.next_at is not None else ""
        return words["closed"], words["opens"].format(when=when) if opens else ""
    if found.wait is None:
        return words["open"], words["nobody"]
    low, high = found.wait
    if high <= 1:
        return words["open"], words["no_wait"]
    return words["open"], words["wait"].format(low=low, high=high)
