"""What a terminal shows of a caller, or of somebody whom a campaign calls: as lines of text."""

from typing import Any


def pop_text(pop: dict[str, Any]) -> str:
    """Write the first part of a screen-pop as lines."""
    people = pop["customers"]
    name = people[0]["name"] if len(people) == 1 else "shared number" if people else "unknown"
    tier = f" [{people[0]['tier']}]" if len(people) == 1 and people[0]["tier"] else ""
    lines = [
        "",
        f"  *** {name}{tier}  {pop['ani'] or 'number withheld'}",
        f"      {pop['reason']} · {pop['queue_label']} · waited {pop['waited_ms'] // 1000} s",
    ]
    lines += [f"      {person['name']}" for person in people if len(people) > 1]
    if pop.get("maybe_machine"):
        lines.append("      !! may be an answering machine: say afterwards which it was")
    lines += [f'      "{text}"' for text in pop["script"]]
    return "\n".join(lines)


def history_text(more: dict[str, Any]) -> str:
    """Write the second part of a screen-pop as lines."""
    lines = [
        f"      before: {row['disposition'] or row['outcome']} with {row['agent'] or 'nobody'}"
        f"{': ' + row['notes'] if row['notes'] else ''}"
        for row in more["history"]
    ]
    return "\n".join([*fields_text(more.get("fields", [])), *(lines or ["      first contact"])])


def numbered(choices: list[dict[str, str]]) -> str:
    """Write choices with the keys that choose them."""
    return "  ".join(f"{n} {choice['label']}" for n, choice in enumerate(choices, start=1))


def preview_text(preview: dict[str, Any], now_ms: int) -> str:
    """Write whom the agent may have called as lines; `now_ms`: the server's time."""
    left_s = max(0, preview["until"] - now_ms) // 1000
    then = "is called" if preview["dials"] else "is left"
    lines = [
        "",
        f"  ??? {preview['name'] or 'no name'}  {preview['number']}  ({preview['campaign']})",
        *fields_text(preview["fields"]),
        f"      a dial  d skip; in {left_s} s the customer {then}",
    ]
    return "\n".join(lines)


def fields_text(fields: list[dict[str, str]]) -> list[str]:
    """Write what is known of somebody as lines."""
    return [f"      {one['name']}: {one['value']}" for one in fields]


def skip_choices(preview: dict[str, Any]) -> list[dict[str, str]]:
    """List the reasons for not calling, to be chosen from."""
    return [{"code": reason, "label": reason.replace("_", " ")} for reason in preview["reasons"]]
