"""A text as its sentences, without what is not read aloud: addresses, marks of Markdown, places of a template."""

from __future__ import annotations

import re

_NOT_WORDS = re.compile(
    r"https?://\S+|\]\([^)\s]*\)|\{\{.*?\}\}|<[^>]*>|^\s*(?:[-*>#|]+|\d+\.)\s+|[*_`\[\]]", re.MULTILINE
)
_ENDS = re.compile(r"[。！？!?\n]+")


def sentences(text: str) -> list[str]:
    """Each sentence and each line by itself; a full stop inside 「」 or （） ends nothing."""
    bare = _NOT_WORDS.sub("", text)
    kept = re.sub(r"「[^「」\n]*」|（[^（）\n]*）", lambda found: found[0].replace("。", "、"), bare)
    return [one.strip() for one in _ENDS.split(kept) if one.strip()]


def opening(sentence: str) -> str:
    """Enough of a sentence to find it again."""
    return sentence if len(sentence) <= 16 else sentence[:15] + "…"
