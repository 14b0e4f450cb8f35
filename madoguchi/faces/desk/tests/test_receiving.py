"""What comes by telephone, on paper or at the counter becomes the same case as what comes online."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Draft, Kept
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import audit
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM, Ref


def begin(desk, **also):
    return desk.post("procedures:receive", procedure=make.KEY, channel="phone", **also)


def everything() -> dict[str, str]:
    """All answers of the canonical form, as the long page sends them."""
    return {
        f"{path}:{name}": value for path, posted in make.ANSWERS.items() for name, value in posted.items()
    }


def test_a_claim_by_telephone_becomes_a_case_with_its_channel_and_number(sato):
    entry = begin(sato)["Location"]

    read = sato.browser.post(entry, {**everything(), "then": "receive"})
    assert "読み上げて確認してください" in read.text and "見本 あおい" in read.text
    assert Case.objects.count() == 0
    done = sato.browser.post(entry, {"then": "confirmed"})

    case = Case.objects.get()
    assert done["Location"] == f"/desk/receive/done/{case.pk}/"
    assert (case.channel, case.account, case.state) == ("phone", None, "received")
    assert identity.profile(case.applicant)["name"]["family"] == "見本"
    shown = sato.browser.get(done["Location"])
    assert case.receipt in shown.text
    assert "見本 あおい" not in shown.text


def test_receiving_pressed_twice_makes_one_case(sato):
    entry = begin(sato)["Location"]

    answers = [sato.browser.post(entry, {**everything(), "then": "confirmed"}) for _ in range(2)]

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
    [(ident, _name)] = re.findall(r'<li><a href="#([^"]+)">([^<]*口座[^<]*)</a></li>', response.text)
    assert f'id="{ident}"' in response.text, "the link leads to an input that is there"
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
    sato.browser.post(entry, {**everything(), "then": "confirmed"})

    case = Case.objects.get()
    assert "見本町1-2-3" not in tamura.opened(case).get("procedures:case", case).text


def test_a_colleague_goes_on_where_another_stopped_after_their_look_is_on_record(sato, tamura):
    entry = begin(sato)["Location"]
    most = {name: value for name, value in everything().items() if not name.startswith("account:")}
    sato.browser.post(entry, {**most, "then": "keep"})

    listed, asked = tamura.get("procedures:receive"), tamura.browser.get(entry)
    for page in (listed, asked):
        assert "佐藤" in page.text
        assert "見本 あおい" not in page.text and 'value="あおい"' not in page.text
    assert "入力のとちゅう" in listed.text and entry in listed.text
    assert tamura.browser.post(f"{entry}look/").status_code == 302

    draft = Draft.objects.get()
    [look] = audit.reads_about(Ref.to(draft))
    assert (look.actor_account, look.purpose) == (tamura.actor.account, "受付のつづき")
    assert 'value="あおい"' in tamura.browser.get(entry).text
    done = tamura.browser.post(entry, {**everything(), "then": "confirmed"})
    assert done["Location"] == f"/desk/receive/done/{Case.objects.get().pk}/"
    draft.refresh_from_db()
    assert draft.account == sato.actor.account, "who began it stays"


def test_a_draft_is_not_there_for_another_division_nor_for_the_resident(sato, takagi, aoi, client):
    entry = begin(sato)["Location"]
    draft = Draft.objects.get()
    enter(client, aoi)

    assert takagi.browser.get(entry).status_code == 404
    assert takagi.browser.post(f"{entry}look/").status_code == 404
    assert entry not in takagi.get("procedures:receive").text
    assert client.get(entry).status_code == 302
    assert audit.reads_about(Ref.to(draft)).count() == 0


def test_what_a_resident_is_writing_is_no_draft_of_the_desk(sato, aoi):
    draft = make.draft_of(aoi)

    assert sato.browser.get(f"/desk/receive/{draft.pk}/").status_code == 404
    assert "入力のとちゅう" not in sato.get("procedures:receive").text


def test_a_colleague_finishes_a_protected_draft_without_reading_the_address(sato, tamura):
    entry = begin(sato, protected="1")["Location"]
    stated = {**everything(), "applicant.phone:value": "00-0000-0042"}
    sato.browser.post(entry, {**stated, "then": "keep"})
    tamura.browser.post(f"{entry}look/")

    shown = tamura.browser.get(entry)
    for word in ("見本町1-2-3", "00-0000-0042"):
        assert word not in shown.text
    assert "もう書いてあります" in shown.text
    blank = {name: "" for name in stated if name.startswith(("applicant.address", "applicant.phone"))}
    done = tamura.browser.post(entry, {**everything(), **blank, "then": "confirmed"})

    assert done.status_code == 302
    case = Case.objects.get()
    assert form_queries.answers_of(case.draft)["applicant"]["phone"] == "00-0000-0042"
    assert identity.profile(case.applicant)["address"]["address"].endswith("見本町1-2-3")


def test_a_child_added_by_mistake_is_taken_out_and_the_rest_is_kept(sato):
    entry = begin(sato)["Location"]
    sato.browser.post(entry, {**everything(), "children.more:value": "yes", "then": "keep"})
    shown = sato.browser.get(entry)
    assert 'name="take_out" value="children.2"' in shown.text
    first_button = shown.text.split('class="questions"')[1].split("<button")[1]
    assert 'value="keep"' in first_button, "Enter in a field keeps, and takes nobody out"

    response = sato.browser.post(entry, {"take_out": "children.2", "event_on:y": "2026", "event_on:m": "13"})

    answers = form_queries.answers_of(Draft.objects.get())
    assert [child["id"] for child in answers["children"]] == ["1"]
    assert response.status_code == 422 and 'value="13"' in response.text
    assert 'name="take_out"' not in sato.browser.get(entry).text
    again = sato.browser.post(entry, {"take_out": "children.2"})
    assert again.status_code in {404, 409, 422} and "質問" in again.text


def test_a_narrow_look_at_an_earlier_case_does_not_open_it(sato, case):
    begin(sato, earlier=case.receipt)

    shown = sato.get("procedures:case", case)

    assert "見る理由を選んでください" in shown.text
    assert "見本 あおい" not in shown.text


def test_the_receive_page_asks_as_often_for_one_draft_as_for_many(
    sato, django_assert_max_num_queries, django_assert_num_queries
):
    begin(sato)
    with django_assert_max_num_queries(25) as counted:
        sato.get("procedures:receive")
    for_one = len(counted)
    for _ in range(4):
        begin(sato)

    with django_assert_num_queries(for_one):
        assert sato.get("procedures:receive").text.count("わたし") == 5


def test_a_paper_that_is_no_picture_is_refused_and_nothing_is_lost(sato):
    entry = begin(sato)["Location"]
    answers = {**everything(), "event:value": "move_in"}
    bad = SimpleUploadedFile("juminhyo.pdf", b"MZ this is a program", content_type="application/pdf")

    response = sato.browser.post(entry, {**answers, "then": "receive", "file:juminhyo": bad})

    assert response.status_code in {409, 415, 422}
    assert Case.objects.count() == 0
    assert 'value="見本銀行"' in response.text


def test_a_postcode_is_looked_up_on_the_long_page_and_nothing_typed_is_lost(sato):
    entry = begin(sato)["Location"]
    typed = {
        "applicant.name:family": "見本",
        "applicant.address:postcode": "1760012",
        "applicant.address:address": "",
        "applicant.address:building": "見本荘",
        "town": "applicant.address",
    }

    page = sato.browser.post(entry, typed).text

    assert ">東京都練馬区豊玉北</textarea>" in page
    assert 'name="applicant.address:building" value="見本荘"' in page
    assert 'name="applicant.name:family" value="見本"' in page
    assert "町までの住所を入れました。" in page


def test_what_a_resident_let_us_keep_is_not_put_into_a_clerks_draft(sato, aoi, case):
    services.keep_for_next_time(draft=case.draft, by=aoi)

    entry = sato.browser.get(begin(sato, earlier=case.receipt)["Location"]).text

    assert Kept.objects.count() == 1
    assert make.ANSWERS["applicant.address"]["address"] not in entry
