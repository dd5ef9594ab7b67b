"""What SIPp's callers do, and the center they call."""

from __future__ import annotations

from pathlib import Path

from tests.real.sipp import ANSWER_AND_HANG_UP

_INFO = """
  <pause milliseconds="300" />
  <send retrans="500"><![CDATA[
INFO [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1555[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=1
Duration=100
]]></send>
  <recv response="200" />
  <recv request="BYE" timeout="60000" />
"""
PRESS_ONE = ANSWER_AND_HANG_UP.replace('  <recv request="BYE" timeout="20000" />\n', _INFO)
WAIT = ANSWER_AND_HANG_UP.replace('timeout="20000"', 'timeout="90000"')
MENU_NUMBER = "+14155550100"
DIRECT_NUMBER = "+14155550101"
PROMPT = "To speak to somebody, please press one."


def center(folder: Path, agents: int) -> Path:
    """Write a center with so many agents who have no wrap-up; gives its file."""
    people = "\n".join(
        f"  a{n}: {{name: Agent {n}, login: a{n}, extension: {2000 + n}, queues: [sales]}}"
        for n in range(agents)
    )
    (folder / "center.yaml").write_text(
        f"""\
center: Load
schema: 1
region: US
language: en-US
timezone: UTC
flows: [menu.yaml, direct.yaml]
numbers:
  "{MENU_NUMBER}": {{flow: menu}}
  "{DIRECT_NUMBER}": {{flow: direct}}
queues: {{sales: {{label: Sales, ring: 10s, wrap_up: 0s, max_wait: 10m}}}}
agents:
{people}
"""
    )
    queue = "{do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}"
    head = "schema: 1\nlanguages: {default: en-US, offered: [en-US]}\n"
    (folder / "menu.yaml").write_text(
        f"flow: menu\n{head}entry: menu\ndefaults: {{first_timeout: 20s, inter_digit: 2s}}\n"
        f'nodes:\n  menu: {{do: menu, say: "{PROMPT}", keys: {{"1": sales}},'
        " on_no_input: [{goto: bye}], on_no_match: [{goto: bye}]}\n"
        f"  sales: {queue}\n  bye: {{do: hangup}}\n"
    )
    (folder / "direct.yaml").write_text(
        f"flow: direct\n{head}entry: sales\nnodes:\n  sales: {queue}\n  bye: {{do: hangup}}\n"
    )
    return folder / "center.yaml"
