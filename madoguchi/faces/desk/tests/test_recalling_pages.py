"""誤交付 through the pages: said, recalled, followed up, learnt from, closed by somebody else."""

import pytest

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case, Decision, Misissue
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import audit, jobs

WRONG = {"kind": "wrong_person", "step": "second_check", "what": "架空 花子さんへ送った", "back": "asked"}
LESSON = "封をする前に、宛名と中身の受付番号をくらべる"


@pytest.fixture
def sent(ogawa, sato, deciding) -> Case:
    """The letter went out, checked by Sato."""
    services.decide(case=deciding, outcome="granted", by=ogawa.actor, seen=deciding.version)
    jobs.run_due()
    services.record_letter_opened(case=deciding, by=sato.actor)
    services.check_and_send(case=deciding, by=sato.actor)
    return Case.objects.get(pk=deciding.pk)


def sent_anew(case, ogawa, sato) -> None:
    services.decide(case=case, outcome="granted", by=ogawa.actor, seen=case.version)
    jobs.run_due()
    services.record_letter_opened(case=case, by=sato.actor)
    services.check_and_send(case=case, by=sato.actor)


def follow(desk, row, **posted):
    return desk.browser.post(f"/desk/misissues/{row.pk}/follow/", posted)


def test_a_paper_that_went_out_wrong_is_recalled_and_the_register_ends_with_a_lesson(
    sato, tamura, ogawa, sent
):
    tamura.opened(sent)
    assert "誤って交付した" in tamura.get("procedures:case", sent).text
    assert "どの段階で気づけたはずでしたか" in tamura.get("procedures:misissue", sent).text

    done = tamura.post("procedures:misissue", sent, seen=sent.version, **WRONG)

    row = Misissue.objects.get()
    assert done["Location"] == f"/desk/misissues/{row.pk}/"
    entry = tamura.browser.get(done["Location"]).text
    assert "架空 花子さんへ送った" in entry and "終わりにするのは、見つけた人以外です" in entry
    listed = sato.get("procedures:misissues").text
    assert sent.receipt in listed and "架空" not in listed
    assert "「認定」の書類を取り消しました（誤交付）" in sato.opened(sent).get("procedures:case", sent).text
    assert follow(sato, row, then="close").status_code == 422
    assert follow(tamura, row, then="lesson", lesson=LESSON).status_code == 302
    assert follow(tamura, row, then="back", back="returned").status_code == 302
    assert follow(tamura, row, then="close").status_code == 403
    assert follow(sato, row, then="close").status_code == 409, "the right paper has not gone out yet"
    assert "まだ出ていません" in sato.browser.get(done["Location"]).text
    sent_anew(Case.objects.get(pk=sent.pk), ogawa, sato)
    assert follow(sato, row, then="close").status_code == 302
    row.refresh_from_db()
    assert row.closed_by == sato.actor.account and LESSON in sato.browser.get(done["Location"]).text


def test_the_lesson_stands_where_the_next_one_is_checked(sato, tamura, ogawa, sent, aoi):
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **WRONG)
    follow(tamura, Misissue.objects.get(), then="lesson", lesson=LESSON)
    case = make.at(make.received(make.resident("ben")), "deciding", sato=sato.actor)
    services.decide(case=case, outcome="granted", by=ogawa.actor, seen=case.version)
    jobs.run_due()

    assert LESSON in tamura.opened(case).get("procedures:case", case).text
    deciding = make.at(make.received(make.resident("chie")), "deciding", sato=sato.actor)
    assert LESSON not in ogawa.opened(deciding).get("procedures:decide", deciding, outcome="granted").text


