"""What staff open of what residents sent: drawn pages, never the file; and no マイナンバー in what they write."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel.vault import jobs as vault_jobs
from madoguchi.kernel.vault.models import StoredFile
from madoguchi.kernel.vault.tests import make as papers

AWAY = {
    "children.1.lives_together": {"value": "no"},
    "children.1.lives_at": make.ANSWERS["applicant.address"],
}


def sent_with(aoi, content: bytes, name: str) -> Case:
    """A claim with that file as its one paper."""
    draft = make.answer_all(make.draft_of(aoi), aoi, {**make.ANSWERS, **AWAY})
    services.attach(draft=draft, document="bekkyo_kango", upload=io.BytesIO(content), name=name, by=aoi)
    return services.submit(draft=draft, by=aoi)


@pytest.mark.slow
@pytest.mark.accepts("X-33-T2")
def test_staff_open_the_pages_of_a_pdf_as_pictures_and_never_the_file(sato, aoi):
    case = sent_with(aoi, papers.pdf_saying("Certificate"), "証明書.pdf")
    stored = StoredFile.objects.get(name="証明書.pdf", derived_from=None)
    view = stored.derived.get()

    opened = sato.opened(case).browser.get(f"/desk/cases/{case.pk}/file/{stored.pk}/")

    (page,) = PdfReader(io.BytesIO(opened.content)).pages
    assert page.extract_text() == ""
    assert len(page.images) == 1
    assert "default-src 'none'" in opened["Content-Security-Policy"]
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert sato.browser.get(f"/desk/cases/{case.pk}/file/{view.pk}/").status_code == 404, "one door only"


def test_a_paper_that_waits_for_the_scanner_says_so_and_opens_afterwards(sato, aoi, settings, tmp_path):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    case = sent_with(aoi, papers.photo(), "写真.jpg")
    stored = StoredFile.objects.get(name="写真.jpg")
    href = f"/desk/cases/{case.pk}/file/{stored.pk}/"

    waiting = sato.opened(case).get("procedures:case", case).text
    assert "ウイルスの確認待ち" in waiting
    assert href not in waiting
    assert sato.browser.get(href).status_code == 404

    settings.VAULT_CLAMAV = ""
    vault_jobs.finish_quarantine()
    assert href in sato.get("procedures:case", case).text
    assert sato.browser.get(href).content.startswith(b"\xff\xd8\xff")


@pytest.mark.slow
def test_a_covered_number_is_told_to_the_clerk(sato, aoi):
    case = sent_with(aoi, papers.pdf_saying("Tax", "6214 9832 0257"), "源泉徴収票.pdf")

    assert "番号を塗ってあります" in sato.opened(case).get("procedures:case", case).text


def test_a_note_with_a_my_number_is_refused_and_what_was_typed_stays(sato, case):
    typed = "電話で番号を言われた ６２１４－９８３２－０２５７"

    refused = sato.opened(case).post("procedures:note", case, text=typed)

    assert refused.status_code == 422
    assert "マイナンバーはお預かりできない" in refused.text
    assert typed in refused.text
    assert not case.notes.exists()
    assert sato.post("procedures:note", case, text="電話で番号の下4桁を言われた 0257").status_code == 302
