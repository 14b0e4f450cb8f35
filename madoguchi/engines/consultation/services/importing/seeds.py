"""原資料を読み込む: result documents that lie in a folder of this machine, read, put together, and laid over the pack's calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Actor

from ...errors import DocumentSaysNothing
from ...models import Call, ReadDocument
from .documents import State, check_may, take_document, working
from .doubting import leave_all_unknown
from .likeness import call_like
from .taking_over import take_over


@dataclass(slots=True)
class Loaded:
    """`laid`: calls whose words came; `left`: how many doubts were left unknown; `refused`: (file, why)."""

    documents: list[ReadDocument] = field(default_factory=list)
    laid: list[Call] = field(default_factory=list)
    left: int = 0
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


def load_seeds(*, paths: list[Path], by: Actor) -> Loaded:
    """Each file is kept as if it had been uploaded. What tells of a call of the pack is laid over it at once.

    The doubts of those are left unknown on the word of `by`, who is told so before: no words are changed by it, and
    each can still be decided later. A file that is no results document (the plan itself) is passed over.
    """
    check_may(by)
    loaded = Loaded()
    for path in paths:
        try:
            take_document(name=path.name, data=path.read_bytes(), by=by)
        except DocumentSaysNothing:
            continue
        except Refusal as refusal:
            loaded.refused.append((path.name, refusal))
    loaded.documents = list(ReadDocument.objects.filter(state=State.READ, same_as=None).order_by("read_at"))
    for document in loaded.documents:
        if call_like(working(document)) is None:
            continue
        try:
            with writes():
                left = leave_all_unknown(document=document, by=by)
                loaded.laid.append(take_over(document=document, by=by))
        except Refusal as refusal:
            loaded.refused.append((document.name, refusal))
        else:
            loaded.left += left
    return loaded
