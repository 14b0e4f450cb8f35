"""One round: every FAX in the folder that is whole is received, committed, and only then moved to done/."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import time
from pathlib import Path

from django.conf import settings

from madoguchi.kernel import clock, vault
from madoguchi.kernel.refs import SYSTEM

from ..mail_in.addressing import receiving_now
from ..models import Arrival, Call
from ..models.receiving import Channel
from ..services import arriving

log = logging.getLogger(__name__)

NAME = "fax"
DONE = "done"
STABLE = 20  # seconds nobody wrote to it: until then the machine may still be sending
MOST = 50
LARGEST = 30 * 1024 * 1024
KEEP_DONE = dt.timedelta(days=7)
_KINDS = {b"%PDF-": ".pdf", b"II*\0": ".tif", b"MM\0*": ".tif", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
_READER = "madoguchi.engines.consultation.fax_in.pages"
_PAGES, _PIXELS = 50, 40_000_000


def fetch_faxes() -> int:
    """Take in what lies there; returns how many were. One that fails stays and stops no other."""
    if not settings.FAX_FOLDER:
        return 0
    folder = Path(settings.FAX_FOLDER)
    done = left = 0
    try:
        whole = _whole(folder)
        for path, call in whole[:MOST]:
            try:
                _take(path, call, folder)
                done += 1
            except Exception:
                log.exception("a FAX stays in the folder")
                left += 1
        _forget_done(folder / DONE)
    except OSError as error:
        arriving.round_went(name=NAME, by=SYSTEM, failed_with=type(error).__name__)
        raise
    arriving.round_went(name=NAME, by=SYSTEM, left=left + max(len(whole) - MOST, 0))
    return done


def _whole(folder: Path) -> list[tuple[Path, Call | None]]:
    """Files nobody writes to any more, oldest first. A folder named as a call is that call's own FAX number."""
    own = {call.key: call for call in Call.objects.exclude(state=Call.State.DRAFT)}
    # Where one call alone is open, whatever comes is for it; otherwise a person looks.
    only = receiving_now()
    found: list[tuple[float, Path, Call | None]] = []
    for place, call in [
        (folder, only[0] if len(only) == 1 else None),
        *((folder / key, own[key]) for key in own),
    ]:
        for entry in os.scandir(place) if place.is_dir() else ():
            facts = entry.stat(follow_symlinks=False)
            is_one = entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
            if is_one and time.time() - facts.st_mtime >= STABLE:
                found.append((facts.st_mtime, Path(entry.path), call))
    return [(path, call) for _at, path, call in sorted(found, key=lambda one: one[0])]


def _take(path: Path, call: Call | None, folder: Path) -> None:
    at = min(dt.datetime.fromtimestamp(path.stat().st_mtime, clock.JST), clock.now())
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise OSError("a FAX over 30MB: nobody sends that")
    why = "" if call is not None else str(Arrival.Why.ADDRESS)
    arrival = arriving.take(arrived=arrived_of(raw, at), call=call, why=why, by=SYSTEM)
    arriving.take_papers(arrival=arrival, papers=papers_of(raw), by=SYSTEM)
    _put_away(path, folder / DONE, arrival)


def arrived_of(raw: bytes, at: dt.datetime) -> arriving.Arrived:
    """A FAX says nothing of itself: neither whom it is from nor a word staff have not typed."""
    return arriving.Arrived(
        channel=Channel.FAX,
        digest=hashlib.sha256(b"fax\0" + raw).hexdigest(),
        raw=raw,
        content_type="image/tiff" if _extension(raw) == ".tif" else "application/octet-stream",
        arrived_at=at,
    )


def papers_of(raw: bytes) -> list[arriving.Paper]:
    """The pages as the vault takes them: TIFF drawn as PDF, apart; everything else as it is."""
    extension = _extension(raw)
    if extension == ".tif":
        try:
            drawn = vault.read_apart(
                _READER, raw, seconds=30, memory=1024 * 1024 * 1024, pages=_PAGES, pixels=_PIXELS
            )
        except vault.NoAnswer:
            return [("fax.tif", raw)]
        if drawn.verdict == "fine":
            return [("fax.pdf", drawn.drawn)]
    return [(f"fax{extension}", raw)]


def _extension(raw: bytes) -> str:
    return next((kind for start, kind in _KINDS.items() if raw.startswith(start)), ".bin")


def _put_away(path: Path, done: Path, arrival: Arrival) -> None:
    """Under the name of its row, so that nothing there is written over and no name of a sender stands there."""
    done.mkdir(mode=0o700, exist_ok=True)
    path.rename(done / f"{arrival.pk}{path.suffix[:5]}")
    os.utime(done / f"{arrival.pk}{path.suffix[:5]}")


def _forget_done(done: Path) -> None:
    """After a week the sealed one alone is left."""
    before = time.time() - KEEP_DONE.total_seconds()
    for entry in os.scandir(done) if done.is_dir() else ():
        if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before:
            Path(entry.path).unlink(missing_ok=True)
