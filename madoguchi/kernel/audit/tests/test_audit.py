"""The audit is only added to, names references and never answers."""

import pytest

from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, Ref, new_id

pytestmark = pytest.mark.django_db
CASE = Ref("procedures", "case", "0198")


def clerk(name="佐藤"):
    return Actor(ActorKind.STAFF, account=new_id(), name=name, divisions=frozenset({"子育て支援課"}))


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
    for change in (event.save, Event.objects.all().delete, lambda: Event.objects.update(verb="x")):
        with pytest.raises(TypeError):
            change()

    assert Event.objects.get().verb == "case.moved"
