"""The safe view of a PDF: its pages as pictures. The file itself is opened for nobody."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops

from madoguchi.kernel import audit, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import errors, intake, jobs
from madoguchi.kernel.vault.apart import nursery
from madoguchi.kernel.vault.models import FileKind, FileNote, FileState, StoredFile

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each PDF is drawn by a child of its own

NUMBER, OTHER = "6214 9832 0257", "6214 9832 0258"


def take(content: bytes, *, key=None) -> StoredFile:
    return vault.take_file(
        upload=io.BytesIO(content), name="証明書.pdf", about=make.a_case(), by=SYSTEM, key=key
    )


def taken_before_there_were_views(content: bytes) -> StoredFile:
    """As it lay in the vault then: judged, safe, and the file itself was shown."""
    case = make.a_case()
    return vault.keep_artefact(
        content=content,
        name="前.pdf",
        content_type="application/pdf",
        about=case,
        kind=FileKind.UPLOAD,
        key=vault.new_key(case),
    )


def on_disk(settings) -> int:
    return sum(path.is_file() for path in settings.VAULT_ROOT.rglob("*"))


def text_in(content: bytes) -> str:
    with pdfium.PdfDocument(content) as paper:
        return "".join(page.get_textpage().get_text_range() for page in paper)


def first_page(content: bytes) -> Image.Image:
    with pdfium.PdfDocument(content) as paper:
        return paper[0].render(scale=2).to_pil().convert("L")


def share_of_black(picture: Image.Image) -> float:
    return sum(picture.histogram()[:128]) / (picture.width * picture.height)


def test_what_is_opened_of_a_pdf_is_its_pages_as_pictures_and_no_byte_of_the_file():
    stored = take(make.pdf_saying("Certificate"))

    opened = vault.open_file(stored)

    with pdfium.PdfDocument(opened) as paper:
        assert [page.get_size() for page in paper] == [(200.0, 200.0)]
        (picture,) = paper[0].get_objects()
        assert isinstance(picture, pdfium.PdfImage)
    assert "Certificate" not in text_in(opened)
    assert share_of_black(first_page(opened)) > 0.001
    view = stored.derived.get()
    assert (view.kind, view.key_id, view.about) == (FileKind.VIEW, stored.key_id, str(Ref.to(stored)))
    assert list(vault.files_about(stored.about)) == [stored], "the view is nobody's second paper"


@pytest.mark.parametrize("turned", [0, 90])
def test_a_my_number_in_the_text_is_covered_and_the_file_that_was_sent_is_not_kept(settings, turned):
    stored = take(make.pdf_saying("Tax", NUMBER, turned=turned))

    covered = first_page(vault.open_file(stored))
    plain = first_page(vault.open_file(take(make.pdf_saying("Tax", OTHER, turned=turned))))
    differs = ImageChops.difference(covered, plain).point(lambda value: 255 if value > 128 else 0).getbbox()
    assert (stored.note, stored.kind, stored.derived.count()) == (FileNote.MASKED, FileKind.VIEW, 0)
    assert on_disk(settings) == 3, "one of ours, and two of the other"
    assert share_of_black(covered.crop(differs)) > 0.9
    # Nothing of the digits looks out: without the black, all that is left of the line is white.
    outside = ImageChops.lighter(plain, covered.point(lambda value: 255 - value))
    assert share_of_black(outside.crop(differs)) < 0.01


def test_a_my_number_typed_into_a_field_of_a_form_is_covered_too():
    assert intake.drawn_pdf(make.pdf_form_filled_in_with(make.MY_NUMBER)).masked
    assert not intake.drawn_pdf(make.pdf_form_filled_in_with("621498320258")).masked


def test_a_my_number_in_the_title_of_the_file_is_dropped_with_the_file():
    writer = make.paper()
    writer.add_metadata({"/Title": f"mynumber {make.MY_NUMBER}"})

    assert take(make.pdf(writer)).is_masked


def test_a_pdf_from_before_gets_its_view_when_it_is_opened_and_the_worker_makes_the_others():
    first, second = (taken_before_there_were_views(make.pdf_saying(word)) for word in ("one", "two"))

    opened = vault.open_file(first)
    jobs.draw_views()

    assert text_in(opened) == ""
    assert (first.derived.count(), second.derived.count()) == (1, 1)
    assert vault.open_file(first) == opened


def test_a_pdf_from_before_with_a_my_number_loses_the_file_and_keeps_the_covered_view(
    settings, django_capture_on_commit_callbacks
):
    stored = taken_before_there_were_views(make.pdf_saying(NUMBER))

    with django_capture_on_commit_callbacks(execute=True):
        vault.open_file(stored)

    stored.refresh_from_db()
    assert (stored.note, stored.sha256) == (FileNote.MASKED, "")
    assert on_disk(settings) == 1
    assert text_in(vault.open_file(stored)) == ""
    assert audit.events_about(Ref.to(stored)).filter(verb="vault.number_masked").count() == 1


def test_a_pdf_from_before_that_would_run_something_is_shown_to_nobody():
    stored = taken_before_there_were_views(make.pdf_that("/JavaScript"))

    jobs.draw_views()

    for _ in range(2):
        with pytest.raises(errors.FileNotShown):
            vault.open_file(stored)
    stored.refresh_from_db()
    assert stored.note == FileNote.NOT_SHOWN


def test_a_child_that_does_not_come_back_says_nothing_of_the_pdf_and_the_next_look_draws_it(monkeypatch):
    stored = taken_before_there_were_views(make.pdf_saying("late"))
    with monkeypatch.context() as hurried:
        hurried.setattr("madoguchi.kernel.vault.intake._SECONDS", 0.01)
        with pytest.raises(errors.FileNotShown):
            vault.open_file(stored)

    assert vault.open_file(stored).startswith(b"%PDF-")
    stored.refresh_from_db()
    assert stored.note == ""


@pytest.mark.both_databases
def test_two_who_open_an_old_pdf_at_once_get_one_view(monkeypatch):
    stored = taken_before_there_were_views(make.pdf_saying("one"))
    drawn = intake.drawn_pdf

    def while_another_was_faster(content: bytes):
        monkeypatch.setattr(intake, "drawn_pdf", drawn)
        vault.open_file(stored)
        return drawn(content)

    monkeypatch.setattr(intake, "drawn_pdf", while_another_was_faster)

    assert vault.open_file(stored) == vault.open_file(stored)
    assert stored.derived.count() == 1


@pytest.mark.parametrize("way", ["remove", "key"])
def test_what_takes_a_file_away_takes_its_view_too(settings, django_capture_on_commit_callbacks, way):
    key = vault.new_key(make.a_case())
    stored = take(make.pdf_saying("one"), key=key)
    assert on_disk(settings) == 2

    with django_capture_on_commit_callbacks(execute=True):
        if way == "remove":
            vault.remove_file(stored=stored, by=SYSTEM)
        else:
            vault.destroy_key(key, by=SYSTEM)

    assert on_disk(settings) == 0
    assert set(StoredFile.objects.values_list("state", flat=True)) == {FileState.ERASED}


def test_a_page_as_large_as_a_house_is_drawn_small():
    writer = make.PdfWriter()
    writer.add_blank_page(14_000, 10_000)

    with pdfium.PdfDocument(intake.drawn_pdf(make.pdf(writer)).drawn) as paper:
        (picture,) = paper[0].get_objects()
        assert picture.get_px_size() == (2400, 1715)


def test_the_child_knows_no_setting_and_no_key(monkeypatch):
    monkeypatch.setenv("MADO_MASTER_KEY", "k1:secret")
    nursery.close()

    with pytest.raises(errors.FileUnreadable):
        intake.drawn_pdf(b"%PDF")

    born_in = nursery._Here.nursery
    assert born_in is not None
    assert Path(f"/proc/{born_in.process.pid}/environ").read_bytes() == b""
