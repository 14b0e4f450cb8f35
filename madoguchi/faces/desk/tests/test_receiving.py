"""What comes by telephone, on paper or at the counter becomes the same case as what comes online."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM


def begin(desk, **also):
    return desk.post("procedures:receive", procedure=make.KEY, channel="phone", **also)


def everything() -> dict[str, str]:
    """All answers of the canonical form, as the long page sends them."""
    return {
        f"{path}:{name}": value for path, posted in make.ANSWERS.items() for name, value in posted.items()
    }


def test_a_claim_by_telephone_becomes_a_case_with_its_channel_and_number(sato):
    entry = begin(sato)["Location"]

    done = sato.browser.post(entry, {**everything(), "then": "receive"})

    case = Case.objects.get()
    assert done["Location"] == f"/desk/receive/done/{case.pk}/"
    assert (case.channel, case.account, case.state) == ("phone", None, "received")
    assert identity.profile(case.applicant)["name"]["family"] == "見本"
    shown = sato.browser.get(done["Location"])
    assert case.receipt in shown.text
    assert "見本 あおい" not in shown.text


def test_receiving_pressed_twice_makes_one_case(sato):
    entry = begin(sato)["Location"]

    answers = [sato.browser.post(entry, {**everything(), "then": "receive"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Case.objects.count() == 1


def test_what_is_wrong_is_said_at_its_place_and_the_rest_is_kept(sato):
    entry = begin(sato)["Location"]

    response = sato.browser.post(entry, {**everything(), "event_on:m": "13", "then": "receive"})

    assert response.status_code == 422
    assert "月は1から12までです" in response.text
    assert 'value="13"' in response.text
    assert Case.objects.count() == 0
    again = sato.browser.get(entry)
    assert 'value="見本銀行"' in again.text


def test_what_is_still_open_is_counted_and_nothing_is_received(sato):
    entry = begin(sato)["Location"]
    most = {name: value for name, value in everything().items() if not name.startswith("account:")}

    response = sato.browser.post(entry, {**most, "then": "receive"})

    assert response.status_code == 422
    assert "まだ答えていない質問が1つあります" in response.text
    assert Case.objects.count() == 0


def test_saying_there_is_another_child_asks_for_that_child(sato):
    entry = begin(sato)["Location"]

    response = sato.browser.post(entry, {**everything(), "children.more:value": "yes", "then": "keep"})

    assert response.status_code == 200
    assert 'name="children.2.name:family"' in response.text


def test_an_earlier_number_brings_the_name_along_and_leaves_a_trace_there(sato, case):
    entry = begin(sato, earlier=case.receipt)["Location"]

    assert [look.purpose for look in audit.reads_about(case.ref)] == ["新しい申請の受付"]
    assert Draft.objects.get(pk=re.findall(r"[0-9a-f-]{36}", entry)[0]).party_id == case.applicant_id


def test_an_earlier_number_of_another_division_is_not_found(takagi, case):
    response = begin(takagi, earlier=case.receipt)

    assert response.status_code == 422
    assert audit.reads_about(case.ref).count() == 0


def test_nothing_is_copied_of_a_protected_person(sato, aoi, case):
    people.keep_party(profile={}, party=make.party_of(aoi), is_protected=True, by=SYSTEM)

    response = begin(sato, earlier=case.receipt)

    assert response.status_code == 422
    assert "秘匿されているため、写せません" in response.text
    assert Draft.objects.filter(channel="phone").count() == 0


def test_who_asks_for_protection_at_the_counter_is_protected_from_the_first_moment(sato, tamura):
    entry = begin(sato, protected="1")["Location"]
    sato.browser.post(entry, {**everything(), "then": "receive"})

    case = Case.objects.get()
    assert "見本町1-2-3" not in tamura.opened(case).get("procedures:case", case).text


def test_a_draft_of_one_clerk_is_not_there_for_another_nor_for_the_resident(sato, tamura):
    entry = begin(sato)["Location"]

    assert tamura.browser.get(entry).status_code == 404


def test_a_paper_that_is_no_picture_is_refused_and_nothing_is_lost(sato):
    entry = begin(sato)["Location"]
    answers = {**everything(), "event:value": "move_in"}
    bad = SimpleUploadedFile("juminhyo.pdf", b"MZ this is a program", content_type="application/pdf")

    response = sato.browser.post(entry, {**answers, "then": "receive", "file:juminhyo": bad})

    assert response.status_code in {409, 415, 422}
    assert Case.objects.count() == 0
    assert 'value="見本銀行"' in response.text
