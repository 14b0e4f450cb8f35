"""A case that was moved onto a newer version: what it did before is read as it was, what is new is asked for."""

import copy
import datetime as dt

import pytest

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.engines.procedures import moving, queries, services
from madoguchi.engines.procedures.errors import PapersOutstanding, SignaturesAwaited
from madoguchi.engines.procedures.models import Attachment, Case, CorrectionItem, CoSignature
from madoguchi.kernel import clock, packs

from . import make

pytestmark = pytest.mark.django_db
PHONE = {"applicant.phone": {"value": "03-0000-0000"}}


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(), make.clerk("sato"), make.head("ogawa")


def by_an_act(change=lambda body: None, **words):
    """The canonical procedure in its next version, which moves open cases."""
    definition = packs.current("procedure", make.KEY)
    body = copy.deepcopy(definition.body) | {
        "version": definition.version + 1,
        "change": {"act": "児童手当法の改正", "moves_open_cases": True},
    }
    change(body)
    texts = {
        "ja": packs.texts(definition, "ja") | {key.replace("__", "."): said for key, said in words.items()}
    }
    return packs.publish(kind="procedure", key=make.KEY, version=body["version"], logic=body, texts=texts)


def renamed(old, new):
    """A change of the flow: the state `old` is called `new` from now on."""

    def change(body):
        body["flow"] = {
            new if name == old else name: {
                **state,
                "next": [new if n == old else n for n in state.get("next", [])],
            }
            for name, state in body["flow"].items()
        }
        body["within"]["pause_on"] = [new if n == old else n for n in body["within"].get("pause_on", [])]

    return change


def moved(case, to, ogawa):
    fresh = Case.objects.get(pk=case.pk)
    return services.move_to_version(case=fresh, to=to, by=ogawa, seen=fresh.version)


def signers_besides(body):
    body.update(packs.split({"cosigners": make.SIGNERS}, IS_WORD)[0])


SIGNER_WORDS = {
    path.replace(".", "__"): said
    for path, said in packs.split({"cosigners": make.SIGNERS}, IS_WORD)[1].items()
}


@pytest.fixture
def passed_on(city):
    """In 審査, moved onto a version in which the state it was checked in has another name."""
    aoi, sato, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    to = by_an_act(renamed("checking", "examining"), flow__examining__label="調査中")
    return moved(case, to, ogawa)


def test_everybody_still_reads_a_case_whose_earlier_state_is_gone(city, passed_on):
    aoi, _sato, ogawa = city

    shown, own = queries.case_for_staff(ogawa, passed_on.pk), queries.case_for(aoi, passed_on.pk)

    assert [line.words for line in shown.log] == ["審査へ回しました", "確認をはじめました", "受付"]
    assert [(stamp.label, stamp.state) for stamp in shown.stamps][:1] == [("確認", "done")]
    assert [stop.label for stop in own.stops if stop.state == "done"] == ["受付", "確認中"]
    assert "hand_back" in {move.kind for move in shown.moves}


def test_it_is_handed_back_to_what_leads_there_today(city, passed_on):
    _aoi, _sato, ogawa = city

    back = services.hand_back(case=passed_on, why="もう一度見てください", by=ogawa, seen=passed_on.version)

    assert back.state == "examining"
    assert queries.case_for_staff(ogawa, back.pk).log[0].words == "担当へ差し戻しました"


def test_days_of_waiting_stay_days_of_waiting_when_the_state_is_renamed(city):
    aoi, sato, ogawa = city
    with clock.frozen(dt.datetime(2026, 11, 2, 10, tzinfo=clock.JST)):
        case = make.at(make.received(aoi), "checking", sato=sato)
        services.ask_correction(case=case, items={"applicant.phone": "電話"}, by=sato, seen=case.version)
    with clock.frozen(dt.datetime(2026, 11, 22, 10, tzinfo=clock.JST)):
        case.refresh_from_db()
        case = services.answer_correction(case=case, posted=PHONE, by=aoi, seen=case.version)
        due = Case.objects.get(pk=case.pk).due_on
        to = by_an_act(renamed("returned", "sent_back"), flow__sent_back__label="直す")

        case = moved(case, to, ogawa)

    assert case.due_on == due
    services.confirm_item(case=case, item_id=str(CorrectionItem.objects.get().pk), by=sato)
    with clock.frozen(dt.datetime(2026, 11, 24, 10, tzinfo=clock.JST)):
        case = services.advance(case=case, to="deciding", by=sato, seen=case.version)
    assert case.due_on == due, "and the next step counts the same way"


def test_a_new_question_that_may_stay_empty_is_no_gap(city):
    aoi, _sato, ogawa = city
    case = make.received(aoi)

    def offers_more(body):
        field = {"type": "text", "label": "", "required": False, "ground": "x", "keep": "case"}
        body["pages"][0]["fields"]["hospital"] = field

    case = moved(case, by_an_act(offers_more, fields__hospital__label="病院"), ogawa)

    assert case.gaps == 0


def test_a_paper_that_the_newer_version_wants_is_awaited_before_anything_is_granted(city):
    aoi, sato, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)

    def wants_a_paper(body):
        body["documents"].append({"id": "shomei", "title": "", "required_when": "true"})

    to = by_an_act(wants_a_paper, documents__shomei__title="在学証明書")
    outlook = moving.outlook(moving.cases_to_move().get(pk=case.pk), to)
    assert outlook.paper_titles == ("在学証明書",)

    case = moved(case, to, ogawa)

    paper = Attachment.objects.current().get(draft=case.draft_id, document="shomei")
    assert paper.way == Attachment.Way.LATER
    with pytest.raises(PapersOutstanding):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.paper_arrived(case=case, document="shomei", by=sato)
    assert services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)


def test_whoever_the_newer_version_wants_besides_is_asked_to_sign(city):
    aoi, sato, ogawa = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    to = by_an_act(signers_besides, **SIGNER_WORDS)
    outlook = moving.outlook(moving.cases_to_move().get(pk=case.pk), to)
    assert outlook.signers == ("請求する方の配偶者", "お子さんの監護者")

    case = moved(case, to, ogawa)

    assert (case.unsigned, case.signatures.count()) == (2, 2)
    with pytest.raises(SignaturesAwaited):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)


@pytest.mark.parametrize(
    ("words", "unsigned"),
    [({"cosigners__spouse__statement": "まったく別の文に同意します。"}, 2), ({"title": "別の題"}, 1)],
)
def test_a_signature_counts_on_only_under_the_words_that_were_signed(city, words, unsigned):
    aoi, sato, ogawa = city
    make.with_cosigners()
    case = make.received(aoi)
    services.record_paper_signature(case=case, signer="spouse", name="見本 けん", by=sato)

    case = moved(case, by_an_act(**words), ogawa)

    awaited = CoSignature.objects.filter(case=case, superseded_at=None, signed_at=None).count()
    assert (case.unsigned, awaited) == (unsigned, unsigned)


def test_a_case_that_stays_hides_none_behind_it(city):
    aoi, sato, ogawa = city
    first = make.at(make.received(aoi), "checking", sato=sato)
    services.ask_correction(case=first, items={"applicant.phone": "電話"}, by=sato, seen=first.version)
    second = make.received(aoi)
    by_an_act()

    leaves = [
        queries.older_cases(ogawa, make.KEY, first.definition.version, page=page, size=1)[2]
        for page in (1, 2, 3)
    ]

    assert sorted(row.id for leaf in leaves for row in leaf) == sorted([first.pk, second.pk])
    assert [len(leaf) for leaf in leaves] == [1, 1, 0]
