"""What people send: kept clean, or refused with the reason."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from madoguchi.kernel.vault import errors
from madoguchi.kernel.vault.intake import Limits, take_in

from . import make


def given(content: bytes, name: str = "paper", limits: Limits | None = None):
    return take_in(io.BytesIO(content), name, limits or Limits())


def test_a_photo_taken_sideways_stands_upright_and_forgets_where_it_was_taken():
    sent = make.photo_taken_sideways()
    assert b"SecretCamera" in sent

    kept = given(sent, "IMG_0001.JPG")

    picture = Image.open(io.BytesIO(kept.content))
    assert (picture.format, picture.size) == ("JPEG", (20, 40))
    assert not picture.getexif()
    assert b"Secret" not in kept.content
    assert (kept.name, kept.content_type) == ("IMG_0001.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("form", "becomes"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")]
)
def test_each_kind_of_picture_is_kept_as_jpeg_or_png(form, becomes):
    assert given(make.photo(form)).content_type == becomes


def test_what_is_see_through_stays_so():
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "WEBP", lossless=True)

    kept = given(out.getvalue(), "x.webp")

    assert kept.content_type == "image/png"
    assert Image.open(io.BytesIO(kept.content)).mode == "RGBA"


def test_odd_palettes_and_depths_are_read():
    for mode in ("P", "L", "1", "I;16", "LA"):
        out = io.BytesIO()
        Image.new(mode, (5, 5)).save(out, "PNG")
        assert given(out.getvalue()).content_type == "image/png"
    out = io.BytesIO()
    Image.new("CMYK", (5, 5)).save(out, "JPEG")
    assert given(out.getvalue()).content_type == "image/jpeg"


@pytest.mark.slow
def test_a_plain_pdf_is_kept_as_it_came_with_its_pages_drawn():
    sent = make.pdf(make.paper(pages=2))

    kept = given(sent, "証明書.pdf")

    assert kept.content == sent
    assert not kept.masked
    assert (kept.name, kept.content_type) == ("証明書.pdf", "application/pdf")
    assert len(PdfReader(io.BytesIO(kept.view)).pages) == 2


@pytest.mark.slow  # each PDF is looked through by a child of its own
@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.jpg", errors.FileEmpty),
        (b"hello", "a.jpg", errors.FileKindRefused),
        (b"MZ" + b"\0" * 200, "a.pdf", errors.FileKindRefused),
        (b"<html><script>x</script>", "a.html", errors.FileKindRefused),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", errors.FileKindRefused),
        (b"GIF89a" + b"\0" * 30, "a.gif", errors.FileKindRefused),
        (make.archive(), "a.docx", errors.FileIsOffice),
        (make.photo(), "a.pdf", errors.FileMismatch),
        (make.photo(), "a.exe", errors.FileMismatch),
        (make.pdf(make.paper()), "a.jpg", errors.FileMismatch),
        (make.photo() + make.archive(), "a.jpg", errors.FileMismatch),
        (make.pdf(make.paper()) + make.archive(), "a.pdf", errors.FileMismatch),
        (make.photo() + b"<script>alert(1)</script>", "a.jpg", errors.FileMismatch),
        (b"\xff\xd8\xff" + b"garbage" * 20, "a.jpg", errors.FileUnreadable),
        (make.photo("PNG")[:60], "a.png", errors.FileUnreadable),
        (b"%PDF-1.7\nnot really\n%%EOF\n", "a.pdf", errors.FileUnreadable),
        (make.pdf_with_password(), "a.pdf", errors.FileLocked),
        (make.pdf_that("/JavaScript"), "a.pdf", errors.FileIsActive),
        (make.pdf_that("/Launch"), "a.pdf", errors.FileIsActive),
        (make.pdf_that("/SubmitForm"), "a.pdf", errors.FileIsActive),
        (make.pdf_with_disguised_script(), "a.pdf", errors.FileIsActive),
        (make.pdf_with_packed_script(), "a.pdf", errors.FileIsActive),
        (make.pdf_with_attachment(), "a.pdf", errors.FileIsActive),
        (make.pdf(make.paper(pages=51)), "a.pdf", errors.FileTooLarge),
    ],
)
def test_what_is_not_an_honest_paper_is_refused_with_its_reason(content, name, refusal):
    with pytest.raises(errors.Refusal) as said:
        given(content, name)

    assert type(said.value) is refusal
    assert str(said.value)


def test_a_file_over_ten_megabytes_is_refused_without_reading_on():
    endless = io.BytesIO(b"\xff\xd8\xff" + b"\0" * (12 * 1024 * 1024))

    with pytest.raises(errors.FileTooLarge) as said:
        take_in(endless, "a.jpg")

    assert "10MB" in str(said.value)
    assert endless.tell() <= 10 * 1024 * 1024 + 1


@pytest.mark.slow  # the bomb has to be made
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn():
    bomb = make.photo("PNG", size=(7000, 6000))
    assert len(bomb) < 1_000_000

    with pytest.raises(errors.FileTooLarge) as said:
        given(bomb)

    assert "4000万画素" in str(said.value)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\花子\\住民票.jpg", "住民票.jpg"),
        ("photo\u202egpj.exe.jpg", "photogpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("", "添付ファイル.jpg"),
        (".jpg", "添付ファイル.jpg"),
        ("...", "添付ファイル.jpg"),
        ("con.jpg", "添付ファイル_con.jpg"),
        ("あ" * 300 + ".jpg", "あ" * 96 + ".jpg"),
        ("𠮷髙﨑.jpeg", "𠮷髙﨑.jpg"),
    ],
)
def test_a_name_is_only_a_name(sent, kept):
    assert given(make.photo(), sent).name == kept


def test_a_child_that_does_not_come_back_is_given_up(monkeypatch):
    monkeypatch.setattr("madoguchi.kernel.vault.intake._SECONDS", 0.0001)

    with pytest.raises(errors.FileUnreadable):
        given(make.photo())


def test_a_child_that_says_nothing_or_nonsense_is_no_answer(monkeypatch):
    for said in (b"", b"{}", b"[]\n", b'{"verdict": "fine", "more": 1}\n'):
        monkeypatch.setattr("madoguchi.kernel.vault.apart._told", lambda *_, said=said, **__: said)
        with pytest.raises(errors.FileUnreadable):
            given(make.photo())


def test_where_no_child_can_be_started_the_file_is_refused_with_a_sentence(monkeypatch):
    def no_room(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("madoguchi.kernel.vault.apart.nursery.line_to_child", no_room)

    for content, name in ((make.photo(), "a.jpg"), (make.pdf(make.paper()), "a.pdf")):
        with pytest.raises(errors.FileUnreadable):
            given(content, name)
