"""Finding a case by what somebody stated: exactly, however it is written, and only by who may see it."""

import pytest

from madoguchi.engines.procedures import jobs, queries, services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import vault
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.models import Lookup

from . import make

pytestmark = pytest.mark.django_db

ANSWERS = make.ANSWERS | {
    "applicant.name": {
        "family": "渡辺\U000e0100",  # a name with a variation sequence, as in a family register
        "given": "がく",
        "family_kana": "ワタナベ",
        "given_kana": "ガク",
    },
    "applicant.phone": {"value": "090-1234-5678"},
    "account": make.ACCOUNT | {"holder_kana": "ワタナベ ガク"},
}


@pytest.fixture
def clerk():
    make.publish_canonical()
    return make.clerk()


@pytest.fixture
def case(clerk):
    return make.received(make.resident(), ANSWERS)


def found(actor, **asked):
    return [row.receipt for row in queries.find_cases(actor, **asked).rows]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "渡辺がく"},
        {"name": "渡辺 がく"},
        {"name": "渡辺　ガク"},
        {"name": "渡辺"},
        {"name": "ﾜﾀﾅﾍﾞ"},
        {"name": "わたなべがく"},
        {"name": "ワタナベ カ\u3099ク"},
        {"name": "がく"},
        {"birth": "1990-04-12"},
        {"phone": "09012345678"},
        {"phone": "０９０－１２３４－５６７８"},
        {"phone": "+81 90-1234-5678"},
        {"name": "渡辺", "birth": "1990-04-12", "phone": "090 1234 5678"},
    ],
)
def test_found_however_it_is_written(clerk, case, asked):
    assert found(clerk, **asked) == [case.receipt]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": "渡"},
        {"name": "渡辺がくと"},
        {"name": "%"},
        {"name": "' OR 1=1 --"},
        {"name": "渡" * 5000},
        {"name": "\x00"},
        {"name": "\ud800"},
        {"birth": "1990-04-13"},
        {"phone": "4567"},
        {"name": "渡辺", "birth": "1990-04-13"},
    ],
)
def test_nothing_else_is_found(clerk, case, asked):
    assert found(clerk, **asked) == []


def test_another_division_and_a_resident_find_nothing(case):
    assert found(make.clerk("takagi", division="介護保険課"), name="渡辺") == []
    assert found(make.resident("hana"), name="渡辺") == []


def test_the_protected_are_found_by_who_holds_the_right_in_that_division_alone(clerk, case):
    keeper = make.clerk("hogo", "sees_protected")
    elsewhere = make.clerk("kaigo", "sees_protected", division="介護保険課")
    people.protect(party=case.applicant, by=SYSTEM, reason="支援措置")

    assert found(clerk, name="渡辺") == []
    assert found(elsewhere, name="渡辺") == []
    assert found(keeper, name="渡辺") == [case.receipt]
    assert queries.find_cases(clerk, name="渡辺").total == 0, "not even how many there are"


def test_a_corrected_name_is_found_as_it_stands_now_alone(clerk, case):
    again = ANSWERS["applicant.name"] | {"family": "辺見", "family_kana": "ヘンミ"}
    case = make.at(case, "checking", sato=clerk)
    services.ask_correction(case=case, items={"applicant.name": "戸籍の字で"}, by=clerk, seen=case.version)
    case = Case.objects.get(pk=case.pk)
    services.answer_correction(case=case, posted={"applicant.name": again}, by=clerk, seen=case.version)

    assert found(clerk, name="辺見") == [case.receipt]
    assert found(clerk, name="渡辺") == []
    assert found(clerk, birth="1990-04-12") == [case.receipt]


def test_cases_laid_before_there_was_a_search_are_made_findable(clerk, case):
    vault.forget(Ref.to(case.draft))
    Case.objects.update(findable=0)
    assert found(clerk, name="渡辺") == []

    jobs.make_findable()
    entries = Lookup.objects.count()
    jobs.make_findable()

    assert found(clerk, name="渡辺") == [case.receipt]
    assert Lookup.objects.count() == entries


def test_what_is_erased_is_not_found_and_does_not_stop_the_others(clerk, case):
    vault.destroy_key(case.draft.key, by=SYSTEM)
    Case.objects.update(findable=0)

    jobs.make_findable()

    assert not Lookup.objects.filter(about=str(Ref.to(case.draft))).exists()
    assert not Case.objects.filter(findable=0).exists()


def test_no_name_stands_in_the_index(case):
    rows = " ".join(str(row) for row in Lookup.objects.values_list("field", "digest", "about"))

    assert Lookup.objects.exists()
    for stated in ("渡辺", "がく", "1990", "9012345678"):
        assert stated not in rows


def test_finding_asks_as_much_for_one_as_for_ten(clerk, django_assert_num_queries):
    aoi = make.resident()
    make.received(aoi, ANSWERS)
    found(clerk, name="渡辺")  # what is compiled once
    with django_assert_num_queries(6):
        assert len(found(clerk, name="渡辺")) == 1
    for _ in range(9):
        make.received(aoi, ANSWERS)

    with django_assert_num_queries(6):
        assert len(found(clerk, name="渡辺")) == 10
