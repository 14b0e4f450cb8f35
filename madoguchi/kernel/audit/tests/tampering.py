"""What somebody with the owner's rights does: take the guards down, write past the tables, put them up again."""

from contextlib import contextmanager

from django.db import connection

from madoguchi.kernel import audit
from madoguchi.kernel.audit import heads, sealing
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.audit.verifying import Verification
from madoguchi.kernel.refs import SYSTEM, Ref, new_id

CASE = Ref("procedures", "case", "0198")


def sealed_blocks(*sizes):
    """One block of so many events each, told outside; the ids of their events, block by block."""
    made = []
    for size in sizes:
        for place in range(size):
            audit.record("case.moved", CASE, by=SYSTEM, facts={"n": place, "share": 0.5}, subject=new_id())
        (block,) = sealing.seal()
        made.append(events_in(block.number))
    heads.export()
    return made


def events_in(number):
    from madoguchi.kernel.audit.models import Sealed

    return list(Sealed.objects.filter(block=number).order_by("event").values_list("event", flat=True))


@contextmanager
def guards_down():
    """Inside, the triggers of the three tables do not stand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ("audit_event", "audit_block", "audit_sealed")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in guards:
            cursor.execute(sql)


def tamper(*statements):
    """Each statement is SQL with its values, ids as Django would write them."""
    with guards_down(), connection.cursor() as cursor:
        for sql, *values in statements:
            cursor.execute(sql, [_value(one) for one in values])


def _value(value):
    is_id = hasattr(value, "hex") and not isinstance(value, float | bytes)
    return value.hex if is_id and connection.vendor == "sqlite" else value


def found(*, heads_file=True, **asked):
    """(code, block, event) of everything that tells of tampering."""
    run = Verification(heads=heads.place() if heads_file else None, **asked)
    return [(one.code, one.block, one.event) for one in run.findings() if one.is_tampering]


def remarks(**asked):
    run = Verification(**asked)
    return [one.code for one in run.findings() if not one.is_tampering]


def insert(event_id, **changed):
    """A forged event, written as SQL: no trigger sees it while the guards are down."""
    row = Event(
        id=event_id,
        at=changed.pop("at"),
        actor_kind="staff",
        verb="read",
        about=str(CASE),
        facts={},
        **changed,
    )
    Event.objects.bulk_create([row])
