"""`mado audit`: sealing, verifying, the heads outside, the key that signs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import click

from .prepare import wake_django
from .say import Stop, note, say

SHOWN = 200
ALIKE = 10  # of one kind in one block, so many are named: the rest is counted
WHAT_NOW = (
    "すること: 直したり消したりせず、データベースと封印の控え（heads）の写しをいまのまま取り、"
    "情報セキュリティの責任者に知らせてください。\n"
    "What now: change nothing, copy the database and the heads as they are, tell whoever answers for security (docs/audit.md)."
)


@click.group(short_help="seal the audit, find tampering, heads for another zone")
def audit() -> None:
    """The record of who did and saw what: sealed in signed blocks, verified by anybody who has the heads."""


@audit.command(short_help="seal what waits, now")
def seal() -> None:
    """What the worker does every five minutes, at once."""
    wake_django()
    from madoguchi.kernel.audit import heads, sealing

    made = sealing.seal()
    told = heads.export()
    rows = sum(block.count for block in made)
    say(
        f"{len(made)}ブロック・{rows}件に封をし、{told}行を {heads.place()} に控えました。 "
        f"Sealed {rows} rows in {len(made)} blocks, {told} heads written."
    )


@audit.command(short_help="find changed, deleted, inserted rows, cut tails, forged heads")
@click.option("--heads", "file", type=click.Path(path_type=Path), help="The heads file; without it our own.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only blocks sealed on or after this day.")
@click.option(
    "--key",
    "keys",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A public key to believe; several times. Without it those in var/keys.",
)
def verify(file: Path | None, since: dt.datetime | None, keys: tuple[Path, ...]) -> int:
    """Exit code 0: as it was sealed. 1: tampered with, each place named. 2: it could not be verified."""
    wake_django()
    from madoguchi.kernel.audit import heads
    from madoguchi.kernel.audit.verifying import Verification

    public = _trusted(keys)
    if file is None and heads.place().exists():
        file = heads.place()
    elif file is not None and not file.is_file():
        raise Stop(f"{file} がありません。 There is no such heads file.")
    run = Verification(heads=file, since=since.date() if since else None, public=public)
    tampered = _tell(run)
    say(
        f"{run.blocks}ブロック・{run.rows}件を確かめました。封を待つ記録 {run.waiting}件。 "
        f"Verified {run.rows} rows in {run.blocks} blocks; {run.waiting} wait to be sealed."
    )
    if tampered:
        say(f"改ざんのしるしが {tampered}件あります。 Tampered with: {tampered} findings.")
        say(WHAT_NOW)
        return 1
    say("改ざんのしるしはありません。 No sign of tampering.")
    return 0


def _tell(run: Any) -> int:
    """Say each finding, ten of a kind in a block and 200 in all; returns how many tell of tampering."""
    tampered = said = 0
    alike: Counter[tuple[str, int | None]] = Counter()
    for finding in run.findings():
        tampered += finding.is_tampering
        kind = (finding.code, finding.block)
        alike[kind] += 1
        if alike[kind] <= ALIKE and said < SHOWN:
            said += 1
            say(f"{'×' if finding.is_tampering else '・'} {finding.code}: {finding}{_written(finding.event)}")
    for (code, block), n in alike.items():
        if n > ALIKE:
            say(f"  {code}: ブロック{block}に、ぜんぶで{n}件 / {n} in block {block}")
    if (more := alike.total() - said) > 0:
        say(f"…ほか{more}件 / {more} more")
    return tampered


def _written(event: object) -> str:
    """When the row was written: its number says so, even of a row that is gone."""
    try:
        number = uuid.UUID(str(event))
    except ValueError:
        return ""
    if number.version != 7:
        return ""
    from madoguchi.kernel import clock

    at = clock.in_city(dt.datetime.fromtimestamp((number.int >> 80) / 1000, dt.UTC))
    return f"（{at:%Y-%m-%d %H:%M:%S} に書かれた記録）"


def _trusted(files: tuple[Path, ...]) -> Any:
    from madoguchi.kernel.audit import keys

    try:
        return keys.trusted(*files)
    except (ValueError, OSError) as error:
        raise Stop(f"公開鍵を読めません: {error} / A public key cannot be read.") from error


@audit.group(short_help="heads of blocks, for another disk or zone")
def heads() -> None:
    """One line a block, to be kept where the database cannot reach."""


@heads.command("export", short_help="write all heads to FILE, or - for the screen")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def heads_export(file: Path) -> None:
    """Every head as the database has it. An existing FILE only grows."""
    wake_django()
    from madoguchi.kernel.audit import heads

    if str(file) == "-":
        for line in heads.lines():
            click.echo(line, nl=False)
        return
    told = heads.export(file)
    note(f"{told}行を {file} に書き足しました。 Added {told} heads.")


@heads.command("import", short_help="keep the heads another zone gave us")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", "keys", type=click.Path(path_type=Path), multiple=True, required=True)
def heads_import(file: Path, keys: tuple[Path, ...]) -> None:
    """Keep them beside those we have, in imported.jsonl. One that nobody signed, or that contradicts, keeps all out."""
    wake_django()
    from madoguchi.kernel.audit import heads
    from madoguchi.kernel.audit.keys import is_signed

    public = _trusted(keys)
    given = list(heads.read(file))
    for head in given:
        if not is_signed(head.digest, head.signature, public.get(head.key)):
            raise Stop(
                f"ブロック{head.number}の署名が、渡された鍵のものではありません。 "
                f"Block {head.number} is not signed by the key given."
            )
    kept = heads.take_in(given, heads.place().with_name("imported.jsonl"))
    say(f"{kept}行を控えました。 Kept {kept} new heads.")


@heads.command("set-aside", short_help="after a backup was put back: begin a new heads file")
@click.option("--why", required=True, help="Stands in the audit.")
def heads_set_aside(why: str) -> None:
    """The old file stays under another name; the reason and what it knew are on record."""
    wake_django()
    from madoguchi.kernel.audit import services

    kept = services.set_heads_aside(why=why)
    if kept is None:
        raise Stop("控えのファイルがありません。 There is no heads file.")
    say(f"{kept} に取っておきました。 Kept as {kept}.")


@audit.command(short_help="the public key; --new makes the next key")
@click.option("--new", is_flag=True, help="Make the next key; it signs from now on.")
def key(new: bool) -> None:
    """What another zone needs to verify our heads."""
    wake_django()
    from madoguchi.kernel.audit import keys, services

    if new:
        services.new_key()
    public = keys.trusted()
    if not public:
        raise Stop("まだ鍵がありません。`mado audit seal` が最初の鍵を作ります。 There is no key yet.")
    for name, one in public.items():
        say(f"# {name}\n{keys.pem(one)}")
