"""Each eraser is needed: taken away, what it takes away is found. And copies, and drafts left lying."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import override_settings

from madoguchi.engines.procedures import erasing as case_erasing
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import DataKey, retention
from madoguchi.kernel.vault.retention import erasing, outside

from . import planting, searching
from .forgetting import dispose, forget, later, planted
from .planting import PLANTED as EVERYTHING


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker, tmp_path_factory):
    """The person planted once for the tests that undo what they do; the vault's folders stay for all of them."""
    patch, spy = pytest.MonkeyPatch(), searching.Spy()
    spy.watch(patch)
    folder = tmp_path_factory.mktemp("planted")
    places = {name: folder / name.lower() for name in ("VAULT_ROOT", "VAULT_KEYS")}
    with django_db_blocker.unblock(), override_settings(**places):
        everything = transaction.atomic()
        everything._from_testcase = True  # as a test's own: what must be committed by itself is let through
        everything.__enter__()
        who = planted(folder)
    yield who, spy, places
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)
    patch.undo()


@pytest.fixture
def lived(once, db, settings):
    """(the person, the spy), as they were planted."""
    who, spy, places = once
    for name, place in places.items():
        setattr(settings, name, place)
    return who, spy


# What each eraser alone takes away. What is sealed under the key that `answers` destroys can be read by nobody
# even where its own eraser is forgotten: there the sealed bytes themselves are what must not stay.
ALONE = {
    ("case", "messages"), ("case", "jobs"), ("case", "answers"), ("case", "files"), ("case", "words"),
    ("case", "papers"), ("case", "signers"), ("case", "search"), ("case", "whose"),
    ("case", "exports"),
    ("draft", "answers"), ("draft", "files"),
    ("comment", "words"), ("comment", "arrival"), ("comment", "files"),
    ("comment", "whose"), ("unsent", "unsent"),
    ("party", "inbox"), ("party", "kept"), ("party", "account"), ("party", "profile"), ("party", "drafts"),
    ("party", "registrations"), ("party", "loans"), ("party", "children"),
}  # fmt: skip


def left(who, spy) -> set:
    """Whatever is left: words, sealed bytes nobody can open, and whose it was."""
    found = searching.hits(EVERYTHING, spy) | searching.hits_in_safe_files(EVERYTHING)
    whose = {who.actor.party.hex, who.account.pk.hex, who.wrote.hex if who.wrote else ""}
    found |= {
        ("whose", at)
        for at, value in searching.cells()
        if at in OWNED and str(value or "").replace("-", "") in whose
    }
    destroyed = set(DataKey.objects.exclude(destroyed_at=None).values_list("pk", flat=True))
    for at, value in searching.cells():
        if isinstance(value, bytes | memoryview) and spy.sealed.get(bytes(value), (None,))[0] in destroyed:
            found.add(("sealed", at))
    return found


# Where it would say whose it was. Steps and the audit keep the bare id of who acted: that is what they are for.
OWNED = {
    "procedures_case.applicant_id", "procedures_case.account", "forms_draft.party_id", "forms_draft.account",
    "consultation_comment.party_id",
}  # fmt: skip


def test_every_eraser_is_missed_when_it_is_taken_away(lived, monkeypatch):
    who, spy = lived
    every = dict(erasing._erasers)

    def without(name):
        monkeypatch.setattr(erasing, "_erasers", {k: v for k, v in every.items() if k != name})
        try:
            with transaction.atomic():
                with writes(), later():
                    forget(who)
                    dispose(who)
                found = left(who, spy)
                transaction.set_rollback(True)
        finally:
            monkeypatch.setattr(erasing, "_erasers", every)
        return found

    assert without(None) == set()
    missed = {name for name in sorted(ALONE) if without(name)}
    assert missed == ALONE


def test_a_copy_put_back_does_not_bring_the_dead_to_life(lived):
    """The list outside outlives the database: what it says was erased is erased again."""
    who, spy = lived
    manifest = retention.manifest()
    copy = transaction.savepoint()
    with later():
        forget(who)
        dispose(who)
        outside.catch_up()
    known = list(outside.lines())
    transaction.savepoint_rollback(copy)  # the copy of that day is put back
    assert {what for what, _at in searching.hits(EVERYTHING, spy)} >= {"family", "account", "note"}

    with later():
        again = retention.reapply(by=SYSTEM)
        twice = retention.reapply(by=SYSTEM)

    assert again["things"] >= 4
    assert again["failed"] == 0
    assert twice == {"things": 0, "keys": 0, "failed": 0}
    assert left(who, spy) == set()
    assert not searching._in(json.dumps(known, ensure_ascii=False), EVERYTHING)
    alive = set(map(str, DataKey.objects.filter(destroyed_at=None).values_list("pk", flat=True)))
    assert str(who.cases[0].draft.key_id) in manifest["alive"]
    assert str(who.cases[0].draft.key_id) not in alive


def test_a_draft_left_lying_is_told_of_and_then_goes(lived):
    who, _spy = lived
    draft = make.Draft.objects.get(account=who.account.pk, closed_at=None)

    with clock.frozen(planting.DAY + dt.timedelta(days=59)):
        assert services.forgetting.tend_drafts() == {"warned": 0, "thrown": 0}
    with clock.frozen(
        planting.DAY + dt.timedelta(days=200)
    ):  # the worker was ill: the warning still comes first
        assert services.forgetting.tend_drafts() == {"warned": 1, "thrown": 0}
        assert services.forgetting.tend_drafts() == {"warned": 0, "thrown": 0}
    with clock.frozen(planting.DAY + dt.timedelta(days=229)):
        assert services.forgetting.tend_drafts() == {"warned": 0, "thrown": 0}
    with clock.frozen(planting.DAY + dt.timedelta(days=231)):
        assert services.forgetting.tend_drafts() == {"warned": 0, "thrown": 1}

    draft.refresh_from_db()
    assert draft.discarded and draft.party_id is None and bytes(draft.sealed) == b""
    told = retention.Erasure.objects.get(about=str(Ref.to(draft)))
    assert (told.reason, told.done_at is not None) == ("abandoned", True)


def test_no_table_with_sealed_words_about_a_case_is_forgotten():
    """A new table of that kind comes with its eraser, or here somebody hears of it."""
    elsewhere = {"attachment", "cosignature", "exportsubject", "transfer"}  # Transfer: only added, unreadable
    lacking = {
        model._meta.model_name
        for model in apps.get_app_config("procedures").get_models()
        if any(isinstance(one, models.BinaryField) for one in model._meta.fields)
        and any(one.related_model is Case for one in model._meta.fields if one.is_relation)
    } - {model._meta.model_name for model, _path, _blank in case_erasing._WORDS}

    assert lacking - elsewhere == set()
