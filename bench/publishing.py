"""A call with ten thousand opinions, published: what reading, freezing, showing and drawing it cost.

    ./mado bench publishing [--number 10000] [--paper 10000]

No peer: nothing else publishes such a result. Printed for each step: seconds of one CPU and of the clock, queries, and
how much memory was the most until then. Rows are cast at once (`bulk_create`); everything after goes through the services and
pages of the city. The document is the city's own CSV, which is then read back as an import reads it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]


def step(name: str, act: Callable[[], Any]) -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        wall, cpu = time.perf_counter(), os.times()
        done = act()
        wall, after = time.perf_counter() - wall, os.times()
    spent = sum(after[:4]) - sum(cpu[:4])
    peak = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        // 1024
    )
    size = f"{len(done) / 1e6:.1f} MB out" if isinstance(done, bytes) else ""
    print(
        f"{name:34} CPU {spent:7.1f} s  clock {wall:7.1f} s  {len(asked):6} queries  peak {peak} MB  {size}",
        flush=True,
    )
    return done


def cast(number: int) -> tuple[Any, Any]:
    """A closed call with so many answered rows, each of one letter. Returns it and who publishes."""
    from ground.opinions import opinions

    from madoguchi.engines.consultation.models import Answer, Call, Opinion
    from madoguchi.engines.consultation.tests import make
    from madoguchi.kernel import clock

    planner = make.staff("aoki", make.PLANNING, "planner", "head")
    make.route()
    call = make.opened(planner, opens_in=-40, closes_in=-5)
    texts, truth = opinions(number, seed=5)
    category, unit = call.categories.get(sign="※"), call.units.get(key="shirase")
    answers = {
        wish: Answer(
            call=call, division_id=make.ASKED, text="今後の参考にします。" * 6, state=Answer.State.APPROVED
        )
        for wish in dict.fromkeys(truth)
    }
    Answer.objects.bulk_create(answers.values(), 500)
    rows = [
        Opinion(call=call, number=place, summary=text, unit=unit, category=category, answer=answers[wish])
        for place, (text, wish) in enumerate(zip(texts, truth, strict=True), 1)
    ]
    Opinion.objects.bulk_create(rows, 500)
    Call.objects.filter(pk=call.pk).update(
        state=Call.State.PUBLISHED, origin=Call.Origin.DOCUMENT, published_at=clock.now()
    )
    call.refresh_from_db()
    return call, planner


def measure(number: int, paper: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from madoguchi.engines.consultation import queries, reading, services

    call, planner = cast(number)
    print(f"{number:,} opinions", flush=True)
    step("the result from the rows", lambda: queries.result(call))
    step("frozen (publish)", lambda: services.publish(call=call, by=planner, why="measured"))
    browser, address = Client(SERVER_NAME="127.0.0.1"), f"/opinions/{call.key}/"
    step("its page", lambda: browser.get(address).content)
    sheet = step("CSV", lambda: browser.get(f"{address}result.csv").content)
    plain = step("plain text", lambda: browser.get(f"{address}result.txt").content)
    step("CSV read as an import", lambda: reading.read("kekka.csv", sheet))
    step("plain text read as an import", lambda: reading.read("kekka.txt", plain))
    if paper:
        from madoguchi.engines.consultation.models import Opinion

        Opinion.objects.filter(call=call, number__gt=paper).update(call=call, number=None)
        step(f"PDF of {paper:,}", lambda: browser.get(f"{address}result.pdf").content)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--paper", type=int, default=10_000, help="rows of the PDF; 0 = none")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given.number, given.paper)
    with tempfile.TemporaryDirectory(prefix="mado-bench-") as folder:
        env = os.environ | {
            "MADO_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
            "MADO_PLAIN_STATIC": "1",
        }
        told = [
            sys.executable,
            __file__,
            "--inside",
            "--number",
            str(given.number),
            "--paper",
            str(given.paper),
        ]
        subprocess.run(told, env=env, cwd=ROOT, check=True)
    return None


if __name__ == "__main__":
    main()
