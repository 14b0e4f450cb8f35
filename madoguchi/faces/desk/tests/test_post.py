"""郵送するもの: what nobody would read in an inbox is printed, by somebody whose look is on record."""

from datetime import timedelta

import pytest

from madoguchi.engines.messaging.models import Delivery
from madoguchi.engines.messaging.services import notify
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from .conftest import Desk
from .test_look import personal_in

FIRST, NEXT = "記録して、ひらく", "印刷して、送りました"


def by_phone(desk: Desk, **party) -> Case:
    """A claim that Sato wrote in for somebody without an account."""
    person = people.keep_party(profile={}, by=SYSTEM, **party)
    draft = make.draft_of(desk.actor, channel="phone", party=person)
    return services.submit(draft=make.answer_all(draft, desk.actor), by=desk.actor)


@pytest.fixture
def phoned(sato) -> Case:
    return by_phone(sato)


def waiting(case: Case, kind: str = "case.received") -> Delivery:
    return Delivery.objects.get(channel="post", message__about=str(case.ref), message__kind=kind)


def open_letter(desk: Desk, letter: Delivery):
    assert desk.browser.post(f"/desk/post/{letter.pk}/look/").status_code == 302
    return desk.browser.get(f"/desk/post/{letter.pk}/")


def test_what_waits_for_the_post_stands_in_a_list_without_names_and_is_counted(sato, takagi, phoned, case):
    page, home = sato.get("to_post"), sato.get("home")

    assert phoned.receipt in page.text
    assert "受付のお知らせ" in page.text
    assert case.receipt not in page.text, "Aoi reads hers in the inbox"
    assert personal_in(page) == []
    assert '<span class="count">1</span>' in home.text.split('id="post-title"')[1].split("</h2>")[0]
    assert phoned.receipt not in takagi.get("to_post").text


def test_a_letter_shows_address_and_words_only_after_a_look_that_does_not_open_the_case(sato, phoned):
    letter = waiting(phoned)

    before = sato.browser.get(f"/desk/post/{letter.pk}/")
    assert FIRST in before.text and NEXT not in before.text
    assert personal_in(before) == []
    shown = open_letter(sato, letter)

    assert "見本 あおい 様" in shown.text
    assert "〒000-0001<br>架空県見本市見本町1-2-3" in shown.text
    assert phoned.receipt in shown.text
    [look] = audit.reads_about(phoned.ref)
    assert (look.purpose, look.what) == ("郵送のための印刷", "郵送するもの（宛名と中身）")
    assert personal_in(sato.get("procedures:case", phoned)) == []


def test_sent_takes_it_off_the_list_once_and_is_on_record(sato, tamura, phoned):
    letter = waiting(phoned)
    assert tamura.browser.post(f"/desk/post/{letter.pk}/sent/").status_code == 403
    open_letter(sato, letter)

    answers = [sato.browser.post(f"/desk/post/{letter.pk}/sent/").status_code for _ in range(2)]

    letter.refresh_from_db()
    assert answers == [302, 302]
    assert letter.state == "handed"
    assert "いま、郵送するものはありません" in sato.get("to_post").text
    assert audit.events_about(phoned.ref).filter(verb="delivery.handed").count() == 1
    assert sato.browser.get(f"/desk/post/{letter.pk}/").status_code == 302


@pytest.mark.parametrize("page", ["", "look/", "paper/", "sent/"])
def test_a_letter_of_another_division_is_not_there(takagi, phoned, page):
    ask = takagi.browser.post if page in {"look/", "sent/"} else takagi.browser.get

    response = ask(f"/desk/post/{waiting(phoned).pk}/{page}")

    assert response.status_code == 404
    assert audit.reads_about(phoned.ref).count() == 0


def test_a_letter_about_a_correction_says_what_to_put_right(sato, phoned):
    phoned = make.at(phoned, "checking", sato=sato.actor)
    services.ask_correction(
        case=phoned, items={"account": "ご本人の口座を"}, by=sato.actor, seen=phoned.version
    )

    shown = open_letter(sato, waiting(phoned, "case.returned"))

    assert "補正のお願い" in shown.text
    assert "振込先の口座</b><br>ご本人の口座を" in shown.text


