"""What a stranger takes home to draw again: the published files, the proof, and a program that checks it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.lottery import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.kernel.errors import NotFound


@require_safe
@guard(anyone)
def proof(request: Asked, key: str) -> HttpResponse:
    """Everything that decides the draw, in one file. There is none before it."""
    found = queries.round_(key)
    return _sent(queries.bundle(found), f"{found.key}-proof.json", "application/json")


@require_safe
@guard(anyone)
def file(request: Asked, key: str, name: str) -> HttpResponse:
    """One of the published files, byte for byte: its SHA-256 is the digest on the page."""
    found = queries.round_(key)
    content = queries.files(found).get(name)
    if content is None:
        raise NotFound
    kind = "application/json" if name.endswith(".json") else "text/plain; charset=utf-8"
    return _sent(content, f"{found.key}-{name}", kind)


@require_safe
@guard(anyone)
def verifier(request: Asked) -> HttpResponse:
    """The program: one file, Python's own library only."""
    return _sent(queries.VERIFIER.read_text(encoding="utf-8"), "verify.py", "text/x-python; charset=utf-8")


def _sent(content: str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content.encode(),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
