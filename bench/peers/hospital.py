"""`matching` (MIT) solving a hospital-resident game, told by JSON; for bench/draws.py.

It knows neither bundles nor several wins: every wish is one item, everybody wins at most once. All hospitals rank
residents in the order of our draw, and then its stable matching is unique and has to be ours to the last place.
What it is spared: it is given the order (we hash for ours) and writes no result file. Its objects are copied by
`deepcopy`, which goes as deep as residents are linked: it gets a recursion limit and a stack that let it through.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from typing import Any

from matching.games import HospitalResident

DEEP, STACK = 10_000_000, 1 << 30


def solve(asked: dict[str, Any], answer: dict[str, Any]) -> None:
    residents: dict[str, list[str]] = asked["residents"]
    ranking: dict[str, list[str]] = {}
    for name in asked["order"]:
        for item in residents[name]:
            ranking.setdefault(item, []).append(name)
    capacity = {item: asked["capacity"][item] for item in ranking}
    wall, cpu = time.perf_counter(), time.process_time()
    game = HospitalResident.create_from_dictionaries(residents, ranking, capacity)
    solved = game.solve(optimal="resident")
    answer["cpu"] = time.process_time() - cpu
    answer["wall"] = time.perf_counter() - wall
    answer["won"] = {one.name: item.name for item, won in solved.items() for one in won}
    answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    sys.setrecursionlimit(DEEP)
    threading.stack_size(STACK)
    answer: dict[str, Any] = {}
    work = threading.Thread(target=solve, args=(json.load(sys.stdin), answer))
    work.start()
    work.join()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
