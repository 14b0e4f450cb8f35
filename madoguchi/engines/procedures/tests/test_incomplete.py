"""行政手続法 第7条: what came on paper with answers missing is received, and they are asked for."""

import pytest

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import GapsOpen, NotFinished
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make
from .test_correcting import APART, answers_of, asked, hand_in, round_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    make.publish_canonical()
    return make.resident(), make.clerk("sato"), make.head("ogawa")


def incomplete(sato, *missing):
    draft = make.draft_of(sato, channel="post", party=make.party_of(make.resident("ben")))
    for path, posted in make.ANSWERS.items():
        if path not in missing:
            services.save_answer(draft=draft, path=path, posted=posted, by=sato)
    return services.submit(draft=draft, by=sato, incomplete=True)


def test_a_paper_claim_with_answers_missing_is_received_with_its_number(city):
    _aoi, sato, _ogawa = city

    case = incomplete(sato, "account", "event_on")

    assert (case.gaps, case.state, case.channel) == (2, "received", "post")
    assert case.receipt
    services.record_look(case=case, by=sato, reason="申請の確認・審査")
    gaps = [one.question.path for one in queries.read_for_staff(sato, case.pk).said if one.is_gap]
    assert gaps == ["event_on", "account"]


def test_nothing_is_granted_while_answers_are_missing_and_refusing_stays_possible(city):
    _aoi, sato, ogawa = city
    case = make.at(incomplete(sato, "account"), "deciding", sato=sato)

    with pytest.raises(GapsOpen):
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=make.REASON)


def test_gaps_are_filled_by_a_round_and_then_it_may_be_granted(city):
    _aoi, sato, ogawa = city
    case = make.at(incomplete(sato, "account", "event_on"), "checking", sato=sato)
    items = {path: services.Wanted("書かれていません", "incomplete") for path in ("account", "event_on")}
    services.ask_correction(case=case, items=items, by=sato, seen=case.version)
    case.refresh_from_db()

    posted = {"account": make.ACCOUNT, "event_on": make.ANSWERS["event_on"]}
    case = services.answer_correction(case=case, posted=posted, by=sato, seen=case.version)

    assert case.gaps == 0
    for item in round_of(case).items.all():
        services.confirm_item(case=case, item_id=str(item.pk), by=sato)
    case.refresh_from_db()
    case = services.advance(case=case, to="deciding", by=sato, seen=case.version)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)


def test_a_list_nobody_said_was_complete_is_a_gap_that_can_be_answered(city):
    _aoi, sato, _ogawa = city
    case = make.at(incomplete(sato, "children.more"), "checking", sato=sato)
    assert case.gaps == 1
    services.ask_correction(
        case=case, items={"children.more": "ほかのお子さんは"}, by=sato, seen=case.version
    )
    case.refresh_from_db()
    yes = {"children.more": {"value": "yes"}}

    with pytest.raises(AnswerRefused) as refused:
        services.answer_correction(case=case, posted=yes, by=sato, seen=case.version)
    assert {name.rpartition(":")[0] for name in refused.value.errors} == {
        "children.2.name",
        "children.2.birth",
        "children.2.lives_together",
        "children.more",
    }

    no = {"children.more": {"value": "no"}}
    case = services.answer_correction(case=case, posted=no, by=sato, seen=case.version)
    assert case.gaps == 0


def test_a_resident_can_add_one_to_a_list_within_the_round(city):
    aoi, sato, _ogawa = city
    case = asked(aoi, sato, {"children.more": "全員書いてください"})
    save(case, aoi, posted={"children.more": {"value": "yes"}})
    save(
        case,
        aoi,
        posted={
            "children.2.name": {**make.CHILD, "given": "みなと", "given_kana": "ミナト"},
            "children.2.birth": {"y": "2020", "m": "1", "d": "2"},
            "children.2.lives_together": {"value": "yes"},
            "children.more": {"value": "no"},
        },
    )

    case = hand_in(case, aoi)

    assert [one["name"]["given"] for one in answers_of(case)["children"]] == ["そう", "みなと"]


def test_residents_and_complete_claims_never_come_with_gaps(city):
    aoi, _sato, _ogawa = city

    with pytest.raises(NotFinished):
        services.submit(draft=make.draft_of(aoi), by=aoi, incomplete=True)
    assert make.received(aoi).gaps == 0


def test_the_letter_to_who_has_no_account_names_answers_and_papers(city):
    _aoi, sato, _ogawa = city
    party = people.keep_party(profile={"name": make.NAME}, by=SYSTEM)
    draft = make.answer_all(make.draft_of(sato, channel="post", party=party), sato, APART)
    services.bring_later(draft=draft, document="bekkyo_kango", by=sato)
    case = make.at(services.submit(draft=draft, by=sato), "checking", sato=sato)
    items = {"event": "理由を", "documents.bekkyo_kango": "署名を"}
    services.ask_correction(case=case, items=items, by=sato, seen=case.version)
    services.record_look(case=case, by=sato, reason="交付前の確認")

    delivery = Delivery.objects.get(message__kind="case.returned")
    letter = queries.read_letter(sato, delivery.pk)

    assert letter.places == [("きっかけ", "理由を"), ("別居監護申立書", "署名を")]
