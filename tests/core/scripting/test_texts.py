"""Values in texts, as agents read them."""

from __future__ import annotations

import pytest

from contact_center.core.scripting.texts import FORMS


@pytest.mark.parametrize(
    ("form", "value", "language", "read"),
    [
        ("title", "maria ruiz", "en-US", "Maria Ruiz"),
        ("upper", "ab", "en-US", "AB"),
        ("first", "Maria Ruiz", "en-US", "Maria"),
        ("amount", "1234.5", "en-US", "1,234.50"),
        ("amount", "1234.5", "es-ES", "1.234,50"),
        ("amount", "much", "en-US", "much"),
        ("date", "2026-03-01", "en-US", "March 1, 2026"),
        ("date", "2026-03-01", "en-GB", "1 March 2026"),
        ("date", "2026-03-01", "es-US", "1 de marzo de 2026"),
        ("date", "2026-03-01", "de-DE", "2026-03-01"),
        ("date", "soon", "en-US", "soon"),
        ("phone", "+14155550123", "en-US", "(415) 555-0123"),
        ("phone", "+442079460123", "en-GB", "+442079460123"),
        ("spell", "ab1", "en-US", "A B 1"),
    ],
)
def test_a_value_is_shown_in_its_form(form: str, value: str, language: str, read: str) -> None:
    assert FORMS[form](value, language) == read
