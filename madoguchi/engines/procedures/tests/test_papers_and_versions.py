"""Papers, what becomes of drafts when the pack changes, and words that stay sealed."""

import datetime as dt
import io

import pytest
from PIL import Image

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures import procedure, queries, services
from madoguchi.engines.procedures.errors import NoLongerOffered, PapersMissing
from madoguchi.engines.procedures.jobs import reconcile
from madoguchi.engines.procedures.models import Attachment, CorrectionItem, Decision, Note
from madoguchi.kernel import clock, jobs, packs
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.jobs.models import Job, State
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault.models import StoredFile

from . import make

pytestmark = pytest.mark.django_db
MOVED = {**make.ANSWERS, "event": {"value": "move_in"}}


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(), make.clerk("sato"), make.head("ogawa")


def picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    content.seek(0)
    return content


def republish(change):
    """The canonical procedure again as the next version, after `change` was done to its logic."""
    definition = packs.current(procedure.KIND, make.KEY)
    version = definition.version + 1
    logic = {**definition.body, "version": version}
    change(logic)
    texts = {"ja": {**packs.texts(definition, "ja"), "fields.hospital.label": "病院の名前"}}
    return packs.publish(kind=procedure.KIND, key=make.KEY, version=version, logic=logic, texts=texts)


def test_submit_wants_to_know_how_each_paper_comes(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi, MOVED)

    with pytest.raises(PapersMissing):
        services.submit(draft=draft, by=aoi)
    services.bring_later(draft=draft, document="kazei_shomei", by=aoi)
    services.use_link(draft=draft, document="juminhyo", by=aoi)

    assert services.submit(draft=draft, by=aoi).receipt


def test_a_file_taken_back_is_gone_for_everybody(city):
    aoi, sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)
    wrong = services.attach(draft=draft, document="juminhyo", upload=picture(), name="wrong.png", by=aoi)
    services.detach(draft=draft, attachment_id=str(wrong.pk), by=aoi)

    case = services.submit(draft=draft, by=aoi)
    services.record_look(case=case, by=sato, reason="確認")

    assert [file.name for file in queries.read_for_staff(sato, case.pk).files if "wrong" in file.name] == []
    assert not StoredFile.objects.filter(name="wrong.png").exists()


def test_a_file_that_comes_after_sending_is_not_kept(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)
    services.submit(draft=draft, by=aoi)

    with pytest.raises(Refusal):
        services.attach(draft=draft, document="juminhyo", upload=picture(), name="late.png", by=aoi)

    assert not StoredFile.objects.filter(name="late.png").exists()


@pytest.mark.parametrize("what", ["x", "", "0198f000-0000-7000-8000-000000000000"])
def test_taking_back_what_is_not_there_changes_nothing(city, what):
    aoi, _sato, _ogawa = city
    draft = make.draft_of(aoi)
    services.bring_later(draft=draft, document="juminhyo", by=aoi)

    try:
        services.detach(draft=draft, attachment_id=what, by=aoi)
    except NotFound:
        pass

    assert Attachment.objects.filter(draft=draft).count() == 1


def test_a_draft_follows_a_new_version_and_is_asked_only_what_is_new(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)

    def ask_for_the_hospital(logic):
        logic["pages"][0]["fields"]["hospital"] = {
            "type": "text",
            "label": "",
            "ground": "出生の確認",
            "keep": "case",
        }

    newer = republish(ask_for_the_hospital)
    with pytest.raises(Refusal) as refused:
        services.submit(draft=draft, by=aoi)

    assert refused.value.code == "definition_changed"
    opened = queries.draft_for(aoi, draft.pk)
    assert opened.draft.definition == newer
    assert [question.path for question in opened.sheet.questions if not question.is_answered] == ["hospital"]
    services.save_answer(draft=opened.draft, path="hospital", posted={"value": "見本病院"}, by=aoi)
    assert services.submit(draft=opened.draft, by=aoi).definition == newer


def test_an_answer_that_no_longer_fits_is_asked_again(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)

    def other_options(logic):
        logic["pages"][0]["fields"]["event"]["options"] = {"other": "", "move_in": ""}

    republish(other_options)
    services.keep_up(draft=draft, by=aoi)

    opened = queries.draft_for(aoi, draft.pk)
    assert [question.path for question in opened.sheet.questions if not question.is_answered] == ["event"]


def test_a_procedure_the_city_has_withdrawn_receives_nothing(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)
    Definition.objects.filter(kind=procedure.KIND).update(withdrawn_at=clock.now())

    with pytest.raises(NoLongerOffered):
        services.submit(draft=draft, by=aoi)
    with pytest.raises(NotFound):
        services.start_draft(key=make.KEY, by=aoi)


def test_starting_again_before_anything_was_written_opens_the_same_draft(city):
    aoi, _sato, _ogawa = city

    assert make.draft_of(aoi).pk == make.draft_of(aoi).pk


def test_a_draft_thrown_away_can_be_read_by_nobody(city):
    aoi, _sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi)

    services.discard_draft(draft=draft, by=aoi)

    draft.refresh_from_db()
    assert (draft.plain, bytes(draft.sealed)) == ({}, b"")
    assert draft.key.destroyed_at is not None
    assert queries.drafts_of(aoi) == []
    with pytest.raises(NotFound):
        queries.draft_for(aoi, draft.pk)


