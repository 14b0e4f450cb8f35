"""Sign-in, language, text size, refusals, forms that are too old."""

import json

import pytest
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory

from madoguchi.faces.shared import guards, refusals, sessions, views
from madoguchi.faces.shared.guards import anyone, guard, machine, resident, staff
from madoguchi.faces.shared.middleware import PoliteRefusals
from madoguchi.faces.shared.pages import here, safe_next
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed, NotFound, Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, anonymous


def asked(path="/", actor=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.actor = actor or anonymous()
    request.htmx = None
    return request


def seen(rule, actor, path="/x/"):
    view = guard(rule)(lambda request: HttpResponse("inside"))
    return view(asked(path, actor))


AOI = Actor(ActorKind.RESIDENT)
SATO = Actor(ActorKind.STAFF, chairs=frozenset({("子育て支援課", "clerk")}), assurance="password+totp")


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (anyone, "anyone"),
        (resident, "resident"),
        (machine, "machine"),
        (staff(), "staff"),
        (staff("head", "clerk"), "staff(clerk, head)"),
    ],
)
def test_guard_writes_its_name_on_the_view(rule, name):
    assert guard(rule)(lambda request: None).guard == name


def test_guard_lets_the_right_kind_in():
    assert seen(anyone, anonymous()).content == b"inside"
    assert seen(resident, AOI).content == b"inside"
    assert seen(staff("clerk"), SATO).content == b"inside"


def test_guard_sends_a_stranger_to_the_right_door_and_back():
    assert seen(resident, anonymous(), "/my/?a=1")["Location"] == "/sign-in/?next=%2Fmy%2F%3Fa%3D1"
    assert seen(staff(), anonymous(), "/desk/")["Location"] == "/desk/sign-in/?next=%2Fdesk%2F"


def test_guard_does_not_tell_the_wrong_kind_that_there_is_a_door():
    with pytest.raises(NotFound):
        seen(staff(), AOI)
    with pytest.raises(NotFound):
        seen(resident, SATO)


def test_guard_refuses_staff_without_the_role():
    with pytest.raises(NotAllowed):
        seen(staff("operator"), SATO)


def test_guarded_page_is_kept_by_no_cache():
    assert "no-store" in seen(resident, AOI)["Cache-Control"]


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.invalid/", "//evil.invalid/", "javascript:alert(1)", "/\\evil.invalid", "", "my/"],
)
def test_next_never_leads_away_from_us(wanted):
    assert safe_next(RequestFactory().get("/", {"next": wanted})) == "/"


def test_next_leads_back():
    assert safe_next(RequestFactory().get("/", {"next": "/my/?a=1"})) == "/my/?a=1"


def test_here_is_the_page_whose_form_was_sent():
    request = RequestFactory().post("/x/", headers={"referer": "http://testserver/procedures/a/?b=1"})
    assert here(request) == "/procedures/a/?b=1"
    request = RequestFactory().post("/x/", headers={"referer": "http://evil.invalid/y"})
    assert here(request) == "/"


@pytest.mark.django_db
def test_language_is_remembered_and_leads_back(client):
    response = client.get("/language/ja-easy/?next=/help/")

    assert response["Location"] == "/help/"
    assert client.cookies["language"].value == "ja-easy"
    assert client.cookies["language"]["httponly"]


@pytest.mark.django_db
def test_language_nobody_speaks_here_is_not_found(client):
    assert client.get("/language/xx/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepts", "tag"),
    [
        ("ko-KR,ko;q=0.9", "ko"),
        ("zh-CN", "zh-Hans"),
        ("en-GB", "en"),
        ("fr", "ja"),
        ("", "ja"),
        ("\x00;;q=x", "ja"),
    ],
)
def test_language_of_the_browser_is_understood(client, accepts, tag):
    assert client.get("/sign-in/", headers={"accept-language": accepts})["Content-Language"] == tag


@pytest.mark.django_db
def test_large_text_is_remembered_for_every_page(client):
    assert client.get("/text-size/large/?next=/sign-in/")["Location"] == "/sign-in/"
    page = client.get("/sign-in/").content.decode()

    assert 'data-text="large"' in page
    assert "文字をふつうに" in page


@pytest.mark.django_db
def test_sign_in_by_choosing_a_fictional_person(client, settings):
    settings.DEMO = True
    login, label = demo.residents()[0]
    identity.open_account(kind="resident", login=login, password=None, is_demo=True, by=SYSTEM)
    before = client.session.session_key

    assert label in client.get("/sign-in/").content.decode()
    response = client.post("/sign-in/", {"login": login, "next": "/language/"})

    assert response["Location"] == "/language/"
    assert client.session[sessions.RESIDENT]
    assert client.session.session_key != before


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["", "nobody", "sato", "<script>"])
def test_sign_in_as_nobody_is_refused_in_words(client, settings, login):
    settings.DEMO = True

    response = client.post("/sign-in/", {"login": login})

    assert response.status_code == 422
    assert "サインインする人を選んでください" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{}, {"password": "long enough words"}])
