"""Every way of tampering with the audit is found and named, and nobody is accused falsely. Both databases."""

import datetime as dt
import shutil

import pytest
from django.db import connection

from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit import canonical, heads, keys, sealing
from madoguchi.kernel.audit.models import Block, Event, Sealed, Waiting
from madoguchi.kernel.refs import SYSTEM, new_id

from .tampering import CASE, found, guards_down, insert, remarks, sealed_blocks, tamper

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_an_empty_database_is_clean():
    assert found(heads_file=False) == []
    assert remarks() == []


def test_what_was_only_added_to_is_clean_and_what_waits_accuses_nobody():
    sealed_blocks(3, 2)
    audit.record("case.moved", CASE, by=SYSTEM)

    assert found() == []
    assert remarks(heads=heads.place()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "ほかの人"),
        ("purpose", "よい理由"),
        ("facts", '{"n": 7}'),
        ("at", "2001-01-01 00:00:00"),
        ("subject", None),
        ("practice", True),
    ],
)
def test_a_changed_row_is_named(column, value):
    _first, second = sealed_blocks(3, 4)

    tamper((f"UPDATE audit_event SET {column} = %s WHERE id = %s", value, second[1]))

    named = found()
    assert named[0] == ("row_changed", 2, str(second[1]))
    # Who sets a row back in time is told that, too; nobody else is.
    assert {one[2] for one in named} == {str(second[1])}


def test_rows_that_changed_places_are_both_named():
    ((one, two, _three),) = sealed_blocks(3)
    between = new_id()

    tamper(
        ("UPDATE audit_event SET id = %s WHERE id = %s", between, one),
        ("UPDATE audit_event SET id = %s WHERE id = %s", one, two),
        ("UPDATE audit_event SET id = %s WHERE id = %s", two, between),
    )

    assert found() == [("row_changed", 1, str(one)), ("row_changed", 1, str(two))]


def test_a_deleted_row_is_named():
    ((_one, two, _three),) = sealed_blocks(3)

    tamper(("DELETE FROM audit_event WHERE id = %s", two))

    assert found() == [("row_deleted", 1, str(two))]


def test_a_row_deleted_with_its_seal_is_counted():
    ((_one, two, _three),) = sealed_blocks(3)

    tamper(("DELETE FROM audit_event WHERE id = %s", two), ("DELETE FROM audit_sealed WHERE event = %s", two))

    assert found() == [("rows_missing", 1, "")]


def test_a_row_deleted_before_it_was_sealed_is_named():
    audit.record("case.moved", CASE, by=SYSTEM)
    event = Event.objects.get().pk
    tamper(("DELETE FROM audit_event WHERE id = %s", event))

    assert found(heads_file=False) == [("row_gone_unsealed", None, str(event))]
    sealing.seal()
    assert found(heads_file=False) == [("row_gone_unsealed", 1, str(event))]


def test_a_row_put_in_past_the_guards_is_named():
    sealed_blocks(2)
    intruder = new_id()
    with guards_down():
        insert(intruder, at=clock.now())

    assert found() == [("row_unregistered", None, str(intruder))]


def test_a_row_put_into_a_sealed_block_is_named():
    sealed_blocks(3)
    intruder, at = new_id(), clock.now()
    with guards_down():
        insert(intruder, at=at)
        row = Event.objects.filter(pk=intruder).values_list(*canonical.COLUMNS).get()
        Sealed.objects.create(event=intruder, block=1, digest=canonical.row_digest(row))

    assert found() == [("row_inserted", 1, str(intruder))]


def test_a_row_made_afterwards_for_a_past_day_is_named_but_for_the_week_of_a_demo(settings):
    settings.DEMO = False
    sealed_blocks(2)
    late = new_id()
    insert(late, at=clock.now() - dt.timedelta(days=3))
    sealing.seal()
    heads.export()

    assert found() == [("row_backdated", 2, str(late))]
    settings.DEMO = True
    assert found() == []
    assert remarks(heads=heads.place()) == ["row_laid_late"]


def outage(monkeypatch, n):
    """`n` events of long ago, sealed at last in blocks of three."""
    monkeypatch.setattr(sealing, "LARGEST", 3)
    with clock.frozen(clock.now() - dt.timedelta(hours=9)):
        for _ in range(n):
            audit.record("case.moved", CASE, by=SYSTEM)
    return sealing.seal()


