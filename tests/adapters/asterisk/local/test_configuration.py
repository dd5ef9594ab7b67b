"""Settings of a local Asterisk, and what must not reach its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import OutboundWebsocket, Settings, SipAccount, Tree
from contact_center.adapters.asterisk.local.configuration import render

TREE = Tree(root=Path("/nowhere"), version="22.10.1")


def rendered(settings: Settings) -> dict[str, str]:
    return render(settings, TREE, Path("/folder"), Path("/run"))


@pytest.mark.parametrize("name", ["", "two words", "a]b", "a\nb", "x" * 65, "ana;x"])
def test_a_name_that_would_break_the_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="configuration"):
        SipAccount(name=name, password="secret")


@pytest.mark.parametrize("password", ["two\nlines", "semi;colon", "back\\slash"])
def test_a_password_that_would_break_the_file_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="configuration"):
        SipAccount(name="ana", password=password)


def test_a_phone_needs_either_a_password_or_a_contact() -> None:
    with pytest.raises(ValueError, match="either a password or a contact"):
        SipAccount(name="ana")
    with pytest.raises(ValueError, match="either a password or a contact"):
        SipAccount(name="ana", password="x", contact="127.0.0.1:5070")


@pytest.mark.parametrize("contact", ["127.0.0.1", "host:port", "a b:1", "127.0.0.1:5060;x"])
def test_a_contact_is_host_and_port(contact: str) -> None:
    with pytest.raises(ValueError, match="contact"):
        SipAccount(name="ana", contact=contact)


@pytest.mark.parametrize("names", [("ana", "ana"), ("trunk",), ("anonymous",), ("udp",)])
def test_each_account_has_a_name_of_its_own(names: tuple[str, ...]) -> None:
    accounts = tuple(SipAccount(name=name, password="x") for name in names)
    with pytest.raises(ValueError, match="one name"):
        Settings(accounts=accounts)


def test_secrets_are_random_and_do_not_show() -> None:
    settings = Settings(accounts=(SipAccount(name="ana", password="hidden-word"),))
    assert settings.ari_password != Settings().ari_password
    assert settings.ari_password not in repr(settings)
    assert "hidden-word" not in repr(settings)


def test_a_registering_phone_keeps_one_contact_and_a_static_one_is_where_it_says() -> None:
    text = rendered(
        Settings(
            accounts=(
                SipAccount(name="ana", password="x"),
                SipAccount(name="bob", contact="127.0.0.1:5070", context="inbound"),
            )
        )
    )["pjsip.conf"]
    assert "max_contacts=1\nremove_existing=yes" in text
    assert "contact=sip:bob@127.0.0.1:5070" in text
    assert "[bob]\ntype=endpoint\ncontext=inbound" in text


def test_asterisk_connects_to_us_only_when_told_where() -> None:
    assert rendered(Settings())["websocket_client.conf"] == ""
    assert "outbound_websocket" not in rendered(Settings())["ari.conf"]
    files = rendered(Settings(outbound_websocket=OutboundWebsocket(uri="ws://127.0.0.1:1/ari")))
    assert "uri=ws://127.0.0.1:1/ari" in files["websocket_client.conf"]
    assert "type=outbound_websocket" in files["ari.conf"]


def test_the_dial_plan_is_the_one_we_ship_with_our_settings_after_it() -> None:
    text = rendered(Settings(app="other", globals=(("ACD_RETRY_S", "1"),)))["extensions.conf"]
    assert text.index("config/asterisk/extensions.conf") < text.index("ACD_APP=other")
    assert "ACD_RETRY_S=1" in text
