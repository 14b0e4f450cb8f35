"""One step of the walk: ask, look at what was said and what became of the tables, and undo it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from . import rules
from .addresses import Address, filled, form_for, nobodys, things_for
from .people import Walker
from .things import City, Thing
from .words import found_in, said_by

_WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# That somebody came, how often, and what was refused them: written whoever it was.
BESIDE = {
    "access_allowance",
    "access_key",
    "access_grant",
    "access_terminal",
    "access_repeat",
    "django_session",
}
BESIDE |= {"audit_event", "audit_waiting", "identity_signintry", "identity_signedin"}
_CHANGING = re.compile(
    r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{4}-\d'
)


# Who reads every single thing of theirs; everybody else one of each relation: the rule behind them is the same.
READERS = {"sato", "aoi", "app", "key"}
# Who tries everybody's things; others who have nothing to do with them try one.
PROTECTED = {"mori"}
STRANGERS = {"ben", "kanda", "agent", "app", "ben's app", "key", "key there"}


def steps(address: Address, city: City, people: list[Walker]) -> Iterator[tuple[Walker, Thing, str]]:
    """Whom to send there with which thing, and what has to come of it."""
    met: set[tuple[Any, ...]] = set()
    # What is alive first: who tries one thing tries one that is there.
    things = sorted(
        things_for(address, city), key=lambda thing: not (thing.owner or thing.division or thing.staff)
    )
    for walker in people:
        door = rules.at_the_door(address.guard, walker)
        tried = things if door == rules.IN and address.things else things[:1]
        for thing in tried:
            wanted = door
            if door == rules.IN and address.things and not rules.is_theirs(address.face, walker, thing):
                wanted = rules.NOT_THEIRS
            alike = _alike(address, walker, thing, wanted)
            if alike not in met:
                met.add(alike)
                yield walker, thing, wanted


def _alike(address: Address, walker: Walker, thing: Thing, wanted: str) -> tuple[Any, ...]:
    """Two steps of which this is the same show the same: only the first is walked."""
    reads = address.method == "GET"
    relation = (thing.owner, thing.division, thing.program, thing.staff)
    if wanted == rules.NOT_THEIRS:
        who = walker.name if reads or walker.name in STRANGERS or walker.subject else bool(walker.divisions)
        return (wanted, who, *(relation if walker.name in STRANGERS else ()))
    if wanted == rules.IN:
        if address.guard == "anyone" or not reads:
            # Changing by who may is tried by one of a kind: it has tests of its own.
            return (wanted, walker.kind)
        if walker.name in READERS:
            whole = address.route.endswith(("<uuid:case_id>/", "<receipt>")) or "file_id" in address.things
            return (
                wanted,
                walker.name,
                *relation,
                thing.name if whole or address.face != "desk" else thing.seen,
            )
        if walker.divisions and address.things:
            # Beside them, one of each division with the named right and one without.
            who = (walker.divisions, "sees_protected" in walker.roles)
            return (wanted, who, thing.owner in PROTECTED)
        return (wanted, walker.name, thing.owner in PROTECTED)
    # A door looks at the kind of person, the roles and the scopes; a screen or a program shows the desk no more
    # than a stranger does, and who acts for another comes as the resident they are.
    if address.face == "api":
        return (wanted, walker.kind, walker.scopes)
    kind = {"terminal": "nobody", "program": "nobody", "former agent": "resident"}.get(
        walker.kind, walker.kind
    )
    if address.face == "desk" and kind == "agent":
        kind = "resident"
    return (wanted, kind, bool(walker.divisions))


@dataclass
class Finding:
    """What ought not to be."""

    what: str
    who: str
    address: str
    thing: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.who} at {self.address} [{self.thing}] {self.more}"


@dataclass
class Walk:
    """What was asked and found."""

    city: City
    asked: int = 0
    findings: list[Finding] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    rows: dict[str, frozenset[Any]] = field(default_factory=dict)  # as the ground left them
    never: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def step(self, walker: Walker, address: Address, thing: Thing, wanted: str) -> None:
        """One person at one address with one thing in it."""
        where, posted = filled(address, thing.args), form_for(address, thing)
        with undone(), _noting() as touched:
            answer = walker.call(address.method, where, posted)
            said = said_by(answer)
            changed = (
                {table for table in touched - BESIDE if _of(table) != self.rows[table]}
                if wanted != rules.IN
                else set()
            )
        self.asked += 1
        here = (str(walker), str(address), thing.name)
        if not rules.is_as_it_should(str(address), wanted, answer):
            self.findings.append(Finding("door", *here, f"{answer.status_code}, wanted: {wanted}"))
        if leaked := found_in(said) - walker.may_read:
            self.findings.append(Finding("leak", *here, f"{answer.status_code} {sorted(leaked)}"))
        if changed:
            self.findings.append(Finding("changed", *here, f"{sorted(changed)}"))
        if wanted == rules.IN and answer.status_code < 400:
            self.opened.add(str(address))
        if wanted == rules.NOT_THEIRS and answer.status_code == 404:
            self._as_if_it_never_was(walker, address, where, posted, said, here)

    def _as_if_it_never_was(
        self,
        walker: Walker,
        address: Address,
        where: str,
        posted: dict[str, Any],
        said: str,
        here: tuple[str, str, str],
    ) -> None:
        """Not yours and not there are told in the same words."""
        key = (str(walker), str(address))
        if key not in self.never:
            self.never[key] = _asked(walker, address, nobodys(address), posted)
        if self.never[key] == (404, _plain(said)):
            return
        # The page may have changed of itself meanwhile (a clock, a count): both once more, one after the other.
        self.never[key] = _asked(walker, address, nobodys(address), posted)
        if self.never[key] != _asked(walker, address, where, posted):
            self.findings.append(Finding("tells that it is there", *here, str(self.never[key][0])))


def _asked(walker: Walker, address: Address, where: str, posted: dict[str, Any]) -> tuple[int, str]:
    with undone():
        answer = walker.call(address.method, where, posted)
        return answer.status_code, _plain(said_by(answer))


def _plain(said: str) -> str:
    return _CHANGING.sub("…", said)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside never was. What must be committed by itself (kernel.db.stands_alone) may be here."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@contextmanager
def _noting() -> Iterator[set[str]]:
    """The tables in which a statement changed a row."""
    touched: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        done = execute(sql, params, many, context)
        if (found := _WRITES.match(sql)) and context["cursor"].rowcount:
            touched.add(found[2])
        return done

    with connection.execute_wrapper(note):
        yield touched


def _of(table: str) -> frozenset[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return frozenset(map(str, cursor.fetchall()))


def rows() -> dict[str, frozenset[Any]]:
    """How the tables stand now."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return {name: _of(name) for name in names if name not in BESIDE and not name.startswith("search_words")}
