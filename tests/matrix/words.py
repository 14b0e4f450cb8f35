"""People whose every word is told apart from everybody else's, so that a word says whose it is wherever it turns up."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import pypdf

from madoguchi.engines.procedures.tests import make


@dataclass(frozen=True)
class Subject:
    """Somebody things are about: `where` leads to where they are, `rest` is all else that is theirs."""

    key: str
    family: str
    given: str
    kana: str
    town: str
    number: str
    child: str

    @property
    def name(self) -> dict[str, str]:
        return {
            "family": self.family,
            "given": self.given,
            "family_kana": self.kana,
            "given_kana": "ヒト",
        }

    @property
    def address(self) -> dict[str, str]:
        return {"postcode": "0000001", "address": f"架空県見本市{self.town}1-2-3", "building": ""}

    @property
    def phone(self) -> str:
        return f"00-0000-{self.number[:4]}"

    @property
    def mail(self) -> str:
        return f"{self.key}.{self.number}@mihon.invalid"

    @property
    def profile(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "birth": "1990-04-12",
            "address": self.address,
            "phone": self.phone,
            "email": self.mail,
        }

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """The canonical claim as they make it; the child is looked after elsewhere, so papers are asked for."""
        child = {**self.name, "given": self.child}
        return {
            **make.ANSWERS,
            "applicant.name": self.name,
            "applicant.address": self.address,
            "applicant.phone": {"value": self.phone},
            "applicant.email": {"value": self.mail},
            "children.1.name": child,
            "account": {**make.ACCOUNT, "number": self.number, "holder_kana": f"{self.kana} ヒト"},
        }

    @property
    def whereabouts(self) -> set[str]:
        return {self.town, self.phone, self.phone.replace("-", ""), self.mail}

    @property
    def rest(self) -> set[str]:
        return {self.family, self.given, self.kana, self.number, self.child}


def _subject(key: str, family: str, given: str, kana: str, town: str, number: str, child: str) -> Subject:
    return Subject(key, family, given, kana, town, number, child)


SUBJECTS = {
    one.key: one
    for one in (
        _subject("aoi", "蒼井沢", "葵子", "アオイザワ", "青葉坂", "1101101", "蒼介"),
        _subject("ben", "紅林", "弁吉", "ベニバヤシ", "紅葉谷", "2202202", "紅美"),
        _subject("mori", "守谷原", "守子", "モリヤハラ", "隠里町", "3303303", "護郎"),
        _subject("dai", "橙山", "大介", "トウヤマ", "橙が丘", "4404404", "橙香"),
        _subject("gen", "玄田川", "玄一", "ゲンダガワ", "黒川台", "5505505", "玄太"),
        _subject("tel", "電話野", "電郎", "デンワノ", "電信町", "6606606", "電児"),
        _subject("kio", "来訪田", "来子", "ライホウダ", "来迎町", "7707707", "来夢"),
        _subject("api", "機械沢", "機子", "キカイザワ", "機織町", "8808808", "機助"),
        _subject("ren", "練習田", "練子", "レンシュウダ", "練馬坂", "9909909", "練太"),
        _subject("yui", "結城田", "結子", "ユウキダ", "結町", "1212121", "結斗"),
        _subject("sen", "扇田川", "扇子", "センダガワ", "扇町", "1313131", "扇助"),
    )
}
# What staff wrote for staff, and what stands in places of its own.
NOTE = "窓口だけのひそひそ話"
STORY = "封筒を取りちがえたいきさつ"
DANGER = "川へ行くと電話で言ったため"
HELD = "訴訟の相手は隣の人"
FILE = "高い熱の診断書"
# key of words -> the words
PLANTED: dict[str, set[str]] = {
    **{key: one.rest for key, one in SUBJECTS.items()},
    **{f"{key}.where": one.whereabouts for key, one in SUBJECTS.items()},
    "note": {NOTE},
    "story": {STORY},
    "danger": {DANGER},
    "held": {HELD},
    "file": {FILE},
}


def said_by(response: Any) -> str:
    """All that an answer says: headers, body, the text of a PDF."""
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    if "filename*" in heads:
        heads += unquote(heads)
    kind = response.get("Content-Type", "")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind.startswith("application/pdf"):
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        return heads + normalize("NFKC", "".join("".join(page.extract_text().split()) for page in pages))
    text = body.decode("utf-8", "replace")
    if "json" in kind and "\\u" in text:
        text += text.encode().decode("unicode_escape", "replace")
    return heads + text


def found_in(said: str) -> set[str]:
    """Whose words stand in a text."""
    return {key for key, words in PLANTED.items() if any(word in said for word in words)}
