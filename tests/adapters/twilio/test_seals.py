"""Our addresses say with a seal that they are ours, and for which route."""

from __future__ import annotations

import pytest

from contact_center.adapters.twilio.seals import Seals
from contact_center.adapters.twilio.settings import Secret
from contact_center.adapters.twilio.urls import Place, Route, Urls
from contact_center.core.ids import LegId

OLD, NEW = Secret("key-1"), Secret("key-2")
PLACE = Place(leg=LegId("v3.abc"), epoch=7, step=2, about="t-1")


def query(urls: Urls, route: Route = Route.STEP) -> str:
    return urls.to(route, PLACE).partition("?")[2]


def test_an_address_of_ours_fits_its_route_and_no_other() -> None:
    seals = Seals([NEW])
    ours = query(Urls("https://x.example", seals=seals))
    assert seals.fits("step", ours)
    assert Seals([NEW]).fits("step", ours), "another process knows it"
    assert not seals.fits("talk", ours)
    assert Urls.read(dict(part.split("=") for part in ours.split("&"))) == PLACE


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("epoch=7", "epoch=8"),
        lambda text: text.replace("v3.abc", "v3.abd"),
        lambda text: text.partition("&seal=")[0],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text.partition("&seal=")[0] + "&seal=",
        lambda text: text + "&leg=v3.abd",
        lambda text: text + "ä",
        lambda text: "",
    ],
)
def test_a_changed_address_is_none_of_ours(change: object) -> None:
    seals = Seals([NEW])
    assert callable(change)
    assert not seals.fits("step", change(query(Urls("https://x.example", seals=seals))))


def test_addresses_made_with_the_old_key_are_known_while_keys_change() -> None:
    before, now, after = Seals([OLD]), Seals([NEW, OLD]), Seals([NEW])
    ours = query(Urls("https://x.example", seals=before))
    assert now.fits("step", ours)
    assert not after.fits("step", ours)
    assert after.fits("step", query(Urls("https://x.example", seals=now)))


def test_nothing_is_sealed_with_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to seal with"):
        Seals([Secret("")])
    assert "seal" not in query(Urls("https://x.example"))


def test_a_fragment_is_left_out_for_who_would_not_read_it() -> None:
    from contact_center.adapters.twilio.urls import PATIENT

    assert "#" not in Urls("https://x.example", patience=False).to(Route.STEP, PLACE, PATIENT)
