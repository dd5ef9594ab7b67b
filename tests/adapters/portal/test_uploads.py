"""Files of strangers: so many, so long, of few kinds, with names that are names."""

from __future__ import annotations

import pytest

from contact_center.adapters.portal.uploads import MOST_NAME, clean_name, kind_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Rosés\r\n\tlate".encode(), "text/plain"),
        (b"<svg onload=alert(1)>", ""),
        (b"  <!doctype html>", ""),
        (b"#!/bin/sh\nrm -r /", ""),
        (b"%!PS-Adobe", ""),
        (b"MZ\x90\x00", ""),
        (b"PK\x03\x04", ""),
        (b"GIF89a", "text/plain"),
        (b"\x00text", ""),
        (b"\x1b[2Jtext", ""),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("roses.jpg", "roses.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\a b.pdf", "a b.pdf"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\x00b\r\nc;$(x).txt", "a_b__c___x_.txt"),
        ("e\u0301.png", "é.png"),
        ("\u202egnp.exe", "_gnp.exe"),
        ("x" * 500 + ".pdf", ("x" * 500 + ".pdf")[-MOST_NAME:]),
    ],
)
def test_a_name_is_a_name_alone(name: str, clean: str) -> None:
    assert clean_name(name) == clean
