"""Objects that are made quickly are as frozen as any, and the same in all else."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any

import pytest

from contact_center.core.commands import PlaySequence, PromptItem, PromptKind
from contact_center.core.facts import NodeLeft
from contact_center.core.quick import maker, quick


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """One that dataclasses make."""

    name: str
    size: int = 3


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """The same."""

    name: str
    size: int = 3


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Quicker(Quick):
    """One with more to it."""

    more: str = "more"


MAKERS: list[Callable[..., Any]] = [Quick, maker(Quick), maker(Plain)]


@pytest.mark.parametrize("make", MAKERS)
def test_fields_are_as_given_or_as_by_default(make: Callable[..., Any]) -> None:
    one = make(name="one")
    assert (one.name, one.size, make(name="two", size=4).size) == ("one", 3, 4)
    assert (one == make(name="one"), one == make(name="two")) == (True, False)
    assert hash(one) == hash(make(name="one"))
    assert dataclasses.replace(one, name="two") == make(name="two")


@pytest.mark.parametrize("make", MAKERS)
def test_nobody_can_change_what_was_made(make: Callable[..., Any]) -> None:
    one = make(name="one")
    with pytest.raises(FrozenInstanceError):
        one.name = "two"
    with pytest.raises(FrozenInstanceError):
        del one.name
    for name, value in (("else_", 1), ("__class__", Plain)):
        with pytest.raises((AttributeError, TypeError)):
            setattr(one, name, value)
    assert one == make(name="one")


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_made_is_of_the_class_itself(make: Callable[..., Any]) -> None:
    one = make(name="one")
    assert type(one) in (Plain, Quick)
    assert repr(one).endswith("(name='one', size=3)")
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert not hasattr(one, "__dict__")


def test_a_class_that_has_more_fields_is_itself_too() -> None:
    one = Quicker(name="one")
    assert (type(one), one.more, isinstance(one, Quick)) == (Quicker, "more", True)
    with pytest.raises(FrozenInstanceError):
        one.more = "less"  # type: ignore[misc]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_missing_or_too_much_is_refused_as_ever(make: Callable[..., Any]) -> None:
    for arguments in ({}, {"size": 3}, {"name": "one", "colour": "red"}):
        with pytest.raises(TypeError):
            make(**arguments)
    with pytest.raises(TypeError):
        make("one")


def test_tools_see_the_same_arguments() -> None:
    assert inspect.signature(Quick) == inspect.signature(Plain)


def test_what_has_more_to_do_than_to_set_fields_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Listed:
        names: list[str] = field(default_factory=list)

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked:
        name: str = ""

        def __post_init__(self) -> None:
            raise ValueError(self.name)

    @dataclass(frozen=True, kw_only=True)
    class Open:
        name: str = ""

    for kind in (Listed, Checked, Open):
        with pytest.raises(TypeError, match="cannot be made quickly"):
            quick(kind)
        with pytest.raises(TypeError, match="cannot be made quickly"):
            maker(kind)


def test_messages_of_flows_are_frozen() -> None:
    item = PromptItem(kind=PromptKind.TEXT, text="Hello")
    play: Any = maker(PlaySequence)(cmd="1", call="c", leg="l", playback="p", items=(item,))
    left: Any = maker(NodeLeft)(
        at=1, call="c", seq=1, flow="f", node="n", edge="next", entered_at=0
    )
    for message, name in ((item, "text"), (play, "items"), (left, "edge")):
        with pytest.raises(FrozenInstanceError):
            setattr(message, name, "")
    assert type(play) is PlaySequence
