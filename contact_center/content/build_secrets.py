"""What is asked of the caller and nobody may read: where such a node and its variable must fit."""

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import NodeBuilder
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path


def check_into_secret(b: NodeBuilder, s: shapes.CollectShape, path: Path) -> bool:
    """Check a node that is sensitive, or whose variable is a secret; False when it is neither."""
    variable = b.header.vars.get(s.into)
    is_secret = variable is not None and variable.type == "secret"
    if not s.sensitive:
        if is_secret:
            message = f"{s.into} is a secret, and the node is not sensitive"
            b.document.report((*path, "into"), "E042", message, "write sensitive: true")
        return is_secret
    if not is_secret:
        secrets = [name for name, one in b.header.vars.items() if one.type == "secret"]
        hint = did_you_mean(s.into, secrets, f"declare {s.into}: {{type: secret}}")
        message = f"what is typed into a sensitive node is a secret, and {s.into} is none"
        b.document.report((*path, "into"), "E042", message, hint)
    _check_fields(b, s, path)
    return True


def _check_fields(b: NodeBuilder, s: shapes.CollectShape, path: Path) -> None:
    """Refuse what would tell of a secret, or could not work with one."""
    if s.confirm is not None:
        message = "a secret is not read back"
        b.document.report((*path, "confirm"), "E042", message, "remove it", key=True)
    if s.globals:
        message = "global keys do not work while a secret is typed"
        b.document.report((*path, "globals"), "E042", message, "remove it", key=True)
    if s.type_ahead:
        message = "a secret is typed after it was asked for"
        b.document.report((*path, "type_ahead"), "E042", message, "remove it", key=True)
    if s.empty == "accept":
        message = "a secret cannot be empty"
        b.document.report((*path, "empty"), "E042", message, "remove it", key=True)
    check = s.check
    if check is not None and (check.date or check.range is not None or check.cel is not None):
        message = "of a secret only luhn and regex are checked, by the vault"
        b.document.report((*path, "check"), "E042", message, "use luhn: true, or regex", key=True)
