"""保存と廃棄: the clock of closed cases, holds, two people, the register; and what a crash in the middle leaves."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction

from madoguchi.engines.procedures import archiving, keeping_time, services
from madoguchi.engines.procedures.errors import (
    DisposalNeedsAnotherPerson,
    DisposalSettled,
    ExtensionUnclear,
    NothingToDispose,
)
from madoguchi.engines.procedures.models import Case, Disposal, DisposalItem, DisposalRecord, Term
from madoguchi.engines.procedures.queries.desk.disposing import disposal_for
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Ref
from madoguchi.kernel.vault import retention, storage
from madoguchi.kernel.vault.errors import HoldAlreadyLifted, HoldNeedsAnotherPerson, KeyDestroyed
from madoguchi.kernel.vault.retention import erasing

from . import make
from . import make_disposing as due

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.publish_canonical()
    due.plan_in_force()
    return make.resident(), make.clerk(), make.head(), due.records()


def closed(people):
    aoi, sato, ogawa, _bunsho = people
    with clock.frozen(dt.datetime(2026, 11, 22, 12, tzinfo=clock.JST)):
        return due.granted(aoi, sato, ogawa)


def carried_out():
    while jobs.run_due(kinds=("procedures.dispose",)):
        pass


def test_a_closed_case_is_kept_from_the_next_april_on(people):
    case = closed(people)

    term = case.term
    assert (term.retention, term.fiscal_year) == ("5年", 2026)
    assert term.closed_on == dt.date(2026, 11, 22)
    # 起算日 is 令和9年4月1日; five years later it may go.
    assert term.disposes_on == dt.date(2032, 4, 1)


def test_a_case_closed_in_january_belongs_to_the_fiscal_year_before(people):
    aoi, sato, ogawa, _bunsho = people
    with clock.frozen(dt.datetime(2027, 3, 31, 23, 59, tzinfo=clock.JST)):
        case = due.granted(aoi, sato, ogawa)

    assert (case.term.fiscal_year, case.term.disposes_on) == (2026, dt.date(2032, 4, 1))


def test_a_case_that_goes_on_again_has_no_end(people):
    case = closed(people)

    services.send_back(case=case, why="金額がちがう", by=people[1])

    assert not Term.objects.filter(case=case).exists()
    assert Case.objects.get(pk=case.pk).closed_at is None


def test_another_plan_moves_the_end_of_what_is_closed_already(people):
    case = closed(people)
    made = retention.plan_in_force()
    classes = [one.model_copy(update={"years": 10}) if one.id == "5年" else one for one in made.classes]

    due.plan_in_force(classes=classes)
    assert keeping_time.reckon_missing() == 1

    assert Term.objects.get(case=case).disposes_on == dt.date(2037, 4, 1)
    assert keeping_time.reckon_missing() == 0


def test_nothing_is_proposed_before_its_day(people):
    case, (_aoi, _sato, ogawa, _bunsho) = closed(people), people

    with pytest.raises(NothingToDispose):
        services.propose(
            division=case.division_id, class_="5年", fiscal_year=2026, wanted=[case.pk], by=ogawa
        )


def test_two_people_throw_a_case_away_and_the_register_says_so(people):
    case, (_aoi, _sato, ogawa, bunsho) = closed(people), people
    receipt = case.receipt

    with due.years_later():
        due.approved(case, head=ogawa, by=bunsho)
        carried_out()

    assert not Case.objects.filter(pk=case.pk).exists()
    gone = Case.everything.get(pk=case.pk)
    assert (gone.applicant_id, gone.account) == (None, None)
    with pytest.raises(KeyDestroyed):
        make.form_queries.answers_of(gone.draft)
    entry = DisposalRecord.objects.get()
    assert (entry.receipt, entry.retention, entry.how) == (receipt, "5年", "dispose")
    assert (entry.proposed_by, entry.approved_by) == ("ogawa", "bunsho")
    assert Disposal.objects.get().state == "done"
    certificate = retention.Erasure.objects.get().certificate
    assert certificate is not None


def test_who_proposed_does_not_approve_whatever_their_roles(people):
    case = closed(people)
    both = make.clerk("ryoho", "head", "records")

    with due.years_later():
        made = services.propose(
            division=case.division_id, class_="5年", fiscal_year=2026, wanted=[case.pk], by=both
        )
        with pytest.raises(DisposalNeedsAnotherPerson):
            services.approve(disposal=made, by=both)
        with pytest.raises(NotAllowed):
            services.approve(disposal=made, by=people[2])  # a head without the named role
        # And where the code forgets it, the database does not.
        with pytest.raises(IntegrityError), transaction.atomic():
            Disposal.objects.filter(pk=made.pk).update(settled_by=both.account)
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_clerk_and_another_divisions_head_propose_nothing(people):
    case = closed(people)
    elsewhere = make.clerk("takagi", "head", division="介護保険課")

    for somebody in (people[1], elsewhere, people[3]):
        with due.years_later(), pytest.raises(NotFound):
            services.propose(
                division=case.division_id, class_="5年", fiscal_year=2026, wanted=[case.pk], by=somebody
            )


def test_a_refused_proposal_leaves_everything_and_may_be_made_again(people):
    case, (_aoi, _sato, ogawa, bunsho) = closed(people), people

    with due.years_later():
        made = services.propose(
            division=case.division_id, class_="5年", fiscal_year=2026, wanted=[case.pk], by=ogawa
        )
        services.refuse(disposal=made, remark="訴訟の見込みを確かめる", by=bunsho)
        with pytest.raises(DisposalSettled):
            services.approve(disposal=made, by=bunsho)
        due.approved(case, head=ogawa, by=bunsho)
    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("what", ["case", "party", "procedure"])
def test_what_is_held_is_neither_proposed_nor_thrown_away(people, what):
    case, (aoi, _sato, ogawa, bunsho) = closed(people), people
    about = {
        "case": case.ref,
        "party": Ref("identity", "party", str(aoi.party)),
        "procedure": Ref("procedures", "procedure", make.KEY),
    }[what]

    with due.years_later():
        disposal = due.approved(case, head=ogawa, by=bunsho)
        # After the approval and before the worker comes: the hold is what counts.
        retention.hold(about=about, kind="lawsuit", why="取消訴訟（原告の名あり）", by=bunsho)
        carried_out()
        item = DisposalItem.objects.get(disposal=disposal)
        assert (item.state, item.left) == ("left", "held")
        assert Case.objects.get(pk=case.pk).erased_at is None
        with pytest.raises(NothingToDispose):
            due.approved(case, head=ogawa, by=bunsho)
    assert make.form_queries.answers_of(case.draft)["event"] == "birth"


def test_a_hold_is_lifted_by_another_person_and_never_twice(people):
    case, bunsho = closed(people), people[3]
    other = due.records("kiroku")
    held = retention.hold(about=case.ref, kind="appeal", why="審査請求", by=bunsho)

    with pytest.raises(HoldNeedsAnotherPerson):
        retention.lift(hold=held, by=bunsho)
    with pytest.raises(NotAllowed):
        retention.lift(hold=held, by=people[2])
    retention.lift(hold=held, by=other)
    with pytest.raises(HoldAlreadyLifted):
        retention.lift(hold=held, by=other)

    assert retention.holds_on([case.ref]) == set()


def test_a_case_kept_longer_is_not_due_on_its_first_day(people):
    case, (_aoi, sato, ogawa, _bunsho) = closed(people), people
    until = dt.date(2040, 4, 1)

    with pytest.raises(NotFound):
        services.extend(case=case, until=until, why="調査中", by=sato)
    with pytest.raises(ExtensionUnclear):
        services.extend(case=case, until=dt.date(2030, 4, 1), why="調査中", by=ogawa)
    term = services.extend(case=case, until=until, why="調査中", by=ogawa)

    assert (term.disposes_on, term.why) == (until, "調査中")
    with due.years_later():
        assert not keeping_time.due().exists()


def test_what_is_of_historical_value_is_laid_down_first_or_kept(people, settings, tmp_path):
    case, (_aoi, _sato, ogawa, bunsho) = closed(people), people
    made = retention.plan_in_force()
    due.plan_in_force(classes=[one.model_copy(update={"after": "transfer"}) for one in made.classes])

    with due.years_later():
        keeping_time.reckon_missing()
        due.approved(case, head=ogawa, by=bunsho)
        carried_out()
        assert DisposalItem.objects.get().left == "no_archives"

        settings.VAULT_ARCHIVES = str(tmp_path / "archives")
        due.approved(case, head=ogawa, by=bunsho)
        carried_out()

    place = tmp_path / "archives" / case.receipt
    manifest = json.loads((place / archiving.MANIFEST).read_text())
    assert set(manifest["files"]) >= {"answers.json", "steps.json", "words.json"}
    assert "架空県見本市" in (place / "answers.json").read_text()
    assert DisposalRecord.objects.get().how == "transfer"


def test_an_erasure_that_was_cut_short_is_found_and_finished(people, monkeypatch):
    case, (_aoi, _sato, ogawa, bunsho) = closed(people), people
    whole = erasing._run
    seen = []

    def cut(erasure, one):
        if one.name == "words":
            raise KeyboardInterrupt
        seen.append(one.name)
        whole(erasure, one)

    with due.years_later():
        disposal = due.approved(case, head=ogawa, by=bunsho)
        monkeypatch.setattr(erasing, "_run", cut)
        with pytest.raises(KeyboardInterrupt):
            services.disposing.carry_out(disposal=disposal, run=0)
        # Half of it is gone, and nobody calls it done.
        assert not DisposalRecord.objects.exists()
        assert retention.unfinished().count() == 1
        monkeypatch.setattr(erasing, "_run", whole)

        services.disposing.carry_out(disposal=disposal, run=0)
        services.disposing.carry_out(disposal=Disposal.objects.get(), run=0)

    assert DisposalRecord.objects.count() == 1
    assert not retention.unfinished().exists()
    assert seen == [one.name for one in retention.erasers("case")][: len(seen)]


def test_a_case_reopened_at_the_last_moment_stays(people):
    case, (_aoi, sato, ogawa, bunsho) = closed(people), people

    with due.years_later():
        disposal = due.approved(case, head=ogawa, by=bunsho)
        item = disposal.items.select_related("case__definition", "case__draft__key").get()
        services.send_back(case=case, why="やり直す", by=sato)
        with pytest.raises(SomebodyWasFaster):
            services.disposing._begin(item.case, disposal)
        carried_out()

    assert DisposalItem.objects.get().left == "open"
    assert not retention.Erasure.objects.exists()
    assert Case.objects.get(pk=case.pk).closed_at is None


def test_the_register_of_disposals_is_only_added_to(people):
    case, (_aoi, _sato, ogawa, bunsho) = closed(people), people
    with due.years_later():
        due.approved(case, head=ogawa, by=bunsho)
        carried_out()

    for statement in (
        "UPDATE procedures_disposalrecord SET title = ''",
        "DELETE FROM procedures_disposalrecord",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_answers_needed_only_until_the_end_go_before_the_case_does(people):
    case = closed(people)
    assert make.form_queries.answers_at(case.draft, make.form_queries.latest_revision(case.draft))["account"]

    with clock.frozen(case.closed_at + dt.timedelta(days=31)):
        assert services.forgetting.forget_brief() == 1
        assert services.forgetting.forget_brief() == 0

    draft = Case.objects.get(pk=case.pk).draft
    answers = make.form_queries.answers_at(draft, make.form_queries.latest_revision(draft))
    assert "account" not in answers
    assert answers["applicant"]["name"] == make.NAME


def test_what_is_in_use_counts_from_the_day_it_no_longer_is(people):
    case, (_aoi, sato, ogawa, _bunsho) = closed(people), people
    made = retention.plan_in_force()
    in_use = {"counted_from": "event", "years": 1}
    due.plan_in_force(
        classes=[one.model_copy(update=in_use) if one.id == "5年" else one for one in made.classes]
    )
    keeping_time.reckon_missing()
    assert Term.objects.get(case=case).disposes_on is None

    with pytest.raises(NotFound):
        services.write_event(case=case, on=clock.today(), by=sato)
    with pytest.raises(ExtensionUnclear):
        services.write_event(case=case, on=clock.today() + dt.timedelta(days=1), by=ogawa)
    term = services.write_event(case=case, on=dt.date(2026, 2, 28), by=ogawa)

    assert term.disposes_on == dt.date(2027, 2, 28)


def transferred(settings, tmp_path):
    """Every class lays down in the archives first, and there is a place for it."""
    made = retention.plan_in_force()
    due.plan_in_force(classes=[one.model_copy(update={"after": "transfer"}) for one in made.classes])
    settings.VAULT_ARCHIVES = str(tmp_path / "archives")


def test_one_damaged_paper_keeps_its_own_case_and_no_other(people, settings, tmp_path):
    _aoi, sato, ogawa, bunsho = people
    damaged = closed(people)
    with clock.frozen(damaged.closed_at):
        whole = due.granted(make.resident("noa"), sato, ogawa)
    transferred(settings, tmp_path)
    paper = vault.keep_artefact(
        content=b"%PDF-", name="a.pdf", content_type="application/pdf", about=damaged.ref, kind="pdf"
    )
    storage.remove([paper.storage_path])

    with due.years_later():
        keeping_time.reckon_missing()
        term = damaged.term
        made = services.propose(
            division=damaged.division_id,
            class_=term.retention,
            fiscal_year=term.fiscal_year,
            wanted=[damaged.pk, whole.pk],
            by=ogawa,
        )
        services.approve(disposal=made, by=bunsho)
        carried_out()
        rows = disposal_for(bunsho, made.pk).rows

    states = dict(DisposalItem.objects.values_list("case", "state"))
    assert states == {damaged.pk: "left", whole.pk: "done"}
    assert Disposal.objects.get().state == "done"
    assert Case.objects.get(pk=damaged.pk).erased_at is None
    assert {str(row[3]) for row in rows} == {"", "壊れていて読めないものがあるため、移管せずに残しました"}


def test_a_case_that_went_on_is_laid_down_anew(people, settings, tmp_path):
    case = closed(people)
    settings.VAULT_ARCHIVES = str(tmp_path / "archives")
    place = archiving.lay_down(case)
    first = (place / archiving.MANIFEST).read_text()
    assert (archiving.lay_down(case) / archiving.MANIFEST).read_text() == first

    services.send_back(case=case, why="金額がちがう", by=people[1])
    case = Case.objects.get(pk=case.pk)
    archiving.lay_down(case)

    assert json.loads((place / archiving.MANIFEST).read_text())["case_version"] == case.version
    assert '"deciding"' in (place / "steps.json").read_text()
    assert [one.name for one in place.parent.iterdir()] == [case.receipt]
