"""What the ground consists of: people, and things that belong to somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.refs import Actor


@dataclass
class Thing:
    """Something an address can name, and whose it is.

    `owner` is the subject whose portal shows it; `division` handles it at the desk; `staff` names the logins of
    those who may name it there for other reasons; `program` is the key through which it came.
    """

    name: str
    args: dict[str, Any]
    owner: str = ""
    division: str = ""
    procedure: str = make.KEY
    staff: frozenset[str] = frozenset()
    program: str = ""
    seen: int = 1  # the version a form was drawn from


@dataclass
class City:
    """Everybody and everything."""

    actors: dict[str, Actor] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    mails: list[Any] = field(default_factory=list)  # what was sent while the ground was built

    def add(self, name: str, args: dict[str, Any], **whose: Any) -> None:
        self.things.append(Thing(name, args, **whose))
