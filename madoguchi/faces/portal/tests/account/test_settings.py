"""サインインの設定, and another address."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel import clock
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import (
    Contact,
    Factor,
    SignedIn,
)
from madoguchi.kernel.identity.ways_in import contacts, recovery_codes
from madoguchi.kernel.refs import SYSTEM

from .visiting import (
    AOI,
    SETTINGS,
    code_for,
    is_in,
    post_office,
    read_mail,
)

pytestmark = pytest.mark.django_db


def test_everything_about_ones_sign_in_is_on_one_page(client, aoi, django_assert_max_num_queries):
    give_app(aoi)
    enter(Client(), aoi)
    enter(client, aoi)

    with django_assert_max_num_queries(24):
        page = client.get(SETTINGS).text

    for words in (AOI, "認証アプリ", "パスワード", "あと0個", "この端末", "ほかの端末からサインアウト"):
        assert words in page


def test_other_devices_are_signed_out(client, aoi):
    others = [enter(Client(), aoi) for _number in range(2)]
    enter(client, aoi)
    row = SignedIn.objects.earliest("started_at")
    client.post(reverse("portal:account:end_one", args=[row.pk]))
    assert [is_in(one) for one in others] == [False, True]

    client.post(SETTINGS + "sign-ins/end/")

    assert [is_in(one) for one in [*others, client]] == [False, False, True]


def test_anothers_sign_in_is_not_there(client, aoi):
    ben = people.open_account(kind="resident", login="ben", password=None, by=SYSTEM)
    theirs = enter(Client(), ben)
    enter(client, aoi)

    response = client.post(reverse("portal:account:end_one", args=[SignedIn.objects.get(account=ben).pk]))

    assert response.status_code == 404
    assert is_in(theirs)


def test_changing_a_way_in_asks_again_ends_the_others_and_tells_by_mail(client, aoi, later):
    app = give_app(aoi)
    factor = Factor.objects.get()
    enter(client, aoi)
    later(minutes=11)
    other = enter(Client(), aoi)
    stop = reverse("portal:account:stop", args=[factor.pk])
    assert client.post(stop)["Location"].startswith("/my/account/confirm/")
    assert client.post("/my/account/confirm/", {"recovery": "x"}).status_code == 422
    client.post("/my/account/confirm/", {"code": app.at(clock.machine())})

    client.post(stop)

    assert not Factor.objects.working().exists()
    assert is_in(client)
    assert not is_in(other)
    assert "サインインの設定が変わりました" in post_office()[-1].subject


def test_the_last_way_in_stays(client, aoi):
    enter(client, aoi)
    assert client.post(SETTINGS + "password/stop/").status_code == 409

    give_app(aoi)
    assert client.post(SETTINGS + "password/stop/").status_code == 302
    stop = reverse("portal:account:stop", args=[Factor.objects.get().pk])
    assert client.post(stop).status_code == 409
    assert Factor.objects.working().exists()


def test_ten_codes_are_shown_once_and_each_comes_back_once(client, aoi):
    enter(client, aoi)
    page = client.post(SETTINGS + "codes/").text
    assert post_office()[-1].to == [AOI], "whoever reads the mail is told"
    codes = re.findall(r"<code>([A-Z2-9-]{14})</code>", page)
    assert len(set(codes)) == 10
    assert "no-store" in client.post(SETTINGS + "codes/")["Cache-Control"]
    old, codes = codes, re.findall(r"<code>([A-Z2-9-]{14})</code>", client.post(SETTINGS + "codes/").text)

    def come_back(code):
        browser = Client()
        read_mail(browser)
        browser.post("/sign-in/more/", {"recovery": code})
        return is_in(browser)

    assert [come_back(old[0]), come_back(codes[0].lower()), come_back(codes[0])] == [False, True, False]
    assert SignedIn.objects.filter(assurance="mail+recovery").count() == 1
    assert recovery_codes.left(aoi).count() == 9


def test_who_came_back_with_a_code_on_paper_is_led_to_what_the_lost_phone_still_opens(client, aoi):
    give_app(aoi)
    code = recovery_codes.make(account=aoi, by=identity.actor_for(aoi))[0]
    read_mail(client)

    response = client.post("/sign-in/more/", {"recovery": code})

    assert response["Location"] == SETTINGS
    page = client.get(SETTINGS).text
    assert "なくしたスマートフォンなどの入りかたは、ここでやめて" in page
    asked, pressed = page.index("<summary>この入りかたをやめる"), page.index("/stop/")
    assert asked < pressed, "one press asks, the second gives the way in up"


def test_codes_of_another_account_are_nothing(client, aoi):
    ben = people.open_account(kind="resident", login="ben", password=None, by=SYSTEM)
    code = recovery_codes.make(account=ben, by=identity.actor_for(ben))[0]
    read_mail(client)

    assert client.post("/sign-in/more/", {"recovery": code}).status_code == 422


def change_to(browser: Client, address: str) -> None:
    code = code_for(browser, address, SETTINGS + "address/")
    browser.post(SETTINGS + "address/code/", {"address": address, "code": code})


def test_a_changed_address_takes_over_after_three_days_and_the_old_one_is_told(client, aoi, later):
    enter(client, aoi)

    change_to(client, "new@mihon.invalid")

    told = post_office()[-1]
    assert (told.to, "3日後" in told.body) == ([AOI], True)
    assert contacts.account_with(AOI) == aoi
    assert contacts.account_with("new@mihon.invalid") is None
    later(hours=73)
    assert contacts.account_with(AOI) is None
    assert contacts.account_with("new@mihon.invalid") == aoi
    contacts.settle_changes()
    assert Contact.objects.filter(ended_at=None).count() == 1


def test_the_reader_of_the_old_address_stops_the_change_without_signing_in(client, aoi, later):
    enter(client, aoi)
    change_to(client, "thief@mihon.invalid")
    link = re.search(r"http://localhost:8000(/my/account/not-me/\S+)", post_office()[-1].body)[1]
    reader = Client()
    assert "変更を止めます" in reader.get(link).text
    assert contacts.coming(aoi), "mail programs open links: opening does nothing"

    assert "変更を止め、" in reader.post(link).text

    assert contacts.coming(aoi) is None
    assert not is_in(client), "who asked for it is signed out"
    assert reader.post(link).status_code == 404
    later(hours=73)
    assert contacts.account_with(AOI) == aoi


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "change.0198f000-0000-7000-8000-000000000000.x", "." * 300, "%00"]
)
def test_a_link_that_is_none_is_not_there(client, token):
    assert client.get(f"/my/account/not-me/{token}/").status_code in {400, 404}
