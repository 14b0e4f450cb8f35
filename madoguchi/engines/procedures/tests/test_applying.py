"""From the first question to the receipt number."""

import pytest

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.errors import AnswerRefused, DraftClosed, NoSuchQuestion
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.errors import NotEligible, NotFinished
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure():
    return make.publish_canonical()


def test_submit_receives_one_case_with_a_receipt_number_and_a_message(procedure):
    aoi = make.resident()

    case = make.received(aoi)

    assert case.state == "received"
    assert case.division_id == make.DIVISION
    assert (case.due_on - case.received_at.date()).days in {
        30,
        31,
    }  # 31 seen from UTC after midnight in the city
    assert [step.to_state for step in case.steps.all()] == ["received"]
    assert Event.objects.filter(verb="case.received", about=str(case.ref)).count() == 1


def test_submit_again_answers_with_the_same_case(procedure):
    aoi = make.resident()
    draft = make.answer_all(make.draft_of(aoi), aoi)

    first = services.submit(draft=draft, by=aoi)
    again = services.submit(draft=draft, by=aoi)

    assert again.pk == first.pk
    assert Case.objects.count() == 1
    assert AnswerRevision.objects.filter(draft=draft).count() == 1


def test_submit_refuses_an_unfinished_draft_and_leaves_it_open(procedure):
    aoi = make.resident()
    draft = make.draft_of(aoi)

    with pytest.raises(NotFinished):
        services.submit(draft=draft, by=aoi)

    draft.refresh_from_db()
    assert draft.closed_at is None
    assert not Case.objects.exists()


def test_submit_refuses_a_public_servant_with_the_words_of_the_pack(procedure):
    aoi = make.resident()
    answers = {**make.ANSWERS, "works_as_public_servant": {"value": "yes"}}
    draft = make.answer_all(make.draft_of(aoi), aoi, answers)

    with pytest.raises(NotEligible) as refused:
        services.submit(draft=draft, by=aoi)

    assert str(refused.value) == "公務員の方は勤務先に請求してください。"
    assert not Case.objects.exists()


def test_a_draft_is_not_there_for_anybody_else(procedure):
    draft = make.draft_of(make.resident("aoi"))
    ben = make.resident("ben")

    for somebody in (ben, make.clerk(), make.as_anyone()):
        with pytest.raises(NotFound):
            form_queries.draft_for(somebody, draft.pk)


def test_what_the_profile_knows_is_put_in_when_asked_for_and_not_before(procedure):
    aoi = make.resident(name=make.NAME, birth="1990-04-12")
    draft = make.draft_of(aoi)

    before = form_queries.sheet(draft, procedure.form)
    sheet = form_queries.sheet(services.use_kept(draft=draft, by=aoi), procedure.form)

    assert before.first_open.path == "applicant.name"
    assert sheet.question("applicant.name").is_answered
    assert sheet.question("applicant.birth").shown == "平成2年4月12日（1990年）"
    assert sheet.first_open.path == "applicant.address"


def test_a_second_child_is_asked_for_in_the_same_form(procedure):
    aoi = make.resident()
    answers = dict(make.ANSWERS)
    draft = make.draft_of(aoi)
    for path in ("children.1.name", "children.1.birth", "children.1.lives_together"):
        draft = services.save_answer(draft=draft, path=path, posted=answers[path], by=aoi)

    draft = services.save_answer(draft=draft, path="children.more", posted={"value": "yes"}, by=aoi)

    sheet = form_queries.sheet(draft, procedure.form)
    assert sheet.question("children.2.name").position == "2人めのお子さん"
    assert sheet.question("children.1.birth").label == "見本 そうさんの生まれた日はいつですか"


def test_a_child_who_lives_elsewhere_is_asked_for_the_address_and_a_paper(procedure):
    aoi = make.resident()
    draft = make.draft_of(aoi)
    draft = services.save_answer(draft=draft, path="children.1.name", posted=make.CHILD, by=aoi)

    draft = services.save_answer(
        draft=draft, path="children.1.lives_together", posted={"value": "no"}, by=aoi
    )

    answers = form_queries.answers_of(draft)
    assert form_queries.sheet(draft, procedure.form).question("children.1.lives_at") is not None
    assert [one.id for one in procedure.documents(answers, {})] == ["bekkyo_kango"]


def test_an_answer_at_fault_is_refused_beside_its_input_and_nothing_is_kept(procedure):
    aoi = make.resident()
    draft = make.draft_of(aoi)

    with pytest.raises(AnswerRefused) as refused:
        services.save_answer(draft=draft, path="event_on", posted={"y": "2026", "m": "11", "d": "31"}, by=aoi)

    assert refused.value.errors == {"d": "11月31日はありません。日を確かめてください。"}
    assert "event_on" not in form_queries.answers_of(draft)


def test_a_question_that_does_not_stand_now_is_refused(procedure):
    aoi = make.resident()
    draft = make.draft_of(aoi)

    for path in (
        "children.1.lives_at",
        "children.7.name",
        "nothing",
        "applicant.__class__",
        "children.more.x",
    ):
        with pytest.raises(NoSuchQuestion):
            services.save_answer(draft=draft, path=path, posted={"value": "x"}, by=aoi)


def test_a_sent_draft_is_never_written_again(procedure):
    aoi = make.resident()
    case = make.received(aoi)

    with pytest.raises(DraftClosed):
        services.save_answer(draft=case.draft, path="event", posted={"value": "other"}, by=aoi)


def test_sensitive_answers_lie_sealed_and_plain_ones_plain(procedure):
    aoi = make.resident()

    draft = make.answer_all(make.draft_of(aoi), aoi)

    assert draft.plain["event"] == "birth"
    assert set(draft.plain) == {"event", "event_on", "works_as_public_servant", "_lists"}
    for secret in ("見本", "0000001", "架空県"):
        assert secret.encode() not in bytes(draft.sealed)
        assert secret not in str(draft.plain)


def test_hostile_words_are_kept_as_written_without_tricks(procedure):
    aoi = make.resident()
    draft = make.draft_of(aoi)
    posted = {**make.NAME, "family": "<script>'; DROP TABLE--\u202e\u200b", "given": "𠮷󠄀{{ x }}"}

    draft = services.save_answer(draft=draft, path="applicant.name", posted=posted, by=aoi)

    kept = form_queries.answers_of(draft)["applicant"]["name"]
    assert kept["family"] == "<script>'; DROP TABLE--"
    assert kept["given"] == "𠮷󠄀{{ x }}"
