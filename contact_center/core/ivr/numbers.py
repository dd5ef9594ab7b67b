"""Values as words: which recorded fragments, one after the other, say a value.

Nothing is synthesised while a caller waits, so a value is spoken from fragments that were rendered
when the flow was published. `fragments` lists all that `spell` and `count` can ever ask for.
"""

from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar

# fmt: off
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
         "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve",
            "diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete",
            "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés",
            "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve")
_DECENAS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_CENTENAS = ("ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
             "setecientos", "ochocientos", "novecientos")
_SHORT = {"uno": "un", "veintiuno": "veintiún"}
_SPANISH_REST = ("y", "cien", "mil", "un millón", "millones", "menos", "punto")
# fmt: on
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_HUNDREDS = tuple(f"{word} hundred" for word in _ONES[1:10])
ENGLISH_ROUND = (*_HUNDREDS, *(word for _, word in _SCALES))
"""What round numbers end in: hundreds and scales."""
_LIMIT = 10**12
_SYMBOLS = {"*": "star", "#": "pound", "+": "plus", ".": "point", "-": "minus"}
_SPELT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 64


def fragments(language: str) -> tuple[str, ...]:
    """Every text that a value can be made of in `language`, to be rendered beforehand."""
    if _is_spanish(language):
        spoken = (*_SPANISH, *_DECENAS, *_CENTENAS, *_SHORT.values(), *_SPANISH_REST)
        return (*_SPELT, *_SYMBOLS, *spoken)
    if not _is_english(language):
        return (*_SPELT, *_SYMBOLS)
    return (*_SPELT, *_SYMBOLS.values(), *_ONES, *_TENS, *ENGLISH_ROUND)


def spell(value: Scalar, language: str) -> list[str]:
    """One fragment for each digit and letter of `value`; punctuation that says nothing is dropped.

    Raises ExpressionFailedError for what has no characters to spell (truth values, nothing).
    """
    if value is None or isinstance(value, bool):
        raise ExpressionFailedError(f"cannot be spelt: {value!r}")
    text = str(value).upper()[:_LONGEST]
    symbols = _SYMBOLS if _is_english(language) else {s: s for s in _SYMBOLS}
    if isinstance(value, str):  # the dashes and dots of an account number are not said
        symbols = {s: symbols[s] for s in "*#+"}
    return [symbols.get(c, c) for c in text if c in _SPELT or c in symbols]


def count(value: Scalar, language: str) -> list[str]:
    """The fragments of a number: 1204 is "one thousand", ... ; spelt where there is no grammar.

    Raises ExpressionFailedError for what is no number.
    """
    text = _decimal(value)
    if not has_grammar(language) or abs(float(text)) >= _LIMIT:
        return spell(value, language)
    english = _is_english(language)
    whole, _, part = text.removeprefix("-").partition(".")
    words = ["minus" if english else "menos"] if text.startswith("-") else []
    words += _english(int(whole)) if english else _spanish(int(whole))
    if part.strip("0"):
        words += ["point" if english else "punto", *part.rstrip("0")]
    return words


def count_minutes(value: int, language: str) -> list[str]:
    """The fragments of a number before the word for minutes: "un minuto", not "uno minuto"."""
    words = count(value, language)
    return shortened(words) if _is_spanish(language) else words


def has_grammar(language: str) -> bool:
    """Say whether numbers are words in this language, and not spelt."""
    return _is_english(language) or _is_spanish(language)


def _decimal(value: Scalar) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _LIMIT else f"{_LIMIT}"
    if isinstance(value, float):
        return f"{value:.6f}" if abs(value) < _LIMIT else f"{_LIMIT}"
    text = value.strip() if isinstance(value, str) else ""
    whole, dot, part = text.removeprefix("-").partition(".")
    if text.isascii() and whole.isdigit() and (part.isdigit() or not dot) and len(text) <= _LONGEST:
        return text
    raise ExpressionFailedError(f"not a number: {value!r}")


def _english(number: int) -> list[str]:
    if number == 0:
        return [_ONES[0]]
    words: list[str] = []
    for scale, word in _SCALES:
        if number >= scale:
            words += [*_below_thousand(number // scale), word]
            number %= scale
    return words + _below_thousand(number)


def _below_thousand(number: int) -> list[str]:
    words: list[str] = []
    if number >= 100:
        words.append(_HUNDREDS[number // 100 - 1])
        number %= 100
    if number >= 20:
        words.append(_TENS[number // 10 - 2])
        number %= 10
    if number:
        words.append(_ONES[number])
    return words


def _spanish(number: int) -> list[str]:
    if number == 0:
        return [_SPANISH[0]]
    millions, rest = divmod(number, 10**6)
    words: list[str] = []
    if millions == 1:
        words.append("un millón")
    elif millions:
        words += [*shortened(_spanish_below_million(millions)), "millones"]
    return words + _spanish_below_million(rest)


def _spanish_below_million(number: int) -> list[str]:
    thousands, rest = divmod(number, 1000)
    words: list[str] = []
    if thousands > 1:
        words += shortened(_spanish_below_thousand(thousands))
    if thousands:
        words.append("mil")
    return words + _spanish_below_thousand(rest)


def _spanish_below_thousand(number: int) -> list[str]:
    if number == 100:
        return ["cien"]
    words: list[str] = []
    if number > 100:
        words.append(_CENTENAS[number // 100 - 1])
        number %= 100
    if number >= 30:
        words.append(_DECENAS[number // 10 - 3])
        number %= 10
        if number:
            words.append("y")
    if number:
        words.append(_SPANISH[number])
    return words


def shortened(words: list[str]) -> list[str]:
    """Shorten a one before what is counted: "veintiún mil"."""
    return [*words[:-1], _SHORT.get(words[-1], words[-1])] if words else words


def _is_spanish(language: str) -> bool:
    return language.partition("-")[0].lower() == "es"


def _is_english(language: str) -> bool:
    return language.partition("-")[0].lower() == "en"
