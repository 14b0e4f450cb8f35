"""What can be wrong with a rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class At:
    """A place in the text of a rule, counted from 1."""

    line: int = 1
    column: int = 1


class RuleError(Exception):
    """A rule that cannot be used: where, what is wrong, and what would be right."""

    def __init__(self, message: str, at: At | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at or At()
        self.hint = hint

    @property
    def line(self) -> int:
        return self.at.line

    @property
    def column(self) -> int:
        return self.at.column

    def __str__(self) -> str:
        where = f"{self.column}文字目" if self.line == 1 else f"{self.line}行目の{self.column}文字目"
        return f"{where}: {self.message}" + (f" {self.hint}" if self.hint else "")


class TooMuchWork(RuleError):
    """An evaluation that took more steps than a rule may take."""
