"""What an agent hears, alone, before they are connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from contact_center.core.commands import Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import CallConnected, OfferEnded, OfferResult
from contact_center.core.ivr.flow import Prompt, Speech, SpeechKind
from contact_center.core.requests import ConsultRequested
from contact_center.core.waiting_room import WaitingRoom
from tests.stories.centers import DIRECT_NUMBER, SALES, say
from tests.stories.talking import Floor, MakeWorld, center

GREETING = say("A caller of the sales queue.")


def whispering(prompt: Prompt = GREETING) -> CenterConfiguration:
    """A center whose agents hear a word about the queue first."""
    return replace(center(), rooms={SALES: WaitingRoom(whisper=prompt)})


class _Floor(Floor):
    """A caller waits, and anna has just picked up."""

    def __init__(self, make_world: MakeWorld, prompt: Prompt = GREETING) -> None:
        self.world = make_world(whispering(prompt))
        self.world.ready("anna")
        self.call = self.world.call(did=DIRECT_NUMBER)
        self.world.wait(3)
        self.world.pick_up("anna")


def test_the_agent_hears_it_alone_and_the_caller_hears_music_meanwhile(
    make_world: MakeWorld,
) -> None:
    f = _Floor(make_world)
    f.all_hear(caller="music", anna="prompt")
    assert f.world.state("anna") == "ready connecting"
    f.world.wait(4)
    f.all_hear(caller="anna", anna="caller")
    assert "sales queue" not in f.world.heard(f.call)
    assert f.told(CallConnected)[0].waited_us > 3_000_000
    f.hang_up("caller")
    f.settled()


def test_an_agent_who_hangs_up_during_it_costs_the_caller_nothing(
    make_world: MakeWorld,
) -> None:
    f = _Floor(make_world)
    music = f.world.heard(f.call).count("music")
    f.hang_up("anna")
    f.all_hear(caller="music")
    assert f.told(OfferEnded)[0].result is OfferResult.DECLINED
    assert f.world.heard(f.call).count("music") == music, "the music went on"
    f.world.ready("bob")
    f.pick_up("bob")
    f.world.wait(4)
    f.all_hear(caller="bob", bob="caller")
    f.hang_up("caller")
    f.settled()


def test_a_caller_who_hangs_up_during_it_frees_the_agent(make_world: MakeWorld) -> None:
    f = _Floor(make_world)
    f.hang_up("caller")
    f.all_hear(anna="gone")
    assert f.world.state("anna") == "ready idle"


@pytest.mark.parametrize(
    "prompt",
    [
        (Speech(kind=SpeechKind.TEXT, texts={"en-US": "This takes far too long. " * 30}),),
    ],
)
def test_what_takes_too_long_is_cut_off(make_world: MakeWorld, prompt: Prompt) -> None:
    f = _Floor(make_world, prompt)
    f.all_hear(caller="music", anna="prompt")
    f.world.wait(6)
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()


class _Nothing:
    """A store in which nothing is."""

    def media_url(self, text: str, language: str) -> None:
        return None

    def file_url(self, name: str, language: str) -> None:
        return None

    def duration_ms(self, text: str, language: str) -> None:
        return None


def test_what_cannot_be_played_connects_at_once(make_world: MakeWorld) -> None:
    world = make_world(whispering((Speech(kind=SpeechKind.FILE, file="gone"),)))
    world.network._switch.prompts = _Nothing()
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    assert world.hears(call).startswith("talk")
    world.hang_up(call)


def test_how_long_the_caller_waited_may_be_spoken(make_world: MakeWorld) -> None:
    waited = Speech(kind=SpeechKind.VALUE, value=_Minutes())
    world = make_world(whispering((*say("Minutes of waiting:"), waited)))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.wait(15)
    leg = world.pick_up("anna")
    world.wait(4)
    assert "prompt:Minutes of waiting:\nprompt:1" in world.heard(leg), world.heard(leg)
    world.hang_up(call)


class _Minutes:
    """An expression as the content compiles it."""

    source = "queue.waited_min"

    def evaluate(self, names: Mapping[str, object]) -> object:
        queue = names["queue"]
        assert isinstance(queue, Mapping)
        return queue["waited_min"]


def test_a_phone_picks_up_by_itself_in_a_queue_that_is_set_so_and_a_tone_tells_who_is_there(
    make_world: MakeWorld,
) -> None:
    world = make_world(center(auto_answer=True))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    while world.state("anna") == "ready offered":
        world.wait(0.1)
    assert world.state("anna") == "ready connecting"
    assert world.hears(call).startswith("music")
    world.wait(1)
    assert world.state("anna") == "ready talking"
    leg = next(o.leg for o in world.outputs if isinstance(o, Originate))
    assert world.heard(leg).split() == ["ringing:", "tone:", "talk:"]
    assert "tone" not in world.heard(call)
    world.hang_up(call)


def test_a_colleague_who_is_asked_by_way_of_such_a_queue_decides_themselves(
    make_world: MakeWorld,
) -> None:
    world = make_world(center(auto_answer=True))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.wait(1)
    world.ready("bob")
    world.ask(ConsultRequested, "anna", call=call, to="agent:bob")
    world.wait(3)
    asked = [o for o in world.outputs if isinstance(o, Originate)]
    assert [o.auto_answer for o in asked] == [True, False]
    assert world.state("bob") == "ready offered"


def test_a_restart_during_it_connects_at_once(make_world: MakeWorld) -> None:
    f = _Floor(make_world)
    f.world.restart()
    f.world.reconnect()
    f.world.wait(1)
    assert f.told(CallConnected) != []
    f.hang_up("caller")
    f.settled()
