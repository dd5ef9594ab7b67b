"""Building questions that a node asks by itself: of a survey, and of what becomes of a message."""

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared, either
from contact_center.content.yaml_source import Path
from contact_center.core.ivr import flow

REVIEW = {"1": "keep", "2": "again", "3": "listen"}
"""What a caller may do with a message, by key."""
_NOWHERE = flow.Edge(goto="repeat")
"""The edge of a key that leads nowhere by itself."""


def review_menu(b: NodeBuilder, s: shapes.VoicemailShape, path: Path) -> flow.Menu | None:
    """Build the question that follows a message; None when there is none."""
    if not s.review:
        return None
    defaults = b.header.defaults
    return flow.Menu(
        name=str(path[-1]),
        say=b.speaker.prompt(s.review, (*path, "review")),
        keys=dict.fromkeys(REVIEW, _NOWHERE),
        outcomes=REVIEW,
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=defaults.first_timeout,
        inter_digit_us=0,
    )


def _survey(b: NodeBuilder, s: shapes.SurveyShape, path: Path, shared: Shared) -> flow.Survey:
    name = shared["name"]
    _check_ids(b, s, path)
    return flow.Survey(
        **shared,
        survey=s.survey or name,
        questions=tuple(
            _question(b, s, question, (*path, "questions", index))
            for index, question in enumerate(s.questions)
        ),
        retry=b.speaker.prompt(s.retry, (*path, "retry")),
        done=b.edge(s.done, (*path, "done"), name),
        abandoned=b.edge(s.abandoned, (*path, "abandoned"), name),
    )


def _question(
    b: NodeBuilder, s: shapes.SurveyShape, question: shapes.QuestionShape, path: Path
) -> flow.Question:
    defaults = b.header.defaults
    between = either(s.inter_digit, defaults.inter_digit)
    if question.into:
        b.check_into(question.into, (*path, "into"), "int", "answers are numbers")
    if question.high > 9 and not between:
        message = f"nobody can type {question.high}: a single digit is taken at once"
        b.document.report((*path, "high"), "E032", message, "set inter_digit, for example 2s")
    ask = flow.Menu(
        name=question.id,
        say=b.speaker.prompt(question.say, (*path, "say")),
        keys={str(n): _NOWHERE for n in range(question.low, question.high + 1)},
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=either(s.first_timeout, defaults.first_timeout),
        inter_digit_us=between,
        barge_in=either(s.barge_in, defaults.barge_in),
        type_ahead=either(s.type_ahead, defaults.type_ahead),
    )
    return flow.Question(question=question.id, ask=ask, into=question.into)


def _check_ids(b: NodeBuilder, s: shapes.SurveyShape, path: Path) -> None:
    seen: set[str] = set()
    for index, question in enumerate(s.questions):
        if question.id in seen:
            where = (*path, "questions", index, "id")
            message = f'there are two questions "{question.id}"'
            b.document.report(where, "E014", message, "give each a name of its own")
        seen.add(question.id)


MAKERS: Makers = {shapes.SurveyShape: _survey}
