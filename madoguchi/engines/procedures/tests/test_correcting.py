"""補正 whole: what nobody sees before it is handed in, and what everybody sees after."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    CorrectionClosed,
    CorrectionHandedIn,
    NothingToCorrect,
    OtherWindowSaved,
    StepNotPossible,
)
from madoguchi.engines.procedures.models import Attachment, Case, Correction, CorrectionItem
from madoguchi.kernel import audit, clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.vault.models import FileState

from . import make

pytestmark = pytest.mark.django_db

OTHER = {"event": {"value": "other"}}


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


APART = {
    **make.ANSWERS,
    "children.1.lives_together": {"value": "no"},
    "children.1.lives_at": {"postcode": "0000002", "address": "架空県見本市寮1", "building": ""},
}


def scan(name="mihon.png"):
    return services.PaperIn(SimpleUploadedFile(name, photo(), content_type="image/png"), name)


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(email="aoi@mihon.invalid"), make.clerk("sato"), make.head("ogawa")


def asked(aoi, sato, items, answers=make.ANSWERS):
    """A case of Aoi's in which these places are to be put right."""
    draft = make.answer_all(make.draft_of(aoi), aoi, answers)
    for document in ("bekkyo_kango",) if answers is APART else ():
        services.bring_later(draft=draft, document=document, by=aoi)
    case = make.at(services.submit(draft=draft, by=aoi), "checking", sato=sato)
    services.ask_correction(case=case, items=items, by=sato, seen=case.version)
    return Case.objects.get(pk=case.pk)


def save(case, aoi, **kept):
    return services.save_correction(case=case, by=aoi, seen=round_of(case).buffer_version, **kept)


def round_of(case) -> Correction:
    return case.corrections.order_by("-asked_at").first()


def hand_in(case, aoi):
    return services.hand_in_correction(case=case, by=aoi, seen=round_of(case).buffer_version)


def answers_of(case):
    return form_queries.answers_at(case.draft, form_queries.latest_revision(case.draft))


def test_what_is_kept_in_the_round_changes_nothing_until_it_is_handed_in(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": services.Wanted("理由を", "outdated")})

    save(case, aoi, posted=OTHER)

    assert answers_of(case)["event"] == "birth"
    opened = queries.round_for(aoi, case.pk)
    [place] = opened.places
    assert (place.before.value, place.question.value, place.item.why) == ("birth", "other", "outdated")

    case = hand_in(case, aoi)
    assert (case.state, answers_of(case)["event"]) == ("checking", "other")
    assert case.draft.revisions.count() == 2
    assert bytes(round_of(case).sealed_buffer) == b""
    with pytest.raises(CorrectionHandedIn):
        queries.round_for(aoi, case.pk)


def test_the_buffer_lies_sealed(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"account": "番号を"})

    save(case, aoi, posted={"account": {**make.ACCOUNT, "number": "7654321"}})

    assert b"7654321" not in bytes(round_of(case).sealed_buffer)


