"""What a resident sees of a decision: the values, what waits at the counter, and a paper that is void."""

import pytest
from django.test import Client

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision
from madoguchi.engines.procedures.tests import make, make_utsushi
from madoguchi.kernel import jobs


@pytest.fixture
def city(db):
    make.publish_canonical()
    make_utsushi.publish()
    return make.resident(), make.clerk("sato"), make.head("ogawa"), make.clerk("tamura")


def signed_in(actor) -> Client:
    client = Client()
    session = client.session
    session["resident"] = str(actor.account)
    session.save()
    return client


def granted(city) -> Case:
    aoi, sato, ogawa, _tamura = city
    case = make.at(make.received(aoi), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due()
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=case, by=sato)
    return Case.objects.get(pk=case.pk)


def test_the_amount_and_the_first_month_stand_with_the_decision(city):
    case = granted(city)

    page = signed_in(city[0]).get(f"/my/{case.pk}/").text

    assert "決定：認定" in page and "支給する額（月額）" in page and "15,000円" in page
    assert "お出しした書類は使えません" not in page


def test_a_recalled_paper_is_void_on_the_page_and_cannot_be_opened(city):
    aoi, _sato, _ogawa, tamura = city
    case, browser = granted(city), signed_in(aoi)
    letter = f"/my/{case.pk}/letter/{Decision.objects.get().letter_id}/"
    assert browser.get(letter)["Content-Type"] == "application/pdf"
    services.report_misissue(
        case=case,
        kind="wrong_person",
        step="second_check",
        what="架空 花子さんへ",
        by=tamura,
        seen=case.version,
    )

    page = browser.get(f"/my/{case.pk}/").text

    assert "お出しした書類は使えません" in page and "無効" in page
    assert "花子" not in page and "15,000円" not in page and letter not in page
    assert browser.get(letter).status_code == 404
    [told] = [line for line in page.split("<li") if "大切なお知らせ" in line]
    message = browser.get(told.split('href="', 1)[1].split('"', 1)[0]).text
    assert "別の方にお渡ししてしまいました" in message and "花子" not in message


def test_what_waits_at_the_counter_says_where_until_it_was_fetched(city):
    aoi, sato, _ogawa, tamura = city
    case, browser = make_utsushi.ready(aoi, decided_by=sato), signed_in(aoi)
    waiting = browser.get(f"/my/{case.pk}/").text
    assert "用意ができました" in waiting and "本人確認のできるもの" in waiting and make.DIVISION in waiting

    services.hand_over(case=case, by=tamura, to="self", shown="card", copies=2, yen=600)

    fetched = browser.get(f"/my/{case.pk}/").text
    assert (
        "窓口でお受け取りください" not in fetched
        and "決定：交付" in fetched
        and "通知書（PDF）" not in fetched
    )
