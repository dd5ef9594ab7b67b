"""What is stated of a node when its caller leaves it, besides that they did."""

from contact_center.core.caller_facts import SurveyEnded
from contact_center.core.facts import CallFact, VoicemailLeft
from contact_center.core.ids import CallIds
from contact_center.core.ivr.flow import AnyNode, Survey, Voicemail
from contact_center.core.ivr.session import IvrSession, Message

LEAVING_MORE = frozenset({Voicemail, Survey})
"""Nodes that something is stated of when they are left."""


def message_left(node: Voicemail, ids: CallIds, message: Message, now: int) -> VoicemailLeft:
    """State that a message was left."""
    return VoicemailLeft(
        at=now,
        call=ids.call,
        seq=ids.fact(),
        recording=message.recording,
        box=node.box,
        url=message.url,
        ms=message.ms,
        queue=node.queue,
    )


def left_behind(
    session: IvrSession, ids: CallIds, node: AnyNode | None, label: str, now: int
) -> tuple[CallFact, ...]:
    """State what stays of whoever leaves `node` by the edge `label`, whichever that is.

    A message that nobody said to record again is kept, and a survey is over.
    """
    if isinstance(node, Voicemail) and session.message is not None:
        message, session.message = session.message, None
        return (message_left(node, ids, message, now),)
    if isinstance(node, Survey) and session.asked >= 0:
        session.asked = -1
        return (
            SurveyEnded(
                at=now,
                call=ids.call,
                seq=ids.fact(),
                survey=node.survey,
                outcome=label,
                questions=len(node.questions),
                answered=session.answers,
            ),
        )
    return ()
