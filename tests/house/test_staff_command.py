"""`mado staff`: what the IT section does for the sign-in of staff at the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.test import Client

from madoguchi.faces.cli.main import mado
from madoguchi.faces.shared.tests.entering import enter, give_app
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, Appointment, Factor
from madoguchi.kernel.identity.ways_in import cards
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")


def run(*words: str, fails: bool = False) -> str:
    done = CliRunner().invoke(mado, ["staff", *words])
    assert (done.exit_code != 0) == fails, done.output
    return done.output or str(done.exception)


@pytest.fixture
def mori() -> Account:
    people.keep_division(key="見本課", name="見本課")
    people.keep_post(key="mihon.tanto", division="見本課", title="担当", roles=["clerk"])
    run("add", "mori", "森", "--post", "mihon.tanto")
    return Account.objects.get(login="mori")


def test_a_new_member_of_staff_sits_in_the_chair_and_comes_in_with_the_code(mori):
    code = CODE.search(run("invite", "mori"))[0]
    typed = {"login": "mori", "invitation": code, "password": "kumo no ito san", "again": "kumo no ito san"}

    response = Client().post("/desk/sign-in/first-time/", typed)

    assert response["Location"].startswith("/desk/sign-in/register/")
    assert Appointment.objects.get(account=mori).post.key == "mihon.tanto"


@pytest.mark.parametrize(
    "words",
    [
        ("add", "mori", "森", "--post", "mihon.tanto"),
        ("add", "sato", "佐藤", "--post", "nowhere"),
        ("invite", "nobody"),
        ("stop-card", "nobody"),
        ("sessions", "--end"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(mori, words):
    run(*words, fails=True)

    assert Account.objects.count() == 1


def test_the_chairs_are_listed_with_the_key_that_add_wants(mori):
    people.keep_post(key="mihon.kakaricho", division="見本課", title="係長", roles=["clerk", "head"])

    assert "mihon.tanto  見本課 担当  clerk" in run("posts")
    assert run("posts", "係長").split() == ["mihon.kakaricho", "見本課", "係長", "clerk・head"]


def test_with_the_code_stands_at_which_door_it_is_typed(mori):
    assert "はじめて使う方はこちら" in run("invite", "mori")
    mori.set_password("kumo no ito san")
    mori.save()

    assert "いつものログイン名とパスワード" in run("reset-factors", "mori")
    assert "はじめて使う方はこちら" in run("invite", "mori", "--forgot-password")


def test_sessions_are_listed_and_ended(mori):
    browser = enter(Client(), mori)
    assert run("sessions").startswith("mori  password+totp")

    run("sessions", "mori", "--end")

    assert "mori" not in run("sessions")
    assert browser.get("/desk/").status_code == 302


def test_a_lost_card_is_stopped(mori):
    cards.register(account=mori, number="04A2197C", pin="7391", again="7391", label="", by=SYSTEM)

    assert "1 枚" in run("stop-card", "mori")

    assert not Factor.objects.working().exists()


def test_resetting_stops_every_factor_and_gives_a_code(mori):
    give_app(mori)
    browser = enter(Client(), mori)

    assert CODE.search(run("reset-factors", "mori"))

    assert not Factor.objects.working().exists()
    assert browser.get("/desk/").status_code == 302
