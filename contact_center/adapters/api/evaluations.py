"""The doors of notes and evaluations of recordings."""

import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Protocol

from aiohttp import web
from msgspec import Meta, field

from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.bodies import BadBodyError, Body, Id
from contact_center.adapters.api.doors import Ask, Doors, read_body
from contact_center.core.evaluations import MOST_POINTS, MOST_QUESTIONS, EvaluationForm
from contact_center.core.permissions import Permission

REFUSED: Final = {
    "no_such_recording": (404, "There is no such recording."),
    "too_many_reviews": (409, "There are as many of this recording as there may be."),
}
Points = Annotated[int, Meta(ge=0, le=MOST_POINTS)]


class NoteOf(Body, frozen=True, kw_only=True):
    """A note of a recording."""

    text: Annotated[str, Meta(min_length=1, max_length=2_000)]


class Evaluate(Body, frozen=True, kw_only=True):
    """A form that was filled in: points by question; what is left out does not count."""

    form: Id
    answers: Annotated[dict[Id, Points], Meta(min_length=1, max_length=MOST_QUESTIONS)]
    comment: Annotated[str, Meta(max_length=2_000)] = field(default="")


class EvaluationKeeper(Protocol):
    """Keeps them. May raise HistoryAwayError."""

    async def of(self, recording: str) -> dict[str, list[dict[str, Any]]] | None:
        """Notes and evaluations of a recording; times in milliseconds."""

    async def note(self, name: str, recording: str, at: int, by: str, text: str) -> str:
        """Keep a note; gives a key of `REFUSED`, or ""."""

    async def evaluate(
        self, name: str, recording: str, at: int, by: str, form: EvaluationForm, body: Evaluate
    ) -> str:
        """Keep an evaluation; as `note`."""


class EvaluationDoors:
    """The doors of one process. ``forms`` gives those of the center's file of now."""

    def __init__(
        self,
        doors: Doors,
        keeper: EvaluationKeeper,
        forms: Callable[[], Mapping[str, EvaluationForm]],
    ) -> None:
        self._doors = doors
        self._keeper = keeper
        self._forms = forms

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door, hear = self._doors.door, Permission.HEAR_RECORDINGS
        path = f"{at}/recordings/{{recording}}"
        return [
            web.get(f"{path}/reviews", door(hear, self._list)),
            web.post(f"{path}/notes", door(hear, self._note)),
            web.post(f"{path}/evaluations", door(hear, self._evaluate)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        found = await self._keeper.of(ask.name("recording"))
        if found is None:
            return _answer("no_such_recording")
        forms = [
            {
                "form": form.form,
                "label": form.label,
                "questions": [
                    {"code": one.code, "ask": one.ask, "most": one.most} for one in form.questions
                ],
            }
            for form in self._forms().values()
        ]
        return web.json_response({**found, "forms": forms})

    async def _note(self, ask: Ask) -> web.Response:
        body = await read_body(ask, NoteOf)
        name = f"rn-{secrets.token_hex(6)}"
        recording, by = ask.name("recording"), ask.who.name
        return _answer(await self._keeper.note(name, recording, ask.now, by, body.text))

    async def _evaluate(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Evaluate)
        form = self._forms().get(body.form)
        if form is None:
            return refusal(404, "no_such_form", "There is no such form.")
        wrong = form.problem(body.answers)
        if wrong:
            raise BadBodyError({f"answers.{wrong}": "the form has no such answer"})
        name = f"ev-{secrets.token_hex(6)}"
        recording, by = ask.name("recording"), ask.who.name
        code = await self._keeper.evaluate(name, recording, ask.now, by, form, body)
        return _answer(code)


def _answer(code: str) -> web.Response:
    if not code:
        return web.json_response({"done": True}, status=201)
    status, words = REFUSED[code]
    return refusal(status, code, words)
