"""Words in every language: finds them in templates and code, keeps the .po files complete, compiles them to .mo.

msgfmt and xgettext are not needed: Django's own reader of templates, Python's own reader of Python, and polib.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import polib

from .places import ROOT
from .say import Stop, note, say

PACKAGE = ROOT / "madoguchi"
LOCALE = PACKAGE / "locale"
# Django's folder names (to_locale): ja-easy is ours, やさしい日本語.
LANGUAGES = {"ja-easy": "ja_Easy", "en": "en", "zh-hans": "zh_Hans", "ko": "ko"}
# What residents meet; the rest (desk, pack writers, operators) is counted, not required.
PUBLIC = re.compile(
    r"^(faces/(shared|portal|kiosk)/|engines/|kernel/errors\.py|kernel/(access|calendar|text|vault|identity)/)"
)
# What only staff read stays Japanese: the desk, what packs say of their faults, and engines that only the desk shows.
NOT_PUBLIC = re.compile(
    r"/(desk|demo|pack|shape|definition|linting|authoring|approvals|reading|importing|mail_in|readability)\w*(\.py|/)"
    r"|/consultation/(days|units|rules|evidence|models/(documents|answering|arriving))\.py"
    r"|/consultation/(services/(preparing|answering|splitting|sorting)|queries/unready)\.py"
    r"|/plan/services/(reporting|measuring)\.py"
)
CALLS = {
    "_": "gettext",
    "gettext": "gettext",
    "gettext_lazy": "gettext",
    "gettext_noop": "gettext",
    "ngettext": "ngettext",
    "ngettext_lazy": "ngettext",
    "pgettext": "pgettext",
    "pgettext_lazy": "pgettext",
    "npgettext": "npgettext",
    "npgettext_lazy": "npgettext",
}
_CALL = re.compile(r"\b(_|n?p?gettext(?:_lazy|_noop)?)\(")
_PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@dataclass(frozen=True, order=True)
class Word:
    """One text to translate; `context` tells two meanings of one text apart."""

    text: str
    plural: str = ""
    context: str = ""


@click.command(short_help="bring the .po files up to the words in the code")
def translations() -> None:
    """Add new words to madoguchi/locale/*/LC_MESSAGES/django.po, retire old ones, and count what is missing."""
    words = find_words()
    for code in LANGUAGES:
        update(code, words)
    for line in state(words):
        say(line)


def find_words(package: Path = PACKAGE) -> dict[Word, list[str]]:
    """Every word under `package` and the files it stands in (relative, in order)."""
    found: dict[Word, set[str]] = defaultdict(set)
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        if "/tests/" in name or "/migrations/" in name:
            continue
        if path.suffix == ".py":
            words = words_of_python(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "/templates/" in name:
            words = words_of_template(path.read_text(encoding="utf-8"), name)
        else:
            continue
        for word in words:
            found[word].add(name)
    return {word: sorted(files) for word, files in sorted(found.items())}


def words_of_python(source: str) -> Iterator[Word]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS and (word := word_of_call(CALLS[name], node.args)):
                yield word


def words_of_template(source: str, name: str) -> Iterator[Word]:
    """Django turns a template into calls of gettext, with everything else blanked out; we read the calls."""
    from django.utils.translation.template import templatize

    calls = templatize(source, origin=name)
    for match in _CALL.finditer(calls):
        node = parse_call(calls, match.start())
        if node is not None and (word := word_of_call(CALLS[match[1]], node.args)):
            yield word


def parse_call(text: str, start: int) -> ast.Call | None:
    """The shortest piece of `text` from `start` that is one Python call."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            node = ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def word_of_call(kind: str, args: list[ast.expr]) -> Word | None:
    texts = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if kind == "gettext" and len(texts) >= 1:
        return Word(texts[0])
    if kind == "ngettext" and len(texts) >= 2:
        return Word(texts[0], plural=texts[1])
    if kind == "pgettext" and len(texts) >= 2:
        return Word(texts[1], context=texts[0])
    if kind == "npgettext" and len(texts) >= 3:
        return Word(texts[1], plural=texts[2], context=texts[0])
    return None


def is_public(files: list[str]) -> bool:
    """Whether a word is met by residents: complete in every language, or `check` fails."""
    return any(PUBLIC.search(name) and not NOT_PUBLIC.search(name) for name in files)


def po_path(code: str) -> Path:
    return LOCALE / LANGUAGES[code] / "LC_MESSAGES" / "django.po"


def read_po(code: str) -> polib.POFile:
    path = po_path(code)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0)
    book = polib.POFile(wrapwidth=0)
    plural = "nplurals=2; plural=(n != 1);" if code == "en" else "nplurals=1; plural=0;"
    book.metadata = {
        "Project-Id-Version": "madoguchi",
        "Language": LANGUAGES[code],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    return book


def update(code: str, words: dict[Word, list[str]]) -> None:
    """Write the .po of one language: new words added, gone ones kept at the end as obsolete, sorted by file."""
    book = read_po(code)
    known = {Word(entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""): entry for entry in book}
    obsolete = [entry for word, entry in known.items() if word not in words]
    entries = []
    for word, files in sorted(words.items(), key=lambda item: (item[1], item[0])):
        entry = known.get(word) or polib.POEntry(msgid=word.text)
        entry.obsolete = False
        entry.msgctxt = word.context or None
        entry.occurrences = [(name, "") for name in files]
        if word.plural:
            entry.msgid_plural = word.plural
            forms = range(2 if code == "en" else 1)
            entry.msgstr_plural = {form: (entry.msgstr_plural or {}).get(form, "") for form in forms}
        # polib writes a "python-format" flag for nobody; a % sentence is checked by places() instead.
        entries.append(entry)
    for entry in obsolete:
        entry.obsolete = True
        entry.occurrences = []
    book.clear()
    book.extend([*entries, *(entry for entry in obsolete if entry.msgstr or entry.msgstr_plural)])
    po_path(code).parent.mkdir(parents=True, exist_ok=True)
    book.save(str(po_path(code)))


def missing(code: str, words: dict[Word, list[str]]) -> Iterator[tuple[Word, str]]:
    """(word, what is wrong) for every word that `code` does not say yet, or says without its places."""
    book = {
        Word(entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""): entry
        for entry in read_po(code)
        if not entry.obsolete
    }
    for word in words:
        entry = book.get(word)
        if entry is None:
            yield word, "not in the .po file: run ./mado translations"
            continue
        texts = list(entry.msgstr_plural.values()) if word.plural else [entry.msgstr]
        if not texts or not all(texts):
            yield word, "no translation"
        elif entry.fuzzy:
            yield word, "marked fuzzy"
        elif any(places(text) - places(word.text, word.plural) for text in texts):
            yield word, "names a place the source does not have"
        elif places(word.text, word.plural) - places(*texts):
            yield word, "drops a place of the source"


def places(*texts: str) -> set[str]:
    return {name or brace for text in texts for name, brace in _PLACES.findall(text)}


def problems(words: dict[Word, list[str]] | None = None) -> list[str]:
    """What makes the public core incomplete, one line each."""
    words = find_words() if words is None else words
    core = {word: files for word, files in words.items() if is_public(files)}
    return [
        line
        for code in LANGUAGES
        for line in sorted(
            f"{code}: {core[word][0]}: {word.text!r}: {why}" for word, why in missing(code, core)
        )
    ]


def state(words: dict[Word, list[str]] | None = None) -> list[str]:
    """How complete each language is: the public core must be, the rest is counted."""
    words = find_words() if words is None else words
    core = {word: files for word, files in words.items() if is_public(files)}
    rest = {word: files for word, files in words.items() if word not in core}
    lines = []
    for code in LANGUAGES:
        done = len(core) - len(list(missing(code, core)))
        other = len(rest) - len(list(missing(code, rest)))
        lines.append(f"{code:8} public core {done}/{len(core)}, the rest {other}/{len(rest)}")
    return lines


def compile_all() -> None:
    """Write the .mo beside each .po when it is missing or older."""
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        try:
            draft = mo.with_suffix(".mo.new")
            polib.pofile(str(po)).save_as_mofile(str(draft))
            draft.replace(mo)
        except OSError as error:
            if mo.exists():
                note(f"{mo}: {error.strerror}; the older translations stay")
                continue
            raise Stop(
                f"{mo} を書けません。 Cannot write the compiled translations: {error.strerror}."
            ) from error
