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
    needed, is_open = [], draft.closed_at is None
    for document in procedure.documents(answers, texts):
        mine = attached.get(document.id, [])
        way = mine[0].way if mine and not (is_open and _are_refused(mine)) else ""
        needed.append(Paper(document, [one for one in mine if one.file_id], way))
    return Papers(needed)


def _are_refused(mine: list[Attachment]) -> bool:
    """Every file of the paper was found harmful after it was taken in: it has to be handed in anew."""
    return all(one.file is not None and one.file.is_refused for one in mine)
