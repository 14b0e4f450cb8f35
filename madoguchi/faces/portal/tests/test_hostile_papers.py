"""Hostile files through the page where papers are attached: a refusal with a sentence, or a harmless record.

Every file is made here; none was committed from elsewhere.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from madoguchi.engines.procedures.models import Attachment
from madoguchi.kernel import clock, vault
from madoguchi.kernel.vault import jobs as vault_jobs
from madoguchi.kernel.vault.models import FileState, StoredFile
from madoguchi.kernel.vault.tests import clamd, make

from .conftest import ANSWERS, answer_all, begin, hand_in_papers, send

PAPER = "papers/bekkyo_kango/"
KIND = "この種類のファイルは受け取れません"
OFFICE = "「PDFとして保存」するか、印刷して写真に撮って"
ARCHIVE = "中の写真やPDFを、1つずつ付けてください"
MISMATCH = "ファイルの名前と中身が合わない"
UNREADABLE = "ファイルを開けませんでした"
ACTIVE = "動く仕掛けやほかのファイルが入ったPDF"
LOCKED = "パスワードや編集の制限がかかったPDF"


@pytest.fixture
def draft(aoi):
    address = begin(aoi)
    answer_all(aoi, address)
    return address


def attach(browser, draft, content: bytes, name: str):
    return browser.post(f"{draft}{PAPER}", {"value": SimpleUploadedFile(name, content)})


def lying(settings) -> list[bytes]:
    return [path.read_bytes() for path in settings.VAULT_ROOT.rglob("*") if path.is_file()]


def office(inside: str) -> bytes:
    """As Word and Excel write them since 2007; `vbaProject.bin` is where the macros are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr(f"{inside}/vbaProject.bin", b"Sub AutoOpen()")
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("zeros", b"\0" * 5_000_000)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large, with nothing much in it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf_with_xfa() -> bytes:
    writer = make.paper()
    form = make.DictionaryObject({make.NameObject("/XFA"): make.TextStringObject("<xdp/>")})
    writer.root_object[make.NameObject("/AcroForm")] = form
    return make.pdf(writer)


def gifar() -> bytes:
    out = io.BytesIO()
    Image.new("P", (5, 5)).save(out, "GIF")
    return out.getvalue() + make.archive()


