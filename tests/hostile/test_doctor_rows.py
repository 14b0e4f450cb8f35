"""`mado doctor` and the rows: the guards of the database, the audit, accounts, keys."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.cli.doctor import (
    database,
    people,
    record,
    report,
)
from madoguchi.faces.shared.tests.entering import give_app
from madoguchi.kernel import clock
from madoguchi.kernel.access import services as access
from madoguchi.kernel.access.models import Key
from madoguchi.kernel.audit import sealing
from madoguchi.kernel.audit.models import Block
from madoguchi.kernel.identity.federation.models import Link
from madoguchi.kernel.identity.models import Account, Appointment
from madoguchi.kernel.refs import SYSTEM

from .installation import earnest, folder, marks

__all__ = ["earnest", "folder"]

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ database


@pytest.mark.both_databases
def test_a_guard_taken_down_is_a_cross_that_names_the_table(db):
    assert database.guards().mark == report.GOOD
    assert {"audit_event", "procedures_step", "forms_answerrevision"} <= database.only_added_tables()

    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_event_is_not_changed"
            if connection.vendor == "sqlite"
            else "ALTER TABLE audit_event DISABLE TRIGGER audit_event_is_only_added"
        )

    line = database.guards()
    assert (line.mark, line.detail) == (report.BAD, ("audit_event",))


@pytest.mark.both_databases
def test_the_role_of_the_tests_owns_its_tables_and_is_told_so(db):
    found = marks(database.check())

    assert found["migrations"] == report.GOOD
    assert found.get("database_role", report.BAD) == report.BAD
    assert ("sqlite" in found) == (connection.vendor == "sqlite")


@pytest.mark.both_databases
def test_a_role_that_owns_nothing_is_in_order(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE mado_serves NOLOGIN")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mado_serves")
        cursor.execute("SET LOCAL ROLE mado_serves")
        assert database.role().mark == report.GOOD
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT TRUNCATE ON audit_event TO mado_serves")
        cursor.execute("SET LOCAL ROLE mado_serves")
        line = database.role()
        cursor.execute("RESET ROLE")

    assert (line.mark, line.detail) == (report.BAD, ("TRUNCATE: audit_event",))


def test_tables_of_before_are_a_cross(monkeypatch):
    monkeypatch.setattr(database.MigrationExecutor, "migration_plan", lambda *_args: [1, 2])

    assert database.migrated().mark == report.BAD


# ------------------------------------------------------------------ record


def test_the_audit_is_read_as_it_was_sealed_and_a_changed_row_is_a_cross(city, aoi):
    make.received(aoi)
    sealing.seal()
    assert marks(record.check())["audit_verified"] == report.GOOD

    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_event_is_not_changed" if connection.vendor == "sqlite" else "SELECT 1"
        )
        cursor.execute(
            "UPDATE audit_event SET verb = 'nothing' WHERE id IN (SELECT id FROM audit_event LIMIT 1)"
        )

    line = record.verified(whole=False)
    assert line.mark == report.BAD
    assert len(line.detail) >= 1


def test_records_that_wait_too_long_are_a_cross(city, aoi, monkeypatch):
    make.received(aoi)
    later = clock.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert record.sealing().mark == report.BAD


def test_heads_that_do_not_agree_are_a_cross(city, aoi, settings):
    from madoguchi.kernel.audit import heads

    make.received(aoi)
    sealing.seal()
    heads.export()
    assert record.sealing().mark == report.GOOD

    text = heads.place().read_text()
    digest = Block.objects.latest("number").digest
    heads.place().write_text(text.replace(digest, "0" * len(digest)))

    assert record.sealing().mark == report.BAD


# ------------------------------------------------------------------ people and programs


@pytest.fixture
def staff(city, settings):
    """A clerk and an operator in earnest, each with two factors and a chair."""
    settings.DEMO = False
    clerk = Account.objects.get(pk=make.clerk("sato").account)
    operator = Account.objects.get(pk=make.clerk("toban", "operator").account)
    for one in (clerk, operator):
        give_app(one)
    return clerk


def test_staff_in_order(staff):
    assert marks(people.check()) == {
        "second_factor": "○", "left": "○", "never_used": "○", "operators": "○",
        "endless_keys": "○", "unused_keys": "○", "terminals": "○",
    }  # fmt: skip


def test_one_factor_is_a_cross(staff):
    staff.factors.all().delete()

    line = next(line for line in people.check() if line.code == "second_factor")
    assert (line.mark, line.detail) == (report.BAD, ("sato",))


def test_who_comes_by_the_citys_own_sign_in_alone_is_told_apart_as_long_as_that_answers_for_two(
    staff, settings
):
    staff.factors.all().delete()
    issuer, before = "https://sso.example.jp", settings.OIDC["staff"]
    settings.OIDC = {"staff": {**before, "issuer": issuer, "client_id": "mado", "acr": "mfa"}}
    link = Link.objects.create(
        account=staff, realm="staff", issuer=issuer, subject="s1", linked_at=clock.now()
    )

    found = {line.code: line for line in people.check()}
    assert found["second_factor"].mark == report.GOOD
    assert (found["provider_alone"].mark, found["provider_alone"].detail) == (report.GOOD, ("sato",))

    settings.OIDC = {"staff": {**settings.OIDC["staff"], "acr": ""}}
    assert marks(people.check())["second_factor"] == report.BAD
    settings.OIDC = {"staff": {**settings.OIDC["staff"], "acr": "mfa"}}
    Link.objects.filter(pk=link.pk).update(ended_at=clock.now())
    assert marks(people.check())["second_factor"] == report.BAD


def test_who_left_is_a_cross_and_who_never_came_a_triangle(staff):
    Appointment.objects.filter(account=staff).update(valid_until=clock.today() - dt.timedelta(days=1))
    Account.objects.filter(pk=staff.pk).update(created_at=clock.now() - dt.timedelta(days=40))

    found = {line.code: (line.mark, line.detail) for line in people.check()}
    assert found["left"] == (report.BAD, ("sato",))
    assert found["never_used"] == (report.ASK, ("sato",))


def test_nobody_to_look_after_it_is_a_cross(staff):
    Appointment.objects.filter(account__login="toban").delete()

    assert marks(people.check())["operators"] == report.BAD


def test_a_key_that_hardly_ends_is_a_cross_and_one_nobody_uses_a_triangle(staff):
    _key, secret = access.add_key(title="機械", division=make.DIVISION, scopes_=["cases"], days=30, by=SYSTEM)
    assert marks(people.check())["endless_keys"] == report.GOOD

    Key.objects.update(
        expires_at=clock.now() + dt.timedelta(days=4000), created_at=clock.now() - dt.timedelta(days=100)
    )

    found = {line.code: line for line in people.check()}
    assert found["endless_keys"].mark == report.BAD
    assert found["unused_keys"].mark == report.ASK
    assert secret not in str(found)
