"""How many opinions, from how many people and organisations, by which channels."""

from __future__ import annotations

import re
from collections import Counter

from ..flow import Bit
from ..result import Read
from .desk import Desk, is_sentence_row, plain

_CASES = re.compile(r"([0-9][0-9,]*)件")
_ALL = re.compile(
    r"(?:意見(?:の)?(?:総|延べ)?(?:提出)?(?:件)?数|意見(?:提出)?(?:総)?件数|意見等?の(?:総)?(?:件数|数)|総件数|延べ件数|提出(?:された)?(?:意見)?(?:件)?数|(?:ご)?意見総数|提出意見(?:等)?|(?:提出|応募|受付)件数|意見募集の?結果|件数|意見の提出状況|(?:ご)?意見の?(?:提出)?状況|提出状況|受付状況|募集結果)"
    r"[^0-9件]{0,12}?([0-9][0-9,]*)件?"
)
_WITH_PEOPLE = re.compile(
    r"([0-9][0-9,]*)件[(\[（、,・/／]*(?:提出者|応募者|意見者|提出人数)?[:：数]*(?:延べ|のべ)?([0-9][0-9,]*)(名|人|者|通|団体)"
)
_PEOPLE_FIRST = re.compile(
    r"(?<![0-9,])([0-9][0-9,]*)(?:名|人|者)(?:の方)?(?:・([0-9]+)団体)?(?:から|より)[^0-9]{0,12}([0-9][0-9,]*)件"
)
_PEOPLE_BEFORE = re.compile(
    r"(?<![0-9,])([0-9][0-9,]*)(?:名|人|者)(?:の方)?(?:[、,・/／(（]*意見(?:等)?数?[:：]?|[(（])([0-9][0-9,]*)件"
)
_IN_SENTENCE = re.compile(
    r"(?<![0-9,])(?P<people>[0-9][0-9,]*)(?:名|人)(?:の(?:方|かた|皆さ[まん]))?"
    r"(?:(?:及び|および|と|、|・)(?P<groups>[0-9]+)(?:団体|法人|社|事業者))?(?:の(?:方|かた|皆さ[まん]))?"
    r"(?:から|より)[^0-9。]{0,12}(?P<opinions>[0-9][0-9,]*)件[^。]{0,12}意見"
)
_PERSONS = re.compile(r"(?<![0-9,])([0-9][0-9,]*)(?:名|人(?!以|口|権|材|事))")
_PERSONS_LABEL = re.compile(
    r"(?:提出者|応募者|意見者|提出人|意見提出者|人)数?[^0-9件]{0,10}?([0-9][0-9,]*)(?:名|人|者|$)"
)
_GROUPS = re.compile(r"([0-9][0-9,]*)(?:団体|法人|社|事業者)")
_CHANNEL = re.compile(
    r"(電子メール|Eメール|E-mail|メール|郵送|郵便|FAX|ファクシミリ|ファクス|ファックス|窓口持参|直接持参|持参|窓口|電子申請(?:サービス)?|LoGoフォーム|インターネット|ホームページ|(?:専用|入力|応募|投稿|Web|WEB|意見)フォーム|Web|WEB|意見箱|直接提出|説明会|はがき|書面|その他)"
    r"[^0-9件人通名、,。]{0,8}?([0-9][0-9,]*)(件|人|名|通)?",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(r"説明|周知|参加者|委員|世帯|人口|定員")
_LABEL = re.compile(r"意見|提出|応募|件数|人数|者数|総数|団体数")


def read(desk: Desk) -> None:
    totals: Counter[int] = Counter()
    persons: Counter[int] = Counter()
    groups: Counter[int] = Counter()
    taken: list[Bit] = []
    _sentences(desk, totals, persons, groups)
    for bit in list(desk.open()):
        near = _near(desk, bit)
        said = plain(bit.text).replace(" ", "")
        if not near or is_sentence_row(bit) or _NOT_HERE.search(said) or len(said) > 160:
            continue
        mine = _totals(said, plain(near).replace(" ", ""))
        people = _people(said, plain(near).replace(" ", ""))
        channels = _channels(said)
        if not (mine or people[0] or people[1] or channels):
            continue
        totals.update(mine)
        persons.update(people[0])
        groups.update(people[1])
        if len(channels) > 1 or (channels and desk.meta.by_channel is not None and _is_channel_row(said)):
            for name, number in channels.items():
                desk.meta.by_channel.setdefault(name, number)
        desk.take(bit)
        taken.append(bit)
        before = desk.before(bit)
        if (
            before is not None
            and before.cells is None
            and _LABEL.search(before.text)
            and len(before.text) < 24
        ):
            desk.take(before)
    _rest_of_tables(desk, taken)
    desk.meta.opinions_printed = _best(totals, "件数")
    desk.meta.persons = _best(persons, "人数")
    desk.meta.organisations = _best(groups, "団体数")


def _sentences(desk: Desk, totals: Counter[int], persons: Counter[int], groups: Counter[int]) -> None:
    """「市民８名及び２団体から３件のご意見をいただきました」, also where the period stands in the same sentence."""
    for bit in desk.bits[: desk.first]:
        found = None if bit.cells is not None else _IN_SENTENCE.search(plain(bit.text).replace(" ", ""))
        if found is None or _NOT_HERE.search(bit.text):
            continue
        totals[_number(found["opinions"])] += 5
        persons[_number(found["people"])] += 5
        if found["groups"]:
            groups[_number(found["groups"])] += 5
        desk.take(bit)


def _rest_of_tables(desk: Desk, taken: list[Bit]) -> None:
    """Heading and total of a small table whose rows were understood."""
    tables = Counter(bit.table for bit in taken if bit.cells is not None)
    for bit in list(desk.open()):
        if (
            tables[bit.table] > 1
            and bit.cells is not None
            and not is_sentence_row(bit)
            and len(bit.text) < 40
        ):
            desk.take(bit)


def _near(desk: Desk, bit: Bit) -> str:
    """The line with its label, when it or the line above speaks of opinions sent in."""
    if not any(char.isdigit() for char in bit.text):
        return ""
    before = desk.before(bit)
    above = before.text if before is not None and len(before.text) < 24 and "。" not in before.text else ""
    if _LABEL.search(bit.text):
        return bit.text
    if _LABEL.search(above) or _CHANNEL.search(plain(bit.text).replace(" ", "")):
        return f"{above}：{bit.text}"
    return ""


def _totals(said: str, near: str) -> Counter[int]:
    found: Counter[int] = Counter()
    for match in _WITH_PEOPLE.finditer(said):
        found[_number(match[1])] += 5
    for match in _PEOPLE_FIRST.finditer(said):
        found[_number(match[3])] += 5
    for match in _PEOPLE_BEFORE.finditer(said):
        found[_number(match[2])] += 5
    for match in _ALL.finditer(near):
        whole = match[0].endswith("件") or near.endswith(match[0])
        if not re.match(r"[名人者通団年月日章]", near[match.end() : match.end() + 1]):
            found[_number(match[1])] += 4 if whole else 2
    return found


def _people(said: str, near: str) -> tuple[Counter[int], Counter[int]]:
    persons: Counter[int] = Counter()
    groups: Counter[int] = Counter()
    if _is_channel_row(said) and len(_channels(said)) > 1:
        said = near = _CHANNEL.sub("", said)
    for match in _PERSONS.finditer(said):
        persons[_number(match[1])] += 3
    for match in _PERSONS_LABEL.finditer(near):
        persons[_number(match[1])] += 2
    for match in re.finditer(r"個人[:]?([0-9,]+)(?:名|人)", said):
        persons[_number(match[1])] += 10
    for match in re.finditer(r"団体[:]?([0-9,]+)(?!団体|[0-9,]|件)", said):
        groups[_number(match[1])] += 2
    for match in _GROUPS.finditer(said):
        groups[_number(match[1])] += 3
    return persons, groups


def _channels(said: str) -> dict[str, int]:
    return {match[1]: _number(match[2]) for match in _CHANNEL.finditer(said)}


def _is_channel_row(said: str) -> bool:
    return bool(_CHANNEL.search(said))


def _best(found: Counter[int], what: str) -> Read[int | None]:
    if not found:
        return Read(None)
    ranked = found.most_common()
    value, votes = ranked[0]
    rivals = [number for number, times in ranked[1:] if times == votes]
    if rivals:
        said = "、".join(map(str, [value, *rivals]))
        return Read(value, 0.6, f"{what}らしい数字がいくつもあります（{said}）。")
    return Read(value, 0.97)


def _number(text: str) -> int:
    return int(text.replace(",", ""))
