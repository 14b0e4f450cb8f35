"""練習ページ: sample forms on one's own telephone, which reach nobody and leave nothing behind."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image

from madoguchi.engines.booking.models import Booking, Slot
from madoguchi.engines.booking.tests import make
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.lessons import jobs as clearing
from madoguchi.engines.lessons import metrics, services
from madoguchi.engines.lessons.models import Visit
from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.procedures import metrics as measures
from madoguchi.engines.procedures import pack
from madoguchi.engines.procedures import queries as procedures
from madoguchi.engines.procedures.models import Case
from madoguchi.faces.portal.lessons import views
from madoguchi.faces.shared.tests import entering
from madoguchi.kernel import clock, jobs, search
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity.models import Account, Division, Party
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import anonymous
from madoguchi.kernel.vault.models import DataKey, StoredFile

from .conftest import answer_all, hand_in_papers, make_resident, send

pytestmark = pytest.mark.django_db
INDEX = "/practice/"
TEA, PHOTO = "renshu.1_moji", "renshu.3_shashin"
ANSWERS = [
    ("nickname", {"value": "ひみつのなまえ"}),
    ("drink", {"value": "green"}),
    ("cups", {"value": "３"}),
    ("sweets", {"value": "yes"}),
]


def begin(client: Client, key: str = TEA) -> str:
    """Press 「練習する」 and 「始める」; the address of the draft."""
    there = client.post(f"{INDEX}{key}/begin/")["Location"]
    assert there == f"{INDEX}try/procedures/{key}/"
    began = client.post(f"{there}start/")["Location"]
    return re.sub(r"question/.*$", "", client.get(began).headers.get("Location", began))


def practise(client: Client) -> str:
    """The first lesson from beginning to end; the address of its case."""
    draft = begin(client)
    answer_all(client, draft, ANSWERS)
    return send(client, draft)


@pytest.mark.accepts("C-19-T1")
def test_who_learns_finds_a_class_nearby_is_booked_twice_by_telephone_and_practises_on_their_own_phone(city):
    phone = Client()
    places = reverse("portal:booking:places", args=["sumaho"])
    near = phone.get(places, {"town": "中村"}).text
    without = phone.get(places, {"town": "中村", "age": "none"}).text
    assert "60歳から" in near and "年齢の決まりなし" in near
    assert "60歳から" not in without and "年齢の決まりなし" in without

    # By telephone through staff, and again another day: who came once may come again.
    clerk = entering.enter(Client(), make.staff("sakai", "高齢社会対策課"))
    whom = {
        "family": "見本",
        "given": "うめ",
        "phone": "03-0000-0001",
        "birth": "1940-04-01",
        "channel": "phone",
    }
    soon = clock.now() + dt.timedelta(days=1)
    slots = Slot.objects.filter(resource__area__key="sumaho", resource__key="toshokan", starts_at__gt=soon)[
        :2
    ]
    for number, slot in enumerate(slots):
        form = {"slot": slot.pk, "then": "book", "asked": str(number), **whom}
        clerk.post(reverse("desk:booking:new", args=["sumaho"]), form)
    assert Booking.objects.filter(state="booked", channel="phone").count() == 2

    index = phone.get(INDEX).text
    assert (
        "<svg" in index and "http://127.0.0.1:8000/practice/" in index
    )  # for the camera of one's own telephone
    case = practise(phone)
    receipt = phone.get(f"{case}receipt/").text
    assert "練-" in receipt and "どこにも届いていません" in receipt
    assert "送れました" in phone.get(INDEX).text
    assert phone.get("/my/")["Location"].startswith("/sign-in/")  # outside they are nobody, as before


def test_what_is_practised_reaches_nobody_and_counts_nowhere(city, django_capture_on_commit_callbacks):
    clerk = make.staff("joho", "情報政策課", "clerk", "head")
    before = (procedures.tally(clerk), measures.received().value, measures.online_share().value)
    learner = Client()

    with django_capture_on_commit_callbacks(execute=True):
        practise(learner)
    jobs.run_due()

    assert before == (procedures.tally(clerk), measures.received().value, measures.online_share().value)
    assert procedures.cases(clerk) == ([], 0)
    assert set(Delivery.objects.values_list("channel", flat=True)) <= {"inbox"}
    assert mail.outbox == []
    assert (metrics.visits().value, metrics.sent().value) == (1, 1)
    assert not [one for one in search.find("文字を書いて送る", by=clerk) if "練習1" in one.title]
    assert [one.title for one in search.find("練習したい", by=anonymous())][:1] == ["練習ページ"]
    desk = entering.enter(Client(), clerk).get("/desk/").text
    assert "練習1" not in desk and "練-" not in desk
    assert TEA not in Client().get("/procedures/").text
    assert Client().get(f"/procedures/{TEA}/").status_code == 404
    assert TEA not in Client().get("/api/v1/procedures").text


def test_when_it_is_over_nothing_of_it_is_left_but_a_number(city, django_capture_on_commit_callbacks):
    people, accounts, keys = (
        Party.objects.count(),
        Account.objects.count(),
        DataKey.objects.filter(destroyed_at=None).exclude(about__startswith="vault:index"),
    )
    known = keys.count()
    learner = Client()
    with django_capture_on_commit_callbacks(execute=True):
        practise(learner)
        draft = begin(learner, PHOTO)
        answer_all(
            learner,
            draft,
            [("what", {"value": "にわの花"}), ("signature", {"value": "練習 はなこ", "agreed": "on"})],
        )
        photo = io.BytesIO()
        Image.new("RGB", (80, 60), "white").save(photo, "JPEG")
        photo.seek(0)
        photo.name = "hana.jpg"
        learner.post(f"{draft}papers/shashin/", {"value": photo})
    jobs.run_due()
    assert StoredFile.objects.filter(name="hana.jpg").exists()

    ended = learner.post(f"{INDEX}end/", follow=True)

    assert "すべて消しました" in ended.text and "送れました" not in ended.text
    assert not Draft.everything.exists() and not Case.everything.exists() and not Message.objects.exists()
    assert (Party.objects.count(), Account.objects.count(), keys.count()) == (people, accounts, known)
    assert (Visit.objects.get().sent, services.end(visit=Visit.objects.get(), by=anonymous())) == (1, False)
    # The pages of the draft are gone, also for the browser that still has them open.
    assert learner.get(draft)["Location"] == INDEX
    jobs.run_due()  # what the worker still had in hand about it asks for nothing that is not there


def test_a_lesson_nobody_ends_is_cleared_away_the_same_day(city):
    learner = Client()
    practise(learner)

    with clock.frozen(clock.now() + services.LASTS - dt.timedelta(minutes=1)):
        clearing.clear_old_visits()
        assert Case.everything.count() == 1
    with clock.frozen(clock.now() + services.LASTS + dt.timedelta(minutes=1)):
        gone = learner.get(f"{INDEX}try/my/")
        clearing.clear_old_visits()
    assert gone.status_code == 410 and "この練習は終わりました" in gone.text
    assert not Case.everything.exists()
    assert Visit.objects.get().ended_at is not None


def test_one_browser_sees_nothing_of_anothers_lesson(city):
    one, other = Client(), Client()
    case, draft = practise(one), begin(other)

    assert other.get(case).status_code == 404
    assert other.get(draft).status_code in {200, 302}
    assert one.get(draft).status_code == 404
    assert Client().get(case)["Location"] == INDEX
    for address in (
        "not-an-id",
        "../desk/",
        "my/looks/",
        "my/account/",
        "desk/",
        "api/v1/about",
        "procedures/juminhyo.utsushi/",
    ):
        assert other.get(f"{INDEX}try/{address}").status_code == 404, address
    assert other.post(f"{INDEX}try/procedures/juminhyo.utsushi/start/").status_code == 404
    assert other.post(f"{INDEX}juminhyo.utsushi/begin/").status_code == 404
    assert other.get(f"{INDEX}try/help/")["Location"] == "/help/"
    assert other.get(f"{INDEX}try/procedures/")["Location"] == INDEX


def test_staff_who_practise_do_not_see_who_learns(city):
    from madoguchi.kernel.practice import practising

    case_of = practise(Client())
    clerk = make.staff("joho", "情報政策課", "clerk", "head")

    with practising("0" * 32):
        assert procedures.cases(clerk) == ([], 0)
        assert procedures.find_by_receipt(clerk, Case.everything.get().receipt) is None
    assert str(Case.everything.get().pk) in case_of


def test_a_house_full_of_learners_says_so_and_so_does_one_who_begins_too_often(city, monkeypatch):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    for _each in range(2):
        begin(Client())
    full = Client().post(f"{INDEX}{TEA}/begin/")
    assert full.status_code == 429 and "たいへん多いため" in full.text
    monkeypatch.setattr(services, "MOST_AT_ONCE", 500)
    monkeypatch.setattr(views, "BEGUN_PER_MINUTE", 3)
    with clock.frozen(clock.now() + dt.timedelta(minutes=5)):
        answers = [Client().post(f"{INDEX}{TEA}/begin/").status_code for _each in range(5)]
    assert answers == [302, 302, 302, 429, 429]


def test_the_same_browser_goes_on_as_the_same_person(city):
    learner = Client()
    begin(learner)
    begin(learner, PHOTO)

    assert Visit.objects.count() == 1
    assert learner.get(INDEX).text.count("続きを書く") == 2


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko", "ja-easy"])
def test_the_sample_forms_speak_every_language(city, language):
    learner = Client()
    learner.cookies["language"] = language
    draft = begin(learner)
    page = learner.get(f"{draft}question/nickname/").text
    assert "呼ばれたい名前を書いてください" not in page


def test_papers_of_a_lesson_are_asked_for_and_may_come_later(city):
    learner = Client()
    draft = begin(learner, PHOTO)
    answer_all(
        learner, draft, [("what", {"value": "花"}), ("signature", {"value": "練習 はなこ", "agreed": "on"})]
    )
    hand_in_papers(learner, draft)
    assert "写真" in learner.get(send(learner, draft)).text


def test_what_one_visit_may_do_to_the_house_is_bounded(city, monkeypatch):
    monkeypatch.setattr(services, "MOST_CHANGES", 6)
    learner = Client()
    draft = begin(learner)
    for path, posted in ANSWERS:
        learner.post(f"{draft}question/{path}/", posted)
    learner.post(f"{draft}submit/")

    full = learner.post(f"{INDEX}try/procedures/{PHOTO}/start/")

    assert full.status_code == 429 and "もうたくさん書きました" in full.text
    assert (Draft.everything.count(), Case.everything.count()) == (1, 1)
    assert learner.post(f"{INDEX}end/", follow=True).status_code == 200


def test_papers_of_one_visit_are_bounded_and_no_paper_is_drawn_for_it(city, monkeypatch):
    monkeypatch.setattr(services, "MOST_FILES", 1)
    learner = Client()
    draft = begin(learner, PHOTO)
    first, second = (
        learner.post(f"{draft}papers/shashin/", {"way": "later"}).status_code for _each in range(2)
    )
    assert (first, second) == (302, 429)
    practise(Client())
    assert not Job.objects.filter(kind="procedures.receipt_copy").exists()


def test_one_address_does_not_fill_the_house_and_visits_that_are_over_do_not_count(city, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE_ADDRESS", 1)
    begin(Client())
    assert Client().post(f"{INDEX}{TEA}/begin/").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post(f"{INDEX}{TEA}/begin/").status_code == 302
    with clock.frozen(clock.now() + services.LASTS + dt.timedelta(minutes=1)):
        assert Client().post(f"{INDEX}{TEA}/begin/").status_code == 302
    assert all("192.0.2.7" not in one.origin for one in Visit.objects.all())


def test_one_visit_that_cannot_be_cleared_keeps_no_other(city, monkeypatch):
    for _each in range(3):
        begin(Client())
    stubborn = Visit.objects.order_by("started_at").first()
    really = services.end

    def end(*, visit, by):
        if visit.pk == stubborn.pk:
            raise RuntimeError("cannot go")
        return really(visit=visit, by=by)

    monkeypatch.setattr(services, "end", end)
    with clock.frozen(clock.now() + services.LASTS + dt.timedelta(minutes=1)):
        clearing.clear_old_visits()
    assert [one.pk for one in Visit.objects.filter(ended_at=None)] == [stubborn.pk]


def test_the_record_does_not_say_who_practised_and_a_planted_session_opens_nothing(city):
    aoi = make_resident("aoi")
    learner = entering.enter(Client(), aoi)
    planted, last = learner.session.session_key, Event.objects.order_by("pk").last()
    since = last.pk if last else None

    draft = begin(learner)
    learner.post(f"{INDEX}end/")

    assert learner.session.session_key != planted
    told = Event.objects.filter(pk__gt=since) if since else Event.objects.all()
    assert not [one.verb for one in told if one.actor_account == aoi.pk]
    assert all(one.practice for one in told), [one.verb for one in told if not one.practice]
    assert learner.get("/my/").status_code == 200  # outside Aoi is Aoi
    assert learner.get(draft)["Location"] == INDEX


def test_a_lesson_left_open_does_not_hold_up_a_pack(city):
    practise(Client())
    tomorrow = clock.today() + dt.timedelta(days=1)
    Division.objects.filter(pk=Case.everything.get().division_id).update(valid_until=tomorrow, passes_to=None)

    pack._refuse_orphans()
