"""The words of typed values, by language: currencies, months, units, and how they are counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.core.ivr import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """The names of a currency, for one and for several. ``places``: its decimals.

    ``feminine``: counted as such where the language has genders.
    """

    major: tuple[str, str]
    minor: tuple[str, str] = ("", "")
    places: int = 2
    feminine: bool = False
    feminine_minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What stands between parts: of money, of units of time, and before what is negative."""

    money: str
    units: str
    minus: str


# fmt: off
_CENT = ("cent", "cents")
_CENTAVO = ("centavo", "centavos")
CURRENCIES: Mapping[str, Mapping[str, Currency]] = {
    "en": {
        "USD": Currency(major=("dollar", "dollars"), minor=_CENT),
        "CAD": Currency(major=("Canadian dollar", "Canadian dollars"), minor=_CENT),
        "AUD": Currency(major=("Australian dollar", "Australian dollars"), minor=_CENT),
        "EUR": Currency(major=("euro", "euros"), minor=_CENT),
        "GBP": Currency(major=("pound", "pounds"), minor=("penny", "pence")),
        "CHF": Currency(major=("Swiss franc", "Swiss francs"), minor=("centime", "centimes")),
        "MXN": Currency(major=("Mexican peso", "Mexican pesos"), minor=("centavo", "centavos")),
        "JPY": Currency(major=("yen", "yen"), places=0),
    },
    "es": {
        "USD": Currency(major=("dólar", "dólares"), minor=_CENTAVO),
        "CAD": Currency(major=("dólar canadiense", "dólares canadienses"), minor=_CENTAVO),
        "AUD": Currency(major=("dólar australiano", "dólares australianos"), minor=_CENTAVO),
        "EUR": Currency(major=("euro", "euros"), minor=("céntimo", "céntimos")),
        "GBP": Currency(major=("libra", "libras"), minor=("penique", "peniques"), feminine=True),
        "CHF": Currency(major=("franco suizo", "francos suizos"), minor=("céntimo", "céntimos")),
        "MXN": Currency(major=("peso", "pesos"), minor=_CENTAVO),
        "JPY": Currency(major=("yen", "yenes"), places=0),
    },
}
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
           "octubre", "noviembre", "diciembre"),
}
PARTS_OF_DAY: Mapping[str, tuple[str, ...]] = {
    "en": ("a m", "p m"),
    "es": ("de la mañana", "de la tarde", "de la noche"),
}
DURATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    "es": (("día", "días"), ("hora", "horas"), ("minuto", "minutos"), ("segundo", "segundos")),
}
AND: Mapping[str, Links] = {
    "en": Links(money="and", units="and", minus="minus"),
    "es": Links(money="con", units="y", minus="menos"),
}
LINKS: Mapping[str, tuple[str, ...]] = {
    "en": ("and", "minus", "oh"),
    "es": ("con", "y", "menos", "de", "la", "las", "una"),
}
_FIRST = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
          "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
          "seventeenth", "eighteenth", "nineteenth")
_TENTHS = (("twentieth", "twenty"), ("thirtieth", "thirty"), ("fortieth", "forty"),
           ("fiftieth", "fifty"), ("sixtieth", "sixty"), ("seventieth", "seventy"),
           ("eightieth", "eighty"), ("ninetieth", "ninety"))
SPANISH_ORDINALS = ("", "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo",
                    "octavo", "noveno", "décimo")
"""Beyond the tenth, places are said as numbers."""
# fmt: on
ENGLISH_ORDINALS: tuple[str, ...] = (
    *_FIRST,
    *(tenth if not one else f"{ten} {_FIRST[one]}" for tenth, ten in _TENTHS for one in range(10)),
)
"""By number, from 1 to 99; place 0 is empty."""
_MILLION = 10**6
_MILLIONS = ("un millón", "millones")


def counted(number: int, names: tuple[str, str], tongue: str, *, feminine: bool) -> list[str]:
    """Say so many of something: "veintiuna libras", "un millón de pesos"."""
    words = numbers.count(number, tongue)
    if tongue == "es":
        words = _gendered(words, feminine=feminine)
        if number >= _MILLION and number % _MILLION == 0:
            words = [*words, "de"]
    return [*words, names[0] if number == 1 else names[1]]


def counted_fragments(tongue: str) -> tuple[str, ...]:
    """List what `counted` says beside numbers and names."""
    if tongue != "es":
        return ()
    masculine = numbers.fragments(tongue)
    return ("de", *dict.fromkeys(_feminine(word) for word in masculine if _feminine(word) != word))


def _gendered(words: list[str], *, feminine: bool) -> list[str]:
    """Fit a number to what is counted. Of millions only what follows them is fitted."""
    cut = max(
        (n for n, word in enumerate(words) if word.startswith(("un millón", "millones"))),
        default=-1,
    )
    head, tail = words[: cut + 1], words[cut + 1 :]
    if feminine:
        tail = [_feminine(word) for word in tail]
    return head + (tail if feminine else numbers.shortened(tail))


def _feminine(word: str) -> str:
    if word in ("uno", "un", "veintiuno", "veintiún"):
        return {"uno": "una", "un": "una"}.get(word, "veintiuna")
    if word.endswith("cientos") or word == "quinientos":
        return word[:-2] + "as"
    return word
