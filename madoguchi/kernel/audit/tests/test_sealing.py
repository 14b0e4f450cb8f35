"""Each event lies in exactly one block, whoever commits when; blocks and seals are only added to; heads go out."""

import datetime as dt
import uuid

import pytest
from django.conf import settings as city_settings
from django.core import mail
from django.db import IntegrityError, connection, transaction

from madoguchi.kernel import audit, clock, jobs, practice
from madoguchi.kernel.audit import heads, keys, sealing, services
from madoguchi.kernel.audit import jobs as audit_jobs
from madoguchi.kernel.audit.canonical import row_digest, spelled
from madoguchi.kernel.audit.errors import AuditKeyMissing
from madoguchi.kernel.audit.models import Block, Event, Sealed, Waiting
from madoguchi.kernel.refs import SYSTEM, new_id

from .tampering import CASE, events_in, found, insert, sealed_blocks

pytestmark = pytest.mark.django_db


def record(n=1):
    for _ in range(n):
        audit.record("case.moved", CASE, by=SYSTEM)


def test_seal_chains_signs_and_tells_each_block():
    sealed_blocks(2, 3)

    one, two = Block.objects.all()
    assert (one.number, one.count, one.previous) == (1, 2, "0" * 64)
    assert (two.number, two.count, two.previous) == (2, 3, one.digest)
    assert keys.is_signed(two.digest, two.signature, keys.trusted()[two.key])
    assert not keys.is_signed(one.digest, two.signature, keys.trusted()[two.key])
    assert [head.digest for head in heads.read(heads.place())] == [one.digest, two.digest]
    assert not Waiting.objects.exists()


def test_seal_with_nothing_new_asks_one_question_and_makes_no_block(django_assert_num_queries):
    sealed_blocks(1)

    with django_assert_num_queries(1):
        assert sealing.seal() == []
    assert Block.objects.count() == 1


def test_much_that_waits_becomes_several_blocks(monkeypatch):
    monkeypatch.setattr(sealing, "LARGEST", 3)
    record(7)

    assert [block.count for block in sealing.seal()] == [3, 3, 1]


def test_the_digest_of_a_row_is_what_it_always_was():
    """If this figure changes, every block sealed so far would be called tampered with."""
    row = (
        uuid.UUID("0198f000-0000-7000-8000-000000000001"),
        dt.datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=clock.JST),
        "staff",
        None,
        "佐藤",
        "子育て支援課",
        "read",
        "procedures:case:0198",
        uuid.UUID("0198f000-0000-7000-8000-000000000002"),
        "申請の確認",
        "請求の全部",
        {"n": 1.0, "a": [1e22, 0.5, True, None]},
        False,
    )

    assert spelled(row[1]) == b"1795307415123456"
    assert spelled(row[11]) == b'{"a":[10000000000000000000000,0.5,true,null],"n":1}'
    assert row_digest(row) == "291567348f51a006e25c610f9e2abd3ca2cd17538478f1377972cbf216acd959"


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["audit_block", "audit_sealed"])
def test_the_database_itself_keeps_blocks_and_seals(table):
    sealed_blocks(1)

    column = "digest"
    for change in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
            connection.cursor().execute(change)


@pytest.mark.both_databases
def test_an_event_written_as_sql_waits_like_any_other():
    record()
    with connection.cursor() as cursor:
        new = new_id()
        columns = [field.column for field in Event._meta.fields if field.column != "id"]
        cursor.execute(
            f"INSERT INTO audit_event (id, {', '.join(columns)}) "
            f"SELECT %s, {', '.join(columns)} FROM audit_event",
            [new.hex if connection.vendor == "sqlite" else new],
        )

    assert set(Waiting.objects.values_list("event", flat=True)) == set(
        Event.objects.values_list("pk", flat=True)
    )


def late_event(sealer):
    """An event that was born first and commits after a younger one was sealed; the blocks it lies in."""
    born_first = new_id()
    record()
    sealer()
    insert(born_first, at=clock.now())
    sealer()
    return list(Sealed.objects.filter(event=born_first).values_list("block", flat=True))


