"""Who understands words is there where words are listened for, and its absence is no trouble."""

from __future__ import annotations

from dataclasses import replace

from contact_center.adapters.recognition.process import RecogniserProcess, Times
from contact_center.adapters.web.health import Note
from contact_center.app.understanding import Understanding, listens
from contact_center.content.center import load_content
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from tests.adapters.recognition.programs import DYING, WELL, argv
from tests.adapters.recognition.test_process import until
from tests.content.samples import broken, sources
from tests.content.test_build_words import ENGLISH, with_words


def center(flow: str) -> CenterConfiguration:
    return load_content(sources(flow=flow)).configuration


WITHOUT, WITH = center(ENGLISH), center(with_words("{sales: [buy something]}"))


def test_a_flow_listens_if_any_menu_or_reading_back_of_it_or_of_what_it_calls_does() -> None:
    shop = FlowId("shop")
    assert not listens(WITHOUT.flows[shop])
    assert listens(WITH.flows[shop])
    back = broken(ENGLISH, "    max: 6\n", "    max: 6\n    confirm: {say: Right?}\n")
    back = broken(back, "entry: gate\n", "entry: gate\ndefaults: {input: [keys, words]}\n")
    assert listens(center(back).flows[shop])
    outer = replace(WITHOUT.flows[shop], subflows={shop: WITH.flows[shop]})
    assert listens(outer)


async def test_the_process_is_started_when_the_first_flow_listens_for_words() -> None:
    one = Understanding(RecogniserProcess(argv(WELL)))
    try:
        one.fit(WITHOUT)
        assert one.recogniser.starts == 0
        assert one.trouble() is None
        one.fit(WITH)
        assert isinstance(one.trouble(), Note)
        await until(lambda: one.recogniser.is_ready)
        one.fit(WITH)
        assert one.trouble() is None
        assert one.recogniser.starts == 1
    finally:
        await one.close()
    assert not one.recogniser.is_ready
    await one.close()


async def test_a_process_that_dies_is_told_of_and_is_no_reason_to_take_no_calls() -> None:
    one = Understanding(RecogniserProcess(argv(DYING), times=Times(first_wait=30)))
    try:
        one.fit(WITH)
        await until(lambda: "ended with 3" in one.recogniser.trouble)
        told = one.trouble()
        assert isinstance(told, Note)
        assert "it ended with 3" in told
    finally:
        await one.close()