def test_what_people_write_about_people_lies_sealed(city):
    aoi, sato, ogawa = city
    case = make.at(make.received(aoi), "checking", sato=sato)
    services.add_note(case=case, text="夜は電話に出られない", by=sato)
    services.ask_correction(case=case, items={"event": "母子手帳と合いません"}, by=sato, seen=case.version)
    case.refresh_from_db()
    services.answer_correction(case=case, posted={"event": {"value": "other"}}, by=aoi, seen=case.version)
    case.refresh_from_db()
    services.confirm_item(case=case, item_id=str(CorrectionItem.objects.get().pk), by=sato)
    case = services.advance(case=case, to="deciding", by=sato, seen=case.version)
    services.decide(
        case=case,
        outcome="refused",
        by=ogawa,
        seen=case.version,
        reason="監護していることが確かめられないため（法第4条）。",
    )

    rows = [Note.objects.get(), CorrectionItem.objects.get(), Decision.objects.get()]
    assert [rows[0].text, rows[1].remark, rows[2].reason] == [
        "夜は電話に出られない",
        "母子手帳と合いません",
        "監護していることが確かめられないため（法第4条）。",
    ]
    stored = b"".join(
        bytes(sealed) for sealed in (rows[0].sealed_text, rows[1].sealed_remark, rows[2].sealed_reason)
    )
    assert not [word for word in ("電話", "母子手帳", "監護") if word.encode() in stored]


def test_a_letter_is_the_one_that_was_in_force_when_it_was_decided(city):
    aoi, sato, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    letter = packs.current("letter", "nintei_tsuchi")

    packs.publish(
        kind="letter",
        key="nintei_tsuchi",
        version=letter.version + 1,
        logic={**letter.body, "title": "別の通知"},
        texts={},
    )
    Definition.objects.filter(kind="letter", key="nintei_tsuchi").update(withdrawn_at=clock.now())
    jobs.run_due(kinds=("procedures.letter",))

    decision = Decision.objects.get()
    assert decision.letter_form == letter
    assert decision.letter is not None


def test_answers_remember_the_words_that_were_read(city):
    aoi, _sato, _ogawa = city

    make.received(aoi)

    words = AnswerRevision.objects.get().words
    assert words["language"] == "ja"
    assert words["revisions"]["ja"] == 1


def test_who_has_no_account_is_told_by_post(city):
    _aoi, sato, _ogawa = city
    party = people.keep_party(profile={"name": make.NAME}, by=SYSTEM)

    services.submit(draft=make.answer_all(make.draft_of(sato, channel="post", party=party), sato), by=sato)

    assert [delivery.channel for delivery in Delivery.objects.all()] == ["post"]


def test_a_withdrawn_case_asks_for_nothing_any_more(city):
    aoi, sato, _ogawa = city
    case = make.at(make.received(aoi), "checking", sato=sato)
    services.ask_correction(case=case, items={"event": "確かめてください"}, by=sato, seen=case.version)
    case.refresh_from_db()
    services.withdraw(case=case, by=aoi, seen=case.version)

    assert [card.wants_answer for card in queries.cases_of(aoi)] == [0]
    with pytest.raises(Refusal):
        services.answer_correction(case=case, posted={"event": {"value": "other"}}, by=aoi, seen=case.version)


def test_a_correction_that_changes_nothing_is_refused(city):
    aoi, sato, _ogawa = city
    case = make.at(make.received(aoi), "checking", sato=sato)
    services.ask_correction(case=case, items={"event": "確かめてください"}, by=sato, seen=case.version)
    case.refresh_from_db()

    with pytest.raises(AnswerRefused) as refused:
        services.answer_correction(case=case, posted={"event": {"value": "birth"}}, by=aoi, seen=case.version)
    assert "前の答えと同じ" in refused.value.errors["event:value"]


@pytest.mark.parametrize("holder", ["ミホン ソウ", "ソウ ミホン", "アオイ"])
def test_an_account_in_another_name_is_refused_to_a_resident(city, holder):
    aoi, _sato, _ogawa = city
    draft = make.draft_of(aoi)
    services.save_answer(draft=draft, path="applicant.name", posted=make.NAME, by=aoi)

    with pytest.raises(AnswerRefused) as refused:
        services.save_answer(
            draft=draft, path="account", posted={**make.ACCOUNT, "holder_kana": holder}, by=aoi
        )
    assert "ミホン アオイ" in refused.value.errors["holder_kana"]
    services.save_answer(
        draft=draft, path="account", posted={**make.ACCOUNT, "holder_kana": "ｱｵｲ ﾐﾎﾝ"}, by=aoi
    )


def test_nobody_is_born_tomorrow(city):
    aoi, _sato, _ogawa = city
    draft = make.draft_of(aoi)

    with pytest.raises(AnswerRefused):
        services.save_answer(
            draft=draft, path="children.1.birth", posted={"y": "2030", "m": "1", "d": "1"}, by=aoi
        )
    assert "children" not in form_queries.answers_of(draft)


def test_many_drafts_cost_as_much_as_one(city, django_assert_max_num_queries):
    aoi, _sato, _ogawa = city
    for _turn in range(6):
        draft = make.draft_of(aoi)
        services.save_answer(draft=draft, path="event", posted={"value": "other"}, by=aoi)

    with django_assert_max_num_queries(5):
        assert len(queries.drafts_of(aoi)) == 6


def test_reconcile_finds_the_papers_nobody_drew_and_asks_for_them_once_more(
    city, django_assert_max_num_queries
):
    aoi, sato, ogawa = city
    drawn = make.received(make.resident("ben"))
    jobs.run_due(kinds=("procedures.receipt_copy",))
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    Job.objects.filter(about=str(case.ref)).update(state=State.FAILED, attempts=9)

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        reconcile()
        assert jobs.run_due(kinds=("procedures.letter", "procedures.receipt_copy")) == 2
        with django_assert_max_num_queries(3):
            reconcile()

    assert Decision.objects.get().letter is not None
    for one in (drawn, case):
        assert StoredFile.objects.filter(about=str(one.ref), name__startswith="receipt-").count() == 1
