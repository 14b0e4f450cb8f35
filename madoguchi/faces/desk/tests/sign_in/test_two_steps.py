"""Staff come in with two factors, and every way in which somebody might come in with less."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from madoguchi.faces.shared.tests.device import Device
from madoguchi.faces.shared.tests.entering import enter, give_app, hold
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Account, SignedIn
from madoguchi.kernel.identity.ways_in import passkeys, sign_ins
from madoguchi.kernel.refs import SYSTEM

from .people import SECOND, first_step, is_in, open_staff, question


@pytest.mark.accepts("N-07")
def test_the_password_alone_opens_nothing_and_the_code_of_the_app_opens_the_desk(client, mori):
    app = give_app(mori)

    first = first_step(client, next="/desk/cases/")
    assert first["Location"] == SECOND + "?next=%2Fdesk%2Fcases%2F"
    assert not is_in(client)
    half_way = client.session.session_key
    second = client.post(SECOND, {"code": app.now(), "next": "/desk/cases/"})

    assert second["Location"] == "/desk/cases/"
    assert is_in(client)
    assert client.session.session_key != half_way, "a planted session is worth nothing"
    assert Event.objects.get(verb="signed_in").facts == {"assurance": "password+totp"}


@pytest.mark.accepts("N-07")
@pytest.mark.parametrize("assurance", ["password", "totp", "mail+passkey", ""])
def test_the_guard_itself_turns_away_a_session_with_one_factor(client, mori, assurance):
    enter(client, mori)
    assert is_in(client)

    SignedIn.objects.update(assurance=assurance)

    assert client.get("/desk/")["Location"] == "/desk/sign-in/?next=%2Fdesk%2F"
    assert client.get("/desk/cases/").status_code == 302


def staff_pages() -> list[str]:
    """The address of every page whose guard lets staff in, with ids of nothing."""
    found = []

    def walk(resolver, names: str) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, f"{names}{entry.namespace}:" if entry.namespace else names)
            elif str(getattr(entry.callback, "guard", "")).startswith("staff"):
                kinds = entry.pattern.converters.items()
                ids = {name: FILLED[type(kind).__name__] for name, kind in kinds}
                found.append(reverse(f"{names}{entry.name}", kwargs=ids))

    walk(get_resolver(), "")
    return found


FILLED = {
    "UUIDConverter": "0198f000-0000-7000-8000-000000000000",
    "SlugConverter": "x",
    "StringConverter": "x",
    "PathConverter": "x",
    "IntConverter": 1,
}


@pytest.mark.accepts("N-07")
def test_no_page_of_the_staff_opens_with_one_factor(client, mori):
    enter(client, mori)
    SignedIn.objects.update(assurance="password")
    pages = staff_pages()
    assert len(pages) > 80

    def answer(page):
        shown = client.get(page)
        return client.post(page) if shown.status_code == 405 else shown

    door = "/desk/sign-in/?next="
    opened = [page for page in pages if not answer(page).headers.get("Location", "").startswith(door)]

    assert opened == []


@pytest.mark.accepts("N-07")
@pytest.mark.parametrize("is_demo", [True, False])
def test_a_real_member_of_staff_is_no_fictional_one(client, mori, settings, is_demo):
    enter(client, mori)
    SignedIn.objects.update(assurance="demo")
    settings.DEMO = is_demo

    assert not is_in(client)


def test_a_session_that_names_an_account_but_no_sign_in_is_a_stranger(client, mori):
    session = client.session
    session["staff"] = str(mori.pk)
    session.save()

    assert not is_in(client)


def test_another_accounts_sign_in_does_not_fit(client, mori):
    row = sign_ins.let_in(account=open_staff("sato"), assurance="password+totp")
    hold(client, row)
    session = client.session
    session["staff"] = str(mori.pk)
    session.save()

    assert not is_in(client)


def test_second_step_without_the_first_is_the_door(client, mori):
    give_app(mori)

    response = client.post(SECOND, {"code": give_app(mori).now()})

    assert response.status_code == 422
    assert "はじめからやり直してください" in response.text
    assert not is_in(client)


def test_the_first_step_lasts_ten_minutes(client, mori, machine):
    give_app(mori)
    first_step(client)
    machine(minutes=11)

    assert client.get(SECOND).status_code == 422


def test_a_code_is_used_once_in_any_browser(client, mori):
    app, other = give_app(mori), Client()
    code = app.now()
    for browser in (client, other):
        first_step(browser)
    client.post(SECOND, {"code": code})

    response = other.post(SECOND, {"code": code})

    assert response.status_code == 422
    assert "もう使われています" in response.text
    assert not is_in(other)


@pytest.mark.parametrize("step", [-2, 2])
def test_a_code_two_steps_away_is_wrong(client, mori, step):
    app = give_app(mori)
    first_step(client)

    code = app.at(clock.machine(), counter_offset=step)

    assert client.post(SECOND, {"code": code}).status_code == 422


def test_the_code_of_another_person_is_wrong(client, mori):
    give_app(mori)
    other = give_app(open_staff("sato"))
    first_step(client)

    assert client.post(SECOND, {"code": other.now()}).status_code == 422
    assert not is_in(client)


def test_after_five_wrong_codes_the_right_one_waits_too_and_all_are_on_record(client, mori):
    app = give_app(mori)
    first_step(client)
    for _guess in range(5):
        assert client.post(SECOND, {"code": "000000"}).status_code == 422

    response = client.post(SECOND, {"code": app.now()})

    assert response.status_code == 429
    assert not is_in(client)
    refused = Event.objects.filter(verb="sign_in_refused")
    assert [event.facts["account"] for event in refused] == [str(mori.pk)] * 5
    assert {event.facts["factor"] for event in refused} == {"totp"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"code": ""},
        {"code": "１２３４５６"},
        {"code": "9" * 10_000},
        {"credential": "{"},
        {"credential": "[]"},
        {"credential": '{"rawId": 1}'},
        {"credential": "x" * 30_000},
        {"number": "😀", "pin": "\u202e"},
        {"pin": "1" * 5_000},
    ],
)
def test_odd_things_are_refused_politely(client, mori, sent):
    give_app(mori)
    first_step(client)

    assert client.post(SECOND, sent).status_code == 422


def test_a_password_of_ten_kilobytes_is_a_wrong_one_and_is_not_hashed_whole(client, mori, monkeypatch):
    hashed = []
    monkeypatch.setattr(Account, "check_password", lambda self, raw: hashed.append(len(raw)) or False)

    assert client.post("/desk/sign-in/", {"login": "mori", "password": "x" * 10_000}).status_code == 422
    assert hashed == [201]


def with_passkey(account: Account, **how) -> Device:
    device = Device(**how)
    asked, state = passkeys.begin_registering(account.pk, kind="staff", name=account.login)
    credential = passkeys.made(state, Device.create(device, asked)) if device.unlocks else None
    assert credential is not None
    passkeys.register(account=account, credential=credential, label="", by=SYSTEM)
    return device


def test_a_passkey_is_the_second_step(client, mori):
    device = with_passkey(mori)
    first_step(client)

    client.post(SECOND, {"credential": device.get(question(client.get(SECOND)))})

    assert is_in(client)
    assert SignedIn.objects.get().assurance == "password+passkey"


def test_a_passkeys_answer_works_once_and_for_its_question_only(client, mori):
    device, other = with_passkey(mori), Client()
    first_step(client)
    first_step(other)
    answer = device.get(question(client.get(SECOND)))
    client.get(SECOND)  # a new question: the old answer is too late

    assert client.post(SECOND, {"credential": answer}).status_code == 422
    other.get(SECOND)
    assert other.post(SECOND, {"credential": answer}).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize(
    "how",
    [{"unlocks": False}, {"origin": "https://evil.example"}, {"origin": "http://localhost:8001"}],
    ids=["only touched", "another page", "another port"],
)
def test_a_passkey_that_is_not_unlocked_or_answers_another_page_opens_nothing(client, mori, how):
    device = with_passkey(mori)
    for name, value in how.items():
        setattr(device, name, value)
    first_step(client)

    response = client.post(SECOND, {"credential": device.get(question(client.get(SECOND)))})

    assert response.status_code == 422
    assert "パスキーを確認できませんでした" in response.text


def test_anothers_passkey_opens_nothing(client, mori):
    with_passkey(mori)
    device = with_passkey(open_staff("sato"))
    first_step(client)

    assert client.post(SECOND, {"credential": device.get(question(client.get(SECOND)))}).status_code == 422


def test_an_overheard_answer_of_a_passkey_that_does_not_count_works_no_second_time(client, mori):
    device = with_passkey(mori)
    device.counter = -1  # the next answer says 0, as those of most telephones always do
    first_step(client)
    answer = device.get(question(client.get(SECOND)))
    assert client.post(SECOND, {"credential": answer}).status_code == 302
    first_step(client)

    assert client.post(SECOND, {"credential": answer}).status_code == 422


def test_a_copy_of_a_passkey_shows_by_its_count(client, mori):
    device = with_passkey(mori)
    device.counter = 7
    first_step(client)
    client.post(SECOND, {"credential": device.get(question(client.get(SECOND)))})
    device.counter = 3  # the copy never saw the last sign-ins
    other = Client()
    first_step(other)

    assert other.post(SECOND, {"credential": device.get(question(other.get(SECOND)))}).status_code == 422
    assert not is_in(other)


def test_where_browsers_make_no_passkeys_the_page_asks_for_none(client, mori, settings):
    with_passkey(mori)
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    first_step(client)

    assert 'data-options=""' in client.get(SECOND).text
