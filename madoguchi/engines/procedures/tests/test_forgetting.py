"""What is not kept: a person who asks, drafts, brief answers; what a hold stops, and what a copy put back brings."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.services import forgetting
from madoguchi.kernel import clock
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.mandates import services as representation
from madoguchi.kernel.refs import SYSTEM, Ref, new_id
from madoguchi.kernel.vault import DataKey, retention
from madoguchi.kernel.vault.errors import UnderHold
from madoguchi.kernel.vault.retention import erasing, outside
from madoguchi.kernel.vault.retention import jobs as looked_after

from . import make
from . import make_disposing as due

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2026, 11, 22, 12, tzinfo=clock.JST)


@pytest.fixture(autouse=True)
def list_outside(settings, tmp_path):
    settings.VAULT_ERASED = str(tmp_path / "erased")


@pytest.fixture
def people():
    make.publish_canonical()
    due.plan_in_force()
    return make.resident(), make.clerk(), make.head(), due.records()


def closed(people, who=None):
    aoi, sato, ogawa, _bunsho = people
    with clock.frozen(DAY):
        return due.granted(who or aoi, sato, ogawa)


def days_on(days):
    return clock.frozen(DAY + dt.timedelta(days=days))


def begun(by):
    """A draft with a name in it."""
    draft = make.draft_of(by)
    services.save_answer(draft=draft, path="applicant.name", posted=make.NAME, by=by)
    return draft


def is_readable(draft):
    return DataKey.objects.get(pk=draft.key_id).destroyed_at is None


def erased_outside(kind, about, reason="asked"):
    outside._add([{"kind": kind, "about": str(about), "reason": reason, "at": ""}])


def brief_answer(case):
    draft = Case.objects.get(pk=case.pk).draft
    return make.form_queries.answers_at(draft, make.form_queries.latest_revision(draft)).get("account")


# ------------------------------------------------------------------ a person asks


def test_a_request_cut_short_once_it_is_begun_still_takes_the_drafts(people, monkeypatch):
    draft = begun(people[0])
    whole = forgetting._begin_forgetting

    def dies_after(*said):
        whole(*said)
        raise KeyboardInterrupt

    with clock.frozen(DAY), monkeypatch.context() as cut:
        cut.setattr(forgetting, "_begin_forgetting", dies_after)
        with pytest.raises(KeyboardInterrupt):
            services.forget_me(by=people[0])
    assert is_readable(draft)

    with clock.frozen(DAY + dt.timedelta(minutes=10)):
        looked_after.erase_on()

    assert not retention.unfinished().exists()
    assert not is_readable(draft)
    assert {one.kind for one in retention.Erasure.objects.all()} == {"draft", "party"}


def test_a_draft_goes_with_whom_it_is_about_and_not_with_who_writes_it(people):
    aoi, ben = people[0], make.resident("ben")
    mandate, code = representation.offer_mandate(
        procedures=["*"], until=clock.today() + dt.timedelta(days=9), by=aoi
    )
    representation.accept_mandate(code=code, by=ben)
    written_for_aoi, own = begun(mandates.acting(ben, mandate.pk)), begun(ben)

    services.forget_me(by=ben)
    assert (is_readable(written_for_aoi), is_readable(own)) == (True, False)

    services.forget_me(by=aoi)
    assert not is_readable(written_for_aoi)


@pytest.mark.parametrize("on", ["case", "procedure", "draft"])
def test_a_hold_on_anything_of_theirs_stops_the_whole_request(people, on):
    aoi, bunsho = people[0], people[3]
    case, draft = closed(people), begun(aoi)
    about = {"case": case.ref, "procedure": Ref("procedures", "procedure", make.KEY), "draft": Ref.to(draft)}[
        on
    ]
    retention.hold(about=about, kind="lawsuit", why="取消訴訟", by=bunsho)

    with pytest.raises(UnderHold):
        services.forget_me(by=aoi)

    assert is_readable(draft)
    assert Draft.objects.get(pk=draft.pk).closed_at is None
    assert not retention.Erasure.objects.exists()


# ------------------------------------------------------------------ drafts left lying, brief answers


def test_what_is_held_does_not_take_the_turn_of_other_drafts(people, monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 1)
    aoi, noa = people[0], make.resident("noa")
    with clock.frozen(DAY):
        held = make.draft_of(aoi)
    with clock.frozen(DAY + dt.timedelta(minutes=1)):
        other = make.draft_of(noa)
    retention.hold(about=Ref("identity", "party", str(aoi.party)), kind="lawsuit", why="訴訟", by=people[3])

    for day in (200, 201, 300):
        with days_on(day):
            services.forgetting.tend_drafts()

    assert (is_readable(held), is_readable(other)) == (True, False)


def test_what_is_held_does_not_take_the_turn_of_other_brief_answers(people):
    held, other = closed(people), closed(people, make.resident("noa"))
    retention.hold(about=held.ref, kind="lawsuit", why="訴訟", by=people[3])

    with days_on(40):
        assert forgetting.forget_brief(limit=1) == 1

    assert (brief_answer(held) is None, brief_answer(other) is None) == (False, True)


def test_answers_needed_only_until_the_end_go_again_after_a_second_end(people):
    case, (aoi, sato, ogawa, _bunsho) = closed(people), people
    with days_on(31):
        assert forgetting.forget_brief() == 1
        services.send_back(case=case, why="口座がちがう", by=sato)
        draft = Draft.everything.select_related("key", "definition").get(pk=case.draft_id)
        form = procedure.of(case.definition).form
        forms.revise(draft=draft, form=form, changes={"account": make.ACCOUNT}, by=aoi)
        case = Case.objects.get(pk=case.pk)
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    assert brief_answer(case)

    with days_on(62):
        assert forgetting.forget_brief() == 1
        assert forgetting.forget_brief() == 0

    assert brief_answer(case) is None
    told = retention.Erasure.objects.filter(kind="brief").order_by("begun_at")
    assert [one.reason for one in told] == ["until_closed", "until_closed:2"]


# ------------------------------------------------------------------ a copy put back


def test_what_the_copy_never_had_counts_as_erased_and_keeps_no_key_alive(people):
    for kind, engine in (
        ("draft", "forms"),
        ("case", "procedures"),
        ("brief", "procedures"),
        ("party", "identity"),
    ):
        name = "case" if kind == "brief" else kind
        erased_outside(kind, Ref(engine, name, str(new_id())))
    draft = begun(people[0])
    outside._add([{"key": str(draft.key_id), "about": str(Ref.to(draft)), "at": ""}])

    assert retention.reapply(by=SYSTEM) == {"things": 4, "keys": 1, "failed": 0}

    assert not is_readable(draft)
    assert not retention.unfinished().exists()


def test_one_thing_that_cannot_be_erased_again_stops_nothing_else(people, monkeypatch):
    first, second = begun(people[0]), begun(make.resident("noa"))
    for draft in (first, second):
        erased_outside("draft", Ref.to(draft))
    whole = erasing._run

    def fails(bad, erasure, one):
        if erasure.about == bad:
            raise OSError("the disk")
        whole(erasure, one)

    monkeypatch.setattr(erasing, "_run", partial(fails, str(Ref.to(first))))

    assert retention.reapply(by=SYSTEM) == {"things": 1, "keys": 0, "failed": 1}

    assert not is_readable(second)
    assert retention.unfinished().get().about == str(Ref.to(first))


def test_what_a_copy_brought_back_is_shut_again(people):
    case, draft = closed(people), begun(people[0])
    erased_outside("brief", case.ref, "until_closed")
    erased_outside("case", case.ref, "disposal")
    erased_outside("draft", Ref.to(draft), "abandoned")
    outside._add([{"key": str(case.draft.key_id), "about": "", "at": ""}])

    assert retention.reapply(by=SYSTEM) == {"things": 3, "keys": 1, "failed": 0}

    assert not Case.objects.filter(pk=case.pk).exists()
    shut = Draft.everything.get(pk=draft.pk)
    assert shut.discarded and shut.closed_at is not None


def test_a_case_that_was_still_open_in_the_copy_is_closed_when_it_is_erased_again(people):
    with clock.frozen(DAY):
        case = make.received(people[0])
    erased_outside("case", case.ref, "disposal")
    assert Case.everything.open().filter(pk=case.pk).exists()

    with days_on(3):
        assert retention.reapply(by=SYSTEM) == {"things": 1, "keys": 0, "failed": 0}

    shut = Case.everything.get(pk=case.pk)
    assert shut.closed_at == shut.erased_at == DAY + dt.timedelta(days=3)
