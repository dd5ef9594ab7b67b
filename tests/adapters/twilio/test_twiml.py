"""Documents are what Twilio takes: well written, checked, and never in a circle."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio import twiml

STEP = "https://pbx.example.com/twilio/step?leg=CA1&epoch=1&step=2"
NEXT = "https://pbx.example.com/twilio/step?leg=CA1&epoch=1&step=3"


def parsed(document: twiml.Document) -> ElementTree.Element:
    return ElementTree.fromstring(document.body)


def test_a_menu_is_one_gather_around_its_prompt() -> None:
    menu = twiml.gather(
        *twiml.spoken("Press two for a person", language="en-US", voice="Polly.Joanna"),
        action=NEXT,
        num_digits=1,
        timeout_s=4,
    )
    root = parsed(twiml.document(menu, served_at=STEP))
    gather = root.find("Gather")
    assert gather is not None
    assert gather.attrib == {
        "input": "dtmf",
        "action": NEXT,
        "method": "POST",
        "timeout": "4",
        "numDigits": "1",
        "finishOnKey": "",
        "actionOnEmptyResult": "true",
    }
    say = gather.find("Say")
    assert say is not None
    assert say.text == "Press two for a person"
    assert say.attrib == {"voice": "Polly.Joanna", "language": "en-US"}


@given(st.text(st.characters(), min_size=1, max_size=200))
def test_whatever_a_customer_is_called_a_parser_takes_the_document(name: str) -> None:
    document = twiml.document(*twiml.spoken(name), twiml.redirect(NEXT))
    said = [say.text or "" for say in parsed(document).findall("Say")]
    assert len(said) <= 1
    assert "".join(said).split() == twiml.clean(name).split()


@given(st.text(st.sampled_from("abc, .;!? \n"), max_size=20_000))
def test_a_long_text_is_said_in_pieces_and_no_word_is_lost(text: str) -> None:
    pieces = twiml.spoken(text)
    assert all(0 < len(piece.text) <= 4096 for piece in pieces)
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())


def test_a_document_that_leads_back_to_itself_is_refused() -> None:
    for verb in (twiml.redirect(STEP), twiml.gather(action=STEP), twiml.redirect(f"{STEP}#rt=1")):
        with pytest.raises(twiml.TwimlError, match="leads back"):
            twiml.document(verb, served_at=f"{STEP}#rt=10000")


@pytest.mark.parametrize(
    "verbs",
    [(), (twiml.pause(),), (twiml.gather(action=NEXT, on_empty=False),), (twiml.play_digits("1"),)],
    ids=["nothing", "a pause", "a gather that may fall through", "keys"],
)
def test_a_document_that_runs_out_would_hang_up_and_is_refused(
    verbs: tuple[twiml.Verb, ...],
) -> None:
    with pytest.raises(twiml.TwimlError, match="runs out"):
        twiml.document(*verbs)
    assert twiml.document(*verbs, may_run_out=True).body


def test_all_that_is_wrong_is_said_at_once_and_no_value_with_it() -> None:
    with pytest.raises(twiml.TwimlError) as refused:
        twiml.document(
            twiml.play("file:///etc/4242"),
            twiml.enqueue("q" * 65, wait="nowhere", action=NEXT),
        )
    assert refused.value.problems == (
        "Response/Play[1]: its text is no address that begins with http or https",
        "Response/Enqueue[2]: waitUrl is no address that begins with http or https",
        "Response/Enqueue[2]: its text has not 1 to 64 characters",
    )
    assert "4242" not in str(refused.value)


def test_no_repr_shows_what_is_said_or_sent() -> None:
    document = twiml.document(
        *twiml.spoken("Your card 4111"), twiml.play_digits("4111"), twiml.hangup()
    )
    assert repr(document) == "Document(outline='Say Play Hangup')"
    assert "4111" not in repr(twiml.play_digits("4111"))


def test_what_is_short_may_be_sent_inside_a_request() -> None:
    assert twiml.document(twiml.hangup()).fits_inline
    long = twiml.spoken("word " * 900)
    assert not twiml.document(*long, twiml.hangup()).fits_inline


def test_a_document_has_a_longest_length() -> None:
    with pytest.raises(twiml.TwimlError, match="longer than 65536 bytes"):
        twiml.document(*twiml.spoken("word " * 14_000), twiml.hangup())


def test_words_are_hints_without_the_commas_that_part_them() -> None:
    heard = twiml.gather(action=NEXT, words=("yes, please", " no ", "", "\x00"), language="en-GB")
    assert heard.get("hints") == "yes please,no"
    assert heard.get("input") == "dtmf speech"
    assert heard.get("language") == "en-GB"
    twiml.document(heard)
    many = twiml.gather(action=NEXT, words=[f"{'word ' * 19}{n:04}" for n in range(900)])
    assert len(many.get("hints") or "") <= 10_000
    twiml.document(many)


@pytest.mark.parametrize(
    ("us", "seconds"), [(0, 1), (1, 1), (1_000_000, 1), (1_000_001, 2), (4_500_000, 5)]
)
def test_times_are_rounded_up_to_seconds(us: int, seconds: int) -> None:
    assert twiml.seconds_up(us) == seconds


def test_everything_that_can_be_built_is_allowed_by_the_table() -> None:
    status = "https://pbx.example.com/twilio/status?leg=CA1"
    wss = "wss://pbx.example.com/twilio/stream"
    for verbs in (
        (twiml.record(action=NEXT, status=status, max_s=60, finish_on_key="#", beep=True),),
        (twiml.enqueue("sales", wait=STEP, action=NEXT),),
        (twiml.leave(),),
        (twiml.reject(),),
        (twiml.reject(busy=True),),
        (twiml.dial(twiml.to_address("client:ana", status=status, whisper=STEP), action=NEXT),),
        (twiml.dial(twiml.to_address("sip:ana@example.com"), action=NEXT, timeout_s=20),),
        (
            twiml.dial(
                twiml.to_address("+14155550123"),
                action=NEXT,
                caller_id="+14155550100",
                answer_on_bridge=True,
            ),
        ),
        (
            twiml.dial(
                twiml.conference("t-CA1", status=status, label="a-1", muted=True, wait=STEP),
                action=NEXT,
            ),
        ),
        (
            twiml.dial(
                twiml.conference("t-CA1", status=status, coach="CA0123456789", end_on_exit=True),
                action=NEXT,
            ),
        ),
        (twiml.connect_stream(wss, action=NEXT, name="s1", parameters={"token": "t"}),),
        (twiml.start_stream(wss, name="s1", parameters={}), twiml.pause(2), twiml.hangup()),
        (twiml.stop_stream("s1"), twiml.redirect(NEXT)),
        (twiml.start_recording(status=status, dual=True), twiml.play(STEP, loop=0), twiml.leave()),
        (twiml.play_digits("1w2#"), twiml.redirect(NEXT)),
    ):
        assert parsed(twiml.document(*verbs, served_at=STEP)).tag == "Response"


def test_people_in_a_conference_or_queue_hear_only_what_may_be_there() -> None:
    music = twiml.play(f"{STEP}.wav", loop=0)
    keys = twiml.gather(music, action=NEXT)
    assert twiml.document(music, may_run_out=True, only=twiml.IN_CONFERENCE).body
    assert twiml.document(keys, only=twiml.IN_QUEUE).body
    assert twiml.document(twiml.leave(), only=twiml.IN_QUEUE).body
    with pytest.raises(twiml.TwimlError, match="Gather: not in a document like this"):
        twiml.document(keys, only=twiml.IN_CONFERENCE)
    with pytest.raises(twiml.TwimlError, match="Reject: not in a document like this"):
        twiml.document(twiml.reject(), only=twiml.IN_QUEUE)
