"""Two verifiers that share no line, in Python and in the browser's language, say the same of every proof."""

from __future__ import annotations

import ast
import base64
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from madoguchi.engines.lottery import drawing
from madoguchi.engines.lottery.verifier import verify

from . import proofs

SCRIPT = Path(__file__).parents[3] / "faces/portal/static/portal/draw-check.js"
RUN = """
import { readFileSync } from "node:fs";
import { check, reportText } from "./check.mjs";
const said = [];
for (const one of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const { report, result } = await check(new Uint8Array(Buffer.from(one, "base64")));
  said.push([reportText(report), result]);
}
process.stdout.write(JSON.stringify(said));
"""


def node() -> str:
    """Node where there is one; otherwise the one that Playwright brings along for itself."""
    found = shutil.which("node")
    if found:
        return found
    import playwright

    return str(Path(playwright.__file__).parent / "driver" / "node")


def in_javascript(contents: list[bytes], folder: Path) -> list[list[str]]:
    (folder / "check.mjs").write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "run.mjs").write_text(RUN, encoding="utf-8")
    asked = folder / "asked.json"
    asked.write_text(json.dumps([base64.b64encode(one).decode() for one in contents]), encoding="utf-8")
    run = subprocess.run(
        [node(), str(folder / "run.mjs"), str(asked)], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(run.stdout)


def in_python(contents: list[bytes]) -> list[list[str]]:
    said = [verify.check(one) for one in contents]
    return [[drawing.canonical(report), result] for report, result in said]


def spoiled(content: bytes, rng: random.Random, number: int) -> list[bytes]:
    """One bit of one byte flipped, at places all over the file."""
    made = []
    for at in rng.sample(range(len(content)), number):
        other = bytearray(content)
        other[at] ^= 1 << rng.randrange(8)
        made.append(bytes(other))
    return made


def hostile() -> list[bytes]:
    """Nothing, nonsense, too deep, too large numbers, halves of characters, the wrong kinds of everything."""
    good = proofs.parts(4, 3, rng=random.Random(9))

    def other(**given: object) -> bytes:
        return json.dumps(good | given, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def entries(line: str) -> bytes:
        text = good["entries"] + line + "\n"
        return other(entries=text, entries_hash=drawing.digest(text))

    def rules(**given: object) -> bytes:
        said = json.loads(good["rules"])
        text = drawing.canonical(said | given)
        return other(rules=text, rules_hash=drawing.digest(text))

    return [
        b"", b"{", b"null", b"[]", b"0", b'"text"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}" * 2,
        b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000, b"-0", b"1e400", b"NaN", b'"\\ud800"',
        other(format="madoguchi-draw-v2"), other(more="x"), other(salt="zz"), other(seed=7), other(beacon=[]),
        other(beacon={"kind": "dice"}), other(beacon=good["beacon"] | {"place": 1}),
        other(beacon=good["beacon"] | {"place": True}), other(beacon=good["beacon"] | {"round": 1.0}),
        other(beacon=good["beacon"] | {"signature": ""}), other(beacon={}), other(rules="[" * 100_000),
        other(salt="0" * 64), other(result=good["result"] + "x"),
        rules(closes_at="2025-01-01T00:00:00Z"), rules(rules={}), rules(rules=None), rules(beacons=[1]),
        rules(beacons=[{"kind": "drand", "genesis": 10**15, "period": 1, "round": 1}]), rules(round=["x"]),
        rules(title="見本\x7f の "),
        entries("zzzz-zzzz-zzzz-zzzz 0 1 c0.am+c0.am"), entries("zzzz-zzzz-zzzz-zzzz 9 1 c0.am"),
        entries("zzzz-zzzz-zzzz-zzzz 0 3 c0.am"), entries("zzzz-zzzz-zzzz-zzzz 0 01 c0.am"),
        entries("zzzz-zzzz-zzzz-zzzz 0 1 constructor"), entries("zzzz-zzzz-zzzz-zzzz 0 1"),
        entries("0000-0000-0000-0000 0 1 c0.am"), entries("zzzz-zzzz-zzzz-zzzz ٣ 1 c0.am"), entries(""),
    ]  # fmt: skip


@pytest.mark.parametrize("numbers", [False, True], ids=["drand", "numbers"])
def test_both_verifiers_find_the_same_to_the_byte_and_one_flipped_bit_anywhere_changes_the_verdict(
    numbers, tmp_path
):
    rng = random.Random(4)
    good = proofs.bundle(rng=rng, numbers=numbers)
    contents = [good, proofs.bundle(0, 2, rng=rng, numbers=numbers), *spoiled(good, rng, 300)]

    python, javascript = in_python(contents), in_javascript(contents, tmp_path)

    assert python == javascript
    verdicts = [json.loads(report)["verdict"] for report, _result in python]
    assert verdicts[:2] == ["match", "match"]
    assert set(verdicts[2:]) <= {"mismatch", "unreadable"}
    assert python[0][1] == json.loads(good)["result"], "what they drew is what was published"
    assert ("fallback" in python[0][0]) == numbers, "that the first beacon was not used is said"


def test_what_is_no_proof_is_refused_by_both_without_a_trace_of_a_crash(tmp_path):
    contents = hostile()

    python, javascript = in_python(contents), in_javascript(contents, tmp_path)

    verdicts = [json.loads(report)["verdict"] for report, _result in python]
    assert set(verdicts) == {"unreadable", "mismatch"}
    assert verdicts == [json.loads(report)["verdict"] for report, _result in javascript]
    assert verdicts[:16] == ["unreadable"] * 16


def test_a_proof_that_holds_together_but_was_made_up_afterwards_has_other_digests(tmp_path):
    noted = verify.check(proofs.bundle(rng=random.Random(1)))[0]["found"]["entries_hash"]
    later = tmp_path / "later.json"
    later.write_bytes(proofs.bundle(rng=random.Random(2)))

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", verify.__file__, str(later), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run().returncode == 0
    asked = run("--noted", noted)
    assert asked.returncode == 1
    assert "不一致" in asked.stdout


def test_the_program_says_what_it_found_and_never_traces(tmp_path):
    broken = tmp_path / "broken.json"
    for content in [b"", b"[" * 100_000, b"\x00" * 100]:
        broken.write_bytes(content)
        run = subprocess.run(
            [sys.executable, "-I", verify.__file__, str(broken)], capture_output=True, text=True, check=False
        )
        assert run.returncode == 2
        assert "Traceback" not in run.stderr
        assert "読めません" in run.stdout
    gone = subprocess.run(
        [sys.executable, "-I", verify.__file__, str(tmp_path / "none")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert gone.returncode == 2
    assert "Traceback" not in gone.stderr


def test_the_program_stands_alone_and_shares_nothing_with_the_draw():
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert names <= set(sys.stdlib_module_names)
