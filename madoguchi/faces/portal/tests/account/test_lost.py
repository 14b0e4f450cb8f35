"""Everything was lost: back in three days, or at the counter."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.faces.shared.tests.device import Device
from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel import clock
from madoguchi.kernel.access import services as access
from madoguchi.kernel.access.models import Grant
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.federation.models import Link
from madoguchi.kernel.identity.mandates import services as mandates
from madoguchi.kernel.identity.models import (
    Account,
    Factor,
    Mandate,
    Recovery,
    SignedIn,
)
from madoguchi.kernel.identity.ways_in import contacts, recovery
from madoguchi.kernel.refs import SYSTEM

from .visiting import (
    AOI,
    SETTINGS,
    is_in,
    make_aoi,
    post_office,
    question,
    read_mail,
)

pytestmark = pytest.mark.django_db


def ask_back(browser: Client) -> None:
    read_mail(browser)
    browser.post("/sign-in/recover/")


def test_the_mail_alone_comes_back_after_three_days_and_not_before(client, aoi, later):
    give_app(aoi)
    owner = enter(Client(), aoi)
    ask_back(client)
    new = {"kind": "password", "password": "sora no iro desu", "again": "sora no iro desu"}
    later(hours=71)
    read_mail(client)
    page = client.get("/sign-in/recover/").text
    assert "届けを受け付けています" in page
    assert client.post("/sign-in/recover/", new).status_code == 409
    assert not is_in(client)

    later(hours=73)
    read_mail(client)
    response = client.post("/sign-in/recover/", new)

    assert response["Location"] == SETTINGS
    assert "前の入りかたは、すべて使えなくなりました" in client.get(SETTINGS).text
    assert is_in(client)
    assert not Factor.objects.working().exists(), "what was lost is lost whole"
    assert not is_in(owner)
    aoi.refresh_from_db()
    assert aoi.check_password("sora no iro desu")
    assert [event.verb for event in Event.objects.filter(verb__startswith="recovery")] == [
        "recovery.asked",
        "recovery.used",
    ]


def test_a_request_to_come_back_is_read_where_the_owner_comes_first(client, aoi):
    owner = enter(Client(), aoi)
    assert "入りかたをなくしたという届け" not in owner.get("/my/").text

    ask_back(client)

    page = owner.get("/my/").text
    assert "入りかたをなくしたという届けがあります" in page
    assert f'href="{SETTINGS}">届けを見る・止める' in page


def test_a_link_that_was_used_says_so_instead_of_a_missing_page(client, aoi):
    ask_back(client)
    link = re.search(r"http://localhost:8000(/my/account/not-me/\S+)", post_office()[-1].body)[1]
    Client().post(link)

    again = Client().get(link)

    assert again.status_code == 404
    assert "このリンクは、もう使えません" in again.text
    assert "<button" not in re.search(r"<main.*</main>", again.text, re.DOTALL)[0]


@pytest.mark.parametrize("how", ["mail", "account"])
def test_whoever_it_belongs_to_stops_it(client, aoi, later, how):
    owner = enter(Client(), aoi)
    ask_back(client)
    told = post_office()[-1]
    assert told.to == [AOI]
    if how == "mail":
        Client().post(re.search(r"http://localhost:8000(/my/account/not-me/\S+)", told.body)[1])
    else:
        assert "わたしではありません" in owner.get(SETTINGS).text
        owner.post(reverse("portal:account:stop_recovery", args=[Recovery.objects.get().pk]))

    later(hours=73)
    read_mail(client)

    sent = {"kind": "password", "password": "sora no iro desu", "again": "sora no iro desu"}
    assert client.post("/sign-in/recover/", sent).status_code == 409
    assert not is_in(client)


def test_while_one_comes_back_nothing_of_the_account_is_shown(client, later):
    make_aoi(name={"family": "見本", "given": "あおい"}, birth="1990-04-01", phone="00-0000-0000")
    ask_back(client)
    later(hours=73)

    read_mail(client)
    page = client.get("/sign-in/recover/").text

    for known in ("見本あおい", "あおい", "1990", "00-0000-0000"):
        assert known not in page


PAPERS = {"address": AOI, "family": "見本", "given": "あおい", "birth": "1990-04-01", "document": "license"}


@pytest.fixture
def known() -> Account:
    return make_aoi(name={"family": "見本", "given": "あおい"}, birth="1990-04-01")


def clerk(login: str) -> Client:
    people.keep_division(key="戸籍住民課", name="戸籍住民課")
    account = people.open_account(kind="staff", login=login, password=None, name=login, by=SYSTEM)
    post = people.keep_post(key=login, division="戸籍住民課", title="担当", roles=["clerk"])
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return enter(Client(), account)


def code_on_paper(sato: Client, mori: Client) -> str:
    sato.post("/desk/people/back-in/", PAPERS)
    waiting = Recovery.objects.get(way="counter", confirmed_by=None, ended_at=None)
    page = mori.post(reverse("desk:back_in_confirm", args=[waiting.pk]), PAPERS)
    return re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text)[0]


def test_two_members_of_staff_and_a_paper_bring_somebody_back_the_same_day(client, known):
    sato, mori = clerk("sato"), clerk("mori")
    assert sato.post("/desk/people/back-in/", PAPERS).status_code == 302
    confirm = reverse("desk:back_in_confirm", args=[Recovery.objects.get().pk])
    assert sato.post(confirm, PAPERS).status_code == 403, "one person is not two"
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", mori.post(confirm, PAPERS).text)[0]

    there = client.post("/sign-in/paper/", {"address": AOI, "code": code})
    page = client.get(there["Location"])
    client.post("/sign-in/recover/", {"kind": "passkey", "credential": Device().create(question(page))})

    assert is_in(client)
    assert SignedIn.objects.get(realm="resident").assurance == "counter+passkey"
    told = {event.verb: event.actor_name for event in Event.objects.filter(verb__startswith="recovery")}
    assert (told["recovery.papers_seen"], told["recovery.papers_confirmed"]) == ("sato", "mori")
    seen = Event.objects.get(verb="recovery.papers_seen")
    assert (seen.facts, seen.subject) == ({"document": "license"}, identity.actor_for(known).party)


@pytest.mark.parametrize(
    "other",
    [
        {"family": "別人"},
        {"birth": "1990-04-02"},
        {"birth": "x"},
        {"document": "x"},
        {"address": "x@mihon.invalid"},
    ],
)
def test_papers_that_do_not_fit_open_nothing_and_show_nothing(known, other):
    response = clerk("sato").post("/desk/people/back-in/", {**PAPERS, **other})

    assert response.status_code == 409
    assert not Recovery.objects.exists()


def test_who_told_us_no_name_cannot_come_back_by_papers(aoi):
    assert clerk("sato").post("/desk/people/back-in/", PAPERS).status_code == 409


def test_the_mail_does_not_use_what_the_counter_opened(client, known):
    sato, mori = clerk("sato"), clerk("mori")
    code_on_paper(sato, mori)
    read_mail(client)

    sent = {"kind": "password", "password": "sora no iro desu", "again": "sora no iro desu"}
    assert client.post("/sign-in/recover/", sent).status_code == 409


@pytest.mark.parametrize(
    "typed", [{"code": "AAAA-AAAA-AAAA"}, {"address": "x"}, {"address": "x@mihon.invalid"}]
)
def test_a_wrong_paper_opens_nothing(client, known, typed):
    response = client.post("/sign-in/paper/", {"address": AOI, "code": "AAAA-AAAA-AAAA", **typed})

    assert response.status_code == 422
    assert client.get("/sign-in/recover/").status_code == 422


def test_who_comes_back_ends_whatever_somebody_else_left_open_in_the_account(client, known, later):
    by, now = identity.actor_for(known), clock.machine()
    Link.objects.create(
        account=known, realm="resident", issuer="https://idp.invalid", subject="other", linked_at=now
    )
    contacts.change(account=known, address="other@mihon.invalid", by=by)
    recovery.ask(account=known)
    app, _secret = access.add_client(name="x", redirect_uris=[], scopes_=["cases"], by=SYSTEM)
    access.connect(client=app, asked=["cases"], by=by)
    mandates.offer_mandate(procedures=["*"], until=clock.today() + dt.timedelta(days=300), by=by)

    code = code_on_paper(clerk("sato"), clerk("mori"))
    client.post("/sign-in/paper/", {"address": AOI, "code": code})
    sent = {"kind": "password", "password": "sora no iro desu", "again": "sora no iro desu"}
    client.post("/sign-in/recover/", sent)

    assert is_in(client)
    assert not Link.objects.working().exists()
    assert not Recovery.objects.filter(ended_at=None).exists()
    assert not Grant.objects.filter(ended_at=None).exists()
    assert not Mandate.objects.filter(revoked_at=None).exists()
    later(hours=73)
    assert contacts.account_with("other@mihon.invalid") is None
    assert contacts.account_with(AOI) == known


@pytest.mark.parametrize("other", [{"family": "別人"}, {"given": ""}, {"birth": "1990-04-02"}, {"birth": ""}])
def test_the_second_person_reads_the_papers_themselves(known, other):
    sato, mori = clerk("sato"), clerk("mori")
    sato.post("/desk/people/back-in/", PAPERS)
    confirm = reverse("desk:back_in_confirm", args=[Recovery.objects.get().pk])

    assert mori.post(confirm, {**PAPERS, **other}).status_code == 409

    assert Recovery.objects.get().confirmed_by is None


def test_refused_papers_are_on_record_and_guessing_at_a_birth_date_is_slow(known):
    sato = clerk("sato")
    for day in range(2, 7):
        assert sato.post("/desk/people/back-in/", {**PAPERS, "birth": f"1990-04-0{day}"}).status_code == 409

    assert sato.post("/desk/people/back-in/", PAPERS).status_code == 429
    told = Event.objects.filter(verb=Event.REFUSED, facts__tried="papers")
    assert told.count() == 5
    assert {(one.actor_name, one.about) for one in told} == {("sato", f"identity:account:{known.pk}")}
    assert "1990" not in str(list(told.values()))


def test_a_stranger_who_knows_the_address_does_not_use_the_paper_up(client, known, later):
    code = code_on_paper(clerk("sato"), clerk("mori"))
    for _guess in range(6):
        Client().post("/sign-in/paper/", {"address": AOI, "code": "AAAA-AAAA-AAAA"})
    later(minutes=30)

    assert client.post("/sign-in/paper/", {"address": AOI, "code": code}).status_code == 302


def test_the_counter_gives_another_paper_in_place_of_a_lost_one(client, known):
    sato, mori = clerk("sato"), clerk("mori")
    lost = code_on_paper(sato, mori)

    found = code_on_paper(sato, mori)

    assert client.post("/sign-in/paper/", {"address": AOI, "code": lost}).status_code == 422
    assert client.post("/sign-in/paper/", {"address": AOI, "code": found}).status_code == 302
