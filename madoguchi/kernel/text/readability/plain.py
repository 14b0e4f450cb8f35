"""Hints for a text in ordinary Japanese."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from .sentences import opening, sentences
from .words import FROM_ABROAD, OFFICE

LONGEST = 80  # signs of one sentence
KANJI_RUN = 8
PASSIVES = 2
MOST = 20_000  # signs looked at: nobody writes more in one field

_KANJI = re.compile(rf"[一-龥々]{{{KANJI_RUN},}}")
_KATAKANA = re.compile(r"[ァ-ヴー]{3,}")
_QUOTED = re.compile(r"「[^「」]*」|『[^『』]*』")
_TWICE_NO = re.compile(
    r"ない(?:わけ|こと|もの)(?:では|でも|は|も)(?:な[いく]|ありません)|なくは(?:ない|ありません)|ざるを得"
    r"|ない(?:とは言え|とも限ら|とは限ら)|ずにはいられ|ない限り[^。]*?(?:ません|ない)"
)
# 生まれる looks like one and is none; られる mostly says that one can, so it counts after a few verbs only.
_PASSIVE = re.compile(
    r"(?:(?<!生)[かがさたなばまわ]|(?<=[作送取知図守売配限語])ら)れ(?=[るたてまなずつ、]|$)"
)


def reading_hints(text: str, *, known: Collection[str] = ()) -> list[str]:
    """What could be easier to read, in the order of the text, each once. Empty: nothing found.

    `known` are names that must stand as they are (papers, laws, words of the glossary).
    """
    found = [hint for sentence in sentences(text[:MOST]) for hint in _of_sentence(sentence, known)]
    return list(dict.fromkeys(found))


def _of_sentence(sentence: str, known: Collection[str]) -> Iterator[str]:
    if len(sentence) > LONGEST:
        yield _(
            "「%(words)s」の文が%(n)d字あります。2つに分けると読みやすくなります（目安は%(most)d字まで）。"
        ) % {
            "words": opening(sentence),
            "n": len(sentence),
            "most": LONGEST,
        }
    own = _without(sentence, known)
    if twice := _TWICE_NO.search(own):
        yield _(
            "「%(words)s」は、否定が2つ重なっています。「～します」「～のときだけ」のように言い切れませんか。"
        ) % {"words": opening(twice[0])}
    if len(_PASSIVE.findall(own)) >= PASSIVES:
        yield _("「%(words)s」の文に「～される」が続いています。だれがするのかを主語にしてみてください。") % {
            "words": opening(sentence)
        }
    for run in _KANJI.findall(own):
        yield _("「%(words)s」は漢字が%(n)d字続いています。「の」などで区切れませんか。") % {
            "words": run,
            "n": len(run),
        }
    for word in _KATAKANA.findall(own):
        if word in FROM_ABROAD:
            yield _("「%(words)s」は知らない人が多い言葉です。例えば「%(plain)s」と書けます。") % {
                "words": word,
                "plain": FROM_ABROAD[word],
            }
    for pattern, word, plain in OFFICE:
        if re.search(pattern, own):
            yield _("「%(words)s」は役所の言葉です。言い換えの例：%(plain)s") % {
                "words": word,
                "plain": plain,
            }


def _without(sentence: str, known: Collection[str]) -> str:
    """Without what stands in quotation marks (names of papers, words of others) and without known names."""
    own = _QUOTED.sub("「」", sentence)
    for name in sorted(known, key=len, reverse=True):
        own = own.replace(name, "、")
    return own
