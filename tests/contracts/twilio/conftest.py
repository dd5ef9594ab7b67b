"""A street on a clock that is moved by hand, and a document for when nobody is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.contracts.twilio.house import AGENT, Street, street
from tests.emulators.twilio.clock import VirtualClock
from tests.real.ports import free_port
from tests.stories.centers import MAIN_NUMBER


@pytest.fixture
async def there() -> AsyncIterator[Street]:
    async with street(free_port(), VirtualClock()) as made:
        made.twilio.callee(AGENT, "answer after 0.2 s")
        yield made


@pytest.fixture
async def elsewhere(there: Street) -> AsyncIterator[str]:
    """The document that stands still, as the operator's guide has it."""
    document = (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Please hold the line.</Say>'
        f'<Pause length="1"/><Redirect method="POST">http://127.0.0.1:{there.port}/twilio/voice'
        "</Redirect></Response>"
    )

    async def stand(_request: web.Request) -> web.Response:
        return web.Response(text=document, content_type="text/xml")

    app = web.Application()
    app.router.add_get("/hold.xml", stand)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hold.xml"
    base = f"http://127.0.0.1:{there.port}"
    there.twilio.number(
        MAIN_NUMBER,
        voice_url=f"{base}/twilio/voice",
        status_callback=f"{base}/twilio/status",
        fallback_url=url,
        fallback_method="GET",
    )
    yield url
    await runner.cleanup()
