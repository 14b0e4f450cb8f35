"""A paper that has to be handed in itself: no photograph is taken, and where it goes stands on every page."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Attachment, Case
from madoguchi.engines.procedures.tests import make

from .conftest import answer_all, send

KEY = "kaigo.hihokenshasho_saikofu"
ANSWERS = [
    ("who", {"value": "self"}),
    ("why_again", {"value": "damaged"}),
    ("using_now", {"value": "yes"}),
    ("receive_by", {"value": "counter"}),
    ("signature", {"value": "見本 あおい"}),
]


def scan():
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile("mihon.png", made.getvalue(), content_type="image/png")


@pytest.fixture
def draft(aoi):
    """Everything answered but the old certificate."""
    draft = aoi.post(f"/procedures/{KEY}/start/")["Location"]
    aoi.post(f"{draft}reuse/")
    answer_all(aoi, draft, ANSWERS)
    return draft


@pytest.mark.accepts("P1-1-1-T1")
def test_the_page_offers_no_photograph_and_says_where_the_original_goes(aoi, draft):
    page = aoi.get(f"{draft}papers/furui_sho/").content.decode()

    assert 'type="file"' not in page
    assert "郵送か窓口で出す" in page
    assert "送り先は介護保険課です" in page
    assert "見本庁舎 5階" in page


def test_a_photograph_sent_all_the_same_is_refused_and_not_kept(aoi, draft):
    answer = aoi.post(f"{draft}papers/furui_sho/", {"value": scan()})

    assert answer.status_code == 422
    assert "この書類は、写真では受け取れません" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_receipt_and_case_say_what_to_send_where_with_the_number(aoi, draft):
    aoi.post(f"{draft}papers/furui_sho/", {"way": "later"})
    case = send(aoi, draft)
    receipt = Case.objects.get().receipt

    for page in (f"{case}receipt/", case):
        said = aoi.get(page).content.decode()
        assert "破れたり汚れたりした証を" in said
        assert f"受付番号 {receipt}" in said
        assert "見本庁舎 5階" in said
    assert "受け取りました" not in aoi.get(case).content.decode()


def test_a_correction_asks_for_the_original_and_refuses_a_photograph(aoi, draft):
    aoi.post(f"{draft}papers/furui_sho/", {"way": "later"})
    case = send(aoi, draft)
    row, clerk = Case.objects.get(), make.clerk("takagi", division="介護保険課")
    services.advance(case=row, to="checking", by=clerk, seen=row.version)
    row.refresh_from_db()
    asked = {"documents.furui_sho": services.Wanted("届いた証がちがいます。", "incorrect")}
    services.ask_correction(case=row, items=asked, by=clerk, seen=row.version)

    page = aoi.get(f"{case}correct/").content.decode()
    seen = row.corrections.get().buffer_version
    posted = {"seen": seen, "then": "check", "documents.furui_sho:value": scan()}
    answer = aoi.post(f"{case}correct/", posted)

    assert 'type="file"' not in page
    assert f"受付番号 {row.receipt}" in page
    assert answer.status_code == 422
    assert not Attachment.objects.filter(way="upload").exists()
