"""`mado draw verify`: the program strangers download, at hand for operators."""

from __future__ import annotations

import random

import pytest

from madoguchi.engines.lottery.tests import proofs
from madoguchi.faces.cli.main import main


def test_verify_says_match_with_0_mismatch_with_1_and_no_proof_with_2(tmp_path, capfd):
    good, other, none = (tmp_path / name for name in ("good.json", "other.json", "none.json"))
    made = proofs.bundle(rng=random.Random(1))
    good.write_bytes(made)
    other.write_bytes(made.replace("見本の抽選".encode(), "別の抽選".encode()))
    none.write_bytes(b"{}")

    assert main(["draw", "verify", str(good), "--result", str(tmp_path / "result.txt")]) == 0
    assert "一致" in capfd.readouterr().out
    assert (tmp_path / "result.txt").read_text(encoding="utf-8").startswith("madoguchi-result-v1\nseed ")
    assert main(["draw", "verify", str(other)]) == 1
    assert "× 規則は公表したもの" in capfd.readouterr().out
    assert main(["draw", "verify", str(none)]) == 2
    assert main(["draw", "verify", str(good), "--noted", "0" * 64]) == 1
    assert main(["draw", "verify", str(tmp_path / "gone.json")]) == 2
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize("words", [["draw", "verify"], ["draw", "verify", "--nai"]])
def test_an_operators_mistake_is_one_line(words, capsys):
    assert main(words) == 2
