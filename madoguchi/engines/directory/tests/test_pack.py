"""The directory folder of a pack, and what becomes of it."""

import pytest

from madoguchi.engines.directory import queries
from madoguchi.engines.directory.errors import NoSuchDivision
from madoguchi.engines.directory.models import Counter
from madoguchi.kernel import packs, search
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.refs import SYSTEM, anonymous

from .make import COUNTERS, DIVISIONS, make_pack


def errors(folder):
    return [problem for problem in packs.check(folder) if problem.is_error and "directory" in problem.file]


@pytest.mark.django_db
def test_apply_makes_divisions_contacts_and_counters(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    assert [division.name for division in queries.divisions()] == ["子育て課", "税務課"]
    assert queries.contact("子育て課").phone == "00-0000-0001"
    assert [counter.name for counter in queries.counters("税務課")] == ["仮B窓口"]


@pytest.mark.django_db
def test_apply_again_changes_nothing(tmp_path):
    folder = make_pack(tmp_path)
    packs.apply(folder, by=SYSTEM)

    assert packs.diff(folder) == []
    assert packs.apply(folder, by=SYSTEM).changes == ()


@pytest.mark.django_db
def test_apply_says_what_changed(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    changed = DIVISIONS.replace("手当の係です。", "手当と医療証の係です。")
    applied = packs.apply(make_pack(tmp_path, divisions=changed), by=SYSTEM)

    assert "~ directory: 子育て課" in [str(change) for change in applied.changes]
    assert queries.contact("子育て課").does == "手当と医療証の係です。"


@pytest.mark.django_db
def test_division_that_is_no_longer_named_ends_and_stays_on_record(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    fewer = "\n".join(DIVISIONS.splitlines()[:2]) + "\n"
    packs.apply(
        make_pack(tmp_path, divisions=fewer, counters=COUNTERS.replace("税務課", "子育て課")), by=SYSTEM
    )

    assert [division.name for division in queries.divisions()] == ["子育て課"]
    assert Division.objects.filter(pk="税務課").exists()
    with pytest.raises(NoSuchDivision):
        queries.division("税務課")


@pytest.mark.django_db
def test_division_that_ended_comes_back_when_it_is_named_again(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)
    packs.apply(
        make_pack(tmp_path, divisions=DIVISIONS.splitlines()[0] + "\n", counters="key,name,division\n"),
        by=SYSTEM,
    )

    packs.apply(make_pack(tmp_path), by=SYSTEM)

    assert queries.divisions().count() == 2
    assert queries.counters().count() == 2


@pytest.mark.django_db
def test_counter_that_is_no_longer_named_is_closed_not_deleted(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    packs.apply(make_pack(tmp_path, counters="\n".join(COUNTERS.splitlines()[:2]) + "\n"), by=SYSTEM)

    assert [counter.key for counter in queries.counters()] == ["kari_a"]
    assert not Counter.objects.get(pk="kari_b").is_open


@pytest.mark.django_db
def test_division_is_found_by_what_it_does(tmp_path):
    packs.apply(make_pack(tmp_path), by=SYSTEM)

    assert [hit.title for hit in search.find("手当", by=anonymous())] == ["子育て課"]


def test_counter_of_an_unknown_division_is_refused_with_its_line(tmp_path):
    found = errors(make_pack(tmp_path, counters=COUNTERS.replace("税務課", "税課")))

    assert [(problem.line, problem.key) for problem in found] == [(3, "division")]


@pytest.mark.parametrize("phone", ["03-1234-5678", "0120-000-000"])
def test_demo_refuses_a_telephone_that_may_be_real(tmp_path, phone):
    found = errors(make_pack(tmp_path, divisions=DIVISIONS.replace("00-0000-0001", phone)))

    assert [(problem.line, problem.key) for problem in found] == [(2, "phone")]


def test_demo_refuses_a_mail_address_that_may_be_real(tmp_path):
    found = errors(make_pack(tmp_path, divisions=DIVISIONS.replace("0001,", "0001,kosodate@city.example.jp")))

    assert [problem.key for problem in found] == ["email"]


def test_a_real_city_prints_its_own_telephone(tmp_path):
    real = DIVISIONS.replace("00-0000-0001", "03-1234-5678")

    assert errors(make_pack(tmp_path, divisions=real, demo="false")) == []


def test_same_division_twice_is_refused(tmp_path):
    assert errors(make_pack(tmp_path, divisions=DIVISIONS + "税務課,税務課,,,\n"))


@pytest.mark.django_db
def test_reference_city_has_its_47_divisions_and_17_counters():
    packs.apply("packs/nerima", by=SYSTEM)

    assert queries.divisions().count() == 47
    assert [counter.name for counter in queries.counters()] == [
        f"仮{letter}窓口" for letter in "ABCDEFGHIJKLMNOPQ"
    ]
