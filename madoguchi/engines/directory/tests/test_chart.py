"""The chart of a pack: days, heirs, posts, appointments, duties."""

import datetime as dt

import pytest

from madoguchi.engines.directory import jobs, queries
from madoguchi.engines.directory.errors import NoSuchDivision
from madoguchi.engines.directory.models import Duty
from madoguchi.kernel import clock, packs, search
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Account, Appointment
from madoguchi.kernel.packs.folder import PackFolder
from madoguchi.kernel.packs.reading import read
from madoguchi.kernel.packs.registry import parts
from madoguchi.kernel.refs import SYSTEM, anonymous

from .make import make_pack

HEAD = "key,name,does,valid_from,valid_until,passes_to\n"
CHART = HEAD + (
    "子育て課,子育て課,手当の係です。,,2027-03-31,こども課\n"
    "税務課,税務課,税の係です。,,,\n"
    "こども課,こども課,子どもの係です。,2027-04-01,,\n"
)
POSTS = "key,division,title,team,roles\nk.kacho,子育て課,課長,,clerk head\nz.kacho,税務課,課長,,\n"
SEATS = (
    "post,login,name,valid_from,valid_until\n"
    "k.kacho,ogawa,小川,2020-04-01,2027-03-31\n"
    "k.kacho,mori,森,2027-04-01,\n"
)
DUTIES = (
    "key,title,body,post,each,note\n"
    "cio,最高情報責任者,,k.kacho,,\n"
    "honbu.cho,本部長,推進本部,k.kacho,,\n"
    "sekinin,情報化責任者,,,課長,\n"
)
MARCH = dt.datetime(2027, 3, 20, 12, 0, tzinfo=clock.JST)
APRIL = dt.datetime(2027, 4, 1, 0, 30, tzinfo=clock.JST)


def chart(path, *, divisions=CHART, **files):
    folder = make_pack(path, divisions=divisions, counters="key,name,division\n")
    for name, text in files.items():
        (folder / "directory" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def faults(folder):
    return [(one.line, one.key, one.message) for one in packs.check(folder) if "directory" in one.file]


@pytest.mark.django_db
def test_the_chart_of_april_can_be_applied_in_march(tmp_path):
    with clock.frozen(MARCH):
        folder = chart(tmp_path)
        packs.apply(folder, by=SYSTEM)
        assert packs.diff(folder) == []
        assert [row.name for row in queries.divisions()] == ["子育て課", "税務課"]
        assert search.find("子どもの係", by=anonymous()) == []
        with pytest.raises(NoSuchDivision):
            queries.division("こども課")
    with clock.frozen(APRIL):
        jobs.show_todays_chart()
        assert [row.name for row in queries.divisions()] == ["税務課", "こども課"]
        assert [hit.title for hit in search.find("の係です", by=anonymous())] == ["税務課", "こども課"]
        old = queries.division("子育て課")

    assert (old.name, old.heir.name) == ("子育て課", "こども課")


@pytest.mark.django_db
def test_a_role_and_every_duty_follow_the_post_when_its_holder_changes(tmp_path):
    with clock.frozen(MARCH):
        folder = chart(tmp_path, posts=POSTS, appointments=SEATS, duties=DUTIES)
        packs.apply(folder, by=SYSTEM)
        assert packs.diff(folder) == []
        ogawa, mori = (Account.objects.get(login=login) for login in ("ogawa", "mori"))
        assert identity.actor_for(ogawa).roles == {"clerk", "head"}
        assert identity.actor_for(mori).roles == frozenset()
        assert [
            (body.name, [(duty.title, duty.posts) for duty in body.duties]) for body in queries.duties()
        ] == [
            ("", [("最高情報責任者", ["子育て課長"]), ("情報化責任者", ["子育て課長", "税務課長"])]),
            ("推進本部", [("本部長", ["子育て課長"])]),
        ]
    with clock.frozen(APRIL):
        assert identity.actor_for(ogawa).roles == frozenset()
        assert identity.actor_for(mori).divisions_as("head") == {"子育て課", "こども課"}
    assert not (ogawa.has_usable_password() or mori.has_usable_password())


@pytest.mark.django_db
def test_who_is_no_longer_named_left_the_chair_yesterday(tmp_path):
    with clock.frozen(MARCH):
        packs.apply(chart(tmp_path, posts=POSTS, appointments=SEATS, duties=DUTIES), by=SYSTEM)
        only_mori = SEATS.replace("k.kacho,ogawa,小川,2020-04-01,2027-03-31\n", "")
        packs.apply(chart(tmp_path, posts=POSTS, appointments=only_mori, duties="key,title\n"), by=SYSTEM)

        left = Appointment.objects.get(account__login="ogawa")
        assert left.valid_until == dt.date(2027, 3, 19)
        assert not Duty.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("2027-03-31,こども課", "2027-03-31,こどもの課", 2, "passes_to"),
        ("2027-03-31,こども課", "2027-03-31,こども課、税務課", 2, "passes_to"),
        ("2027-03-31,こども課", ",こども課", 2, "valid_until"),
        (",,2027-03-31", ",2027-04-02,2027-03-31", 2, "valid_until"),
        ("子どもの係です。,2027-04-01,,", "子どもの係です。,2027-04-02,,", 2, "passes_to"),
        ("子どもの係です。,2027-04-01,,", "子どもの係です。,,2027-03-01,", 2, "passes_to"),
    ],
)
def test_a_chart_that_leaves_work_to_nobody_is_refused_with_its_line(tmp_path, old, new, line, key):
    assert old in CHART
    found = faults(chart(tmp_path, divisions=CHART.replace(old, new)))

    assert (line, key) in [(at, named) for at, named, _message in found]


