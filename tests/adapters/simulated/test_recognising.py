from contact_center.adapters.simulated.hearing import speech_us
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.recognising import sureness
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.commands import Answer, Listen, StopListen
from contact_center.core.events import Event, SpeechFinal, SpeechStarted
from contact_center.core.ids import CallId, CommandId, LegId, ListenId

NOW = 1_795_446_000_000_000
LISTEN = ListenId("l-1")


def calling(*script: str) -> tuple[Network, LegId]:
    """A caller who is answered, and follows a script."""
    network = Network(seed=1)
    network.connect(NOW)
    leg = network.place_call(Caller(ani="1", did="2", script=read_script(script)), NOW)
    network.handle(Answer(cmd=CommandId("a"), call=CallId(leg), leg=leg), NOW)
    list(network.events())
    return network, leg


def listen(network: Network, leg: LegId, *words: str) -> None:
    command = Listen(
        cmd=CommandId("l"), call=CallId(leg), leg=leg, listen=LISTEN, words=words, language="en-US"
    )
    network.handle(command, NOW)


def told(network: Network, until: int = NOW + 60_000_000) -> list[Event]:
    network.advance(until)
    return [e for e in network.events() if isinstance(e, SpeechStarted | SpeechFinal)]


def test_a_caller_who_is_listened_to_is_understood_when_they_have_finished():
    network, leg = calling()
    listen(network, leg, "balance")
    network.say(leg, "my balance (0.45)", NOW)
    began = told(network, NOW)
    assert began == [SpeechStarted(call=CallId(leg), leg=leg, listen=LISTEN)]
    assert told(network, NOW + speech_us("my balance") - 1) == []
    (final,) = told(network)
    assert isinstance(final, SpeechFinal)
    assert (final.text, final.confidence, final.listen) == ("my balance", 0.45, LISTEN)


def test_nobody_hears_what_is_not_listened_for():
    network, leg = calling()
    listen(network, leg)
    network.say(leg, "balance", NOW)
    assert told(network) == []


def test_what_was_being_said_is_forgotten_when_the_listening_ends():
    network, leg = calling()
    listen(network, leg, "balance")
    network.say(leg, "balance", NOW)
    network.handle(
        StopListen(cmd=CommandId("s"), call=CallId(leg), leg=leg, listen=LISTEN), NOW + 1
    )
    assert [type(event) for event in told(network)] == [SpeechStarted]


def test_a_script_says_words_with_a_confidence():
    network, leg = calling("wait 1 s", "say lost card (0.7) after 2 s")
    listen(network, leg, "lost card")
    final = told(network)[-1]
    assert isinstance(final, SpeechFinal)
    assert (final.text, final.confidence) == ("lost card", 0.7)


def test_a_confidence_is_between_nothing_and_one():
    assert sureness("lost card (0.25)") == ("lost card", 0.25)
    assert sureness("card (1)") == ("card", 1.0)
    assert sureness("route (66)") == ("route (66)", 1.0)
    assert sureness("card (2)") == ("card (2)", 1.0)
