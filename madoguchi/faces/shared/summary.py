"""The list of errors before a form: each leads to its input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .templatetags.city import question_id


def error_list(path: str, errors: Mapping[str, Any]) -> list[dict[str, str]]:
    """{href, sentence} for each thing to mend in one question."""
    ident = question_id(path)
    return [{"href": f"#{ident}-{name}", "sentence": str(sentence)} for name, sentence in errors.items()]
