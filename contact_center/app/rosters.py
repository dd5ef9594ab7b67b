"""What screens and logins need to know of a center."""

from contact_center.adapters.desktop.directory import DemoDirectory, NoPasswords, PasswordFile
from contact_center.adapters.desktop.roster import (
    AGENT,
    DeskAgent,
    DeskChoice,
    DeskDisposition,
    DeskQueue,
    DeskRoster,
)
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.app.state_folder import StartError
from contact_center.content.center import Center as Content
from contact_center.core.knowledge import Knowledge
from contact_center.settings import Settings

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


def logins_of(content: Content) -> dict[str, str]:
    """Give agents by login name."""
    return {user.login: user.agent for user in content.users}


def directory_of(
    settings: Settings, content: Content, hints: list[str]
) -> PasswordFile | DemoDirectory | NoPasswords:
    """Say who may log in, by file or with the demo's password, which `hints` then tells.

    Raises StartError when nobody could.
    """
    logins = logins_of(content)
    desk = settings.desk
    if desk.passwords_file is not None:
        try:
            return PasswordFile(desk.passwords_file, logins)
        except (OSError, ValueError) as problem:
            raise StartError(f"the file of passwords cannot be used: {problem}") from problem
    if not desk.demo and settings.oidc.issuer:
        return NoPasswords(logins)
    if not desk.demo:
        raise StartError(
            "nobody can log in: set CC_DESK_PASSWORDS_FILE to a file made with"
            " `python -m contact_center passwd LOGIN FILE`, or CC_DESK_DEMO=true on 127.0.0.1"
        )
    directory = DemoDirectory(logins)
    people = ", ".join(logins)
    hints.append(f"demo logins: {people}; password for all: {directory.password}")
    return directory


def desk_settings(settings: Settings) -> DeskSettings:
    """Say how the desk is served."""
    return DeskSettings(
        public_url=settings.public_url,
        extra_origins=settings.http.allowed_origins,
        sessions_file=settings.state_dir / "sessions.json",
        session_idle_us=settings.desk.session_idle_hours * HOUR_US,
        session_us=settings.desk.session_hours * HOUR_US,
        idle_us=settings.desk.idle_logout_minutes * MINUTE_US,
    )


def roster_of(content: Content) -> DeskRoster:
    """What screens need to know of a center."""
    configuration = content.configuration
    logins = {user.agent: user.login for user in content.users}
    roles = {user.agent: user.roles for user in content.users}
    reaches = {user.agent: user.reach for user in content.users}
    return DeskRoster.of(
        agents=[
            DeskAgent(
                id=a.agent,
                name=a.name,
                login=logins.get(a.agent, a.agent),
                queues=a.queues,
                roles=roles.get(a.agent, AGENT),
                device=a.device,
                reach=reaches.get(a.agent),
            )
            for a in configuration.agents.values()
        ],
        queues=[
            DeskQueue(id=q.queue, label=q.label, dispositions=q.dispositions)
            for q in configuration.queues.values()
        ],
        dispositions=[
            DeskDisposition(code=d.code, label=d.label, under=d.under, key=d.key, fields=d.fields)
            for d in configuration.dispositions.values()
        ],
        pause_reasons=[
            DeskChoice(code=code, label=label) for code, label in content.pause_reasons.items()
        ],
        shows_listeners=configuration.agents_see_listeners,
        knowledge=Knowledge(articles=content.look_up.articles, texts=content.look_up.texts),
    )
