"""Opinions of a public comment as people write them, with planted copies in other words and neighbours that say
something else about the same matter. Everything is made from phrases; who belongs together is known.

    texts, truth = opinions(10_000, seed=1)      # truth[place] = number of the wish; the same number says the same
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

PLACES = [
    "区役所の窓口",
    "図書館",
    "児童館",
    "保育園",
    "学童クラブ",
    "区民事務所",
    "体育館",
    "公園",
    "小学校",
    "中学校",
    "地区区民館",
    "敬老館",
    "保健相談所",
    "文化センター",
    "駅前の広場",
    "商店街",
    "リサイクルセンター",
    "子ども家庭支援センター",
    "障害者施設",
    "特別養護老人ホーム",
    "町会の掲示板",
    "防災備蓄倉庫",
    "避難拠点",
    "集会所",
    "男女共同参画センター",
    "温水プール",
    "自転車駐車場",
    "みどりの散歩道",
    "コミュニティバスの停留所",
    "美術館",
]
PEOPLE = [
    "高齢の母",
    "目の不自由な友人",
    "外国から来た隣人",
    "小さな子を連れた親",
    "働いている私たち",
    "車いすの父",
    "一人暮らしの祖父",
    "中学生の娘",
    "介護をしている家族",
    "障害のある弟",
    "引っ越してきたばかりの世帯",
    "耳の遠い夫",
    "双子の赤ちゃんがいる家庭",
    "夜勤の看護師",
    "自営業の仲間",
    "大学生",
    "スマートフォンを持たない人",
    "初めて来た方",
    "妊娠中の妻",
    "不登校の生徒",
]
THINGS = [
    "予約の画面",
    "申請書の書き方",
    "待ち人数の表示",
    "無線LAN",
    "貸出用のタブレット",
    "電子図書",
    "手数料のキャッシュレス決済",
    "施設の抽選結果",
    "ごみ収集の日程",
    "防災無線の音声",
    "避難所の混雑状況",
    "健診の案内",
    "給食の献立",
    "欠席の連絡",
    "学校の配布物",
    "休日診療の一覧",
    "道路の損傷の通報",
    "マイナンバーカードの更新",
    "住民票の交付",
    "子育て講座の申込み",
    "広報紙",
    "区長への手紙",
    "オープンデータ",
    "会議の議事録",
    "統計のグラフ",
    "議会の中継",
    "ホームページの検索",
    "自動応答の相談",
    "音声の読み上げ",
    "やさしい日本語の説明",
    "メールの配信",
    "地図の情報",
    "個人情報の管理",
    "職員のテレワーク",
    "庁内の文書の電子化",
    "システムの費用",
    "委託先の監査",
    "停電のときの備え",
    "入札の結果",
    "アンケートの集計",
]
TROUBLES = [
    "どこにあるのか分かりません",
    "文字が小さくて読めません",
    "三十分以上も待たされました",
    "電話がつながりませんでした",
    "同じことを何度も書かされます",
    "途中で最初からやり直しになりました",
    "説明が専門用語ばかりです",
    "平日の昼間しか使えません",
    "いつ更新されたのかが示されていません",
    "エラーの意味が伝わりません",
    "担当ごとに言うことが違いました",
    "紙でしか受け取れません",
    "操作を尋ねる相手がいません",
    "古いままで直されていません",
    "英語の案内がありません",
    "費用の内訳が見えません",
    "申し込んでも返事が来ません",
    "登録の手順が長すぎます",
    "音が響いて聞き取れません",
    "夜になると止まっていることがあります",
]
WISHES = [
    "もっと見つけやすくしてほしい",
    "土日にも使えるようにしてほしい",
    "費用と効果を毎年公表してほしい",
    "紙でも受け取れるよう残してほしい",
    "やめることも含めて見直してほしい",
    "近くの施設にも広げてほしい",
    "使い方を教える講習を開いてほしい",
    "民間に任せず区が責任を持ってほしい",
    "利用者の声を聞いてから決めてほしい",
    "外国語でも案内してほしい",
    "情報の漏えいを防ぐ対策を示してほしい",
    "手続きを一回で済むようにしてほしい",
    "電話でも相談できるようにしてほしい",
    "目標の数値を上げてほしい",
    "完成の時期を早めてほしい",
    "障害のある人と一緒に試してほしい",
    "職員の研修を充実させてほしい",
    "他の自治体と共同で進めてほしい",
    "通知を前の日に送ってほしい",
    "無料のまま続けてほしい",
    "導入を急がず慎重に進めてほしい",
    "結果を地図で見せてほしい",
    "学校でも教えてほしい",
    "災害のときも止まらないようにしてほしい",
]
REASONS = [
    "{people}には今のやり方は負担が大きいと思います",
    "先日{people}と{place}へ行き、困りました",
    "隣の市ではもう何年も前から行われています",
    "{place}で働く方からも同じ話を聞きました",
    "このままでは{people}が取り残されます",
    "税金で行う以上、納得できる形にすべきです",
    "計画の{page}ページには理由が書かれていません",
    "{place}を週に{page}回ほど利用しています",
    "素案の図{page}だけでは中身が想像できません",
    "感染症の流行を思えば、人が集まらない工夫が要ります",
    "去年の{month}月に{place}で尋ねましたが変わっていません",
    "{people}の立場で考えてみてください",
]
ASIDES = [
    "いつも丁寧に対応していただき感謝しています",
    "素案は読みやすくまとまっていました",
    "長年この区に住んでいます",
    "小さなことですが気になりました",
    "うまく書けず申し訳ありません",
    "回答は不要です",
    "若い世代の意見も集めてください",
    "期待しています",
]

COURTESIES = (
    ("いつもお世話になっております。", ""),
    ("", "よろしくお願いいたします。"),
    ("お世話になります。区民です。", "どうぞよろしくお願いします。"),
    ("意見を提出します。", "以上です。"),
    ("", "ご検討ください。"),
    ("はじめまして。練馬に住む者です。", "何卒よろしくお願い申し上げます。"),
)
SYNONYMS = (
    ("してほしい", "していただきたい"), ("してほしい", "してください"), ("小さな子", "幼い子"), ("分かりません", "わかりにくいです"),
    ("スマートフォン", "スマホ"), ("ホームページ", "ウェブサイト"), ("高齢の", "年をとった"), ("使えません", "利用できません"),
    ("申込み", "申し込み"), ("費用", "お金"), ("もっと", "より"), ("障害", "障がい"), ("一回", "１回"), ("読めません", "読みづらいです"),
    ("子ども", "子供"), ("手続き", "手続"), ("見直して", "考え直して"), ("公表して", "公開して"), ("同じこと", "同じ内容"),
    ("教える", "説明する"), ("研修", "教育"), ("思います", "感じます"), ("困りました", "苦労しました"), ("キャッシュレス", "電子マネー"),
)  # fmt: skip
PARTICLES = (
    ("には", "にとって"),
    ("では", "だと"),
    ("からも", "から"),
    ("について", "に関して"),
    ("が大きい", "の大きい"),
    ("ので", "ため"),
    ("です", "である"),
)
TYPOS = "のにをはがでとしいうん"


def opinions(number: int, *, seed: int, copied: float = 0.35) -> tuple[list[str], list[int]]:
    """`number` texts in no order; `copied` of them say what another one says."""
    chance = random.Random(seed)
    made: list[tuple[str, int]] = []
    said: set[tuple[str, str, str]] = set()
    wish = 0
    while len(made) < number:
        base = _opinion(chance, said)
        made.append((_join(base, chance), wish))
        if chance.random() < copied / 3:
            for _copy in range(min(int(chance.paretovariate(1.1)), 40)):
                made.append((_in_other_words(base, chance), wish))
        wish += 1
    del made[number:]
    chance.shuffle(made)
    return [text for text, _wish in made], [wish for _text, wish in made]


def _opinion(chance: random.Random, said: set[tuple[str, str, str]]) -> list[str]:
    """A wish, what went wrong, and none to three reasons. No two opinions have matter, trouble and wish alike."""
    while True:
        place, thing = chance.choice(PLACES), chance.choice(THINGS)
        trouble, wish = chance.choice(TROUBLES), chance.choice(WISHES)
        if (key := (place + thing, trouble, wish)) not in said:
            break
    said.add(key)
    # A neighbour of an earlier one: the same place and thing, and now and then the same trouble, with another wish.
    first = f"{place}の{thing}について、{trouble}"
    rest = [
        reason.format(
            people=chance.choice(PEOPLE),
            place=chance.choice(PLACES),
            page=chance.randint(2, 78),
            month=chance.randint(1, 12),
        )
        for reason in chance.sample(REASONS, chance.choice((0, 1, 1, 2, 3)))
    ]
    asked = wish if chance.random() < 0.5 else f"{thing}は{wish}"
    return [first, *rest, asked]


def _join(sentences: list[str], chance: random.Random) -> str:
    return chance.choice(("。", "。", "。\n")).join(sentences) + "。"


def _in_other_words(base: list[str], chance: random.Random) -> str:
    ways: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
        _courtesies, _widths, _particles, _order, _more_or_less, _typos, _synonyms,
    )  # fmt: skip
    sentences = list(base)
    for way in chance.sample(ways, chance.choice((1, 2, 2, 3))):
        sentences = way(sentences, chance)
    return _join(sentences, chance)


def _courtesies(sentences: list[str], chance: random.Random) -> list[str]:
    before, after = chance.choice(COURTESIES)
    whole = list(sentences)
    whole[0] = before + whole[0]
    return [*whole, after.rstrip("。")] if after else whole


def _widths(sentences: list[str], chance: random.Random) -> list[str]:
    wide = {code: code + 0xFEE0 for code in range(0x30, 0x7B)}
    if chance.random() < 0.5:
        return [one.translate(wide) for one in sentences]
    kana = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
    return [re.sub(r"[ァ-ヶー]{4,}", lambda word: word[0].translate(kana), one) for one in sentences]


def _particles(sentences: list[str], chance: random.Random) -> list[str]:
    return [_swap(one, chance.sample(PARTICLES, 3)) for one in sentences]


def _order(sentences: list[str], chance: random.Random) -> list[str]:
    moved = list(sentences)
    if len(moved) > 2:
        chance.shuffle(moved)
        return moved
    return moved[::-1]


def _more_or_less(sentences: list[str], chance: random.Random) -> list[str]:
    if len(sentences) > 2 and chance.random() < 0.5:
        gone = chance.randrange(1, len(sentences) - 1)
        return sentences[:gone] + sentences[gone + 1 :]
    at = chance.randint(0, len(sentences))
    return [*sentences[:at], chance.choice(ASIDES), *sentences[at:]]


def _typos(sentences: list[str], chance: random.Random) -> list[str]:
    wrong = list(sentences)
    for _slip in range(chance.choice((1, 2, 3))):
        at = chance.randrange(len(wrong))
        text = wrong[at]
        sign = chance.randrange(max(len(text) - 1, 1))
        wrong[at] = chance.choice(
            (
                text[:sign] + text[sign + 1 :],
                text[:sign] + chance.choice(TYPOS) + text[sign:],
                text[:sign] + text[sign + 1 : sign + 2] + text[sign : sign + 1] + text[sign + 2 :],
            )
        )
    return wrong


def _synonyms(sentences: list[str], chance: random.Random) -> list[str]:
    return [_swap(one, chance.sample(SYNONYMS, len(SYNONYMS) * 2 // 3)) for one in sentences]


def _swap(text: str, pairs: list[tuple[str, str]]) -> str:
    for one, other in pairs:
        text = text.replace(one, other)
    return text
