"""Logging in through the house's own directory, put together: the provider, the desk's logins."""

from functools import partial
from typing import Protocol

from aiohttp import web

from contact_center.adapters.desktop.answers import answered
from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.oidc.doors import OidcDoors
from contact_center.adapters.oidc.settings import OidcSettings
from contact_center.adapters.oidc.tokens import Person
from contact_center.app.api import ApiParts
from contact_center.app.audit import login_ended
from contact_center.core.permissions import Open, Role, needs
from contact_center.settings import Settings


class HasParts(Protocol):
    """The parts of a process that logging in is made of."""

    api: ApiParts
    settings: Settings
    desk_server: DeskServer


def company_login(service: HasParts, app: web.Application) -> None:
    """Add the doors: how people may log in, and, when there is a provider, the way through it.

    Who ends a login of whom is written into the audit log.
    """
    written, desk = service.settings.oidc, service.desk_server
    has_passwords = service.settings.desk.demo or service.settings.desk.passwords_file is not None
    company = {"label": written.label, "start": "/api/oidc/start"} if written.issuer else None

    @needs(Open.EVERYBODY)
    async def ways(request: web.Request) -> web.Response:
        return answered({"password": has_passwords, "company": company})

    def present(request: web.Request) -> str:
        session = desk.session_of(request)
        return session.key if session is not None else ""

    def admit(
        request: web.Request, response: web.StreamResponse, person: Person, before: str
    ) -> bool:
        agent = desk.desk.roster.by_login.get(person.login)
        if agent is None:
            return False
        had = desk.sessions.called(before)
        token, _ = desk.begin(request, agent.id, "company", person.roles, had)
        desk.give(response, token)
        return True

    desk.ended = partial(login_ended, service.api.audit, desk.desk.clock)
    app.router.add_get("/api/login/ways", ways)
    if written.issuer:
        OidcDoors(oidc_settings(service.settings), desk.desk.clock, present, admit).attach(app)


def oidc_settings(settings: Settings) -> OidcSettings:
    """Say how the provider is asked."""
    written = settings.oidc
    return OidcSettings(
        issuer=written.issuer,
        client_id=written.client_id,
        client_secret=written.client_secret.reveal(),
        redirect_url=f"{settings.public_url}/api/oidc/back",
        label=written.label,
        scopes=written.scopes,
        login_claim=written.login_claim,
        groups_claim=written.groups_claim,
        roles={group: Role(name) for group, name in written.roles.items()},
    )
