"""Having a file looked at by the operator's scanners before it is called safe. Fails closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from . import clamav
from .models import WAITING

log = logging.getLogger(__name__)

# A scanner says "" for a clean file, or the name of what it found.
Scan = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scanners said: who they were ("" = none is connected), and what they found."""

    by: str = ""
    found: str = ""

    @property
    def is_waiting(self) -> bool:
        """A scanner did not answer. The file stays out until one does."""
        return self.by == WAITING


def scan(content: bytes) -> Scanned:
    """Every scanner that is configured has to call the file clean."""
    by = []
    for name, asked in _scanners():
        try:
            found = asked(content)
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with a scanner, its word is missing: one that is down must not let files pass.
            log.warning("scanner %s did not answer: %s", name, error)
            return Scanned(WAITING)
        if found:
            return Scanned(name, found)
        by.append(name)
    return Scanned("、".join(by)[-60:])


def scanner_state() -> str:
    """For the operator: `none`, `wrong_address`, `silent` (files wait) or `answers`."""
    if settings.VAULT_CLAMAV and not clamav.is_address(settings.VAULT_CLAMAV):
        return "wrong_address"
    if not _scanners():
        return "none"
    return "silent" if scan(b"mado").is_waiting else "answers"


def _scanners() -> list[tuple[str, Scan]]:
    found: list[tuple[str, Scan]] = []
    if settings.VAULT_CLAMAV:
        found.append(("clamav", clamav.scan))
    if settings.VAULT_SCAN:
        found.append((settings.VAULT_SCAN[-60:], _theirs))
    return found


def _theirs(content: bytes) -> str:
    asked: Scan = import_string(settings.VAULT_SCAN)
    return asked(content)
