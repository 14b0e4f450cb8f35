"""An application is sent while the definition changes. Real threads, real transactions, both databases."""

import threading

import pytest

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.forms.rebasing import misfits
from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.errors import DefinitionChanged
from madoguchi.engines.procedures.models import Case, VersionMove
from madoguchi.engines.procedures.services import applying
from madoguchi.kernel import packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.packs.models import Definition

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def aoi():
    make.publish_canonical()
    return make.resident()


def publish_fewer_reasons():
    """A version in which 「出生」, which everybody here answered, can no longer be chosen."""
    definition = Definition.objects.filter(kind=procedure.KIND, key=make.KEY).order_by("-version")[0]
    version = definition.version + 1
    logic = {**definition.body, "version": version}
    logic["pages"][0]["fields"]["event"]["options"] = {"move_in": "", "other": ""}
    words = packs.texts(definition, "ja")
    return packs.publish(kind=procedure.KIND, key=make.KEY, version=version, logic=logic, texts={"ja": words})


def answers_keep_to_their_version(case):
    """Whether every answer of the case could have been given under the version the case stands on."""
    answers = form_queries.answers_at(case.draft, form_queries.latest_revision(case.draft))
    form = procedure.of(case.definition).form
    return not misfits(form, form_queries.sheet_of(form, answers, case.draft))


def test_sent_while_the_definition_changes_it_is_one_case_on_its_version_or_a_clear_refusal(aoi):
    before = packs.current(procedure.KIND, make.KEY)
    drafts = [make.answer_all(make.draft_of(aoi), aoi) for _turn in range(6)]

    *sent, _published = at_once(
        *[lambda pk=draft.pk: services.submit(draft=Draft.objects.get(pk=pk), by=aoi) for draft in drafts],
        publish_fewer_reasons,
    )

    for draft, result in zip(drafts, sent, strict=True):
        case = Case.objects.filter(draft=draft).select_related("definition", "draft__definition").first()
        if isinstance(result, DefinitionChanged):
            assert case is None
            assert [one["path"] for one in Draft.objects.get(pk=draft.pk).changes] == ["event"]
        else:
            assert result == case
            assert case.definition_id == case.draft.definition_id
            assert case.definition == before
            assert answers_keep_to_their_version(case)


def test_a_draft_that_another_window_moved_on_meanwhile_is_refused(aoi, monkeypatch):
    draft = make.answer_all(make.draft_of(aoi), aoi)
    keep_up, published = applying.keep_up, []

    def then_everything_changes(**given):
        kept = keep_up(**given)
        if not published:
            published.append(True)
            publish_fewer_reasons()
            keep_up(draft=Draft.objects.select_related("definition").get(pk=draft.pk), by=aoi)
        return kept

    monkeypatch.setattr(applying, "keep_up", then_everything_changes)

    with pytest.raises(DefinitionChanged):
        services.submit(draft=draft, by=aoi)
    assert not Case.objects.exists()
    assert Draft.objects.get(pk=draft.pk).closed_at is None


def test_without_the_row_first_a_case_would_hold_answers_its_version_does_not_know(aoi):
    """The teeth: check by the version that was read, then close whatever stands there by then."""
    draft = make.answer_all(make.draft_of(aoi), aoi)
    has_read, has_moved = threading.Event(), threading.Event()

    def careless_submit():
        read = Draft.objects.select_related("definition", "key").get(pk=draft.pk)
        form = procedure.of(read.definition).form
        fits = not misfits(form, form_queries.sheet(read, form))
        has_read.set()
        has_moved.wait(30)
        with writes():
            if fits:
                forms.hand_in(draft=read, by=aoi)
        return "received"

    def other_window():
        has_read.wait(30)
        publish_fewer_reasons()
        new = packs.current(procedure.KIND, make.KEY)
        with writes():
            Draft.objects.filter(pk=draft.pk).update(definition=new)
        has_moved.set()

    assert at_once(careless_submit, other_window) == ["received", None]
    left = Draft.objects.select_related("definition", "key").get(pk=draft.pk)
    form = procedure.of(left.definition).form
    assert left.definition == packs.current(procedure.KIND, make.KEY)
    assert misfits(form, form_queries.sheet(left, form)) == ["event"]


def publish_by_an_act():
    """A version that moves open cases."""
    definition = packs.current(procedure.KIND, make.KEY)
    logic = {**definition.body, "version": definition.version + 1}
    logic["change"] = {"act": "児童手当法施行規則の一部を改正する省令", "moves_open_cases": True}
    return packs.publish(
        kind=procedure.KIND,
        key=make.KEY,
        version=definition.version + 1,
        logic=logic,
        texts={"ja": packs.texts(definition)},
    )


def test_a_case_moved_by_two_heads_while_a_clerk_takes_it_is_moved_once_or_not_at_all(aoi):
    ogawa, mori, sato = make.head("ogawa"), make.head("mori"), make.clerk("sato")
    case = make.received(aoi)
    newer = publish_by_an_act()

    results = at_once(
        *[
            lambda by=by: services.move_to_version(
                case=Case.objects.get(pk=case.pk), to=newer, by=by, seen=case.version
            )
            for by in (ogawa, mori) * 3
        ],
        lambda: services.take(case=Case.objects.get(pk=case.pk), by=sato),
    )

    moved = [result for result in results[:-1] if isinstance(result, Case)]
    assert len(moved) <= 1
    assert VersionMove.objects.count() == len(moved)
    assert all(
        getattr(result, "code", "") == "somebody_was_faster" for result in results[:-1] if result not in moved
    )
    left = Case.objects.get(pk=case.pk)
    assert (left.definition == newer) == bool(moved)
    assert left.definition_id == left.draft.definition_id
    assert left.assigned_id == sato.account


def test_without_the_version_that_was_seen_a_case_would_be_moved_twice(aoi):
    """The teeth: read on which version it stands, then write without the condition, and both moves succeed."""
    case = make.received(aoi)
    newer = publish_by_an_act()
    both_read = threading.Barrier(2, timeout=30)

    def careless_move():
        is_old = Case.objects.get(pk=case.pk).definition_id != newer.pk
        both_read.wait()
        if not is_old:
            return "stands there already"
        with writes():
            Case.objects.filter(pk=case.pk).update(definition=newer)
        return "moved"

    assert at_once(careless_move, careless_move) == ["moved", "moved"]
