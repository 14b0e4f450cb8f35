"""What encryption and audit cost: machine instructions of one claim with them and without.

    ./mado bench trust [--errands 4,12] [--rounds 1]

The errand of `submissions` (draft → three saves → two files → submit, all over the API with its middleware) runs
inside one process under valgrind's callgrind, which counts instructions and so does not mind a noisy machine. Each
side is counted for few and for many errands; the difference, divided, is one errand without the start. Peer: the
same code with both taken out (`bare`): nothing is sealed or unsealed, all data hang on one key, no audit row is
written and no block sealed. What runs in child processes (judging files) is the same on both sides and not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

MOST = 1.25  # what both together may cost
WHOLE, BARE = "with both", "bare"
SIDES = (WHOLE, BARE)


# ------------------------------------------------------------------ inside the counted process


def walk(side: str, errands: int) -> None:
    """So many errands, each by another resident; at the end the sealer's turn, which belongs to them."""
    import django

    django.setup()
    if side == BARE:
        take_both_out()
    from django.db import connection
    from django.test import Client
    from peers.ours import Claim
    from submissions import errand

    class InProcess(Claim):
        """The same errand without a socket."""

        def __init__(self, token: str) -> None:
            self.client, self.token = Client(headers={"authorization": f"Bearer {token}"}), token

        def call(
            self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
        ) -> dict[str, Any]:
            from uuid import uuid4

            answer = self.client.generic(
                method, f"/api/v1{path}", body, kind, headers={"idempotency-key": str(uuid4())}
            )
            if answer.status_code >= 300:
                raise SystemExit(f"{method} {path}: {answer.status_code} {answer.content.decode()[:600]}")
            found: dict[str, Any] = json.loads(answer.content)
            return found

    tokens = json.loads((Path(os.environ["MADO_VAR"]) / "tokens.json").read_text())
    for token in tokens[:errands]:
        errand(InProcess(token))
    if side == WHOLE:
        seal_audit()
    connection.close()


def seal_audit() -> None:
    """The blocks over what was just written, where this version has them."""
    from madoguchi.kernel.audit import jobs

    jobs.seal()


def take_both_out() -> None:
    """The same program without encryption and without audit: for this count only."""
    from madoguchi.kernel import audit, vault
    from madoguchi.kernel.audit import services as writing
    from madoguchi.kernel.identity.models import Party
    from madoguchi.kernel.refs import Ref
    from madoguchi.kernel.vault import blind, sealing
    from madoguchi.kernel.vault.errors import SealBroken

    # The first key of this database is everybody's: no row and no wrapping for each thing.
    shared = sealing.new_key(Ref("bench", "bare", "1"))

    def as_it_is(_key: Any, content: bytes, _context: str) -> bytes:
        return bytes(content)

    opens = sealing.unseal_bytes
    for party in Party.objects.select_related(
        "key"
    ):  # what was sealed before lies open too; no errand pays for it
        try:
            plain = opens(party.key, party.sealed_profile, f"identity.party:{party.pk}")
        except SealBroken:
            continue  # a cast of the mould: nobody's, and opened by nobody
        Party.objects.filter(pk=party.pk).update(sealed_profile=plain)

    def nothing(*_given: Any, **_named: Any) -> None:
        return None

    sealing.seal_bytes = sealing.unseal_bytes = as_it_is
    for module in (sealing, vault):
        module.new_key = lambda *_about, **_fixed: shared
    for module in (writing, audit):
        for name in ("record", "record_read", "record_refusal"):
            setattr(module, name, nothing)
    # Nothing is looked up by digest where values stand open: no digests, no rows for them.
    blind.opened = lambda _key: bytes(32)
    blind._digest = lambda *_given, **_named: ""


# ------------------------------------------------------------------ counting


def prepared(folder: Path, errands: int) -> dict[str, str]:
    """A database with the procedure and so many residents with their tokens; each count begins with a copy of it."""
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
        "PYTHONHASHSEED": "0",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
        "MADO_VAR": str(folder),
        "MADO_DATABASE": f"sqlite:///{folder / 'madoguchi.sqlite3'}",
        "MADO_FACES": "portal,api",
        "MADO_DEMO": "1",
        "MADO_PLAIN_STATIC": "1",
        "MADO_HOSTS": "testserver",
        "MADO_API_PER_MINUTE": "1000000",
    }
    run = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "submissions.py"), "--lay", "1"],
        env=env, cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        raise SystemExit(run.stderr[-3000:])
    tokens = json.loads(run.stdout.splitlines()[-1])["tokens"]
    if errands > len(tokens):
        raise SystemExit(f"at most {len(tokens)} errands")
    (folder / "tokens.json").write_text(json.dumps(tokens))
    return env


def count(side: str, errands: int, env: dict[str, str]) -> int:
    """Instructions of a whole process that walks so many errands."""
    laid = Path(env["MADO_VAR"])
    with tempfile.TemporaryDirectory(prefix="mado-trust-") as name:
        copy = Path(name) / "var"
        shutil.copytree(laid, copy)
        own = {**env, "MADO_VAR": str(copy), "MADO_DATABASE": f"sqlite:///{copy / 'madoguchi.sqlite3'}"}
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={name}/out", sys.executable, __file__,
             "--walk", side, "--errands", str(errands)],
            env=own, cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or found is None:
        raise SystemExit(run.stderr[-3000:])
    return int(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walk", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--errands", default="4,12")
    parser.add_argument("--rounds", type=int, default=1)
    wanted = parser.parse_args()
    if wanted.walk:
        walk(wanted.walk, int(wanted.errands))
        return
    if not shutil.which("valgrind"):
        raise SystemExit("valgrind がありません。 apt install valgrind")
    few, many = (int(one) for one in wanted.errands.split(","))
    with tempfile.TemporaryDirectory(prefix="mado-trust-") as folder:
        env = prepared(Path(folder), many)
        seen: dict[str, list[float]] = {side: [] for side in SIDES}
        for _round in range(wanted.rounds):
            for side in SIDES:
                one = (count(side, many, env) - count(side, few, env)) / (many - few)
                seen[side].append(one)
                print(f"  {side}: {one / 1e6:.2f} million instructions a claim", flush=True)
    middle = {side: statistics.median(figures) for side, figures in seen.items()}
    ratio = middle[WHOLE] / middle[BARE]
    print(f"encryption and audit: {ratio:.3f}× of the same without (at most {MOST}×)")


if __name__ == "__main__":
    main()