@pytest.mark.parametrize("n", [5, 6, 8])
def test_what_waited_for_hours_and_filled_several_blocks_accuses_nobody(settings, monkeypatch, n):
    settings.DEMO = False
    sealed = outage(monkeypatch, n)
    audit.record("case.moved", CASE, by=SYSTEM)
    sealing.seal()
    heads.export()

    assert len(sealed) > 1
    assert found() == []
    assert found(since=clock.today()) == []


@pytest.mark.parametrize("n", [5, 6])
def test_a_past_made_after_an_outage_is_named(settings, monkeypatch, n):
    """After a full block (6) by its id, which that block would have taken; after any other (5) by its time."""
    settings.DEMO = False
    first = new_id()
    sealed = outage(monkeypatch, n)
    insert(first, at=clock.now() - dt.timedelta(hours=8))
    sealing.seal()
    heads.export()

    assert found() == [("row_backdated", len(sealed) + 1, str(first))]


def test_full_blocks_do_not_hide_a_past_made_before_the_outage(settings, monkeypatch):
    settings.DEMO = False
    with clock.frozen(clock.now() - dt.timedelta(days=2)):
        sealed_blocks(1)
    with clock.frozen(clock.now() - dt.timedelta(days=1)):
        sealed = outage(monkeypatch, 6)
    late = new_id()
    insert(late, at=clock.now() - dt.timedelta(days=3))
    sealing.seal()
    heads.export()

    named = [("row_backdated", len(sealed) + 2, str(late))]
    assert found() == named
    assert found(since=clock.today()) == named


def test_a_row_that_cannot_be_read_stops_nobody_else_and_is_named():
    sealed_blocks(1)
    for _ in range(3):
        audit.record("case.moved", CASE, by=SYSTEM)
    one, two, _three = Waiting.objects.values_list("event", flat=True)
    far = "20260-11-22 00:00:00+00"  # PostgreSQL holds such a year, Python does not; SQLite holds anything
    never = far if connection.vendor == "postgresql" else "2026-99-99 00:00:00"
    tamper(
        ("UPDATE audit_event SET at = %s WHERE id = %s", far, one),
        ("UPDATE audit_event SET at = %s WHERE id = %s", never, two),
    )

    (block,) = sealing.seal()
    heads.export()

    assert block.count == 3
    assert not Waiting.objects.exists()
    assert found() == [("row_unreadable", 2, str(one)), ("row_unreadable", 2, str(two))]


def test_a_changed_row_whose_seal_was_made_to_fit_breaks_the_block():
    ((_one, two, _three),) = sealed_blocks(3)
    with guards_down():
        tamper(("UPDATE audit_event SET purpose = %s WHERE id = %s", "よい理由", two))
        row = Event.objects.filter(pk=two).values_list(*canonical.COLUMNS).get()
    tamper(("UPDATE audit_sealed SET digest = %s WHERE event = %s", canonical.row_digest(row), two))

    assert found() == [("block_changed", 1, "")]


def test_a_changed_seal_is_told_from_a_changed_row():
    ((_one, two, _three),) = sealed_blocks(3)

    tamper(("UPDATE audit_sealed SET digest = %s WHERE event = %s", "f" * 64, two))

    assert found() == [("seal_changed", 1, str(two))]


def test_a_row_moved_to_another_block_is_missed_in_one_and_named_in_the_other():
    first, _second = sealed_blocks(3, 2)

    tamper(("UPDATE audit_sealed SET block = 2 WHERE event = %s", first[0]))

    assert found() == [("rows_missing", 1, ""), ("row_inserted", 2, str(first[0]))]


def test_a_block_with_other_figures_is_named():
    sealed_blocks(2, 2)

    tamper(("UPDATE audit_block SET sealed_at = %s WHERE number = 1", "2020-01-01 00:00:00"))

    assert ("block_changed", 1, "") in found()


def test_blocks_that_were_renumbered_are_named():
    sealed_blocks(1, 1)
    tamper(
        ("UPDATE audit_block SET number = number + 5",),
        ("UPDATE audit_sealed SET block = block + 5",),
    )

    codes = [(code, block) for code, block, _event in found()]
    assert codes[0] == ("block_missing", 1)
    assert ("block_changed", 6) in codes
    assert ("block_changed", 7) in codes


def test_a_deleted_block_leaves_a_gap_and_seals_without_a_block():
    _first, (event,), _third = sealed_blocks(1, 1, 1)

    tamper(("DELETE FROM audit_block WHERE number = 2",))

    assert found() == [("block_missing", 2, ""), ("seal_without_block", None, str(event))]


