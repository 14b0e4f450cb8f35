"""Questions and rows whose SQL is put together once say what the ORM says."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection
from django.db.models import UUIDField
from django.test.utils import CaptureQueriesContext

from madoguchi.kernel import clock, vault
from madoguchi.kernel.access import queries as access
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import Given, Prepared, added, alone, gathered, together, writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, AccountParty, Kind, Party
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref, new_id
from madoguchi.kernel.vault.models import DataKey

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PARTY = Prepared(lambda: Party.objects.select_related("key").filter(pk=Given("pk", UUIDField())))


def aoi() -> tuple[Account, Party]:
    account = people.open_account(kind=Kind.RESIDENT, login="aoi", password=None, by=SYSTEM)
    return account, people.keep_party(profile={"birth": "1990-04-12"}, account=account, by=SYSTEM)


def everything(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_prepared_question_gives_the_object_the_queryset_gives():
    _account, party = aoi()
    people.keep_party(profile={}, by=SYSTEM)

    found = PARTY.first(pk=party.pk)

    usual = Party.objects.select_related("key").get(pk=party.pk)
    assert found == usual
    assert everything(found) == everything(usual)
    assert everything(found.key) == everything(usual.key)
    assert identity.profile(found) == {"birth": "1990-04-12"}
    assert PARTY.first(pk=new_id()) is None


def test_a_prepared_question_costs_one_query_with_its_relations():
    _account, party = aoi()
    PARTY.first(pk=party.pk)

    with CaptureQueriesContext(connection) as asked:
        assert PARTY.first(pk=party.pk).key.about

    assert len(asked) == 1


def test_whom_an_account_acts_for_is_the_first_link_that_has_not_ended():
    account, party = aoi()
    other = people.keep_party(profile={}, by=SYSTEM)
    AccountParty.objects.filter(account=account).update(until=clock.now())
    AccountParty.objects.create(account=account, party=other, since=clock.now() + dt.timedelta(seconds=1))

    found = Account.objects.annotate(acts=identity.acts_for("pk")).get(pk=account.pk)

    assert identity.actor_for(account).party == found.acts == other.pk != party.pk
    assert type(found.acts) is type(other.pk)


def test_an_added_row_is_the_row_that_save_writes():
    now = clock.now()
    facts = {
        "kind": "見本", "about": "a:b:c", "payload": {"あ": [1, None]}, "created_at": now, "due_at": now, "last_error": "'\"%s",
    }  # fmt: skip
    with writes():
        one, other = added(Job(**facts)), Job.objects.create(**facts)

    ours, theirs = everything(Job.objects.get(pk=one.pk)), everything(Job.objects.get(pk=other.pk))
    assert ours | {"id": None} == theirs | {"id": None}
    one.last_error = ""
    one.save(force_update=True)  # it knows that it is there
    assert Job.objects.get(pk=one.pk).last_error == ""


def test_what_is_gathered_is_written_when_the_block_ends_in_its_order():
    with writes(), CaptureQueriesContext(connection) as asked:
        with gathered():
            key = vault.new_key(Ref("bench", "one", "1"))
            job = added(Job(kind="見本", about=str(key.pk), created_at=clock.now(), due_at=clock.now()))
            assert not [one for one in asked if "INSERT" in one["sql"]]
        assert DataKey.objects.filter(pk=key.pk).exists()
        assert Job.objects.get(pk=job.pk).about == str(key.pk)

    inserts = [one for one in asked if "INSERT" in one["sql"]]
    assert len(inserts) == 2


def test_rows_touched_are_told_for_each_of_several_statements():
    now = clock.now()
    twins = [Job.objects.create(kind="見本", created_at=now, due_at=now) for _each in range(2)]
    of_kind = ("UPDATE jobs_job SET last_error = %s WHERE kind = %s", ["ひとつめ", "見本"])
    of_nobody = ("UPDATE jobs_job SET last_error = %s WHERE kind = %s", ["だれも", "ない"])

    with writes():
        assert together([of_kind, of_nobody, of_kind]) == [2, 0, 2]
        assert together([]) == []
    assert {one.last_error for one in Job.objects.filter(pk__in=[one.pk for one in twins])} == {"ひとつめ"}


def test_where_one_of_several_fails_none_stays():
    now = clock.now()
    job = Job.objects.create(kind="見本", created_at=now, due_at=now)
    change = (
        "UPDATE jobs_job SET last_error = %s WHERE id = %s",
        ["x", Job._meta.pk.get_db_prep_value(job.pk, connection)],
    )
    broken = ("UPDATE jobs_job SET kind = NULL WHERE kind = %s", ["見本"])

    with pytest.raises(IntegrityError), writes():
        together([change, broken])

    assert Job.objects.get(pk=job.pk).last_error == ""
    with writes():
        assert together([change]) == [1]


def test_one_statement_alone_is_kept_at_once_and_knows_whose_turn_it_is():
    now = clock.now()
    job = Job.objects.create(kind="見本", created_at=now, due_at=now)

    with alone():
        assert Job.objects.filter(pk=job.pk).update(last_error="見た") == 1
    with writes(), alone():
        assert Job.objects.filter(pk=job.pk).update(last_error="また") == 1
    assert Job.objects.get(pk=job.pk).last_error == "また"


def test_what_breaks_a_constraint_is_told_when_the_block_ends_and_nothing_of_it_stays():
    now = clock.now()
    twin = Job.objects.create(kind="見本", created_at=now, due_at=now)
    first = new_id()

    with pytest.raises(IntegrityError), writes(), gathered():
        added(Job(pk=first, kind="見本", created_at=now, due_at=now))
        added(Job(pk=twin.pk, kind="見本", created_at=now, due_at=now))

    assert not Job.objects.filter(pk=first).exists()
    with writes():
        assert added(Event(at=now, actor_kind="system", verb="見本", about="")).pk


def test_a_refusal_inside_a_block_writes_nothing_and_leaves_nothing_gathered():
    with pytest.raises(ZeroDivisionError), writes(), gathered():
        added(Job(kind="見本", created_at=clock.now(), due_at=clock.now()))
        raise ZeroDivisionError

    with writes():
        added(Job(kind="二つめ", created_at=clock.now(), due_at=clock.now()))
    assert list(Job.objects.filter(kind__in=("見本", "二つめ")).values_list("kind", flat=True)) == ["二つめ"]


def test_a_token_of_a_demo_account_opens_nothing_outside_a_demo(settings):
    from madoguchi.kernel.access import scopes, services

    account, _party = aoi()
    app, _secret = services.add_client(
        name="見本", redirect_uris=["https://a.invalid/"], scopes_=scopes.KEYS, by=SYSTEM, is_public=True
    )
    who = identity.actor_for(account)
    grant = services.connect(client=app, asked=scopes.KEYS, by=who)
    token = services.issue_pair(grant=grant, asked=scopes.KEYS, by=who).access
    caller = access.caller(token)
    assert (caller.actor.party, caller.actor.account) == (who.party, account.pk)

    Account.objects.filter(pk=account.pk).update(is_demo=True)
    settings.DEMO = False
    assert access.caller(token) is None
    settings.DEMO = True
    assert access.caller(token).account == account
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert access.caller(token) is None
