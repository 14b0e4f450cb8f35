"""1 April at the desk: holders of posts change, divisions are renamed and merged; the pages say so on the day."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.directory.models import Duty
from madoguchi.engines.directory.tests.make import make_pack
from madoguchi.engines.procedures import jobs, services
from madoguchi.engines.procedures.models import Case, Transfer
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Account, AccountParty, Post
from madoguchi.kernel.packs.folder import PackFolder
from madoguchi.kernel.packs.reading import read
from madoguchi.kernel.packs.registry import parts
from madoguchi.kernel.refs import SYSTEM

from .conftest import Desk

OLD, NEW = make.DIVISION, "こども未来課"
MARCH_20 = dt.datetime(2027, 3, 20, 10, 0, tzinfo=clock.JST)
MARCH_31 = dt.datetime(2027, 3, 31, 23, 50, tzinfo=clock.JST)
APRIL_1 = dt.datetime(2027, 4, 1, 0, 10, tzinfo=clock.JST)

DIVISIONS = f"""key,name,does,phone,valid_from,valid_until,passes_to
{OLD},{OLD},手当の係です。,00-0000-0001,,2027-03-31,{NEW}
児童課,児童課,児童の係です。,00-0000-0002,,2027-03-31,{NEW}
{NEW},{NEW},子どもの係です。,00-0000-0003,2027-04-01,,
税務課,税務課,税の係です。,,,,
"""
POSTS = f"""key,division,title,roles
kosodate.tanto,{OLD},担当,clerk
kosodate.kacho,{OLD},課長,clerk head planner
jido.tanto,児童課,担当,clerk
mirai.kacho,{NEW},課長,clerk head
zeimu.tanto,税務課,担当,clerk
"""
SEATS = """post,login,name,valid_from,valid_until
kosodate.tanto,sato,佐藤,2020-04-01,
kosodate.kacho,ogawa,小川,2020-04-01,2027-03-31
jido.tanto,hara,原,2020-04-01,
mirai.kacho,mori,森,2027-04-01,
zeimu.tanto,takagi,高木,2020-04-01,
"""


@pytest.fixture
def city(db, tmp_path):
    """The chart of 1 April, applied on 20 March."""
    with clock.frozen(MARCH_20):
        make.publish_canonical()
        folder = make_pack(tmp_path, divisions=DIVISIONS, counters="key,name,division\n")
        (folder / "directory" / "posts.csv").write_text(POSTS, encoding="utf-8")
        (folder / "directory" / "appointments.csv").write_text(SEATS, encoding="utf-8")
        _apply_directory(folder)
    return {login: at(login) for login in ("sato", "ogawa", "hara", "mori", "takagi")}


def _apply_directory(folder):
    """Only the directory: the canonical procedure was published by itself."""
    part = next(part for part in parts() if part.folder == "directory")
    loaded = PackFolder(read(folder))
    made = part.load(loaded)
    assert loaded.problems == []
    part.apply(made, SYSTEM)


def at(login):
    return Desk(identity.actor_for(Account.objects.get(login=login)))


def opens(desk, case):
    return desk.get("procedures:case", case).status_code


@pytest.fixture
def cases(city):
    """Aoi's open claim, her withdrawn one, and one that waits for a decision."""
    with clock.frozen(MARCH_20):
        aoi = make.resident()
        is_open, over, decided = (make.received(aoi) for _ in range(3))
        services.withdraw(case=over, by=aoi, seen=1)
        make.at(decided, "deciding", sato=city["sato"].actor)
    return is_open, over, decided


@pytest.mark.accepts("P5-1-T1")
def test_a_role_follows_the_post_on_the_first_of_april(city, cases):
    deciding = cases[2]
    ogawa, mori = city["ogawa"], city["mori"]
    with clock.frozen(MARCH_31):
        assert opens(ogawa.opened(deciding), deciding) == 200
        assert "「認定」を決裁する" in ogawa.get("procedures:case", deciding).text
        assert {"clerk", "head", "planner"} <= identity.actor_for(Account.objects.get(login="ogawa")).roles
        assert opens(mori, deciding) == 404
    with clock.frozen(APRIL_1):
        jobs.reorganise()
        assert [opens(ogawa, case) for case in cases] == [404, 404, 404], (
            "the old holder sees nothing any more"
        )
        assert ogawa.get("procedures:receive").status_code in {302, 403}
        assert "「認定」を決裁する" in mori.opened(deciding).get("procedures:case", deciding).text
        assert NEW in mori.get("home").text


@pytest.mark.accepts("P5-1-T3")
def test_a_merged_division_goes_on_with_open_cases_and_old_records_keep_the_old_name(city, cases):
    is_open, over, _deciding = cases
    with clock.frozen(MARCH_31):
        jobs.reorganise()
        assert not Transfer.objects.exists()
        assert opens(city["hara"], is_open) == 404
    with clock.frozen(APRIL_1):
        jobs.reorganise()
        hara, sato, takagi = city["hara"], city["sato"], city["takagi"]

        # Both old divisions work on it now, and nobody else does.
        assert [opens(desk, is_open) for desk in (hara, sato, takagi)] == [200, 200, 404]
        log = hara.get("procedures:case", is_open).text
        assert f"組織の変更で、{OLD}から{NEW}へ引きつがれました" in log
        assert Case.objects.get(pk=is_open.pk).division_id == NEW
        # What is over keeps the division of its time, and its successors find it.
        assert Case.objects.get(pk=over.pk).division.name == OLD
        assert over.receipt in hara.get("procedures:cases", only="closed").text
        assert over.receipt not in takagi.get("procedures:cases", only="closed").text
        # The work goes on under the new name.
        moved = Case.objects.get(pk=is_open.pk)
        hara.opened(moved).post("procedures:advance", moved, seen=moved.version, to="checking")
        assert Case.objects.get(pk=is_open.pk).state == "checking"


@pytest.mark.accepts("P5-1-T3")
def test_the_public_page_shows_the_old_name_and_leads_to_the_new_one(city, cases):
    address = reverse("portal:directory:division", args=[OLD])
    with clock.frozen(MARCH_31):
        before = Client().get(address).text
        assert NEW not in Client().get(reverse("portal:directory:divisions")).text
        assert Client().get(reverse("portal:directory:division", args=[NEW])).status_code == 404
    with clock.frozen(APRIL_1):
        after = Client().get(address).text
        listed = Client().get(reverse("portal:directory:divisions")).text
        procedure = Client().get(reverse("portal:procedures:procedure", args=[make.KEY])).text

    assert "までの名前です" not in before
    assert f"「{OLD}」は、3月31日までの名前です" in after
    assert reverse("portal:directory:division", args=[NEW]) in after and "00-0000-0003" in after
    assert NEW in listed and "児童課" not in listed
    assert NEW in procedure


def test_the_resident_reads_the_new_name_on_the_page_of_the_case(city, cases):
    browser = Client()
    account = AccountParty.objects.get(party=cases[0].applicant).account_id
    enter(browser, account)
    with clock.frozen(APRIL_1):
        jobs.reorganise()

        assert NEW in browser.get(reverse("portal:procedures:case", args=[cases[0].pk])).text
        assert f"は、{NEW}が受け持つことになりました" in browser.get(reverse("portal:messaging:inbox")).text


def test_the_public_page_of_duties_names_posts_and_no_person(city):
    Duty.objects.create(key="cio", title="最高情報責任者", post=Post.objects.get(key="kosodate.kacho"))

    shown = Client().get(reverse("portal:directory:duties")).text

    assert "最高情報責任者" in shown and "子育て支援課長" in shown
    assert "小川" not in shown and "まだ登録" not in shown