def test_a_decision_nobody_has_checked_is_never_among_the_letters(sato, ogawa, tamura, phoned):
    phoned = make.at(phoned, "deciding", sato=sato.actor)
    services.decide(case=phoned, outcome="granted", by=ogawa.actor, seen=phoned.version)
    jobs.run_due()
    decision = Decision.objects.get()
    early = notify(
        kind="case.decided",
        about=phoned.ref,
        recipient=phoned.applicant,
        subject="x",
        body="x",
        channels=("post",),
        attachments=(decision.letter,),
        by=SYSTEM,
        key="too early",
    ).deliveries.get()

    assert "決定の通知書" not in sato.get("to_post").text
    assert sato.browser.post(f"/desk/post/{early.pk}/look/").status_code == 404

    services.record_letter_opened(case=phoned, by=tamura.actor)
    services.check_and_send(case=phoned, by=tamura.actor)
    assert "決定の通知書" in sato.get("to_post").text
    letter = waiting_pdf(phoned)
    assert "見本 あおい" not in open_letter(sato, letter).text, "the address stands on the paper"
    assert sato.browser.get(f"/desk/post/{letter.pk}/paper/").content.startswith(b"%PDF")
    assert tamura.browser.get(f"/desk/post/{letter.pk}/paper/").status_code == 403


def waiting_pdf(case: Case) -> Delivery:
    letters = Delivery.objects.filter(channel="post", message__kind="case.decided")
    return letters.exclude(message__key="too early").get(message__about=str(case.ref))


def test_a_letter_that_lies_too_long_is_stuck(sato, takagi, phoned):
    later = clock.now() + timedelta(days=10)
    assert phoned.receipt not in sato.get("stuck").text

    with clock.frozen(later):
        mine, theirs, home = sato.get("stuck"), takagi.get("stuck"), sato.get("to_post")

    assert phoned.receipt in mine.text and "2日を過ぎても" in mine.text
    assert f"/desk/post/{waiting(phoned).pk}/" in mine.text
    assert phoned.receipt not in theirs.text
    assert "2日を過ぎました" in home.text


def test_the_list_asks_the_same_number_of_questions_for_one_letter_and_for_five(
    sato, phoned, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(25) as counted:
        sato.get("to_post")
    for _ in range(4):
        by_phone(sato)

    with django_assert_num_queries(len(counted)):
        response = sato.get("to_post")

    assert response.text.count("data-row") == 5


@pytest.fixture
def keeper(procedure) -> Desk:
    return Desk(make.clerk("keeper", "sees_protected", name="鍵谷"))


def test_a_protected_persons_letter_is_for_who_holds_the_right_here(sato, keeper):
    elsewhere = Desk(make.clerk("kubo", name="久保"))
    people.keep_division(key="介護保険課", name="介護保険課")
    post = people.keep_post(key="kaigo", division="介護保険課", title="担当", roles=["sees_protected"])
    account = people_account(elsewhere)
    people.appoint(account=account, post=post, since=make.dt.date(2020, 4, 1), by=SYSTEM)
    letter = waiting(case := by_phone(sato, is_protected=True))

    for desk in (sato, elsewhere):
        shown = desk.browser.get(f"/desk/post/{letter.pk}/")
        assert "権限のある人に頼む" in shown.text and "鍵谷" in shown.text
        assert FIRST not in shown.text
        assert desk.browser.post(f"/desk/post/{letter.pk}/look/").status_code == 403
        assert desk.browser.post(f"/desk/post/{letter.pk}/sent/").status_code == 403
        assert personal_in(shown) == []
    assert audit.reads_about(case.ref).count() == 0

    assert "見本町1-2-3" in open_letter(keeper, letter).text


def people_account(desk: Desk):
    return identity.account(desk.actor.account, kind="staff")
