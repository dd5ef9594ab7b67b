"""What screens and logins need to know of a center."""

from contact_center.adapters.desktop.roster import DeskAgent, DeskChoice, DeskQueue, DeskRoster
from contact_center.content.center import Center as Content


def logins_of(content: Content) -> dict[str, str]:
    """Give agents by login name."""
    return {user.login: user.agent for user in content.users}


def roster_of(content: Content) -> DeskRoster:
    """What screens need to know of a center."""
    configuration = content.configuration
    logins = {user.agent: user.login for user in content.users}
    return DeskRoster.of(
        agents=[
            DeskAgent(
                id=a.agent,
                name=a.name,
                login=logins.get(a.agent, a.agent),
                queues=a.queues,
                supervises=a.supervises,
                device=a.device,
            )
            for a in configuration.agents.values()
        ],
        queues=[
            DeskQueue(id=q.queue, label=q.label, dispositions=q.dispositions)
            for q in configuration.queues.values()
        ],
        dispositions=[
            DeskChoice(code=d.code, label=d.label) for d in configuration.dispositions.values()
        ],
        pause_reasons=[
            DeskChoice(code=code, label=label) for code, label in content.pause_reasons.items()
        ],
    )
