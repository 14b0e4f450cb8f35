"""だれが私の情報を見たか: everything about oneself by day, in plain words; nothing of anybody else."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.queries.resident.looking import looks_at
from madoguchi.kernel import audit, clock, practice
from madoguchi.kernel.access import services as access
from madoguchi.kernel.identity import queries as people
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.identity.models import AccountParty, Appointment, Party, Post
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, Ref, new_id

from .conftest import enter, make_resident

DIVISION = "子育て支援課"
LOOKS = "/my/looks/"


def member(name="佐藤", title=""):
    """A clerk; with a title one who sits in a chair of that name."""
    account = identity.open_account(
        kind="staff", login=f"s{new_id().hex}", password=None, name=name, by=SYSTEM
    )
    if title:
        identity.keep_division(key=DIVISION, name=DIVISION)
        post = Post.objects.create(key=account.login, division_id=DIVISION, title=title, roles=["clerk"])
        Appointment.objects.create(post=post, account=account, valid_from=dt.date(2020, 4, 1))
    return Actor(ActorKind.STAFF, account=account.pk, name=name, chairs=frozenset({(DIVISION, "clerk")}))


def row() -> Case:
    return Case.objects.get()


def me(client) -> Actor:
    return people.actor_for(client.account)


def look(by, subject, purpose="申請の確認・審査", what="請求の全部", about=None):
    audit.record_read(
        about or Ref("procedures", "case", str(new_id())), by=by, purpose=purpose, what=what, subject=subject
    )


@pytest.mark.accepts("C-37-T1")
@pytest.mark.accepts("N-10")
def test_who_looked_when_at_what_and_why_and_what_was_done(aoi, case):
    with clock.frozen(dt.datetime(2026, 11, 20, 9, 42, tzinfo=clock.JST)):
        services.record_look(case=row(), by=member(title="給付係主任"), reason="申請の確認・審査")

    page = aoi.get(LOOKS).text

    assert "11月20日" in page
    assert "9時42分" in page
    assert "子育て支援課 給付係主任" in page
    assert "見たもの：請求の全部　理由：申請の確認・審査" in page
    assert "申請を受け付けました" in page
    assert row().receipt in page
    assert "佐藤" not in page, "the name stays inside"
    assert "おかしいと思ったら" in page
    assert LOOKS in aoi.get("/my/").text
    assert f"{LOOKS}?case={row().pk}" in aoi.get(case).text


def test_a_member_of_staff_is_called_by_the_post_of_that_day(aoi, case):
    sato = member(title="主任")
    Appointment.objects.update(valid_until=dt.date(2026, 10, 31))
    for day in (30, 1):
        month = 10 if day == 30 else 11
        with clock.frozen(dt.datetime(2026, month, day, 9, tzinfo=clock.JST)):
            services.record_look(case=row(), by=sato, reason="申請の確認・審査")

    rows = [one for day in queries.looks_of(me(aoi)).days for one in day.rows if one.kind == "look"]

    assert [one.who for one in rows] == ["子育て支援課 担当者", "子育て支援課 主任"]


def test_apps_machines_and_the_system_are_told_apart(aoi, case):
    client, _secret = access.add_client(
        name="子育てアプリ",
        publisher="見本社",
        redirect_uris=["https://app.mihon.invalid/"],
        scopes_=["cases"],
        by=SYSTEM,
    )
    key, _secret = access.add_key(
        title="1階の受付機", division=DIVISION, scopes_=["drafts"], days=9, by=SYSTEM
    )
    mine = me(aoi)
    look(replace(mine, via=f"app:{client.pk}"), mine.party, "つないだアプリでの確認")
    machine = Actor(ActorKind.MACHINE, account=key.account_id, name="key:1", via="key:1")
    look(machine, mine.party, "取り次いだ手続きの確認")

    page = aoi.get(LOOKS).text

    assert "アプリ「子育てアプリ」" in page
    assert "機械「1階の受付機」" in page
    assert "つないだアプリでの確認" in page


def test_nothing_of_other_people_and_no_step_inside_the_office_is_shown(aoi, case):
    ben = make_resident("ben", given="べん")
    theirs = people.actor_for(ben)
    look(member(), theirs.party, "べんさんのことで")
    services.take(case=row(), by=member("田村"))
    party = Ref("identity", "party", str(me(aoi).party))
    audit.record(
        "party.protected", party, by=SYSTEM, facts={"reason": "ほかの人から逃れている"}, subject=me(aoi).party
    )

    for address in (LOOKS, f"{LOOKS}?case={new_id()}", f"{LOOKS}?case=x&page=0"):
        page = aoi.get(address).text
        assert "べんさん" not in page
        assert "田村" not in page
        assert "ほかの人から逃れている" not in page
    assert aoi.get(LOOKS).text.count('class="row__note"') == 1  # only that it was received


def test_one_case_can_be_chosen_and_anothers_case_chooses_nothing(aoi, case):
    mine = me(aoi)
    services.record_look(case=row(), by=member(), reason="申請の確認・審査")
    look(member(), mine.party, "ほかの手続きのことで")

    chosen = aoi.get(LOOKS, {"case": str(row().pk)}).text

    assert "申請の確認・審査" in chosen
    assert "ほかの手続きのことで" not in chosen
    assert "ほかの手続きのことで" in aoi.get(LOOKS).text


def test_an_entry_that_a_colleague_went_on_with_is_shown(aoi, case):
    look(member(), None, "受付のつづき", "書きかけの受付", about=Ref("forms", "draft", str(row().draft_id)))

    assert "書きかけの受付" in aoi.get(LOOKS).text


def test_pages_of_fifty_lead_to_older_ones(aoi, case):
    mine = me(aoi)
    audit.record_reads(
        [(row().ref, mine.party)] * 60, by=member(), purpose="申請の確認・審査", what="請求の全部"
    )

    first, second, none = (queries.looks_of(mine, page=page) for page in (1, 2, 9))

    assert [sum(len(day.rows) for day in one.days) for one in (first, second, none)] == [50, 11, 0]
    assert [one.has_more for one in (first, second, none)] == [True, False, False]
    assert "?page=2" in aoi.get(LOOKS).text
    assert aoi.get(LOOKS, {"page": "9"}).status_code == 200


@pytest.mark.parametrize("query", [{"page": "-1"}, {"page": "9" * 30}, {"page": "²"}, {"case": "x" * 500}])
def test_an_address_somebody_made_up_shows_the_page(aoi, query):
    assert aoi.get(LOOKS, query).status_code == 200


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    aoi, case, django_assert_max_num_queries
):
    mine = me(aoi)
    for one in range(20):
        look(member(f"職員{one}", "主任"), mine.party)

    with django_assert_max_num_queries(20):
        aoi.get(LOOKS)


def test_practice_is_not_shown(aoi, case):
    with practice.practising():
        look(member(), me(aoi).party, "練習のため")

    assert "練習のため" not in aoi.get(LOOKS).text


def household(*accounts):
    common = identity.keep_party(profile={}, by=SYSTEM)
    Party.objects.filter(pk=common.pk).update(kind="household")
    for account in accounts:
        AccountParty.objects.create(account=account, party=common, since=clock.now())
    return common


def test_looks_at_the_record_of_the_household_are_shown_to_its_members(aoi, case):
    ben = make_resident("ben", given="べん")
    common = household(aoi.account, ben)
    look(member(), common.pk, "世帯の確認のため")

    assert "世帯の確認のため" in aoi.get(LOOKS).text
    assert "世帯の確認のため" in enter(aoi, ben).get(LOOKS).text
    carl = make_resident("carl", given="かーる")
    assert "世帯の確認のため" not in enter(aoi, carl).get(LOOKS).text


def test_under_protection_the_common_record_tells_the_others_nothing(aoi, case):
    ben = make_resident("ben", given="べん")
    common = household(aoi.account, ben)
    look(member(), common.pk, "世帯の確認のため")
    look(member(), me(aoi).party, "相談のため")
    Party.objects.filter(pk=me(aoi).party).update(is_protected=True)

    assert "相談のため" in aoi.get(LOOKS).text, "the protected person reads their own"
    assert "世帯の確認のため" not in enter(aoi, ben).get(LOOKS).text


def test_who_acts_for_somebody_reads_no_record_of_who_looked(aoi, case):
    services.record_look(case=row(), by=member(), reason="申請の確認・審査")
    agent = replace(me(aoi), mandate=new_id(), own_party=new_id())
    found = Case.objects.select_related("applicant").get()

    assert queries.looks_of(agent).days == []
    assert len(looks_at(found, agent)) == 1
    found.applicant.is_protected = True
    assert looks_at(found, agent) == [], "under 秘匿 not even on the page of the case"
    assert len(looks_at(found, me(aoi))) == 1


def test_who_has_not_signed_in_is_asked_to(visitor):
    response = visitor.get(LOOKS)

    assert response.status_code == 302
    assert reverse("shared:sign_in") in response["Location"]
