"""変わったところ: a newer version while somebody was writing."""

import pytest

from madoguchi.engines.forms import queries as forms
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests.newer import republish
from madoguchi.kernel import packs

from .conftest import ANSWERS, KEY, answer_all, begin, hand_in_papers


@pytest.fixture
def draft(aoi):
    return begin(aoi)


def test_who_comes_back_sees_only_what_changed_and_keeps_the_rest(aoi, draft):
    answer_all(aoi, draft)
    newer = republish()

    assert aoi.get(draft)["Location"] == f"{draft}changed/"
    shown = aoi.get(f"{draft}changed/").text

    assert "病院の名前" in shown
    assert "前の答え：</span>" not in shown
    assert "前の答え：引っ越してきた（転入）" in shown
    assert "選べる答えが変わりました" in shown
    assert "なくなった質問" in shown and "公務員" in shown
    assert "見本銀行" not in shown  # what still fits is not repeated
    assert Draft.objects.get().definition == newer


def test_each_question_is_answered_from_there_and_the_rest_goes_through(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    newer = republish()
    aoi.get(draft)

    assert "前の答え：" in aoi.get(f"{draft}question/event/").text
    back = aoi.post(f"{draft}question/hospital/", {"value": "見本病院"})
    assert back["Location"] == f"{draft}changed/"
    aoi.post(f"{draft}question/event/", {"value": "other"})
    done = aoi.post(f"{draft}changed/")
    assert done["Location"] == f"{draft}confirm/"
    assert "前の答え" not in aoi.get(f"{draft}question/event/").text
    aoi.post(f"{draft}submit/")

    case = Case.objects.get()
    assert case.definition == newer
    answers = forms.answers_at(case.draft, forms.latest_revision(case.draft))
    assert (answers["event"], answers["hospital"], "_aside" in answers) == ("other", "見本病院", False)
    assert answers["account"]["bank"] == "見本銀行"


def test_sending_under_a_newer_version_leads_to_what_changed(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    republish()

    refused = aoi.post(f"{draft}submit/")

    assert refused.status_code == 409
    assert "手続きの内容が変わりました" in refused.text
    assert "病院の名前" in refused.text
    assert not Case.objects.exists()


def test_corrected_words_disturb_nobody(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    definition = packs.current("procedure", KEY)
    words = {**packs.texts(definition, "ja"), "fields.event.question": "きっかけを選んでください"}
    packs.publish(
        kind="procedure", key=KEY, version=definition.version, logic=definition.body, texts={"ja": words}
    )

    assert aoi.get(draft)["Location"] == f"{draft}confirm/"
    assert aoi.post(f"{draft}submit/").status_code == 302
    assert Case.objects.get().definition == definition


def test_a_version_that_changes_nothing_for_this_person_does_not_stop_them(aoi, draft):
    answer_all(aoi, draft)
    hand_in_papers(aoi, draft)
    newer = republish(change=lambda body: body["within"].update(days=20))

    assert aoi.post(f"{draft}submit/").status_code == 302
    assert Case.objects.get().definition == newer


def test_a_change_by_law_names_the_act(aoi, draft):
    answer_all(aoi, draft, ANSWERS[:3])
    law = {"act": "児童手当法の一部を改正する法律", "required_by_law": True, "effective_on": "2026-12-01"}
    republish(change=lambda body: body.update(change=law))

    shown = aoi.get(aoi.get(draft)["Location"]).text

    assert "「児童手当法の一部を改正する法律」による変更です" in shown
    assert "2026年12月1日" in shown and "から変わります" in shown


def test_old_answers_lie_sealed(aoi, draft):
    answer_all(aoi, draft)
    republish()
    aoi.get(draft)

    row = Draft.objects.get()
    assert "_aside" not in row.plain
    assert "引っ越して" not in str(row.changes)
