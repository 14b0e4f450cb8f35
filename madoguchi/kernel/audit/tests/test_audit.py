"""The audit is only added to, names references and never answers."""

import pytest
from django.db import IntegrityError, connection, transaction

from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, Ref, new_id

pytestmark = pytest.mark.django_db
CASE = Ref("procedures", "case", "0198")


def clerk(name="佐藤"):
    return Actor(ActorKind.STAFF, account=new_id(), name=name, chairs=frozenset({("子育て支援課", "clerk")}))


def test_record_says_who_did_what_when():
    sato = clerk()

    audit.record("case.moved", CASE, by=sato, facts={"to": "checking"})

    event = audit.events_about(CASE).get()
    assert (event.verb, event.actor_name, event.actor_division) == ("case.moved", "佐藤", "子育て支援課")
    assert (clock.now() - event.at).total_seconds() < 5


def test_a_resident_stands_in_the_audit_without_a_name():
    audit.record("case.received", CASE, by=Actor(ActorKind.RESIDENT, account=new_id(), name="見本 あおい"))

    assert audit.events_about(CASE).get().actor_name == ""


def test_a_look_carries_its_purpose_and_the_latest_of_each_person_is_found():
    sato, tamura = clerk(), clerk("田村")
    audit.record_read(CASE, by=sato, purpose="申請の確認", what="請求の全部")
    audit.record_read(CASE, by=tamura, purpose="問い合わせ", what="請求の全部")

    assert [event.purpose for event in audit.reads_about(CASE)] == ["問い合わせ", "申請の確認"]
    assert audit.latest_read(CASE, by=sato).purpose == "申請の確認"
    assert audit.latest_read(CASE, by=clerk("森")) is None


def test_a_refusal_is_written_down_with_its_code():
    audit.record_refusal("not_allowed", CASE, by=clerk())

    assert Event.objects.get().facts == {"code": "not_allowed"}


def test_rows_are_never_changed_or_taken_away():
    audit.record("case.moved", CASE, by=SYSTEM)
    event = Event.objects.get()

    event.verb = "nothing.happened"
    for change in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(verb="x"),
    ):
        with pytest.raises(TypeError):
            change()

    assert Event.objects.get().verb == "case.moved"


CHANGES = (
    "UPDATE audit_event SET verb = 'nothing.happened'",
    "DELETE FROM audit_event",
    "INSERT INTO audit_event SELECT * FROM audit_event WHERE true ON CONFLICT (id) DO UPDATE SET verb = 'x'",
)


@pytest.mark.both_databases
@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_itself_keeps_the_rows(sql):
    audit.record("case.moved", CASE, by=SYSTEM)

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        connection.cursor().execute(sql)

    assert Event.objects.get().verb == "case.moved"


def test_a_row_is_not_replaced_by_sqlite_either():
    audit.record("case.moved", CASE, by=SYSTEM)

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        if connection.vendor != "sqlite":
            raise IntegrityError("only ever added to")  # it knows no REPLACE
        connection.cursor().execute("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event")


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_tests_that_really_commit_begin_with_an_empty_table_and_its_guards(turn):
    assert not Event.objects.exists(), "what the turn before committed is gone"
    audit.record("case.moved", CASE, by=SYSTEM)

    with pytest.raises(IntegrityError, match="only ever added to"):
        connection.cursor().execute("DELETE FROM audit_event")


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_look_is_not_written_where_it_could_be_undone():
    look = {"by": clerk(), "purpose": "申請の確認", "what": "請求の全部"}

    for others in (writes, transaction.atomic):
        with pytest.raises(RuntimeError), others():
            audit.record_read(CASE, **look)
    audit.record_read(CASE, **look)

    assert audit.reads_about(CASE).count() == 1


def test_a_look_inside_a_verb_is_refused_in_ordinary_tests_too():
    with pytest.raises(RuntimeError), writes():
        audit.record_read(CASE, by=clerk(), purpose="申請の確認", what="請求の全部")


def test_a_row_names_the_party_it_concerns():
    aoi = new_id()
    audit.record("party.kept", Ref("identity", "party", str(aoi)), by=SYSTEM, subject=aoi)
    audit.record_read(CASE, by=clerk(), purpose="申請の確認", what="請求の全部", subject=aoi)
    audit.record("pack.applied", CASE, by=SYSTEM)

    assert [event.verb for event in Event.objects.filter(subject=aoi)] == ["party.kept", "read"]
