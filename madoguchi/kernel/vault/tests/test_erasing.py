"""An erasure whose process dies on the way."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from madoguchi.kernel import clock, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import retention, storage
from madoguchi.kernel.vault.retention import erasing
from madoguchi.kernel.vault.retention.jobs import erase_on

from . import make

pytestmark = pytest.mark.django_db


class LightWentOut(BaseException):
    """No handler of ours sees a power cut."""


@pytest.fixture
def thing(monkeypatch) -> Ref:
    """A thing with a paper under its key and one without a key, and two erasers for its kind."""
    about = make.a_case()
    key = vault.new_key(about)
    take(about, key)
    plain = take(about, None)

    def erase_files(_ref: Ref) -> int:
        vault.destroy_key(key, by=SYSTEM)
        vault.remove_file(stored=plain, by=SYSTEM)
        return 2

    for order, (name, erases) in enumerate([("files", erase_files), ("words", lambda _ref: 1)]):
        one = erasing.Eraser(name, "thing", order, erases)
        monkeypatch.setitem(erasing._erasers, ("thing", name), one)
    return about


def take(about: Ref, key: vault.DataKey | None) -> vault.StoredFile:
    return vault.take_file(
        upload=io.BytesIO(make.photo()), name="住民票.jpg", about=about, by=SYSTEM, key=key
    )


def papers(settings) -> int:
    return sum(
        path.is_file() and b"erasure" not in path.read_bytes() for path in settings.VAULT_ROOT.rglob("*")
    )


def test_an_erasure_cut_between_the_rows_and_their_bytes_is_done_only_when_the_bytes_are_gone(
    thing, settings, monkeypatch
):
    def die(*_whatever):
        raise LightWentOut

    with monkeypatch.context() as cut:
        # The rows are committed; the bytes were to go next.
        cut.setattr(storage, "remove_after_commit", lambda places: None)
        cut.setattr(erasing, "_certify", die)
        with pytest.raises(LightWentOut):
            retention.erase(kind="thing", about=thing, reason="asked", by=SYSTEM)
    assert papers(settings) == 2

    with clock.frozen(clock.now() + dt.timedelta(minutes=5)):
        erase_on()

    assert not retention.unfinished().exists()
    assert papers(settings) == 0


def test_bytes_that_cannot_be_taken_away_yet_leave_the_erasure_unfinished(thing, settings, monkeypatch):
    def disk_is_away(_places):
        raise OSError

    monkeypatch.setattr(storage, "remove_after_commit", lambda places: None)
    with monkeypatch.context() as cut:
        cut.setattr(erasing, "_certify", lambda *_whatever: None)
        retention.erase(kind="thing", about=thing, reason="asked", by=SYSTEM)
    later = clock.now() + dt.timedelta(minutes=5)

    with monkeypatch.context() as cut, clock.frozen(later):
        cut.setattr(storage, "remove", disk_is_away)
        erase_on()
    assert retention.unfinished().count() == 1

    with clock.frozen(later):
        erase_on()
    assert not retention.unfinished().exists()
    assert papers(settings) == 0
