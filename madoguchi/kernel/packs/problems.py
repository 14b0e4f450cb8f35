"""What is wrong in a pack, so that its writer can go there and mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from madoguchi.kernel.text import nearest


class Severity(StrEnum):
    ERROR = "error"  # the pack is not applied
    WARNING = "warning"  # shown, counted, applied


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the file as the reader can open it, the line from 1 (0: the file as a whole), the key."""

    file: str
    line: int
    key: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    rule: str = ""  # the rule of a linter that says so; "" for what does not fit the shape

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line or "", self.key) if part)
        return f"{where}: {self.message}" + (f" {self.hint}" if self.hint else "")


def meant(word: str, known: Iterable[str]) -> str:
    """The proposal beside a word nobody knows."""
    known = list(dict.fromkeys(known))
    close = nearest(word, known)
    if close is not None:
        return _("「%s」ではありませんか。") % close
    if not known:
        return ""
    return _("使えるもの: %s") % "、".join(known[:25])
