"""The API of a process, put together: who may ask, whom it asks, what it remembers."""

from collections.abc import Callable

from contact_center.adapters.api.access import Access, Grant, Holder, Role, granted
from contact_center.adapters.api.asking import Asking
from contact_center.adapters.api.memory import Memory
from contact_center.adapters.api.routes import Api
from contact_center.core.center import Center
from contact_center.ports import FactSink, Post
from contact_center.settings import Settings

OPERATOR = Holder("operator", frozenset(Role))
"""Whoever may read the state folder may do everything."""
READER = Holder("reader", frozenset({Role.READER}))


class ApiParts:
    """What the API needs of a service: `post` takes events, `center` gives the center of now."""

    def __init__(
        self, settings: Settings, post: Post, center: Callable[[], Center], clock: Callable[[], int]
    ) -> None:
        self.asking = Asking(post)
        self.memory = Memory()
        self._center = center
        self._clock = clock
        self._grants = grants_of(settings)

    @property
    def sinks(self) -> list[FactSink]:
        """Who reads along."""
        return [self.asking, self.memory]

    def api(self, token: str) -> Api:
        """Make the doors; `token` is the operator's."""
        access = Access([(token, OPERATOR), *self._grants], lambda: self._clock() / 1_000_000)
        return Api(
            center=self._center,
            clock=self._clock,
            access=access,
            asking=self.asking,
            memory=self.memory,
        )


def grants_of(settings: Settings) -> list[Grant]:
    """Read who has tokens. Raises TokenFileError, and OSError when the file cannot be read."""
    file = settings.http.api_tokens_file
    grants = granted(file) if file is not None else []
    return [*grants, (settings.http.api_token.reveal(), READER)]
