"""Hints for やさしい日本語: short sentences, every kanji with its reading, grammar of the first lessons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .plain import MOST
from .sentences import opening, sentences

LONGEST = 40  # signs of one sentence; readings, spaces and what 〈〉 explains are not counted

_READING = re.compile(r"[(（][ぁ-ゖー・ 、]+[)）]")
_EXPLAINED = re.compile(r"〈[^〈〉]*〉")
_UNREAD = re.compile(r"[一-龥々]+(?![一-龥々]|[(（][ぁ-ゖー・ 、]+[)）])")
# What the lessons for daily life (N5, N4) do not teach, and what to say instead.
_HARD = (
    (r"において|における", "～において", "「～で」"),
    (r"に関し|に関する", "～に関して", "「～の」「～について」"),
    (r"に基づ|にもとづ", "～に基づいて", "「～を 見(み)て」"),
    (r"にかかわらず|に関わらず", "～にかかわらず", "「～でも」"),
    (r"ざるを得|ざるをえ", "～ざるを得ない", "「～しなければ なりません」"),
    (r"わけではな|わけではあ|わけにはい", "～わけではない", "「～では ありません」"),
    (r"つつ(?!い|み|む|ま|じ|じ)", "～つつ", "「～ながら」"),
    (r"(?:する|す)べく|べき", "～べき", "「～して ください」"),
    (r"ものの、|にもかかわらず", "～ものの", "「～。でも、」"),
    (r"ございま|いたしま|申し上げ|くださいませ|おります|いただけ", "敬語", "「です」「ます」"),
    (r"させられ", "～させられる", "だれが するかを 書(か)く"),
    (r"及び|並びに|又は|若しくは|等[のをにはが]", "及び・又は・等", "「と」「か」「など」"),
)


def easy_reading_hints(text: str) -> list[str]:
    """What is too hard for やさしい日本語, in the order of the text, each once."""
    return list(dict.fromkeys(hint for one in sentences(text[:MOST]) for hint in _of_sentence(one)))


def _of_sentence(sentence: str) -> Iterator[str]:
    spoken = re.sub(r"\s", "", _READING.sub("", sentence))
    if (n := len(_EXPLAINED.sub("", spoken))) > LONGEST:
        yield _("「%(words)s」の文が%(n)d字あります。やさしい日本語は%(most)d字までにしてください。") % {
            "words": opening(spoken),
            "n": n,
            "most": LONGEST,
        }
    for run in _UNREAD.findall(sentence):
        yield _("「%(words)s」に読み方がありません。「漢字(かんじ)」のように付けてください。") % {
            "words": run
        }
    for pattern, shape, plain in _HARD:
        if re.search(pattern, spoken):
            yield _("「%(words)s」は習う前の人がいます。言い換えの例：%(plain)s") % {
                "words": shape,
                "plain": plain,
            }
