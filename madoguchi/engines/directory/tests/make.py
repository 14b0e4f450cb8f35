"""Small packs to apply."""

from __future__ import annotations

from pathlib import Path

PACK = "name: mihon\ntitle: 見本市\nlanguages: [ja]\ndemo: {demo}\n"
DIVISIONS = "key,name,does,phone,email\n子育て課,子育て課,手当の係です。,00-0000-0001,\n税務課,税務課,税の係です。,,\n"
COUNTERS = "key,name,division\nkari_a,仮A窓口,子育て課\nkari_b,仮B窓口,税務課\n"


def make_pack(
    path: Path, *, divisions: str = DIVISIONS, counters: str = COUNTERS, demo: str = "true"
) -> Path:
    """A pack with a directory folder only."""
    folder = path / "mihon"
    (folder / "directory").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK.format(demo=demo), encoding="utf-8")
    (folder / "directory" / "divisions.csv").write_text(divisions, encoding="utf-8")
    (folder / "directory" / "counters.csv").write_text(counters, encoding="utf-8")
    return folder