def test_a_tail_that_was_cut_off_whole_is_told_by_the_heads():
    _first, second = sealed_blocks(2, 3)
    tamper(
        ("DELETE FROM audit_block WHERE number = 2",),
        ("DELETE FROM audit_sealed WHERE block = 2",),
        *(("DELETE FROM audit_event WHERE id = %s", event) for event in second),
    )

    assert found() == [("tail_cut", 1, "")]
    assert found(heads_file=False) == [], "the database alone cannot know: this is why the heads leave it"


def test_a_backup_older_than_the_heads_is_a_cut_tail_and_no_head_is_overwritten(tmp_path):
    sealed_blocks(2, 3)
    known = heads.place().read_text()
    tamper(*((f"DELETE FROM {table}",) for table in ("audit_event", "audit_block", "audit_sealed")))

    assert found() == [("tail_cut", 0, "")]
    audit.record("case.moved", CASE, by=SYSTEM)
    sealing.seal()
    with pytest.raises(heads.HeadsDisagree):
        heads.export()
    assert heads.place().read_text() == known
    assert [code for code, _block, _event in found()] == ["head_differs", "tail_cut"]


def test_a_chain_made_anew_with_another_key_is_forged(settings, tmp_path):
    sealed_blocks(2, 2)
    trusted = keys.trusted()
    tamper(("DELETE FROM audit_block",), ("DELETE FROM audit_sealed",))
    tamper(("UPDATE audit_event SET actor_name = %s", "ほかの人"))
    tamper(("INSERT INTO audit_waiting (event) SELECT id FROM audit_event",))
    settings.VAULT_KEYS = tmp_path / "of the attacker"
    sealing.seal()

    named = found(public=trusted)
    assert ("block_forged", 1, "") in named
    assert ("head_differs", 1, "") in named
    assert ("tail_cut", 1, "") in named


def test_a_signature_of_another_block_is_forged():
    sealed_blocks(1, 1)
    tamper(("UPDATE audit_block SET signature = %s WHERE number = 2", Block.objects.get(pk=1).signature))

    assert found() == [("block_forged", 2, "")]


def test_a_forged_line_in_the_heads_is_named_and_not_believed():
    sealed_blocks(1, 1)
    lines = heads.place().read_text().splitlines(keepends=True)
    heads.place().write_text(
        lines[0] + lines[1].replace('"number": 2', '"number": 9').replace('"digest": "', '"digest": "f')
    )

    assert found() == [("head_forged", 9, "")]


def test_an_unreadable_line_in_the_middle_is_named():
    sealed_blocks(1, 1)
    heads.place().write_text("だれかのメモ\n" + heads.place().read_text())

    assert found() == [("head_unreadable", None, "")]


def test_a_heads_file_cut_in_mid_line_is_a_remark_and_is_mended_by_the_next_export():
    sealed_blocks(1, 1)
    whole = heads.place().read_text()
    heads.place().write_text(whole[:-20])

    assert found() == []
    assert remarks(heads=heads.place()) == ["heads_torn", "heads_short"]
    assert heads.export() == 1
    assert heads.place().read_text() == whole


def test_a_value_no_column_can_hold_is_a_changed_row(monkeypatch):
    ((one, _two),) = sealed_blocks(2)
    tamper(("UPDATE audit_event SET facts = %s WHERE id = %s", '"not what it was"', one))

    assert found() == [("row_changed", 1, str(one))]


def test_since_reads_only_the_blocks_from_that_day_on():
    with clock.frozen(dt.datetime(2026, 4, 1, 12, tzinfo=clock.JST)):
        (old,) = sealed_blocks(1)
    with clock.frozen(dt.datetime(2026, 4, 2, 12, tzinfo=clock.JST)):
        (new,) = sealed_blocks(1)
    tamper(("UPDATE audit_event SET purpose = 'x'",))

    assert found(since=dt.date(2026, 4, 2)) == [("row_changed", 2, str(new[0]))]
    assert [event for _code, _block, event in found()] == [str(old[0]), str(new[0])]


def test_what_waits_for_long_is_a_remark():
    with clock.frozen(clock.now() - dt.timedelta(hours=2)):
        audit.record("case.moved", CASE, by=SYSTEM)

    assert remarks() == ["overdue"]
    assert audit.seal_state().overdue == 1


def test_the_heads_are_read_where_no_private_key_ever_was(settings, tmp_path):
    sealed_blocks(2)
    shutil.copy(next(keys.folder().glob("audit*.pub")), tmp_path / "given.pub")
    settings.VAULT_KEYS = tmp_path / "nothing here"

    assert found() == [("head_forged", 1, ""), ("block_forged", 1, "")], "nobody is believed without a key"
    assert found(public=keys.trusted(tmp_path / "given.pub")) == []
