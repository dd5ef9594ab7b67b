"""How the services of a flow look."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from contact_center.content.prompt_shapes import Assigned
from contact_center.content.shapes import Duration, Shape

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


class ServiceShape(Shape):
    """A system that the flow asks over HTTP.

    Values are expressions, or ``secret.name`` alone. `timeout` is for all tries together.
    """

    note: str = ""
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Annotated[str, Field(min_length=1, max_length=500)]
    timeout: Duration = 2_000_000
    retries: Annotated[StrictInt, Field(ge=0, le=5)] = 0
    idempotency_key: Literal["call", "visit"] | None = Field(
        None, description="Sent along, so that the service knows the same request again."
    )
    headers: dict[HeaderName, Assigned] = Field(default_factory=dict)
    body: dict[Variable, Assigned] = Field(default_factory=dict)
    returns: dict[Variable, str] = Field(
        default_factory=dict, description="Variables, and where in the answer they are."
    )
    found: str | None = Field(None, description="A condition: false when there is nothing.")