def test_outside_a_demo_nobody_comes_in_by_choosing_or_with_a_password_alone(client, settings, more):
    settings.DEMO = False
    identity.open_account(kind="resident", login="aoi", password="long enough words", by=SYSTEM)

    assert client.post("/sign-in/", {"login": "aoi", **more}).status_code == 422
    assert sessions.RESIDENT not in client.session


@pytest.mark.django_db
def test_sign_out_of_the_portal_leaves_the_desk_open(client):
    session = client.session
    session[sessions.RESIDENT] = session[sessions.STAFF] = "0190c5f0-0000-7000-8000-000000000000"
    session.save()

    client.post("/sign-out/")

    assert sessions.RESIDENT not in client.session
    assert sessions.STAFF in client.session


@pytest.mark.django_db
def test_realms_never_mix(client):
    aoi = identity.open_account(kind="resident", login="aoi", password=None, by=SYSTEM)
    session = client.session
    session[sessions.STAFF] = str(aoi.pk)  # a resident's id where staff belong
    session.save()

    assert client.get("/desk/")["Location"].startswith("/desk/sign-in/")


@pytest.mark.django_db
def test_broken_session_is_a_stranger_not_an_error(client):
    session = client.session
    session[sessions.RESIDENT] = "not an id"
    session.save()

    assert client.get("/my/")["Location"].startswith("/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize("planted", [7, 10**31, True, {"a": 1}, ["x"], "not an id"], ids=str)
def test_what_was_planted_in_a_session_counts_as_absent(client, planted):
    keys = (
        "resident", "resident_sign_in", "staff", "staff_sign_in", "language", "acting_for", "halfway",
        "passkey_challenge", "totp_nonce", "new_account", "asks_for_codes", "oidc_arrived",
    )  # fmt: skip
    now = clock.machine().isoformat()
    half = {"account": planted, "kind": "resident", "invited": False, "whose": "", "way": "", "at": now}
    broken = {"nonce": planted, "of": "", "state": planted, "by": planted, "mandate": planted, "at": planted}

    for value in (planted, half, broken):
        for path, sent in (
            ("/my/", None),
            ("/desk/", None),
            ("/sign-in/more/", None),
            ("/sign-in/", {"credential": "{}"}),
            ("/sign-in/code/", {"address": "aoi@mihon.invalid", "code": "1"}),
            ("/sign-in/new/", {"kind": "totp", "code": "1", "address": "aoi@mihon.invalid"}),
        ):
            session = client.session
            session.update(dict.fromkeys(keys, value))
            session.save()
            answer = client.get(path) if sent is None else client.post(path, sent)
            assert answer.status_code in {302, 200, 422, 429}, path
            assert answer.get("Location", "/sign-in/").startswith(("/sign-in/", "/desk/sign-in/"))


@pytest.mark.django_db
def test_form_that_stood_open_too_long_says_so(settings):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "hana"})

    assert response.status_code == 403
    assert "画面を開いてから時間がたったため" in response.content.decode()


class Full(Refusal):
    code = "full"
    message = "%(what)sは満員です。"


def test_refusal_under_api_is_problem_json():
    response = refusals.answer(asked("/api/v1/x"), Full(what="教室"))

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["code"] == "full"
    assert problem["detail"] == "教室は満員です。"
    assert problem["type"] == "urn:madoguchi:refusal:full"


@pytest.mark.django_db
def test_refusal_of_staff_is_on_record(client):
    account = identity.open_account(kind="staff", login="sato", password=None, name="佐藤", by=SYSTEM)
    request = asked("/desk/x/", Actor(ActorKind.STAFF, account=account.pk, name="佐藤"))
    request.account = account
    request.session = client.session
    request.COOKIES = {}

    PoliteRefusals(lambda request: None).process_exception(request, Full(what="x"))

    event = Event.objects.get(verb=Event.REFUSED)
    assert event.facts == {"code": "full", "path": "/desk/x/"}


def test_our_fault_asks_no_database():
    response = views.our_fault(asked())

    assert response.status_code == 500
    assert "こちらの不具合です" in response.content.decode()


def test_our_fault_is_said_also_where_the_list_of_static_files_is_missing(settings, tmp_path):
    by_a_list = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": by_a_list}
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(ValueError, match="manifest"):
        static("shared/madoguchi.css")

    response = views.our_fault(asked())

    assert response.status_code == 500
    assert 'href="/static/shared/madoguchi.css"' in response.content.decode()


@pytest.mark.django_db
def test_more_fields_than_anybody_sends_is_a_polite_no(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10

    response = client.post("/sign-in/", {f"f{n}": "x" for n in range(20)})

    assert response.status_code == 400
    assert "大きすぎる" in response.content.decode()


def test_guard_names_the_doors_it_sends_to():
    assert guards.RESIDENT_SIGN_IN == "shared:sign_in"