HOSTILE = [
    (b"", "empty.jpg", "空でした"),
    (b"\x00", "one.pdf", KIND),
    (b"MZ" + b"\0" * 500, "setup.exe", KIND),
    (b"<html><script>alert(1)</script>", "photo.jpg", KIND),
    (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo.jpg", KIND),
    (gifar(), "photo.jpg", KIND),
    (office("word"), "form.docm", OFFICE),
    (office("xl"), "form.xlsm", OFFICE),
    (office("xl"), "form.pdf", OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.doc", OFFICE),
    (zip_bomb(), "photos.zip", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, "photos.7z", ARCHIVE),
    (b"Rar!\x1a\x07\x01\x00" + b"\0" * 60, "photos.rar", ARCHIVE),
    (make.photo() + make.archive(), "photo.jpg", MISMATCH),
    (make.pdf(make.paper()) + make.archive(), "paper.pdf", MISMATCH),
    (make.photo() + b"<script>alert(1)</script>", "photo.jpg", MISMATCH),
    (make.photo(), "photo.pdf", MISMATCH),
    (b"\xff\xd8\xff" + b"garbage" * 20, "photo.jpg", UNREADABLE),
    (make.photo("PNG", size=(300, 300))[:200], "photo.png", UNREADABLE),
    (make.heic()[:200], "photo.heic", "スクリーンショット"),
    (png_of(50_000, 50_000), "bomb.png", "4000万画素までの"),
    (b"%PDF-1.7\nnot really\n%%EOF\n", "paper.pdf", UNREADABLE),
    (make.pdf(make.paper(pages=51)), "paper.pdf", "50ページまでの"),
    (make.pdf_that("/JavaScript"), "paper.pdf", ACTIVE),
    (make.pdf_that("/Launch"), "paper.pdf", ACTIVE),
    (make.pdf_with_disguised_script(), "paper.pdf", ACTIVE),
    (make.pdf_with_packed_script(), "paper.pdf", ACTIVE),
    (make.pdf_with_attachment(), "paper.pdf", ACTIVE),
    (pdf_with_xfa(), "paper.pdf", ACTIVE),
    (make.pdf_with_password(), "paper.pdf", LOCKED),
]


@pytest.mark.slow  # thirty files, each through the page
@pytest.mark.accepts("X-33-T2")
@pytest.mark.accepts("N-08")
def test_each_hostile_file_is_refused_with_its_sentence_and_nothing_of_it_is_kept(aoi, draft, settings):
    for content, name, sentence in HOSTILE:
        response = attach(aoi, draft, content, name)

        assert 400 <= response.status_code < 500, name
        assert sentence in response.text, (name, sentence)
        assert "Traceback" not in response.text
    assert not StoredFile.objects.exists()
    assert not Attachment.objects.exists()
    assert not settings.VAULT_ROOT.exists()


def animated(form: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def deep(mode: str, form: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, form)
    return out.getvalue()


@pytest.mark.slow
def test_odd_pictures_are_taken_as_one_plain_picture_without_anything_that_was_hidden_in_them(aoi, draft):
    odd = [
        (make.photo_taken_sideways(), "sideways.jpg", ("JPEG", (20, 40))),
        (make.heic(), "IMG_0001.HEIC", ("JPEG", (64, 48))),
        (animated("WEBP"), "moves.webp", ("JPEG", (30, 20))),
        (animated("PNG"), "moves.png", ("PNG", (30, 20))),
        (deep("CMYK", "JPEG"), "print.jpg", ("JPEG", (30, 20))),
        (deep("I;16", "PNG"), "scan.png", ("PNG", (30, 20))),
    ]
    for content, name, (form, size) in odd:
        assert attach(aoi, draft, content, name).status_code == 302, name

        attachment = Attachment.objects.get()
        kept = vault.open_file(attachment.file)
        picture = Image.open(io.BytesIO(kept))
        assert (picture.format, picture.size, getattr(picture, "n_frames", 1)) == (form, size, 1), name
        assert not picture.getexif()
        assert b"Secret" not in kept
        aoi.post(f"{draft}{PAPER}", {"way": "remove", "attachment": attachment.pk})


def test_a_name_is_only_a_name(aoi, draft):
    for sent, kept in (
        ("../../../etc/passwd", "passwd.jpg"),
        ("\u202egpj.exe.jpg", "gpj.exe.jpg"),
        ("con.jpg", "添付ファイル_con.jpg"),
        ("見本の写真.jpeg", "見本の写真.jpg"),
    ):
        attach(aoi, draft, make.photo(), sent)

        assert StoredFile.objects.latest("uploaded_at").name == kept
        assert kept in aoi.get(f"{draft}{PAPER}").text


def test_a_name_with_a_nul_is_no_page_we_read(aoi, draft):
    boundary = "sakai"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="value"; filename="a\0.jpg"\r\n\r\n'.encode()
        + make.photo()
        + f"\r\n--{boundary}--\r\n".encode()
    )

    response = aoi.generic("POST", f"{draft}{PAPER}", body, f"multipart/form-data; boundary={boundary}")

    assert 300 <= response.status_code < 500
    assert all("\0" not in name for name in StoredFile.objects.values_list("name", flat=True))


@pytest.mark.slow
def test_a_my_number_in_a_pdf_is_covered_and_the_person_is_told_kindly(aoi, draft, settings):
    attach(aoi, draft, make.pdf_saying("Tax", "6214 9832 0257"), "源泉徴収票.pdf")

    page = aoi.get(f"{draft}{PAPER}").text

    assert "マイナンバーはお預かりできないため" in page
    assert "源泉徴収票.pdf" in page
    assert StoredFile.objects.get().is_masked
    hand_in_papers(aoi, draft)
    case = send(aoi, draft)
    seen = aoi.get(f"{case}letter/{StoredFile.objects.get(note='masked').pk}/")
    (shown,) = PdfReader(io.BytesIO(seen.content)).pages
    assert shown.extract_text() == ""
    assert make.MY_NUMBER.encode() not in b"".join(lying(settings))


def test_a_my_number_in_an_answer_is_refused_beside_its_box_and_what_was_typed_stays(aoi):
    draft = begin(aoi)
    answer_all(aoi, draft, ANSWERS[:6])
    typed = {"postcode": "0000000", "address": "架空県見本市寮1", "building": "⑥②①④ 9832 ０２５７"}

    response = aoi.post(f"{draft}question/children.1.lives_at/", typed)

    assert response.status_code == 422
    assert response.text.count("マイナンバーはお預かりできないため") == 2, "in the list, and beside the box"
    assert "⑥②①④ 9832 ０２５７" in response.text
    assert aoi.get(draft)["Location"] == f"{draft}question/children.1.lives_at/"


@pytest.mark.slow
def test_what_is_sent_opens_as_a_picture_of_itself_and_as_nothing_else(aoi, draft):
    attach(aoi, draft, make.pdf_saying("Certificate"), "証明書.pdf")
    attach(aoi, draft, make.photo(), "写真.jpg")
    hand_in_papers(aoi, draft)
    case = send(aoi, draft)
    paper, photo = (row.file for row in Attachment.objects.exclude(file=None))

    shown = aoi.get(f"{case}letter/{paper.pk}/")
    picture = aoi.get(f"{case}letter/{photo.pk}/")

    assert PdfReader(io.BytesIO(shown.content)).pages[0].extract_text() == ""
    for response, begins in ((shown, b"%PDF"), (picture, b"\xff\xd8\xff")):
        assert response.content.startswith(begins)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert picture["Content-Security-Policy"].endswith("; sandbox")
    assert "script-src" not in shown["Content-Security-Policy"], "nothing, as default-src says"


def test_while_the_scanner_is_silent_the_file_waits_and_everything_else_goes_on(
    aoi, draft, settings, tmp_path
):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"

    assert attach(aoi, draft, make.photo(), "写真.jpg").status_code == 302

    assert "いま確認できません" in aoi.get(f"{draft}{PAPER}").text
    hand_in_papers(aoi, draft)
    case = send(aoi, draft)
    stored = Attachment.objects.exclude(file=None).get().file
    assert aoi.get(f"{case}letter/{stored.pk}/").status_code == 409
    assert "ウイルスの確認待ち" in aoi.get(case).text

    settings.VAULT_CLAMAV = ""
    vault_jobs.finish_quarantine()
    assert aoi.get(f"{case}letter/{stored.pk}/").content.startswith(b"\xff\xd8\xff")
    assert "ウイルスの確認待ち" not in aoi.get(case).text


def test_a_file_found_harmful_while_it_waited_has_to_be_handed_in_anew(aoi, draft, settings, tmp_path):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    attach(aoi, draft, make.photo(), "写真.jpg")
    hand_in_papers(aoi, draft)
    settings.VAULT_CLAMAV, settings.VAULT_SCAN = "", f"{__name__}.always_finds"
    vault_jobs.finish_quarantine()

    assert StoredFile.objects.get().state == FileState.REFUSED
    assert aoi.post(f"{draft}submit/").status_code in {409, 422}
    assert aoi.get(draft)["Location"] == f"{draft}{PAPER}"
    assert "このファイルは消しました" in aoi.get(f"{draft}{PAPER}").text

    settings.VAULT_SCAN = ""
    aoi.post(f"{draft}{PAPER}", {"way": "later"})
    assert send(aoi, draft)


def test_a_file_we_lost_while_it_waited_is_asked_for_again_without_accusing_anybody(
    aoi, draft, settings, tmp_path
):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    attach(aoi, draft, make.photo(), "写真.jpg")
    hand_in_papers(aoi, draft)
    settings.VAULT_CLAMAV = ""
    stored = StoredFile.objects.get()
    vault.storage.remove([stored.storage_path])
    for days in (0, 31):
        with clock.frozen(clock.now() + dt.timedelta(days=days)):
            vault_jobs.finish_quarantine()

    assert aoi.get(draft)["Location"] == f"{draft}{PAPER}"
    shown = aoi.get(f"{draft}{PAPER}").text
    assert "こちらの不具合で読めなくなりました" in shown
    assert "ウイルスなどの疑い" not in shown


def always_finds(content: bytes) -> str:
    return "Win.Test"


@pytest.mark.slow
@pytest.mark.accepts("N-08")
def test_eicar_is_told_as_what_it_is_and_the_draft_keeps_the_rest(aoi, draft, settings, tmp_path):
    if clamd.program() is None:
        pytest.skip(clamd.MISSING)
    with clamd.running(tmp_path) as address:
        settings.VAULT_CLAMAV = address
        for content, name in ((clamd.EICAR, "eicar.txt"), (make.photo() + clamd.EICAR, "photo.jpg")):
            response = attach(aoi, draft, content, name)
            assert response.status_code == 422
            assert "ウイルスなどの疑いがある" in response.text
        assert attach(aoi, draft, make.photo(), "photo.jpg").status_code == 302

    assert Attachment.objects.get().file.scanned_by == "clamav"
