"""Questions that a node asks by itself: those of a survey, and what is to become of a message.

Each is a menu without edges: what is chosen goes to the node. Global keys mean nothing here, and a
wrong answer does not count against the flow's limits: nobody is on the way to anywhere.
"""

from contact_center.core.caller_facts import SurveyAnswered
from contact_center.core.commands import DiscardRecording, PromptItem, PromptKind
from contact_center.core.ivr import asking
from contact_center.core.ivr.assigning import put
from contact_center.core.ivr.flow import Menu, Prompt, Survey, Voicemail
from contact_center.core.ivr.keys import Reading, read_key, read_silence
from contact_center.core.ivr.session import Phase
from contact_center.core.ivr.walk import Walk

TRIES = 2
"""How often a question of a survey is asked."""
REVIEWS = 3
"""So many wrong keys in a row keep a message as silence does."""


def menu_of(walk: Walk) -> Menu | None:
    """Give what is asked now, if the node asks something by itself just now."""
    node, s = walk.node, walk.session
    if isinstance(node, Survey):
        return node.questions[s.asked].ask if 0 <= s.asked < len(node.questions) else None
    if isinstance(node, Voicemail) and s.message is not None:
        return node.review
    return None


def enter_survey(walk: Walk, node: Survey) -> str | None:
    """Begin with the first question."""
    walk.session.asked = walk.session.answers = 0
    return _ask(walk, node.questions[0].ask, node.say_first)


def review(walk: Walk, menu: Menu) -> str | None:
    """Ask what is to become of the message that was just recorded."""
    return _ask(walk, menu)


def ask_again(walk: Walk, menu: Menu) -> str | None:
    """Ask what is asked now once more."""
    _say(walk, menu, walk.speak(menu.say))
    return None


def _ask(walk: Walk, menu: Menu, before: Prompt = ()) -> str | None:
    s = walk.session
    s.no_inputs = s.no_matches = 0
    s.digits = ""
    asking.forget_ahead(walk, menu)
    if s.buffer:
        s.phase = Phase.KEYS
        s.typed_ahead = True
        return read(walk, menu)
    _say(walk, menu, walk.speak(before + menu.say))
    return None


def _say(walk: Walk, menu: Menu, items: tuple[PromptItem, ...]) -> None:
    walk.silence()
    walk.session.digits = ""
    if not items:
        await_key(walk, menu)
        return
    walk.listen(menu)
    walk.play(items, interruptible=menu.barge_in)


def await_key(walk: Walk, menu: Menu) -> None:
    """Wait for the first key, or for the next one."""
    s = walk.session
    s.phase = Phase.KEYS
    if s.listen is None:
        walk.listen(menu)
    walk.arm(menu.inter_digit_us if s.digits and menu.inter_digit_us else menu.first_timeout_us)


def read(walk: Walk, menu: Menu, *, last: bool = False) -> str | None:
    """Read the buffer until it is empty or the question is answered.

    `last`: the caller's time is over already, so what is typed then has to do.
    """
    s = walk.session
    while s.buffer:
        stroke = s.buffer.pop(0)
        reading, typed = read_key(menu, {}, s.digits, stroke.key)
        if reading is Reading.MORE:
            s.digits = typed
            continue
        if reading is Reading.TAKE_AND_HAND_BACK:
            s.buffer.insert(0, stroke)
        return _wrong(walk, menu) if reading is Reading.NO_MATCH else _chosen(walk, menu, typed)
    if last:
        return nothing_more(walk, menu)
    await_key(walk, menu)
    return None


def nothing_more(walk: Walk, menu: Menu) -> str | None:
    """The caller's time is over: take what is typed if it will do."""
    digits = walk.session.digits
    if not digits:
        return _silent(walk, menu)
    if read_silence(menu, digits) is Reading.TAKE:
        return _chosen(walk, menu, digits)
    return _wrong(walk, menu)


def _chosen(walk: Walk, menu: Menu, typed: str) -> str | None:
    node = walk.node
    if isinstance(node, Survey):
        return _answered(walk, node, typed)
    assert isinstance(node, Voicemail)
    match menu.outcomes.get(typed):
        case "again":
            _record_again(walk, node)
        case "listen":
            _listen(walk, menu)
        case _:
            return walk.leave("recorded", node.recorded)
    return None


def _wrong(walk: Walk, menu: Menu) -> str | None:
    node, s = walk.node, walk.session
    s.buffer.clear()
    s.no_matches += 1
    if isinstance(node, Survey):
        return _pass_over(walk, node) if _tried(walk) else _once_more(walk, node, menu)
    assert isinstance(node, Voicemail)
    if s.no_matches >= REVIEWS:
        return walk.leave("recorded", node.recorded)
    return ask_again(walk, menu)


def _silent(walk: Walk, menu: Menu) -> str | None:
    node, s = walk.node, walk.session
    s.no_inputs += 1
    if isinstance(node, Survey):
        if _tried(walk):
            return walk.leave("abandoned", node.abandoned)
        return _once_more(walk, node, menu)
    assert isinstance(node, Voicemail)
    return walk.leave("recorded", node.recorded)


# --- a survey ----------------------------------------------------------------------------------


def _tried(walk: Walk) -> bool:
    return walk.session.no_inputs + walk.session.no_matches >= TRIES


def _once_more(walk: Walk, node: Survey, menu: Menu) -> str | None:
    _say(walk, menu, walk.speak(node.retry + (menu.short or menu.say)))
    return None


def _answered(walk: Walk, node: Survey, typed: str) -> str | None:
    s, question = walk.session, node.questions[walk.session.asked]
    walk.outputs.append(
        SurveyAnswered(
            at=walk.now,
            call=walk.ids.call,
            seq=walk.ids.fact(),
            survey=node.survey,
            question=question.question,
            value=int(typed),
        )
    )
    s.answers += 1
    if question.into:
        put(s, walk.bundle.types, question.into, int(typed))
    return _pass_over(walk, node)


def _pass_over(walk: Walk, node: Survey) -> str | None:
    """Go on to the next question, or to the end."""
    s = walk.session
    walk.silence()
    s.asked += 1
    if s.asked < len(node.questions):
        return _ask(walk, node.questions[s.asked].ask)
    if s.answers:
        return walk.leave("done", node.done)
    return walk.leave("abandoned", node.abandoned)


# --- a message ---------------------------------------------------------------------------------


def _record_again(walk: Walk, node: Voicemail) -> None:
    """Record another message. The first one is nobody's business any more."""
    s = walk.session
    assert s.message is not None
    walk.silence()
    walk.outputs.append(
        DiscardRecording(
            cmd=walk.ids.command(),
            call=walk.ids.call,
            leg=s.leg,
            recording=s.message.recording,
        )
    )
    s.message = None
    walk.record(node)


def _listen(walk: Walk, menu: Menu) -> None:
    """Let the caller hear the message, and ask again."""
    s = walk.session
    assert s.message is not None
    s.buffer.clear()
    s.no_matches = 0  # only wrong keys in a row keep a message
    sound = PromptItem(kind=PromptKind.RECORDING, text=s.message.recording, ms=s.message.ms)
    _say(walk, menu, (sound, *walk.speak(menu.say)))
