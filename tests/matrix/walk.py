"""One step of the walk: ask, look at what was said and what became of the tables, and undo it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from django.db import connection, transaction

from . import rules
from .addresses import Address, filled, form_for, nobodys, things_for
from .people import Walker
from .things import City, Thing
from .waiting import OPENS
from .words import found_in, said_by

_WRITES = re.compile(
    r'^\s*(?:INSERT (?:OR \w+ )?INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE
)
# How often somebody came: counted whoever it was, and nothing else stands there.
BESIDE = {"access_allowance", "identity_signintry"}
# When somebody last came by it, in rows that say much else: who is refused moves nothing of these but that.
COMINGS = {
    "access_grant": {"last_used_at"},
    "access_key": {"last_used_at"},
    "access_terminal": {"last_seen_at"},
}
# A refusal is on record itself; nothing else that somebody refused did ever is. These tables take no other change.
SESSIONS = "django_session"
RECORD, REFUSALS = "audit_event", {"refused", "sign_in_refused"}
BESIDE |= {"audit_waiting"}
_CHANGING = re.compile(
    r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{4}-\d'
)
# How often the two pages are drawn before it is said that they cannot be told from what changes by itself.
DRAWN = 4


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
            if (str(address), walker.name, thing.name) in OPENS:
                alike = (str(walker), thing.name)
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
        own = walker.session
        with undone(), _noting() as touched:
            answer = walker.call(address.method, where, posted)
            said = said_by(answer)
            looked_at = touched - BESIDE if wanted != rules.IN else set()
            changed = {table for table in looked_at if self._is_changed(table, own)}
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

    def _is_changed(self, table: str, own: str) -> bool:
        """Whether other rows stand there than the ground had. What a browser keeps of its own visit is its own."""
        unlike = _of(table) ^ self.rows[table]
        if table == SESSIONS and own:
            unlike = {row for row in unlike if own not in row}
        return bool(unlike)

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
        there = (404, _plain(said))
        if self.never[key] == there:
            return
        # A page may have changed of itself since the first of the two was kept (the walk is longer than a minute, a
        # count, a limit that ran out in between). So what is not there is asked before and after what is: only
        # where those two agree is the one between them different because of the thing.
        for _turn in range(DRAWN):
            before = _asked(walker, address, nobodys(address), posted)
            there = _asked(walker, address, where, posted)
            self.never[key] = _asked(walker, address, nobodys(address), posted)
            if before == there:
                return
            if before == self.never[key]:
                self.findings.append(Finding("tells that it is there", *here, _unlike(before, there)))
                return
        self.findings.append(Finding("is another page each time", *here, _unlike(before, self.never[key])))


def _asked(walker: Walker, address: Address, where: str, posted: dict[str, Any]) -> tuple[int, str]:
    with undone():
        answer = walker.call(address.method, where, posted)
        return answer.status_code, _plain(said_by(answer))


def _plain(said: str) -> str:
    return _CHANGING.sub("…", said)


def _unlike(never: tuple[int, str], there: tuple[int, str]) -> str:
    """In which lines two answers differ, so that a finding explains itself."""
    lines = unified_diff(never[1].splitlines(), there[1].splitlines(), lineterm="", n=0)
    told = [line.strip()[:120] for line in lines if not line.startswith(("---", "+++", "@@"))]
    return f"{never[0]}, {there[0]}: {told[:6]}"


def with_room(run: Callable[[], None]) -> None:
    """Run this with room for many frames below it.

    CPython 3.11 takes memory for frames in steps of 16 KB and gives each back at once: where a step ends just
    below the walk, every call there asks the kernel anew, which was a fifth of the walk's time. A frame that says it
    needs much gets one large step, and those below it stand in the same.
    """
    run()


with_room.__code__ = with_room.__code__.replace(co_stacksize=1 << 17)


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
            touched.add(found[1])
        return done

    with connection.execute_wrapper(note):
        yield touched


def _of(table: str) -> frozenset[Any]:
    """What stands in a table, as far as somebody who is refused must not change it."""
    with connection.cursor() as cursor:
        if table == RECORD:
            # It is only ever added to (kernel.db.only_added), so new rows are all that can become of it.
            cursor.execute(f'SELECT verb, count(*) FROM "{table}" GROUP BY verb')
            return frozenset(row for row in cursor.fetchall() if row[0] not in REFUSALS)
        cursor.execute(f'SELECT * FROM "{table}"')
        left_out = COMINGS.get(table, set())
        places = [place for place, column in enumerate(cursor.description) if column[0] not in left_out]
        return frozenset(str([row[place] for place in places]) for row in cursor.fetchall())


def rows() -> dict[str, frozenset[Any]]:
    """How the tables stand now."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return {name: _of(name) for name in names if name not in BESIDE and not name.startswith("search_words")}
