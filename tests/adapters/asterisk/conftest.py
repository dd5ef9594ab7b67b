"""One real Asterisk for this folder's tests, and what several of them need."""

from collections.abc import AsyncIterator

import pytest_asyncio

from contact_center.adapters.asterisk.local import Instance, Settings, find

DIALPLAN = """
[silent]
exten => s,1,Answer()
 same => n,Wait(120)
exten => hangup,1,Answer()
 same => n,Hangup()
"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk() -> AsyncIterator[Instance]:
    async with Instance(Settings(dialplan=DIALPLAN, trunk="127.0.0.1:9"), find()) as instance:
        yield instance
