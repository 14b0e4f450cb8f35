"""What can be done with papers: a letter is drawn once and kept."""

from __future__ import annotations

from collections.abc import Callable

from madoguchi.kernel import audit, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault import DataKey, StoredFile

from . import drawing
from .errors import LetterLacksReasons
from .letter import REFUSES, Letter, Section
from .report import Block, Cell, Column, Report, ReportTable

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Letter",
    "Report",
    "ReportTable",
    "Section",
    "draw_letter",
    "draw_preview",
    "draw_report",
]


def draw_letter(
    *,
    letter: Letter,
    about: Ref,
    by: Actor,
    name: str = "",
    key: DataKey | None = None,
    entered: Callable[[StoredFile], None] = lambda _stored: None,
) -> StoredFile:
    """Draw `letter` and keep it in the vault, sealed with `key` so that erasing the case erases it.

    Call it from a job: no PDF is made inside a transaction. `entered` runs inside the one that keeps it, to write
    down whose letter it is: no crash leaves a letter nobody knows of, beside which another would be drawn; what it
    raises undoes the keeping. Raises LetterLacksReasons for a refusal that does not say why or how to appeal, and
    LetterNotDrawn.
    """
    content = draw_preview(letter)
    with writes():
        stored = vault.keep_artefact(
            content=content,
            name=name or f"{letter.title}.pdf",
            content_type="application/pdf",
            about=about,
            kind="pdf",
            key=key,
        )
        audit.record("letter.drawn", about, by=by, facts={"letter": letter.template, "file": str(stored.pk)})
        entered(stored)
    return stored


def draw_preview(letter: Letter) -> bytes:
    """The paper as it would be, kept nowhere. Raises what `draw_letter` raises."""
    if letter.decides == REFUSES and not (_says(letter.reasons) and _says(letter.appeal_notice)):
        raise LetterLacksReasons
    return drawing.draw(letter)


def draw_report(report: Report) -> bytes:
    """A paper with tables as PDF (PDF/UA-1), kept nowhere. Raises LetterNotDrawn."""
    return drawing.draw_report(report)


def _says(texts: object) -> bool:
    return any(str(text).strip() for text in texts)  # type: ignore[attr-defined]
