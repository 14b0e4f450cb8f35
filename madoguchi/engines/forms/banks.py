"""Banks and branches by code or name, from the `zengin-code` list that comes with the install."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from madoguchi.kernel import text

MOST_FOUND = 12
# Of a demonstration: banks that do not exist, so that nobody's real account is ever written into one.
_SAMPLES = {"9990": "見本銀行", "9991": "見本信用金庫"}
_SAMPLE_BRANCH = "000"
# The list writes 西武信金 where people write 西武信用金庫, and leaves 銀行 and 支店 out.
_SHORT = {
    "信用金庫": "信金",
    "信用組合": "信組",
    "農業協同組合": "農協",
    "漁業協同組合": "漁協",
    "労働金庫": "労金",
    "株式会社": "",
}
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


@dataclass(frozen=True, slots=True)
class Bank:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Branch:
    code: str
    name: str


def bank(code: str) -> Bank | None:
    """The bank of a four-digit code."""
    if code in _SAMPLES and settings.DEMO:
        return Bank(code, _SAMPLES[code])
    found = _all_banks().get(code)
    return Bank(code, found.name) if found else None


def branch(of: Bank, code: str) -> Branch | None:
    """The branch of a three-digit code. A bank that does not exist has every branch one thinks up."""
    if _is_sample(of):
        return Branch(code, code) if code == _SAMPLE_BRANCH else None
    found = _all_banks()[of.code].branches.get(code)
    return Branch(code, found.name) if found else None


def find_banks(typed: str) -> list[Bank]:
    """The banks that are meant: by code, by name, by reading; a part of a name may mean several."""
    plain = text.to_katakana(typed).strip()
    if settings.DEMO and (sample := next((code for code, name in _SAMPLES.items() if name == plain), "")):
        return [Bank(sample, plain)]
    if re.fullmatch(r"[0-9]{4}", plain):
        return [found] if (found := bank(plain)) else []
    return [Bank(one.code, one.name) for one in _named(_bank_names(), _key(typed, "銀行"))]


def find_branches(of: Bank, typed: str) -> list[Branch]:
    """The branches of a bank that are meant, in the same three ways."""
    plain = text.to_katakana(typed).strip()
    if _is_sample(of):
        return [Branch(_SAMPLE_BRANCH, typed)]
    if re.fullmatch(r"[0-9]{3}", plain):
        return [found] if (found := branch(of, plain)) else []
    return [
        Branch(one.code, one.name) for one in _named(_branch_names(of.code), _key(typed, "支店", "出張所"))
    ]


def with_code(name: str, code: str) -> str:
    """The name with its number, as people know it from their passbook; nothing of what does not exist."""
    return f"{name}（{code}）" if code and code != _SAMPLE_BRANCH and code not in _SAMPLES else name


def as_of() -> str:
    """The day of the list, YYYYMMDD: what opened since is not in it."""
    import zengin_code

    return str(zengin_code.__version__).rpartition(".")[2]


def _is_sample(one: Bank) -> bool:
    return bool(settings.DEMO) and one.code in _SAMPLES


@lru_cache(maxsize=1)
def _all_banks() -> Any:
    import zengin_code

    return zengin_code.Bank.all


@lru_cache(maxsize=1)
def _bank_names() -> list[tuple[set[str], Any]]:
    return [(_keys(one, "銀行"), one) for one in _all_banks().values()]


@lru_cache(maxsize=256)
def _branch_names(code: str) -> list[tuple[set[str], Any]]:
    return [(_keys(one, "支店", "出張所"), one) for one in _all_banks()[code].branches.values()]


def _keys(one: Any, *endings: str) -> set[str]:
    return {_key(one.name, *endings), _key(one.kana)}


def _named(names: list[tuple[set[str], Any]], key: str) -> list[Any]:
    """Those called exactly so, else those that begin so, else those in whose name it stands."""
    if not key:
        return []
    exact = [one for keys, one in names if key in keys]
    begins = [one for keys, one in names if any(name.startswith(key) for name in keys)]
    within = [one for keys, one in names if any(key in name for name in keys)]
    return (exact or begins or within)[:MOST_FOUND]


def _key(written: str, *endings: str) -> str:
    """How a name is compared: width, kana, small kana and what the list leaves out make no difference."""
    key = text.fold(written)
    for long, short in _SHORT.items():
        key = key.replace(long, short)
    key = re.sub(r"[ー－\-‐−・.。、,]", "", key).translate(_SMALL)
    for ending in endings:
        key = key.removesuffix(ending) or key
    return key
