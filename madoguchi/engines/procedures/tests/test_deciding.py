"""What is decided beside yes or no, and refusing in words made for the case."""

import datetime as dt

import pytest

from madoguchi.engines.documents import queries as documents
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import decided, letters, queries, services
from madoguchi.engines.procedures.errors import ReasonUnfilled
from madoguchi.engines.procedures.models import Case, Decision, ReturnedDecision
from madoguchi.kernel import clock, packs

from . import make

pytestmark = pytest.mark.django_db

STARTS = {"y": "2026", "m": "12", "d": "1"}


@pytest.fixture
def city():
    make.publish_canonical()
    aoi, sato, ogawa = make.resident(), make.clerk("sato"), make.head("ogawa")
    return aoi, sato, ogawa, make.at(make.received(aoi), "deciding", sato=sato)


def test_the_amount_and_the_first_month_are_proposed_from_the_answers(city):
    _aoi, _sato, _ogawa, case = city

    assert decided.proposals(case, "granted") == {"monthly": 15000, "starts_on": "2026-12-01"}
    assert decided.proposals(case, "refused") == {}


@pytest.mark.parametrize(
    ("births", "monthly"),
    [
        (["2026-11-01"], 15000),
        (["2015-05-05"], 10000),
        (["2026-11-01", "2015-05-05"], 25000),
        (["2026-11-01", "2025-11-01"], 30000),
        (["2015-05-05", "2013-05-05", "2026-11-01"], 50000),
        (["2015-05-05", "2025-11-01", "2026-11-01"], 55000),
    ],
)
def test_the_proposed_amount_follows_the_ages_and_the_number_of_children(city, births, monthly):
    _aoi, _sato, _ogawa, case = city
    rule = make.procedure.of(case.definition).proposals["monthly"]

    with clock.frozen(dt.datetime(2026, 11, 24, 9, 0, tzinfo=clock.JST)):
        facts = {"today": clock.today(), "children": [{"birth": birth} for birth in births]}
        assert rule.evaluate(facts).value == monthly


def test_what_was_decided_is_sealed_printed_and_shown_to_the_resident(city):
    aoi, sato, ogawa, case = city

    decision = services.decide(
        case=case,
        outcome="granted",
        by=ogawa,
        seen=case.version,
        values={"monthly": {"value": "１２,３４５"}, "starts_on": STARTS},
    )

    assert decision.values == {"monthly": 12345, "starts_on": "2026-12-01"}
    assert b"12345" not in bytes(decision.sealed_values)
    letter = letters.decision_letter(case, decision)
    assert "支給する額は月額12,345円、支給の始まりは令和8年12月1日（2026年）です。" in letter.paragraphs
    services.record_look(case=case, by=sato, reason="交付前の確認")
    assert [(fact.label, fact.shown) for fact in queries.read_for_staff(sato, case.pk).decided] == [
        ("支給する額（月額）", "12,345円"),
        ("支給の始まり", "令和8年12月1日（2026年）"),
    ]
    assert queries.case_for(aoi, case.pk).decided == [], "nothing before the letter went out"
    Decision.objects.update(sent_at=clock.now(), checked_by=sato.account)
    assert next(fact.shown for fact in queries.case_for(aoi, case.pk).decided) == "12,345円"


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"monthly": {"value": ""}, "starts_on": STARTS}, "decided.monthly:value"),
        ({"monthly": {"value": "千円"}, "starts_on": STARTS}, "decided.monthly:value"),
        ({"monthly": {"value": "4999"}, "starts_on": STARTS}, "decided.monthly:value"),
        ({"monthly": {"value": "600001"}, "starts_on": STARTS}, "decided.monthly:value"),
        ({"monthly": {"value": "15000"}, "starts_on": {**STARTS, "m": "13"}}, "decided.starts_on:m"),
        ({"monthly": {"value": "15000"}}, "decided.starts_on:y"),
    ],
)
def test_a_wrong_value_is_refused_at_its_place_and_nothing_is_decided(city, typed, at):
    _aoi, _sato, ogawa, case = city

    with pytest.raises(AnswerRefused) as refused:
        services.decide(case=case, outcome="granted", by=ogawa, seen=case.version, values=typed)

    assert list(refused.value.errors) == [at]
    assert not Decision.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "deciding"


def test_a_decision_sent_back_keeps_its_values_and_proposes_them_again(city):
    _aoi, sato, ogawa, case = city
    typed = {"monthly": {"value": "20000"}, "starts_on": STARTS}
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version, values=typed)

    services.send_back(case=Case.objects.get(pk=case.pk), why="月がちがう", by=sato)

    assert ReturnedDecision.objects.get().values == {"monthly": 20000, "starts_on": "2026-12-01"}
    services.record_look(case=case, by=ogawa, reason="申請の確認・審査")
    asked = queries.decision_questions(queries.read_for_staff(ogawa, case.pk), "granted")
    assert [one.value for one in asked] == [20000, "2026-12-01"]
    assert (asked[0].inputs["value"], asked[1].inputs["m"]) == ("20,000", "12")


@pytest.mark.parametrize(
    "reason",
    [
        "お子さんを育てている事実を［確かめた書類］で確かめられなかったため。",
        "〇〇のため、支給の対象になりません（児童手当法 第4条）。よって却下します。",
        "お子さんを育てている事実を[書類]で確かめられなかったため却下します。",
        "お子さんを育てている事実を＿＿＿で確かめられなかったため却下します。",
    ],
)
def test_a_reason_with_an_unfilled_place_is_refused(city, reason):
    _aoi, _sato, ogawa, case = city

    with pytest.raises(ReasonUnfilled):
        services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=reason)

    assert not Decision.objects.exists()


def test_a_year_in_kanji_is_no_unfilled_place(city):
    _aoi, _sato, ogawa, case = city
    reason = "二〇〇六年に生まれたお子さんは18歳の年度末を過ぎているため（児童手当法 第4条）。"

    services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=reason)

    assert Decision.objects.get().reason == reason


def test_a_case_of_an_older_version_keeps_the_letter_that_fits_it(city):
    """The pack is a step further: its letter prints what the version of this case never decided."""
    _aoi, _sato, ogawa, case = city
    stands = documents.published("nintei_tsuchi")
    newer = {**stands.body, "version": stands.version + 1, "closing": ["番号は{{decided.number}}です。"]}
    packs.publish(kind="letter", key="nintei_tsuchi", version=newer["version"], logic=newer, texts={})

    decision = services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)

    assert decision.letter_form == stands
    assert "月額15,000円" in " ".join(letters.decision_letter(case, decision).paragraphs)


def test_the_refusal_letter_prints_both_laws_notices(city):
    _aoi, _sato, ogawa, case = city
    decision = services.decide(case=case, outcome="refused", by=ogawa, seen=case.version, reason=make.REASON)

    notice = " ".join(letters.decision_letter(case, decision).appeal_notice)

    for words in ("3か月以内に、練馬区長に対して審査請求", "6か月以内に、練馬区を被告として", "取消しの訴え"):
        assert words in notice, words
    assert documents.letter_definition("kyakka_tsuchi").decides == "refuses"
