"""`functools.cached_property` without a lock, as in Python 3.12; lists of calls use it millions of times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as cached_property
else:

    class cached_property:
        """Computed once per object, then an attribute of it."""

        def __init__(self, compute: Any) -> None:
            self.compute, self.__doc__ = compute, compute.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            # Frozen dataclasses refuse setattr(), but not this; the next access finds it before this descriptor.
            value = instance.__dict__[self.name] = self.compute(instance)
            return value
