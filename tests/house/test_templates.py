"""Templates: nothing inline (CSP), no work in loops, words wrapped for translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

from tests.house.tree import PACKAGE, said, templates

INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an inline style block": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}
JSON_DATA = re.compile(r"<script[^>]*type=[\"']application/(?:ld\+)?json[\"']", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}", re.DOTALL)


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_template_is_sound(path: Path):
    text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))

    found = [
        said(path, text.count("\n", 0, match.start()) + 1, what)
        for what, pattern in INLINE.items()
        for match in pattern.finditer(text)
        if not JSON_DATA.match(match[0])
    ]
    assert found == []

    # It can be read: a missing tag library or a forgotten endif is found here, not by a resident.
    engines["django"].from_string(text)


def test_japanese_in_templates_is_wrapped_for_translation():
    """Residents' pages are complete in five languages; a bare Japanese word would stay Japanese in all."""
    japanese = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
    blocks = re.compile(
        r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}|\{% blocktrans .*?endblocktrans %\}", re.DOTALL
    )
    tags = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
    found = []
    for path in templates():
        if "/desk/" in path.as_posix():
            continue
        text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))
        for pattern in (blocks, tags):
            text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            if japanese.search(line) and 'translate="no"' not in line and 'lang="ja"' not in line:
                found.append(said(path, number, line.strip()[:60]))

    assert found == []


def test_static_files_fetch_nothing_from_elsewhere():
    found = [
        said(path, 1, match[0])
        for path in PACKAGE.rglob("static/**/*")
        if path.suffix in {".css", ".js"}
        for match in re.finditer(
            r"(?:@import|url\(|fetch\(|import\s)[^;\n]{0,20}https?://", path.read_text(encoding="utf-8")
        )
    ]

    assert found == []
