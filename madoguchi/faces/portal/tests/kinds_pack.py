"""A small city whose procedures ask every kind of question, laid beside the minimal pack."""

from __future__ import annotations

import shutil
from pathlib import Path

MINIMAL = Path(__file__).parents[4] / "packs" / "minimal"
LOAN, PERMIT = "shikin.kashitsuke", "rojo.riyo"

_HEAD = """procedure: {key}
version: 1
checked_on: 2026-11-21
title: {title}
summary: {title}を申し込む手続きです。
basis: 見本市条例 第1条
division: 市民課
channels:
  web: {{}}
  counter: {{at: [市民課]}}
within: {{days: 14}}
pages:
  - id: all
    title: 申し込み
    fields:
      applicant:
        type: person
        label: あなた
        parts: [name, other_names, birth, address]
        names: {names}
        reuse: profile
        ground: 申し込む人の確認
        sensitivity: personal
        keep: case
"""
_LOAN = """      income:
        type: money
        label: 去年の収入
        most: 9999999
        why: 職員が収入の確認に使います。
        ground: 収入の確認
        keep: case
      uses:
        type: choices
        label: 使いみち
        options: {rent: 家賃, school: 学費, other: ほか}
        most: 2
        why: 職員が使いみちの確認に使います。
        ground: 使いみちの確認
        keep: case
      other_use:
        type: text
        label: ほかの使いみち
        shown_when: "'other' in uses"
        why: 職員が使いみちの確認に使います。
        ground: 使いみちの確認
        keep: case
      helpers:
        type: list
        of: person
        label: いっしょに住む人
        reuse: household
        why: 職員が世帯の確認に使います。
        ground: 世帯の確認
        sensitivity: personal
        keep: case
      account:
        type: bank_account
        holder: applicant
        reuse: profile
        ground: 振り込むため
        sensitivity: secret
        keep: case
      agrees:
        type: consent
        label: 調べることへの同意
        statement: 収入を区が調べることに同意します。
        ground: 同意の確認
        keep: case
      signed:
        type: signature
        label: 署名にかわる確認
        statement: 書いたことにまちがいはありません。
        ground: 本人の確認
        sensitivity: personal
        keep: case
"""
_TAIL = """flow:
  received: {label: 受付, next: [done, withdrawn]}
  done: {label: 決定, end: done, letter: toroku_tsuchi, tell: decided}
  withdrawn: {label: 取下げ, end: cancelled}
retention: {class: 1年, from: end_of_fiscal_year}
"""
_COPY = """letter: uketsuke_hikae
version: 1
title: 受付の控え
decides: acknowledges
issuer: 見本市長（見本）
opening: "{{case.received_on}}に「{{procedure}}」を受け付けました。"
closing:
  - 内容についてわからないことがあるときは、{{division}}にお尋ねください。
show_answers: true
contact:
  - "{{division}}"
"""
_EXAMPLE = """examples:
  - given: {}
    then: {documents: [], first: received}
"""


def lay(folder: Path) -> Path:
    """The minimal pack with two procedures more: one that allows every name on paper, one that allows the legal one."""
    pack = folder / "minimal"
    shutil.copytree(MINIMAL, pack)
    (pack / "documents" / "uketsuke_hikae.yaml").write_text(_COPY, encoding="utf-8")
    for key, title, names, more in (
        (LOAN, "資金の貸付", "[legal, former, alias]", _LOAN),
        (PERMIT, "路上の利用", "[legal]", ""),
    ):
        written = _HEAD.format(key=key, title=title, names=names) + more + _TAIL + _EXAMPLE
        (pack / "procedures" / f"{key}.yaml").write_text(written, encoding="utf-8")
        with (pack / "procedures" / "register.csv").open("a", encoding="utf-8") as register:
            register.write(f"{key},{title},市民課,申請,見本市条例 第1条,,,,,model,,counter\n")
    return pack


def begun(client, key=LOAN):
    return client.post(f"/procedures/{key}/start/")["Location"]
