"""What the words of a field say: a ground or none, a law or a word that ends alike, what needs special care."""

from __future__ import annotations

import re
import unicodedata

# A ground made of these alone fills its line and names nothing: 「事務のため」「要確認」「上に同じ」.
_FILLER = re.compile(
    r"参考|念の?ため|その他|ほか|必要|確認|情報|収集|取得|未定|未記入|記入|記載|なし|無し|特に|不明|事務|業務|処理"
    r"|手続き?|申請|届出|審査|判断|把握|利用|使用|活用|使う|聞く|知る|見る|同上|同じ|同様|上記|前記|上|要|調査中|検討中|後日|後で|あとで"
    r"|追って|仮|空欄|ダミー|テスト|tbd|todo|n/?a|none|test|x+|よう|様|ため|為|目的|用|こと|もの|とき|上の"
    r"|する|した|して|し|なる|ある|いる|です|ます|でした|ました|だから|だ|[をにのはがでともへやなか]",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\w")

# 「…法」 is a law where a name ends with it, or before 第N条: not the way to do a thing (方法, 治療法), not 司法書士.
_NUMBER = r"[\d〇一二三四五六七八九十百千]+"
_NAME = r"[一-鿿々ァ-ヶーぁ-ん]"
_LAW = re.compile(
    rf"{_NAME}{{2,}}(?<![療方手作文違技処査定出現決解教練])(?<!使用)(?<!活用)(?<!服用)(?<!司)法"
    rf"(?=$|[\s（）()「」『』、。，・／/]|施行|及び|又は|に基づ|にもとづ|による|により|の規定|の定め|律)"
    rf"|(?:民|刑|憲|商|税)法(?=$|[\s（(、。])"
    rf"|条例|規則(?!正し|的)|政令(?!指定|市)|省令|施行令|要綱|第{_NUMBER}条|法律第{_NUMBER}号"
)

# 要配慮個人情報: 個人情報保護法 第2条第3項. The first leave no doubt; the others are also said of dogs, houses and lines.
_SURE = re.compile(
    r"病歴|病名|病状|傷病|疾病|疾患|既往|うつ病|服薬|投薬|処方|健康状態|妊娠|身体障害|知的障害|精神障害|発達障害|障害者|障害児"
    r"|障がい|療育手帳|愛の手帳|犯罪|前科|前歴|逮捕|人種|民族|信条|宗教|信仰|社会的身分|被差別"
)
_DOUBTFUL = re.compile(
    r"病気|障害|診断|健診|健康診査|治療|通院|入院|手術|服用|感染|被害|虐待|要介護度|要支援度|手帳の等級"
)
_OF_A_PERSON = re.compile(r"病気|障害")
_NOT_OF_A_PERSON = re.compile(
    r"犬|猫|動物|ペット|家畜|鳥獣|樹木|作物|家屋|住宅|住家|建物|耐震|通信|電波|受信|設備|機器|システム|回線|道路|障害物"
)


def says_nothing(ground: str) -> bool:
    """Whether a ground is filler and marks only."""
    plain = unicodedata.normalize("NFKC", ground)
    return _LETTER.search(_FILLER.sub("", plain)) is None


def names_law(ground: str) -> bool:
    """Whether a ground names a law, an ordinance or an article."""
    return _LAW.search(ground) is not None


def is_special(words: str) -> bool:
    """Whether what is asked is 要配慮個人情報 beyond doubt."""
    if _SURE.search(words):
        return True
    return bool(_OF_A_PERSON.search(words)) and not _NOT_OF_A_PERSON.search(words)


def may_be_special(words: str) -> bool:
    """Whether what is asked may be 要配慮個人情報, by the words alone."""
    return bool(_DOUBTFUL.search(words))
