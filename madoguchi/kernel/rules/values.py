"""Values while a rule is worked out: what is not known, and where a value came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, final

Paths = tuple[str, ...]


@final
class _Unknown:
    """Not answered, not shown, or not yet there. Neither true nor false, so it refuses to be either."""

    def __bool__(self) -> bool:
        raise TypeError(
            "UNKNOWN is neither true nor false: compare with `is True`, `is False` or `is UNKNOWN`"
        )

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"  # a copy or a pickle is the same one


UNKNOWN: Final = _Unknown()


class OpenList(list[Any]):
    """A list that may still grow: its length is unknown, what stands in it is known.

    While a resident has not yet said that there are no more children, "none of them" is not settled.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says about the facts, and why.

    `value` is UNKNOWN exactly when `unknown` is not empty. `because` names the answers that decided (one
    reason is enough: the first that decides); `unknown` the answers that were asked for and are not known,
    in the order the rule asks. Both name a list as a whole (`children`); `because_at` and `unknown_at` name
    the place in it (`children.0.birth`). `today` is never a reason.
    """

    value: Any
    because: Paths = ()
    unknown: Paths = ()
    because_at: Paths = ()
    unknown_at: Paths = ()

    @property
    def is_true(self) -> bool:
        return self.value is True

    @property
    def is_false(self) -> bool:
        return self.value is False

    @property
    def is_unknown(self) -> bool:
        return self.value is UNKNOWN


@dataclass(slots=True)
class Seen:
    """One value with the paths that decided it (`why`) or that are missing (`unknown`)."""

    value: Any
    why: Paths = ()
    unknown: Paths = ()
    path: str = ""

    @property
    def reasons(self) -> Paths:
        return (*self.why, self.path) if self.path else self.why


@dataclass(slots=True)
class Items:
    """The elements of a list. `missing` is not empty when there may be more of them.

    `in_place` is False when an element before may be missing, so that positions mean nothing.
    """

    seen: list[Seen]
    missing: Paths = ()
    in_place: bool = True


def not_known(*sources: Seen) -> Seen:
    """UNKNOWN, for want of everything the sources want."""
    return Seen(UNKNOWN, unknown=joined(source.unknown for source in sources))


def joined(many: Iterable[Paths]) -> Paths:
    return tuple(path for paths in many for path in paths)


def once(paths: Iterable[str]) -> Paths:
    """The paths in order, each once."""
    return tuple(dict.fromkeys(paths))


def whole(path: str) -> str:
    """The path up to the list it leads into: `children.0.birth` -> `children`."""
    parts = path.split(".")
    for place, part in enumerate(parts):
        if part.isdecimal():
            return ".".join(parts[:place])
    return path
