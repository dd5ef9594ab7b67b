"""The audit log of a running product, read and verified from another terminal."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.test_commands import run
from tests.app.test_reload import open_shop

pytestmark = pytest.mark.timeout(240)


async def test_who_changed_what_is_shown_and_a_row_that_was_changed_is_named(
    tmp_path: Path,
) -> None:
    async with open_shop(tmp_path) as (shop, product):
        env = shop.environment
        assert (await run("audit", "verify", env=env))[1].startswith("0 entries hold; head 0:")
        assert (await run("emergency", "on", "larkfield", env=env))[0] == 0
        assert (await run("emergency", "off", "larkfield", env=env))[0] == 0
        shop.change("    label: Sales\n", "    label: Selling\n")
        assert (await run("reload", env=env))[0] == 0
        await product.says(r"the configuration was reloaded")
        assert await product.stop() == 0

    code, text = await run("audit", "show", "--json", env=env)
    assert code == 0, text
    rows = {row["action"]: row for row in reversed(json.loads(text))}
    assert rows["emergency"]["who"] == "operator"
    assert (rows["emergency"]["object"], rows["emergency"]["before"]) == (
        "larkfield",
        ["larkfield"],
    )
    assert rows["center.reload"]["after"]["version"] != rows["center.reload"]["before"]["version"]
    code, text = await run("audit", "show", "--action", "emergency", "--limit", "1", env=env)
    assert code == 0
    assert re.search(r"operator: emergency larkfield .*\"on\": ?false", text), text
    assert len(text.splitlines()) == 1

    code, text = await run("audit", "verify", env=env)
    head = re.fullmatch(r"3 entries hold; head (3:[0-9a-f]{64})\n", text)
    assert head, text
    assert (await run("audit", "verify", "--head", head[1], env=env))[0] == 0
    with closing(sqlite3.connect(tmp_path / "state" / "contact-center.db")) as database:
        with pytest.raises(sqlite3.IntegrityError, match="stay as they are"):
            database.execute("UPDATE audit_log SET who = 'nobody' WHERE n = 2")
        database.execute("DROP TRIGGER audit_log_stays_UPDATE")
        database.execute("UPDATE audit_log SET who = 'nobody' WHERE n = 2")
        database.commit()
    code, text = await run("audit", "verify", env=env)
    assert code == 1
    assert text.startswith("broken at row 2: what it says was changed"), text
    assert (await run("audit", "verify", "--head", "nonsense", env=env))[0] == 2
