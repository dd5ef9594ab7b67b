from contact_center.core.ivr.flow import Branch, Case, Play
from contact_center.core.ivr.picture import to_mermaid
from tests.core.ivr.caller import bundle, formula, say, to
from tests.core.ivr.test_interpreter import FLOW
from tests.core.ivr.test_session import rich_flow


def test_a_small_flow_is_drawn_like_this():
    hello = Play(name="end", label='Say "hello"', say=say("Hello."), next=to("which"))
    which = Branch(
        name="which",
        cases=(
            Case(when=formula("True"), edge=to("end")),
            Case(when=formula("True"), edge=to("end")),
        ),
        otherwise=to("hangup"),
        error=to("repeat"),
    )
    flow = bundle(hello, which, global_keys={"*": to("back")}, on_limit=to("end"))
    assert to_mermaid(flow) == (
        "flowchart TD\n"
        '    start(("bank")) --> n0\n'
        '    n0["end: Say #34;hello#34; (play)"]\n'
        '    n1["which (branch)"]\n'
        '    n0 -->|"next"| n1\n'
        '    n1 -->|"case#35;1, case#35;2"| n0\n'
        '    n1 -->|"else"| hangup\n'
        '    n1 -->|"error"| repeat\n'
        "    anywhere{{from any node}}\n"
        '    anywhere -->|"global:#42;"| back\n'
        '    anywhere -->|"limit"| n0\n'
        "    back([the menu before])\n"
        "    repeat([the same again])\n"
        "    hangup([hang up])\n"
    )


def test_every_node_of_a_flow_is_in_its_picture():
    for flow in (FLOW, rich_flow()):
        picture = to_mermaid(flow)
        assert "missing" not in picture
        for number, name in enumerate(flow.nodes):
            assert f'    n{number}["{name} (' in picture