@pytest.mark.parametrize(
    ("step", "where"), [("intake", "receive"), ("decision", "decide"), ("check", "case")]
)
def test_every_step_shows_its_own_lessons(sato, tamura, ogawa, sent, step, where):
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **{**WRONG, "step": step})
    follow(tamura, Misissue.objects.get(), then="lesson", lesson=LESSON)

    if where == "receive":
        begun = sato.post("procedures:receive", procedure=make.KEY, channel="phone")
        page = sato.browser.get(begun["Location"])
    elif where == "decide":
        case = make.at(make.received(make.resident("ben")), "deciding", sato=sato.actor)
        page = ogawa.opened(case).get("procedures:decide", case, outcome="granted")
    else:
        case = make.received(make.resident("ben"))
        page = sato.opened(case).get("procedures:case", case)

    assert "前にあったこと" in page.text and LESSON in page.text


def test_the_void_letter_opens_from_the_register_with_a_record_of_its_own(sato, tamura, takagi, sent):
    letter = Decision.objects.get().letter
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **WRONG)
    address = f"/desk/misissues/{Misissue.objects.get().pk}/letter/"

    assert sato.browser.get(address).status_code == 302, "the reason first"
    assert takagi.browser.get(address).status_code == 404
    paper = tamura.browser.get(address)

    assert paper["Content-Type"] == "application/pdf"
    assert "取り消した通知書" in [look.what for look in audit.reads_about(sent.ref)]
    assert tamura.browser.get(f"/desk/cases/{sent.pk}/file/{letter.pk}/").status_code == 404


def test_what_is_left_out_is_asked_for_and_what_was_written_is_kept(tamura, sent):
    tamura.opened(sent)

    again = tamura.post("procedures:misissue", sent, seen=sent.version, **{**WRONG, "kind": ""})
    stale = tamura.post("procedures:misissue", sent, seen=sent.version - 1, **WRONG)

    assert again.status_code == 422 and "架空 花子さんへ送った" in again.text
    assert stale.status_code == 409 and "架空 花子さんへ送った" in stale.text
    assert Decision.objects.exists() and not Misissue.objects.exists()


def test_a_misissue_needs_a_look(tamura, sent):
    assert tamura.post("procedures:misissue", sent, seen=sent.version, **WRONG).status_code == 403


def test_the_register_asks_as_often_for_one_as_for_many(
    sato, tamura, ogawa, sent, django_assert_max_num_queries, django_assert_num_queries
):
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **WRONG)
    with django_assert_max_num_queries(25) as counted:
        sato.get("procedures:misissues")
    row = Misissue.objects.get()
    for _one in range(4):
        Misissue.objects.create(
            case=row.case,
            division=row.division,
            procedure=row.procedure,
            kind="lost",
            step="intake",
            found_at=row.found_at,
            found_by=row.found_by,
            found_by_name="田村",
        )

    with django_assert_num_queries(len(counted)):
        assert sato.get("procedures:misissues").text.count("data-row") == 5


def test_who_closes_the_entry_reads_what_happened_and_is_on_record(sato, tamura, ogawa, sent):
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **WRONG)
    row = Misissue.objects.get()
    follow(tamura, row, then="lesson", lesson=LESSON)
    follow(tamura, row, then="back", back="returned")
    sent_anew(Case.objects.get(pk=sent.pk), ogawa, sato)
    assert "架空 花子" not in sato.browser.get(f"/desk/misissues/{row.pk}/").text
    assert follow(sato, row, then="close").status_code == 403

    assert follow(sato, row, then="read").status_code == 302

    assert "架空 花子さんへ送った" in sato.browser.get(f"/desk/misissues/{row.pk}/").text
    assert "誤交付のいきさつ" in [look.what for look in audit.reads_about(sent.ref)]
    assert follow(sato, row, then="close").status_code == 302


def test_a_recalled_case_says_so_on_its_row_and_beside_the_next_step(sato, tamura, ogawa, sent):
    tamura.opened(sent).post("procedures:misissue", sent, seen=sent.version, **WRONG)
    tag = "誤交付で取り消し"

    assert tag in sato.get("home").text and tag in sato.get("procedures:cases").text
    beside = ogawa.opened(sent).get("procedures:case", sent).text
    assert tag in beside.split('id="next"')[1]
    sent_anew(Case.objects.get(pk=sent.pk), ogawa, sato)
    assert tag not in ogawa.get("procedures:case", sent).text
