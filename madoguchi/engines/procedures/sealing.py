"""Free text about a person, sealed under the data key of its case: when that key goes, so do the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import text, vault


def sealed(row: Any, draft: Draft, words: str) -> bytes:
    """`words` sealed for the row that will hold them; they open in that row alone. Raises MyNumberRefused."""
    text.refuse_my_number(words)
    return sealed_values(row, draft, {"words": words} if words else {})


def opened(row: Any, draft: Draft, content: bytes | memoryview) -> str:
    """The words again; "" where there are none."""
    return str(opened_values(row, draft, content)["words"]) if content else ""


def sealed_values(row: Any, draft: Draft, values: Mapping[str, Any]) -> bytes:
    """A document of values sealed for the row that will hold it."""
    return vault.seal(draft.key, dict(values), context=_place(row)) if values else b""


def opened_values(row: Any, draft: Draft, content: bytes | memoryview) -> dict[str, Any]:
    """The document again; {} where there is none."""
    return vault.unseal(draft.key, bytes(content), context=_place(row)) if content else {}


def _place(row: Any) -> str:
    return f"{row._meta.label_lower}:{row.pk}"