def test_typing_the_old_answer_again_lets_go_of_the_change(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    save(case, aoi, posted=OTHER)

    save(case, aoi, posted={"event": {"value": "birth"}})

    with pytest.raises(AnswerRefused) as refused:
        hand_in(case, aoi)
    assert list(refused.value.errors) == ["event:value"]
    assert "このままで正しい" in str(refused.value.errors["event:value"])


def test_right_as_it_stands_needs_its_reason_and_reaches_the_desk(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    with pytest.raises(AnswerRefused):
        save(case, aoi, right={"event": " "})

    save(case, aoi, right={"event": "出生で合っています。"})
    case = hand_in(case, aoi)

    services.record_look(case=case, by=sato, reason="補正の返事の確認")
    [place] = queries.read_for_staff(sato, case.pk).places
    assert (place.reply, place.was) == ("出生で合っています。", "")
    assert answers_of(case)["event"] == "birth"


def test_what_is_right_is_kept_though_something_else_is_wrong(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を", "event_on": "日を"})

    with pytest.raises(AnswerRefused) as refused:
        save(case, aoi, posted={**OTHER, "event_on": {"y": "2026", "m": "2", "d": "30"}})

    assert list(refused.value.errors) == ["event_on:d"]
    assert queries.round_for(aoi, case.pk).round.place("event").question.value == "other"


def test_a_newly_required_answer_and_paper_belong_to_the_same_round(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"children.1.lives_together": "確かめてください"})
    save(case, aoi, posted={"children.1.lives_together": {"value": "no"}})

    with pytest.raises(AnswerRefused) as refused:
        hand_in(case, aoi)
    assert list(refused.value.errors) == ["children.1.lives_at:postcode", "documents.bekkyo_kango:value"]

    save(
        case,
        aoi,
        posted={"children.1.lives_at": APART["children.1.lives_at"]},
        papers={"documents.bekkyo_kango": services.PaperIn(way="later")},
    )
    case = hand_in(case, aoi)
    assert answers_of(case)["children"][0]["lives_at"]["address"] == "架空県見本市寮1"
    assert [one.way for one in Attachment.objects.current()] == ["later"]


def test_what_a_flipped_answer_no_longer_asks_is_let_go_of(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"children.1.lives_together": "確かめて", "event": "理由を"})
    save(case, aoi, posted={"children.1.lives_together": {"value": "no"}})
    save(case, aoi, posted={"children.1.lives_at": APART["children.1.lives_at"]})
    save(case, aoi, posted={"children.1.lives_together": {"value": "yes"}, **OTHER})

    save(case, aoi, right={"children.1.lives_together": "同居です。"})
    case = hand_in(case, aoi)

    assert "lives_at" not in answers_of(case)["children"][0]


def test_a_place_that_another_correction_takes_away_needs_no_answer(city):
    aoi, sato, _ogawa = city
    items = {"children.1.lives_together": "確かめて", "children.1.lives_at": "部屋の番号を"}
    case = asked(aoi, sato, items, APART)
    save(case, aoi, posted={"children.1.lives_together": {"value": "yes"}})

    case = hand_in(case, aoi)

    services.record_look(case=case, by=sato, reason="補正の返事の確認")
    shown = {place.item.path: place for place in queries.read_for_staff(sato, case.pk).places}
    assert shown["children.1.lives_at"].shown == "いまの答えでは聞いていません"


def test_a_replaced_paper_stays_with_the_case_as_the_one_before(city):
    aoi, sato, _ogawa = city
    draft = make.answer_all(make.draft_of(aoi), aoi, APART)
    services.attach(draft=draft, document="bekkyo_kango", upload=scan().upload, name="old.png", by=aoi)
    case = make.at(services.submit(draft=draft, by=aoi), "checking", sato=sato)
    services.ask_correction(
        case=case, items={"documents.bekkyo_kango": "署名がありません"}, by=sato, seen=case.version
    )
    services.record_look(case=case, by=sato, reason="申請の確認・審査")

    save(case, aoi, papers={"documents.bekkyo_kango": scan("new.png")})
    before = queries.read_for_staff(sato, case.pk)
    new = Attachment.objects.exclude(correction=None).get().file
    assert [one.files[0].file.name for one in before.papers] == ["old.png"]
    assert new not in before.files
    with pytest.raises(NotFound):
        queries.file_for_staff(sato, case.pk, new.pk)

    hand_in(case, aoi)
    shown = queries.read_for_staff(sato, case.pk)
    [paper] = shown.papers
    assert [one.file.name for one in paper.files] == ["new.png"]
    assert [one.name for one in paper.previous] == ["old.png"]
    [place] = shown.places
    assert ([one.name for one in place.files], [one.name for one in place.files_before]) == (
        ["new.png"],
        ["old.png"],
    )
    assert queries.file_for_staff(sato, case.pk, new.pk) == new


@pytest.mark.parametrize("path", ["documents.nothing", "documents.juminhyo", "documents.", "x", ""])
def test_a_paper_nobody_called_for_cannot_be_asked_for(city, path):
    aoi, sato, _ogawa = city
    case = make.at(make.received(aoi), "checking", sato=sato)

    with pytest.raises(NothingToCorrect):
        services.ask_correction(case=case, items={path: "出してください"}, by=sato, seen=case.version)


def test_the_second_of_two_windows_is_told(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    seen = round_of(case).buffer_version
    services.save_correction(case=case, by=aoi, seen=seen, posted=OTHER)

    with pytest.raises(OtherWindowSaved):
        services.save_correction(case=case, by=aoi, seen=seen, posted={"event": {"value": "move_in"}})
    with pytest.raises(OtherWindowSaved):
        services.hand_in_correction(case=case, by=aoi, seen=seen)

    assert queries.round_for(aoi, case.pk).round.place("event").question.value == "other"


def test_withdrawn_meanwhile_keeps_the_words_for_who_wrote_them_alone(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    save(case, aoi, posted=OTHER)
    services.withdraw(case=case, by=sato, seen=case.version, told="電話")

    with pytest.raises(CorrectionClosed):
        hand_in(case, aoi)

    [unsent] = queries.case_for(aoi, case.pk).unsent
    assert unsent.shown == "ほかの理由"
    assert answers_of(case)["event"] == "birth"


def test_a_decision_ends_the_round_and_taking_it_back_opens_it_again(city):
    make.may_refuse_while_waiting()
    aoi, sato, ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    save(case, aoi, posted=OTHER)
    services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=make.REASON)
    with pytest.raises(CorrectionClosed):
        hand_in(case, aoi)
    assert [one.shown for one in queries.case_for(aoi, case.pk).unsent] == ["ほかの理由"]

    case = services.send_back(case=Case.objects.get(pk=case.pk), why="返事を待つ", by=sato)

    assert (case.state, case.paused_at is None) == ("returned", False)
    assert queries.round_for(aoi, case.pk).round.place("event").question.value == "other"
    assert hand_in(case, aoi).state == "checking"


def test_the_office_writes_in_an_answer_and_what_was_only_begun_stays_out(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"children.1.lives_at": "部屋を", "documents.bekkyo_kango": "署名を"}, APART)
    save(case, aoi, papers={"documents.bekkyo_kango": scan("half.png")})
    told = {**APART["children.1.lives_at"], "building": "見本寮 1"}

    case = services.answer_correction(
        case=case,
        posted={"children.1.lives_at": told},
        papers={"documents.bekkyo_kango": services.PaperIn(way="paper")},
        by=sato,
        seen=case.version,
    )

    assert answers_of(case)["children"][0]["lives_at"]["building"] == "見本寮 1"
    assert [one.way for one in Attachment.objects.current()] == ["paper"]
    assert not Attachment.objects.exclude(file=None).exists()


@pytest.mark.parametrize(
    "said",
    [
        {"right": {"documents.bekkyo_kango": "郵送したそうです"}},
        {"papers": {"documents.bekkyo_kango": services.PaperIn(way="later")}},
    ],
)
def test_a_scan_the_resident_put_in_outlives_what_a_clerk_writes_in_and_stays_theirs(city, said):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"applicant.phone": "電話を", "documents.bekkyo_kango": "署名を"}, APART)
    save(case, aoi, papers={"documents.bekkyo_kango": scan("half.png")})
    kept = Attachment.objects.exclude(file=None).get()

    case = services.answer_correction(
        case=case, posted={"applicant.phone": {"value": "03-0000-0000"}}, by=sato, seen=case.version, **said
    )

    kept.refresh_from_db()
    assert kept.file.state == FileState.SAFE
    assert kept not in Attachment.objects.current() and kept not in Attachment.objects.replaced()
    services.record_look(case=case, by=sato, reason="確認")
    assert kept.file not in queries.read_for_staff(sato, case.pk).files
    assert [one.shown for one in queries.case_for(aoi, case.pk).unsent] == ["half.png"]

    services.ask_correction(
        case=case, items={"documents.bekkyo_kango": "もう一度"}, by=sato, seen=case.version
    )

    place = queries.round_for(aoi, case.pk).round.place("documents.bekkyo_kango")
    assert place.papers == [kept] and place.is_changed
    assert hand_in(case, aoi).state == "checking"
    assert Attachment.objects.current().get(document="bekkyo_kango") == kept


def test_a_place_is_not_confirmed_before_it_was_answered(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    item = CorrectionItem.objects.get()

    with pytest.raises(StepNotPossible):
        services.confirm_item(case=case, item_id=str(item.pk), by=sato)

    item.refresh_from_db()
    assert item.confirmed_at is None
    assert not audit.events_about(case.ref).filter(verb="case.correction_confirmed").exists()


def test_nobody_but_whose_it_is_writes_in_the_round(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})

    for other in (make.resident("ben"), sato, make.as_anyone()):
        with pytest.raises(NotFound):
            services.save_correction(case=case, by=other, seen=0, posted=OTHER)
        with pytest.raises(NotFound):
            services.hand_in_correction(case=case, by=other, seen=0)
        with pytest.raises(NotFound):
            queries.round_for(other, case.pk)


def test_the_clock_stands_while_one_writes_and_runs_on_after(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"event": "理由を"})
    due = case.due_on
    with clock.frozen(clock.now() + dt.timedelta(days=3)):
        save(case, aoi, posted=OTHER)
        case.refresh_from_db()
        assert case.due_on == due
        case = hand_in(case, aoi)

    assert case.due_on == due + dt.timedelta(days=3)
    assert case.paused_at is None
