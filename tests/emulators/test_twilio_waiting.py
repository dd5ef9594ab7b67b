"""Enqueue and Leave: waiting, what passes the time, and how it ends."""

from __future__ import annotations

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import HOLD_MUSIC, QueueExit, Source
from tests.emulators.twilio.parties import Party

ENQUEUE = "<Enqueue action='/left' waitUrl='/wait'>support</Enqueue><Say>behind</Say>"


async def waiting(twilio: TwilioEmulator, site: Site, clock: VirtualClock, **pages: str) -> Party:
    site.documents(**{"voice": ENQUEUE, "left": "<Say>Bye</Say>", **pages})
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    return party


def left(site: Site) -> list[str]:
    return [asked.params["QueueResult"] for asked in site.requests("/left")]


async def test_the_waiting_document_is_asked_again_when_it_is_over(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, wait="<Say>You wait</Say><Pause length='10'/>")
    assert party.hears_now == {("say", "You wait")}
    await clock.advance(25)
    asked = site.requests("/wait")
    assert len(asked) == 3
    assert asked[0].params["QueueTime"] == "0"
    assert asked[2].params["QueueTime"] == "21"
    assert asked[0].params["QueuePosition"] == asked[0].params["CurrentQueueSize"] == "1"
    assert asked[0].params["QueueSid"].startswith("QU")


async def test_the_place_in_the_queue_is_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    await waiting(twilio, site, clock, wait="<Pause length='10'/>")
    await waiting(twilio, site, clock, wait="<Pause length='10'/>")
    await clock.advance(1)
    places = [asked.params["QueuePosition"] for asked in site.requests("/wait")]
    assert places == ["1", "2"]


async def test_without_a_document_there_is_music(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, voice="<Enqueue>support</Enqueue>")
    await clock.advance(300)
    assert party.hears_now == {("music", HOLD_MUSIC)}
    party.press("1")
    assert party.dropped_keys == "1"


async def test_keys_lead_out_of_the_queue(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(
        twilio,
        site,
        clock,
        wait="<Gather numDigits='1' action='/key' timeout='30'><Say>You wait</Say></Gather>",
        key="<Leave/>",
    )
    await clock.advance(7)
    party.press("0")
    await clock.settle()
    assert site.requests("/key")[0].params["Digits"] == "0"
    assert left(site) == ["leave"]
    assert site.requests("/left")[0].params["QueueTime"] == "7"
    assert party.hears_now == {("say", "Bye")}
    assert twilio.queues.waiting(party.call) is None


async def test_without_an_action_the_document_goes_on(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(
        twilio,
        site,
        clock,
        voice="<Enqueue waitUrl='/wait'>support</Enqueue><Say>behind</Say>",
        wait="<Pause/><Leave/>",
    )
    await clock.advance(1.1)
    assert party.hears_now == {("say", "behind")}


async def test_who_hangs_up_is_told_of_and_the_answer_does_not_matter(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, wait="<Pause length='10'/>")
    party.hang_up()
    await clock.settle()
    assert left(site) == ["hangup"]
    assert site.requests("/left")[0].params["CallStatus"] == "completed"
    assert twilio.queues.waiting(party.call) is None


async def test_a_full_queue_takes_nobody(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.queues.create("support", max_size=1)
    await waiting(twilio, site, clock, wait="<Pause length='10'/>")
    party = await waiting(twilio, site, clock, wait="<Pause length='10'/>")
    assert left(site) == ["queue-full"]
    assert "QueueSid" not in site.requests("/left")[0].params
    assert party.hears_now == {("say", "Bye")}


async def test_a_call_that_is_given_another_document_leaves(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(
        twilio, site, clock, wait="<Pause length='10'/>", other="<Say>Other</Say>"
    )
    twilio.calls.redirect(party.call, Source(url=f"{site.url}/other"))
    await clock.settle()
    assert left(site) == ["redirected"]
    assert party.hears_now == {("say", "Other")}
    assert twilio.queues.waiting(party.call) is None
    await clock.advance(30)
    assert not party.has_heard("say", "Bye")


async def test_a_chosen_member_runs_the_document_it_is_given(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, wait="<Pause length='10'/>", talk="<Say>Now</Say>")
    place = twilio.queues.waiting(party.call)
    assert place is not None
    place.exit.set_result(QueueExit(result="redirected", source=Source(url=f"{site.url}/talk")))
    await clock.settle()
    assert party.hears_now == {("say", "Now")}
    assert left(site) == ["redirected"]


async def test_a_wrong_verb_for_waiting_is_an_error(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    await waiting(twilio, site, clock, wait="<Dial>+14155550124</Dial>")
    assert left(site) == ["error"]
    assert twilio.errors[0][0] == 12200


async def test_a_waiting_document_that_takes_no_time_is_an_error(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    await waiting(twilio, site, clock, wait="")
    assert left(site) == ["error"]


async def test_a_waiting_document_may_end_the_call(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, wait="<Pause/><Hangup/>")
    await clock.advance(2)
    assert party.over
    assert left(site) == ["hangup"]


async def test_who_is_in_no_queue_cannot_leave_one(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await waiting(twilio, site, clock, voice="<Leave/><Say>on</Say>")
    assert party.hears_now == {("say", "on")}
