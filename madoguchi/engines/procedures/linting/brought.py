"""Papers that have to be handed in themselves: what is said of them and what the page offers must agree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .faults import Fault, Looked

_NO_PHOTOGRAPH = re.compile(r"(写真|コピー|写し)(では|じゃ)(なく|だめ|受け取れ)")


def photograph_offered(looked: Looked) -> Iterator[Fault]:
    """The hint says that a photograph will not do, and the page would take one all the same."""
    for number, document in enumerate(looked.shape.documents):
        if _NO_PHOTOGRAPH.search(document.hint) and not document.brought:
            yield Fault(
                f"documents.{number}.hint",
                _("写真では受け取れないと書いてありますが、画面は写真を受け取ります。"),
                _("そのものを出していただくなら、brought: original と書きます。"),
                is_error=False,
            )
