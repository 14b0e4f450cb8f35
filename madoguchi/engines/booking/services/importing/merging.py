"""The two steps of a merge: look the file through with nothing stored, then take in what fits, exactly once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import rules
from ...desk_errors import ImportedAlready, ImportStale, ImportTooLong
from ...exchange.sheets import read_lines
from ...exchange.table import Line
from ...models import Area, Import, Kind
from . import bookings, rooms
from .row import Row

RESOURCES, BOOKINGS = "resources", "bookings"
HEADS = {RESOURCES: rooms.HEAD, BOOKINGS: bookings.HEAD}
WHOLE = {
    RESOURCES: (*rooms.HEAD, rooms.ADDRESS, rooms.PHONE, rooms.PEOPLE, rooms.YEN, rooms.CELL),
    BOOKINGS: (
        *bookings.HEAD,
        bookings.GROUP,
        bookings.PHONE,
        bookings.PEOPLE,
        bookings.YEN,
        bookings.PAID,
    ),
}
# What was looked through travels in the page until the press, signed; so many rows are still a small form.
MOST = 2000
LASTS = 3 * 60 * 60
SALT = "booking.import"


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that was looked through. `token` is its rows, signed, for the second step."""

    kind: str
    name: str
    digest: str
    rows: list[Row]
    token: str

    @property
    def fitting(self) -> list[Row]:
        return [one for one in self.rows if one.fits]

    @property
    def clashes(self) -> list[Row]:
        return [one for one in self.rows if not one.fits]


def columns_of(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headings such a file must have, and those it may have."""
    needed = HEADS[kind]
    return needed, WHOLE[kind][len(needed) :]


def plan_import(*, area: Area, kind: str, name: str, data: bytes, by: Actor) -> Plan:
    """Look a file through: which rows fit, which clash with what. Nothing is stored.

    Raises ImportUnreadable, ImportColumnsMissing, ImportTooLong, ImportedAlready, NotFound, NotAllowed.
    """
    _check(area, kind, by)
    lines = read_lines(data, needs=HEADS[kind])
    if len(lines) > MOST:
        raise ImportTooLong(most=MOST)
    digest = hashlib.sha256(data).hexdigest()
    if Import.objects.filter(area=area, kind=kind, digest=digest).exists():
        raise ImportedAlready
    plan = _plan(area, kind, name[:200], digest, lines)
    return replace(plan, token=_token_for(plan, area, lines, by))


def plan_of(*, area: Area, token: str, by: Actor) -> Plan:
    """The same plan again, looked through afresh. Raises ImportStale, NotFound, NotAllowed."""
    try:
        said = signing.loads(token, salt=f"{SALT}:{by.account}", max_age=LASTS)
    except signing.BadSignature as error:
        raise ImportStale from error
    if said["area"] != area.key:
        raise ImportStale
    _check(area, said["kind"], by)
    heads = WHOLE[said["kind"]]
    lines = [Line(number, dict(zip(heads, cells, strict=True))) for number, cells in said["lines"]]
    return _plan(area, said["kind"], said["name"], said["digest"], lines, token=token)


def _token_for(plan: Plan, area: Area, lines: list[Line], by: Actor) -> str:
    """The rows of a plan as the page carries them: only for the account that looked it through."""
    cells = [[line.number, [line[head] for head in WHOLE[plan.kind]]] for line in lines]
    said = {"area": area.key, "kind": plan.kind, "name": plan.name, "digest": plan.digest, "lines": cells}
    return signing.dumps(said, salt=f"{SALT}:{by.account}", compress=True)


def _check(area: Area, kind: str, by: Actor) -> None:
    rules.check_works_at(by, area)
    if kind not in HEADS or area.kind != Kind.UNITS:
        raise NotFound


def _plan(area: Area, kind: str, name: str, digest: str, lines: list[Line], token: str = "") -> Plan:
    looker = _looker(area, kind)
    return Plan(kind, name, digest, [looker.look(line) for line in lines], token)


def _looker(area: Area, kind: str) -> Any:
    return rooms.Rooms(area) if kind == RESOURCES else bookings.Bookings(area)


@writes
def take_in(*, area: Area, token: str, by: Actor) -> Import:
    """Take in what fits, in the order of the file; the rest is kept with its reason. The same file once only.

    Raises ImportStale, ImportedAlready, NotFound, NotAllowed.
    """
    plan = plan_of(area=area, token=token, by=by)
    try:
        with transaction.atomic():
            made = Import.objects.create(
                area=area,
                kind=plan.kind,
                digest=plan.digest,
                name=plan.name,
                rows=len(plan.rows),
                made_at=clock.now(),
                made_by=by.account,
            )
    except IntegrityError:
        raise ImportedAlready from None
    looker, clashes = _looker(area, plan.kind), []
    for row in plan.rows:
        why = looker.take(row, by) if row.fits else row.why
        if why:
            clashes.append(row.clash | {"why": why})
    made.taken, made.clashes = len(plan.rows) - len(clashes), clashes
    made.save(update_fields=["taken", "clashes"])
    facts = {"kind": plan.kind, "rows": made.rows, "taken": made.taken, "clashes": len(clashes)}
    audit.record("booking.imported_file", made.ref, by=by, facts=facts)
    return made
