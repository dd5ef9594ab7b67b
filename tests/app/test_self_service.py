"""One's own in the running product: a code told by telephone, and what follows on the books."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp

from contact_center.adapters.simulated.phones import phone
from contact_center.app.providers import SimulatedProvider
from contact_center.app.self_service import DATA_DAYS, OwnThings, own_of
from contact_center.app.service import Service
from contact_center.core.cases import CaseChange, CaseOrigin
from contact_center.core.permissions import Role
from tests.app.open_center import cookie, open_center
from tests.real.dialog import until

EVE = "+14155550123"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


class Eve:
    """Somebody with a browser and the telephone of a number."""

    def __init__(self, service: Service, http: aiohttp.ClientSession) -> None:
        assert isinstance(service.provider, SimulatedProvider)
        self.service, self.http, self.demo = service, http, service.provider.demo
        self.network = service.provider.telephony.network
        self.network.plug_in(phone(EVE, "manual"))
        self.text = ""

    async def post(self, path: str, **sent: str) -> None:
        url = f"{self.service.web.url}/help/mine/{path}?lang=en"
        async with self.http.post(url, data=sent) as answer:
            self.text = unescape(await answer.text())
            assert answer.status == 200, self.text

    async def writes(self, **fields: str) -> None:
        form = aiohttp.FormData(quote_fields=False)
        for name, value in {"t": self.kept(), "kind": "problem", **fields}.items():
            form.add_field(name, value)
        form.add_field("files", PNG, filename="../pictures/rose.png")
        url = f"{self.service.web.url}/help/mine/open?lang=en"
        async with self.http.post(url, data=form) as answer:
            self.text = unescape(await answer.text())
            assert answer.status == 200, self.text

    def kept(self, name: str = "t") -> str:
        found = re.search(rf"name={name} value='([^']+)'", self.text)
        assert found is not None, self.text
        return found[1]

    async def is_told_a_code(self) -> str:
        """Pick up, press 1, and listen."""
        await self.eventually(lambda: self.demo.pick_up(EVE), "the telephone rings")
        (leg,) = self.network.at_phone(EVE)
        await self.eventually(lambda: self.heard(leg.leg), "who calls is heard")
        assert not re.search(r"\d( \d){5}", self.heard(leg.leg)), "not before a key is pressed"
        self.demo.press(leg.leg, "1")

        def code() -> str:
            said = re.search(r"Your code is(.*?)We never", self.heard(leg.leg), re.DOTALL)
            return re.sub(r"\D", "", said[1]) if said else ""

        found = str(await self.eventually(code, "the code is heard"))
        self.demo.hang_up(leg.leg)
        return found

    def heard(self, leg: Any) -> str:
        view = self.demo.view(leg)
        return " ".join(str(one["text"]) for one in view["heard"]) if view is not None else ""

    async def eventually(self, condition: Callable[[], Any], what: str) -> Any:
        return await until(condition, within=60, what=what, step=0.05)

    @property
    def own(self) -> OwnThings:
        made: OwnThings = own_of(self.service, _Shown())  # type: ignore[arg-type]
        return made


class _Shown:
    caller_id = "+14155550100"


async def test_a_code_is_told_by_telephone_and_calls_stop_cases_and_data_are_on_the_books(
    tmp_path: Path,
) -> None:
    async with open_center(tmp_path) as service, aiohttp.ClientSession() as http:
        eve = Eve(service, http)
        async with http.get(f"{service.web.url}/help/mine?lang=en") as answer:
            eve.text = await answer.text()
        await eve.post("code", form=eve.kept("form"), number="(415) 555-0123")
        note = eve.kept()
        await eve.post("enter", t=note, code=await eve.is_told_a_code())
        assert "There are none." in eve.text

        assert service.dialing is not None
        told: list[object] = []
        tell = service.dialing.people._tell
        service.dialing.people._tell = lambda message: (told.append(message), tell(message))[1]
        await eve.post("do", t=eve.kept(), what="bar")
        assert any(getattr(one, "number", "") == EVE for one in told), "the live dialer hears it"
        (entry,) = await service.dialing.store.sql.suppressions_of("number", EVE)
        assert (entry.entry.by, entry.lifted_at) == ("self-service", None)
        await eve.post("do", t=eve.kept(), what="unbar")
        (entry,) = await service.dialing.store.sql.suppressions_of("number", EVE)
        assert entry.lifted_at is not None

        await eve.writes(subject="Roses late", text="Two weeks.")
        await eve.post("do", t=eve.kept(), what="erase")
        await eve.post("do", t=eve.kept(), what="erase")
        cases = eve.own.cases
        erase, roses = await cases.of(party=EVE)
        assert (roses.subject, roses.text, roses.origin) == (
            "Roses late", "Two weeks.", CaseOrigin.PORTAL,
        )  # fmt: skip
        assert erase.reason == "privacy.erase"
        assert re.search(r"to be answered by 20\d\d-\d\d-\d\d$", erase.subject), DATA_DAYS
        at = f"{service.web.url}/console/api/cases/{roses.case}/files"
        keeper = cookie(service, Role.SUPERVISOR)
        async with http.get(at, headers=keeper) as answer:
            (file,) = (await answer.json())["files"]
        assert (file["name"], file["kind"], file["size"]) == ("rose.png", "image/png", len(PNG))
        async with http.get(f"{at}/{file['file']}", headers=keeper) as answer:
            assert await answer.read() == PNG
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.content_type == "application/octet-stream"
        agent = cookie(service, Role.AGENT)
        for headers, status in (({}, 401), (agent, 403)):
            async with http.get(f"{at}/{file['file']}", headers=headers) as answer:
                assert answer.status == status
        change = CaseChange(comment="They are on their way.", public=True)
        await cases.change(roses.case, change, "ana", service.clock.now())
        await cases.change(roses.case, CaseChange(comment="A liar?"), "ana", service.clock.now())
        await eve.post("do", t=eve.kept(), what="look")
        assert "They are on their way." in eve.text
        assert "A liar?" not in eve.text
        assert "somebody is at it" in eve.text or "not looked at yet" in eve.text
        await asyncio.sleep(0)
