"""What can be done with papers: a letter is drawn once and kept."""

from __future__ import annotations

from madoguchi.kernel import audit, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault import DataKey, StoredFile

from . import drawing
from .errors import LetterLacksReasons
from .letter import REFUSES, Letter, Section

__all__ = ["Letter", "Section", "draw_letter", "draw_preview"]


def draw_letter(
    *, letter: Letter, about: Ref, by: Actor, name: str = "", key: DataKey | None = None
) -> StoredFile:
    """Draw `letter` and keep it in the vault, sealed with `key` so that erasing the case erases it.

    Call it from a job: no PDF is made inside a transaction. Raises LetterLacksReasons for a refusal that
    does not say why or how to appeal, and LetterNotDrawn.
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
    return stored


def draw_preview(letter: Letter) -> bytes:
    """The paper as it would be, kept nowhere. Raises what `draw_letter` raises."""
    if letter.decides == REFUSES and not (_says(letter.reasons) and _says(letter.appeal_notice)):
        raise LetterLacksReasons
    return drawing.draw(letter)


def _says(texts: object) -> bool:
    return any(str(text).strip() for text in texts)  # type: ignore[attr-defined]
