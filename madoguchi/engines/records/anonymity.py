"""Signs that a story names somebody. Only patterns: what they do not see, two people and a checklist must."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.kernel.text import looks_like_my_number

# Read with widths folded. What stands in parentheses is looked for inside a longer text.
_PHONE = re.compile(
    r"(?<![0-9])0[0-9]{1,4}[-‐‑–—―−ー ()（）]{0,2}[0-9]{1,4}[-‐‑–—―−ー ()（）]{0,2}[0-9]{3,4}(?![0-9])"
)
_MAIL = re.compile(r"[^\s@]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_POSTCODE = re.compile(r"〒|(?<![0-9-])[0-9]{3}[-‐‑–—―−ー][0-9]{4}(?![0-9-])")
_ADDRESS = re.compile(r"[0-9一二三四五六七八九十]+(丁目|番地|号室)|[0-9]+-[0-9]+-[0-9]+")
_RECEIPT = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{4,7}-[0-9](?![0-9])")
_BIRTHDAY = re.compile(r"(明治|大正|昭和|平成|令和)?[0-9元]{1,4}年[0-9]{1,2}月[0-9]{1,2}日(生まれ|生)")
_CALLED = re.compile(
    r"([一-鿿々〆ヶ]{1,4}|[ァ-ヴー]{2,8}|(?<![ぁ-ん])[ぁ-ん]{2,5}|[A-Z][a-z]+)[ 　]?(さん|様|さま|氏|ちゃん|くん|君|先生)(?![ぁ-ん]*い)"
)
# Called so without being anybody: 「お客様」「皆さん」「ご本人様」「看護師さん」.
_NOBODY = re.compile(
    r"(客|皆|みな|本人|家族|利用者|保護者|来庁者|相談者|区民|住民|患者|子|母|父|兄|姉|弟|妹|祖母|祖父|奥|主人|旦那|息子|娘|孫|親|"
    r"お子|お母|お父|赤|かあ|とう|ばあ|じい|にい|ねえ|あか|こ|"
    r"師|員|士|者|屋|方|医|担当|校長|園長|院長|王|神|模|仕|同|多|有|無|各|生|外国人|高齢者|誰|だれ|どちら|何|たく)$"
)


def signs(*texts: str) -> list[str]:
    """What looks as if somebody could be found by it, in words; [] when nothing does."""
    return list(
        dict.fromkeys(sign for written in texts for sign in _signs(unicodedata.normalize("NFKC", written)))
    )


def _signs(written: str) -> Iterator[str]:
    if looks_like_my_number(written):
        yield _("12けたの番号")
    for pattern, what in (
        (_MAIL, _("メールアドレス")),
        (_RECEIPT, _("受付番号")),
        (_POSTCODE, _("郵便番号")),
        (_ADDRESS, _("住所")),
        (_BIRTHDAY, _("生年月日")),
    ):
        if pattern.search(written):
            yield what
    if _PHONE.search(_RECEIPT.sub(" ", written)):
        yield _("電話番号")
    for found in _CALLED.finditer(written):
        if not _NOBODY.search(found[1]):
            yield _("「%(name)s」（人の名前のように見えます）") % {"name": found[0]}
