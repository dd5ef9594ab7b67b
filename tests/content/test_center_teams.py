"""Teams in the center's file: who leads whom, and what is wrong with it."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_content
from contact_center.content.center_files import load_center_file
from contact_center.content.problems import ContentError
from tests.app.open_center import ROOT

CENTER = ROOT / "config" / "retailer" / "center.yaml"


def center_with(teams: str, supervises: bool = True) -> dict[str, str]:
    sources = dict(load_center_file(CENTER).sources)
    (name,) = [name for name in sources if name.endswith("center.yaml")]
    text = sources[name]
    if not supervises:
        text = text.replace("supervises: true", "supervises: false")
    sources[name] = f"{text}\n{teams}"
    return sources


def test_who_leads_several_teams_reaches_all_of_them_and_others_the_whole_center() -> None:
    teams = (
        "teams: {front: {led_by: [dev], agents: [ana, ben], queues: [sales]},"
        " back: {led_by: [dev], agents: [erin], queues: [orders]}}"
    )
    users = {user.agent: user.reach for user in load_content(center_with(teams)).users}
    reach = users["dev"]  # type: ignore[index]
    assert reach is not None
    assert (sorted(reach.agents), sorted(reach.queues)) == (
        ["ana", "ben", "erin"],
        ["orders", "sales"],
    )
    assert users["ana"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ("teams: {t: {led_by: [dev], agents: [anna]}}", 'E036 there is no agent "anna"'),
        ("teams: {t: {led_by: [dev], queues: [sale]}}", 'E024 there is no queue "sale"'),
        ("teams: {t: {led_by: [devi]}}", 'E036 there is no agent "devi"'),
        ("teams: {t: {led_by: [ana], agents: [ben]}}", '"ana" may not see the floor'),
        ("teams: {t: {led_by: [], agents: [ben]}}", "at least one"),
        ("teams: {t: {leads: [dev]}}", "leads"),
    ],
)
def test_what_is_wrong_with_a_team_is_said_at_the_start(teams: str, said: str) -> None:
    with pytest.raises(ContentError) as wrong:
        load_content(center_with(teams))
    assert said in str(wrong.value)
