"""The sample configuration for an operator's own Asterisk, loaded by a real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import Instance, Tree
from contact_center.adapters.asterisk.local import instance as instance_module
from contact_center.adapters.asterisk.local.configuration import DIALPLAN, Settings, render
from tests.real.asterisk import PlainAri

pytestmark = pytest.mark.real

SAMPLES = DIALPLAN.parent


def sample(name: str, settings: Settings) -> str:
    """The sample as it is, but for ports, addresses and passwords."""
    text = (SAMPLES / name).read_text()
    ports = {"bindport=8088": f"bindport={settings.http_port}"}
    ports |= {"port=5038": f"port={settings.manager_port}"}
    ports |= {"bind=0.0.0.0:5060": f"bind=127.0.0.1:{settings.sip_port}"}
    for before, after in ports.items():
        text = text.replace(before, after)
    return text.replace("CHANGE-ME", settings.ari_password)


async def test_an_asterisk_with_the_sample_files_starts_without_a_complaint(
    asterisk_tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(path.name for path in SAMPLES.glob("*.conf") if path != DIALPLAN)
    assert len(names) == 6

    def with_samples(settings: Settings, tree: Tree, folder: Path, run: Path) -> dict[str, str]:
        files = render(settings, tree, folder, run)
        assert set(names) <= set(files)
        return files | {name: sample(name, settings) for name in names}

    monkeypatch.setattr(instance_module, "render", with_samples)
    async with Instance(Settings(), asterisk_tree) as asterisk, PlainAri(asterisk) as ari:
        complaints = [line for line in asterisk.log().splitlines() if "ERROR" in line]
        complaints += [
            line
            for line in asterisk.log().splitlines()
            if "WARNING" in line and not re.search(r"websocket|127\.0\.0\.1:8090", line)
        ]
        assert complaints == []
        assert (await ari.request("GET", "asterisk/ping"))[0] == 200
        endpoints = await asterisk.cli("pjsip show endpoints")
        assert re.search(r"Endpoint:\s+ana", endpoints)
        assert re.search(r"Match:\s+192\.0\.2\.10/32", endpoints)
        assert "acd-outbound" in await asterisk.cli("ari show outbound-websockets")
        assert "acd" in await asterisk.cli("manager show users")
