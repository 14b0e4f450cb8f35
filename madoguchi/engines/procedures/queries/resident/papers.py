"""The documents that go with answers, and how each was handed in."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.forms.models import Draft

from ...models import Attachment
from ...procedure import Procedure
from .shapes import Paper, Papers


def papers(draft: Draft, procedure: Procedure, answers: dict[str, Any], texts: dict[str, str]) -> Papers:
    """The documents these answers call for, with what was attached and counts."""
    attached: dict[str, list[Attachment]] = {}
    for attachment in Attachment.objects.current().filter(draft=draft).select_related("file"):
        attached.setdefault(attachment.document, []).append(attachment)
    needed = []
    for document in procedure.documents(answers, texts):
        mine = attached.get(document.id, [])
        way = mine[0].way if mine else ""
        needed.append(Paper(document, [one for one in mine if one.file_id], way))
    return Papers(needed)
