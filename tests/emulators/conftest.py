"""An emulated Twilio on a virtual clock, and a site for it to ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulators.api import Api
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator

NUMBER, CALLER, CALLEE = "+14155550100", "+14155550123", "+14155550124"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the emulated Twilio needs Twilio's own description of its API."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and "twilio" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def site(clock: VirtualClock) -> AsyncIterator[Site]:
    async with Site(clock) as site:
        yield site


@pytest.fixture
async def twilio(clock: VirtualClock, site: Site) -> AsyncIterator[TwilioEmulator]:
    """Its one number asks the site's /voice, and tells /status."""
    async with TwilioEmulator(clock=clock) as twilio:
        twilio.number(NUMBER, voice_url=f"{site.url}/voice", status_callback=f"{site.url}/status")
        yield twilio
        assert twilio.spec_violations == []


@pytest.fixture
async def api(twilio: TwilioEmulator) -> AsyncIterator[Api]:
    """A client of its API."""
    async with Api(twilio) as api:
        yield api
