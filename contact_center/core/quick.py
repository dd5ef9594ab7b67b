"""Frozen dataclasses that are made quickly.

A frozen dataclass writes each of its fields by a call of ``object.__setattr__``, which for a fact
of sixteen fields takes longer than all that the fact is about. ``quick`` gives a class another
``__init__`` with the same arguments: it opens the object that is being made, by lending it a class
of the same layout whose fields can be assigned, writes the fields as any object does, and closes
it for good. Nobody ever holds an open one, so that whoever has an object can still rely on it.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
_OPEN = {
    "__slots__": (),
    "__init__": object.__init__,
    "__setattr__": object.__setattr__,
    "__delattr__": object.__delattr__,
}
"""What a class needs for its fields to be assigned as quickly as those of any other."""
_BEGUN = "    closed = self.__class__\n    _open(self, '__class__', _opened)\n"


def quick(cls: type[T]) -> type[T]:
    """Make objects of a frozen, slotted dataclass quickly; goes above ``@dataclass``.

    Its fields have defaults or none, but no factories, and nothing is done after they are set:
    raises TypeError for any other class.
    """
    old = cls.__init__
    made = _written(cls, "self, *", _BEGUN, "")
    made.__name__, made.__qualname__ = old.__name__, old.__qualname__
    made.__annotations__ = old.__annotations__
    cls.__init__ = made  # type: ignore[method-assign]
    return cls


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """Give a function that makes such objects, of the same arguments: quicker than to call `cls`.

    For the few places that make most of all objects. Raises TypeError as `quick` does.
    """
    return _written(cls, "*", "    self = _opened()\n    closed = _closed\n", "    return self\n")


def _written(cls: Any, first: str, begun: str, done: str) -> Callable[..., Any]:
    """Write a function that sets all fields. As text, for all that is general costs too much."""
    found: tuple[Field[Any], ...] = fields(cls)
    plain = all(f.init and f.kw_only and f.default_factory is MISSING for f in found)
    if "__slots__" not in vars(cls) or hasattr(cls, "__post_init__") or not plain:
        raise TypeError(f"{cls.__name__} cannot be made quickly")
    names: dict[str, Any] = {
        "_open": object.__setattr__,
        "_opened": type(cls.__name__, (cls,), dict(_OPEN)),
        "_closed": cls,
    }
    arguments = [first]
    for each in found:
        has_default = each.default is not MISSING
        names[f"_of_{each.name}"] = each.default
        arguments.append(f"{each.name}=_of_{each.name}" if has_default else each.name)
    lines = "".join(f"    self.{each.name} = {each.name}\n" for each in found)
    text = f"def made({', '.join(arguments)}):\n{begun}{lines}    self.__class__ = closed\n{done}"
    exec(compile(text, f"<{cls.__qualname__}>", "exec"), names)  # noqa: S102 - a text of our own
    made: Callable[..., Any] = names["made"]
    made.__module__ = cls.__module__
    return made
