"""The whole product in this process, with all its doors, and logins of any role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from contact_center.adapters.desktop.sessions import Entrance
from contact_center.app.service import Service
from contact_center.core.permissions import Role
from contact_center.settings import load_settings
from tests.real.ports import free_port

ROOT = Path(__file__).parents[2]
_SETTINGS = """\
center: {root}/config/retailer/center.yaml
desk: {{demo: true}}
portal: {{queues: [sales], talk: {{sales: "+14155550100"}}, code_flow: self-service-code}}
dialer: {{policies: {root}/config/compliance}}
"""


@asynccontextmanager
async def open_center(folder: Path, more: str = "", **environment: str) -> AsyncIterator[Service]:
    """Run it on the simulated network until the block is left; `more` are settings."""
    tokens = folder / "tokens"
    tokens.write_text("".join(f"{role.value} {role.value} {token(role)}\n" for role in Role))
    tokens.chmod(0o600)
    file = folder / "service.yaml"
    file.write_text(_SETTINGS.format(root=ROOT) + more)
    port = str(free_port())
    given = {"CC_STATE_DIR": str(folder / "state"), "CC_HTTP_PORT": port}
    given["CC_PROMPTS_ENGINE"] = "none"  # nobody listens
    given |= {"CC_API_TOKENS_FILE": str(tokens)} | environment
    service = Service(load_settings(given, file))
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


def token(role: Role) -> str:
    """The token of a program with a role."""
    return f"token-of-{role.value}-0123456789"


def cookie(service: Service, role: Role, agent: str = "ana") -> dict[str, str]:
    """What a browser sends in which somebody of a role is logged in."""
    desk = service.desk_server
    held, _ = desk.sessions.open(agent, Entrance(via="test", roles=frozenset({role})))
    ours = {"Origin": service.web.url, "X-Console": "1", "X-Phone": "1"}
    return {"Cookie": f"desk_session={held}", **ours}
