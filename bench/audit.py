"""The audit by the hundred thousand: sealing, verifying, the yearly figures.

    ./mado bench audit [--rows 100000] [--database sqlite|postgres]

A fresh database is filled with looks; then everything is sealed, verified with the heads outside, and counted for the
public page. Peer: none; what matters is that the rows a second stay, and that memory does not grow with the rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
AT_ONCE = 5_000


@contextmanager
def timed(what: str, rows: int) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    took = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<10} {took:8.2f} s  {rows / took:10.0f} rows/s  {most} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    with ExitStack() as stack:
        os.environ["MADO_VAR"] = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["DJANGO_SETTINGS_MODULE"] = "madoguchi.config.settings"
        if asked.database == "postgres":
            from madoguchi.faces.cli.testing import postgres

            os.environ["MADO_DATABASE"] = stack.enter_context(postgres())
        run(asked.rows)


def run(rows: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from madoguchi.engines.procedures.queries import access_year
    from madoguchi.kernel import clock
    from madoguchi.kernel.audit import heads, sealing
    from madoguchi.kernel.audit.verifying import Verification

    call_command("migrate", verbosity=0)
    with timed("filling", rows):
        fill(rows)
    with timed("sealing", rows):
        sealing.seal()
        heads.export()
    with timed("verifying", rows):
        wrong = list(Verification(heads=heads.place()).findings())
    with timed("figures", rows), clock.frozen(clock.now() + dt.timedelta(days=1)):  # they end with yesterday
        counted = access_year().looks.sums[-1]
    assert not wrong, wrong
    assert counted == rows, counted
    connections.close_all()


def fill(rows: int) -> None:
    from madoguchi.kernel import audit
    from madoguchi.kernel.refs import Actor, ActorKind, Ref, new_id

    sections = ("子育て支援課", "介護保険課", "保育課")
    clerks = [
        Actor(ActorKind.STAFF, account=new_id(), name="佐藤", chairs=frozenset({(section, "clerk")}))
        for section in sections
    ]
    for turn, begun in enumerate(range(0, rows, AT_ONCE)):
        looks = [
            (Ref("procedures", "case", str(new_id())), new_id()) for _ in range(min(AT_ONCE, rows - begun))
        ]
        audit.record_reads(looks, by=clerks[turn % 3], purpose="申請の確認・審査", what="請求の全部")


if __name__ == "__main__":
    main()
