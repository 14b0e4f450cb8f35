"""The operator's scanner: what it finds is refused, and while it is silent nothing is called safe."""

from __future__ import annotations

import io
import time

import pytest

from madoguchi.kernel import audit, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import clamav, errors, jobs
from madoguchi.kernel.vault.models import FileState, StoredFile

from . import clamd, make

pytestmark = pytest.mark.django_db


def take(content: bytes = b"", name: str = "a.jpg", about: Ref | None = None) -> StoredFile:
    return vault.take_file(
        upload=io.BytesIO(content or make.photo()), name=name, about=about or make.a_case(), by=SYSTEM
    )


@pytest.mark.slow  # clamd takes a second to start
def test_clamd_finds_eicar_wherever_it_hides_and_passes_what_is_clean(settings, tmp_path):
    if clamd.program() is None:
        pytest.skip(clamd.MISSING)
    with clamd.running(tmp_path) as address:
        settings.VAULT_CLAMAV = address
        for content, name in (
            (clamd.EICAR, "eicar.com"),
            (make.photo() + clamd.EICAR, "photo.jpg"),
            (make.pdf_with_comment(clamd.EICAR), "paper.pdf"),
        ):
            case = make.a_case()
            with pytest.raises(errors.FileHarmful):
                take(content, name, case)
            row = StoredFile.objects.get(about=str(case))
            assert (row.state, row.name, row.scanned_by) == (FileState.REFUSED, "", "clamav")
            event = audit.events_about(Ref.to(row)).get()
            assert event.facts["found"].startswith("Test.Eicar")
        clean = take()

    assert (clean.state, clean.scanned_by) == (FileState.SAFE, "clamav")
    assert len([path for path in settings.VAULT_ROOT.rglob("*") if path.is_file()]) == 1


@pytest.mark.slow
def test_a_file_over_clamds_own_limit_waits(settings, tmp_path):
    if clamd.program() is None:
        pytest.skip(clamd.MISSING)
    with clamd.running(tmp_path, stream_most="1K") as address:
        settings.VAULT_CLAMAV = address
        assert take(make.photo(size=(800, 800))).is_waiting


def test_while_nobody_answers_a_file_waits_opens_for_nobody_and_passes_later(settings, tmp_path):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"

    stored = take()

    assert stored.is_waiting
    with pytest.raises(errors.FileWaits):
        vault.open_file(stored)
    assert not vault.files_about(stored.about).exists()
    jobs.finish_quarantine()
    stored.refresh_from_db()
    assert stored.is_waiting, "asked again at once, and still silent"

    with clamd.saying(tmp_path, reply(b"stream: OK\0")) as address:
        settings.VAULT_CLAMAV = address
        jobs.finish_quarantine()
    assert vault.open_file(stored).startswith(b"\xff\xd8\xff")


def test_what_waited_and_is_found_harmful_later_is_gone(settings, tmp_path):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    stored = take(make.pdf(make.paper()), "a.pdf")

    with clamd.saying(tmp_path, reply(b"stream: Win.Test FOUND\0")) as address:
        settings.VAULT_CLAMAV = address
        jobs.finish_quarantine()

    stored.refresh_from_db()
    assert stored.is_refused
    assert stored.derived.get().is_refused
    assert not [path for path in settings.VAULT_ROOT.rglob("*") if path.is_file()]


def cannot_swallow_pngs(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        raise OSError
    return ""


def test_a_file_the_scanner_cannot_swallow_keeps_no_other_waiting(settings, tmp_path):
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    too_much, other = take(make.photo("PNG"), "a.png"), take()
    settings.VAULT_CLAMAV, settings.VAULT_SCAN = "", f"{__name__}.cannot_swallow_pngs"

    jobs.finish_quarantine()

    too_much.refresh_from_db()
    other.refresh_from_db()
    assert (too_much.is_waiting, other.state) == (True, FileState.SAFE)


def reply(words: bytes):
    """Hear the whole file, then say `words`."""

    def answer(caller) -> None:
        heard = b""
        while not heard.endswith(b"\0\0\0\0"):
            heard += caller.recv(1 << 20)
        caller.sendall(words)

    return answer


def hang_up(caller) -> None:
    caller.recv(1)


def keep_silent(caller) -> None:
    time.sleep(1)


def drip(caller) -> None:
    for _ in range(20):
        caller.sendall(b"s")
        time.sleep(0.1)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"stream: INSTREAM size limit exceeded. ERROR\0"),
        reply(b"HTTP/1.1 200 OK\r\n\r\n"),
        reply(b"\0"),
        reply(b""),
        reply(b"stream: OK\nstream: Win.Test FOUND\0"),
        reply(b"x" * 100_000),
        hang_up,
        keep_silent,
        drip,
    ],
)
def test_any_other_answer_than_clean_or_found_is_silence(settings, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(clamav, "SECONDS", 0.3)
    with clamd.saying(tmp_path, answer) as address:
        settings.VAULT_CLAMAV = address
        with pytest.raises(clamav.ScannerSilent):
            clamav.scan(b"content")


@pytest.mark.parametrize(
    "address", ["", "unix:relative", "tcp:localhost", "tcp:127.0.0.1:1", "tcp:127.0.0.1:99999", "x"]
)
def test_an_address_where_nobody_is_is_silence(settings, address):
    settings.VAULT_CLAMAV = address
    with pytest.raises(clamav.ScannerSilent):
        clamav.scan(b"content")


def test_a_scanner_of_ones_own_that_breaks_lets_nothing_pass(settings):
    settings.VAULT_SCAN = f"{__name__}.nothing_of_that_name"

    assert take().is_waiting


def test_the_operator_is_told_how_the_scanner_does(settings, tmp_path):
    assert vault.scanner_state() == "none"
    settings.VAULT_CLAMAV = "clamd"
    assert vault.scanner_state() == "wrong_address"
    settings.VAULT_CLAMAV = f"unix:{tmp_path}/nobody.ctl"
    assert vault.scanner_state() == "silent"
    with clamd.saying(tmp_path, reply(b"stream: OK\0")) as address:
        settings.VAULT_CLAMAV = address
        assert vault.scanner_state() == "answers"
