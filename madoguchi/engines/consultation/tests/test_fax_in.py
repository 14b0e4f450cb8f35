"""Opinions by FAX: images in a folder, each a comment that waits to be typed."""

from __future__ import annotations

import io
import os
import time

import pypdf
import pytest
from PIL import Image, ImageDraw

from madoguchi.engines.consultation import sealing, services
from madoguchi.engines.consultation.fax_in import rounds
from madoguchi.engines.consultation.models import Arrival, Comment, Round
from madoguchi.engines.consultation.services import arriving
from madoguchi.kernel import vault
from madoguchi.kernel.refs import Ref

from . import make, make_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    place = tmp_path / "fax"
    place.mkdir()
    settings.FAX_FOLDER = str(place)
    return place


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


def tiff(pages: int = 2) -> bytes:
    """As a FAX machine makes it: black and white, G4, twice as many dots across as down."""
    drawn = []
    for number in range(pages):
        page = Image.new("1", (864, 548), 1)
        ImageDraw.Draw(page).rectangle((50, 50, 200 + number, 200), fill=0)
        drawn.append(page)
    out = io.BytesIO()
    drawn[0].save(out, "TIFF", save_all=True, append_images=drawn[1:], compression="group4", dpi=(204, 98))
    return out.getvalue()


def drop(place, name: str, content: bytes, *, seconds_ago: int = 60):
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(content)
    then = time.time() - seconds_ago
    os.utime(place / name, (then, then))


def test_a_fax_is_received_once_with_its_pages_and_waits_to_be_typed(folder, planner):
    call = make.opened(planner)
    drop(folder, "03-1234-5678.tif", tiff(2))
    drop(folder, "again.tif", tiff(2))
    drop(folder, "still-coming.pdf", make_mails.pdf(), seconds_ago=1)

    assert rounds.fetch_faxes() == 2

    comment = Comment.objects.get()
    assert (comment.call, comment.channel, comment.parts.count()) == (call, "fax", 0)
    [stored] = vault.files_about(Ref.to(comment)).filter(derived_from=None)
    assert len(pypdf.PdfReader(io.BytesIO(vault.open_file(stored))).pages) == 2
    assert arriving.raw_of(comment.arrival) == tiff(2)
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["still-coming.pdf"]
    assert [path.suffix for path in (folder / "done").iterdir()] == [".tif"]
    services.split(comment=comment, parts=[services.PartIn("家から見たい", "shirase")], by=planner)
    assert comment.parts.count() == 1


def test_a_folder_named_as_a_call_is_its_own_and_without_one_a_person_looks(folder, planner):
    make.opened(planner)
    other = make.opened(planner, key="hoka")
    drop(folder / "hoka", "a.pdf", make_mails.pdf())
    drop(folder, "b.tif", tiff(1))

    rounds.fetch_faxes()

    assert [one.call for one in Comment.objects.all()] == [other]
    assert [one.why for one in Arrival.objects.filter(state="to_sort")] == ["address"]


@pytest.mark.parametrize(
    ("content", "why"), [(b"II*\0" + b"x" * 50, "file_kind_refused"), (b"hello", "file_kind_refused")]
)
def test_what_is_no_picture_is_kept_whole_with_a_note(folder, planner, content, why):
    make.opened(planner)
    drop(folder, "a.tif", content)

    rounds.fetch_faxes()

    arrival = Arrival.objects.get()
    assert arriving.raw_of(arrival) == content
    assert [one.partition(":")[0] for one in rounds_notes(arrival)] == [why]


def rounds_notes(arrival):
    return sealing.arrival_content(arrival)["notes"]


def test_a_fax_stays_until_it_is_committed_and_the_next_round_takes_it(folder, planner, monkeypatch):
    make.opened(planner)
    drop(folder, "a.tif", tiff(1))
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "_put_away", lambda *_: (_ for _ in ()).throw(OSError("the disk is gone")))
        rounds.fetch_faxes()
    assert (folder / "a.tif").exists()
    assert Round.objects.get(name="fax").left == 1

    assert rounds.fetch_faxes() == 1

    assert Comment.objects.count() == 1
    assert not (folder / "a.tif").exists()
    for path in (folder / "done").iterdir():
        os.utime(path, (0, 0))
    rounds.fetch_faxes()
    assert list((folder / "done").iterdir()) == []
