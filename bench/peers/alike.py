"""datasketch (MIT) and scikit-learn (BSD) finding near-duplicates, told by lines of JSON; for bench/opinions.py.

What they are spared, so that the ratio errs in their favour: both are given the texts already normalised by ours
(widths, kana, courtesies), and each stands at the setting that was best on a seed that is not measured.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from datasketch import MinHash, MinHashLSH
from sklearn.feature_extraction.text import TfidfVectorizer

ROWS = 500  # of the cosine matrix at a time
Pairs = list[tuple[int, int, float]]


def datasketch(texts: list[str], least: float, size: int) -> Pairs:
    """MinHash of character n-grams, LSH for candidates, the estimated Jaccard for the verdict."""
    grams = [{text[at : at + size].encode() for at in range(max(len(text) - size + 1, 1))} for text in texts]
    hashes = MinHash.bulk(grams, num_perm=128)
    index = MinHashLSH(threshold=least, num_perm=128)
    found = []
    for place, one in enumerate(hashes):
        for other in index.query(one):
            if (near := one.jaccard(hashes[other])) >= least:
                found.append((other, place, near))
        index.insert(place, one)
    return found


def sklearn(texts: list[str], least: float, size: int) -> Pairs:
    """TF-IDF of character n-grams (sublinear), cosine of all with all, ROWS rows at a time."""
    rows = TfidfVectorizer(
        analyzer="char", ngram_range=(size, size), sublinear_tf=True, dtype=np.float32
    ).fit_transform(texts)
    found: Pairs = []
    for start in range(0, len(texts), ROWS):
        near = (rows[start : start + ROWS] @ rows[: start + ROWS].T).tocoo()
        kept = (near.data >= least) & (near.col < near.row + start)
        found += zip(
            near.col[kept].tolist(), (near.row[kept] + start).tolist(), near.data[kept].tolist(), strict=True
        )
    return found


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        pairs = {"datasketch": datasketch, "sklearn": sklearn}[asked["by"]](
            asked["texts"], asked["least"], asked["size"]
        )
        answer = {
            "wall": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "pairs": pairs,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