@pytest.mark.both_databases
def test_an_event_that_commits_late_lies_in_a_later_block():
    assert late_event(sealing.seal) == [2]
    assert found(heads_file=False) == []


@pytest.mark.both_databases
def test_teeth_a_sealer_that_walks_by_time_loses_it(monkeypatch):
    def younger():
        last = Sealed.objects.order_by("-event").values_list("event", flat=True).first()
        rows = Event.objects.filter(pk__gt=last) if last else Event.objects.all()
        return list(rows.order_by("pk").values_list("pk", flat=True))

    monkeypatch.setattr(sealing, "_waiting", younger)

    assert late_event(sealing.seal) == []


def test_what_is_sealed_and_made_to_wait_again_does_not_stop_the_sealer():
    ((event,),) = sealed_blocks(1)
    Waiting.objects.create(event=event)
    record()

    sealing.seal()

    assert (Block.objects.count(), len(events_in(2))) == (2, 1)
    assert not Waiting.objects.exists()


def test_what_waits_again_takes_no_place_in_the_block(monkeypatch):
    monkeypatch.setattr(sealing, "LARGEST", 2)
    ((one, two),) = sealed_blocks(2)
    Waiting.objects.bulk_create([Waiting(event=one), Waiting(event=two)])
    record(3)

    assert [block.count for block in sealing.seal()] == [2, 1]


def test_a_lost_key_is_not_replaced_in_silence():
    sealed_blocks(1)
    for path in keys.folder().glob("audit*.key"):
        path.unlink()
    record()

    with pytest.raises(AuditKeyMissing):
        sealing.seal()
    assert Waiting.objects.count() == 1

    services.new_key()
    sealing.seal()
    assert Block.objects.count() == 2
    assert found(heads_file=False) == [], "what the lost key signed is still believed"


def test_a_public_half_that_is_missing_is_written_before_anything_is_signed():
    """Whoever makes the key writes two files, and may be stopped between them."""
    keys.add()
    (public,) = keys.folder().glob("audit*.pub")
    whole = public.read_bytes()
    public.unlink()

    sealed_blocks(2)

    assert public.read_bytes() == whole
    assert found() == []


def test_the_private_key_is_for_its_owner_only():
    keys.add()

    assert [oct(path.stat().st_mode & 0o777) for path in keys.folder().glob("*.key")] == ["0o600"]


def test_the_worker_seals_and_tells_and_mails_the_head_once_a_day(settings):
    settings.AUDIT_MAIL = "auditor@mihon.invalid"
    record(2)

    audit_jobs.seal()
    for _ in range(2):
        audit_jobs.ask_for_mail()
        jobs.run_due(kinds=("audit.mail_head",))

    (sent,) = mail.outbox
    assert sent.to == ["auditor@mihon.invalid"]
    assert heads.place().read_text().strip() in sent.body


def test_the_worker_goes_on_sealing_when_the_heads_disagree(caplog):
    sealed_blocks(1)
    heads.place().write_text(
        heads.place()
        .read_text()
        .replace('"count": 1', '"count": 1')
        .replace(Block.objects.get().digest, "f" * 64)
    )
    record()

    audit_jobs.seal()

    assert Block.objects.count() == 2
    assert "audit_heads_disagree" in caplog.text


def test_heads_set_aside_begin_a_new_file_and_say_so_in_the_audit():
    sealed_blocks(1)

    aside = services.set_heads_aside(why="控えから戻した")
    heads.export()

    assert aside.exists()
    assert len(list(heads.read(heads.place()))) == 1
    assert Event.objects.get(verb="audit.heads_set_aside").facts["number"] == 1


def test_what_is_practised_is_marked():
    with practice.practising():
        record()
    record()

    assert list(Event.objects.order_by("at").values_list("practice", flat=True)) == [True, False]


def test_the_heads_lie_outside_of_the_database_by_default():
    assert city_settings.AUDIT_HEADS.name == "audit-heads"