def test_a_split_says_that_cases_are_moved_by_hand(tmp_path):
    found = faults(
        chart(tmp_path, divisions=CHART.replace("2027-03-31,こども課", "2027-03-31,こども課、税務課"))
    )

    assert "1つの課を分けるとき" in found[0][2]


def test_work_passed_round_in_a_circle_is_refused(tmp_path):
    rows = HEAD + "甲課,甲課,,,2027-03-31,乙課\n乙課,乙課,,,2027-03-31,甲課\n"

    assert {key for _line, key, _message in faults(chart(tmp_path, divisions=rows))} == {"passes_to"}


def test_seats_and_duties_that_hang_in_the_air_are_refused(tmp_path):
    found = faults(
        chart(
            tmp_path,
            posts=POSTS.replace("z.kacho,税務課", "z.kacho,ない課"),
            appointments=SEATS.replace("k.kacho,mori", "x.kacho,mori"),
            duties=DUTIES.replace("推進本部,k.kacho,", "推進本部,,"),
        )
    )

    assert {(line, key) for line, key, _message in found} == {(3, "division"), (3, "post")}


def test_the_reference_city_has_the_promotion_of_its_plan_as_data(nerima_directory):
    bodies = {body.name: {duty.title: duty.posts for duty in body.duties} for body in nerima_directory}

    assert bodies[""]["最高情報責任者（CIO）"] == ["練馬区 副区長（企画部担当）"]
    assert bodies[""]["統括情報化管理責任者"] == bodies["情報化運営委員会"]["委員長"] == ["企画部長"]
    assert (
        bodies[""]["統括情報システム管理者"]
        == bodies["情報セキュリティ委員会"]["副委員長"]
        == ["情報政策課長"]
    )
    assert "税務課長" in bodies[""]["情報化責任者"]
    assert bodies[""]["情報セキュリティ管理責任者"] == bodies["IT推進本部"]["本部員"]
    assert bodies["IT推進本部"]["本部長"] == bodies[""]["最高情報責任者（CIO）"]


@pytest.fixture
def nerima_directory(db):
    """The duties of the reference city, its directory applied alone."""
    part = next(part for part in parts() if part.folder == "directory")
    part.apply(part.load(PackFolder(read("packs/nerima"))), SYSTEM)
    return queries.duties()
