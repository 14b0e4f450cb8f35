"""The command: make a copy and read it through at once; or read one through again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ..prepare import wake_django
from ..say import Stop, note, say


class _Backup(click.Group):
    """`mado backup DIR` is `mado backup make DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if not args or args[0] in known else ["make", *args])


@click.group(cls=_Backup, short_help="a copy of database and vault; is it readable?")
def backup() -> None:
    """Copies of the database and the vault, without the keys that open them (docs/operations.md)."""


@backup.command("make", short_help="a new copy under DIR")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="The keys too: whoever takes this copy can read everything.")
def make(folder: Path, with_keys: bool) -> int:
    """Copy the database as it is at this moment, then the vault, into a new folder under DIR; nobody has to stop.

    A list with the digest of every file lies beside, and the copy is read through once before it counts. The keys
    stay out unless asked for. Short: `mado backup DIR`.
    """
    wake_django()
    from . import making, record

    copy = making.make(folder, with_keys=with_keys)
    said = making.manifest_of(copy)
    last = record.Last(
        made_at=said["made_at"],
        place=str(copy.resolve()),
        manifest=making.digest(copy / making.MANIFEST),
        files=len(said["files"]),
        size=sum((copy / place).stat().st_size for place in said["files"]),
    )
    record.keep(last)
    say(f"{copy} に写しました（{last.files}個、{last.size // 1024}KB）。 Copied.")
    if with_keys:
        note("鍵も入っています。持ち出すと、だれでも読めます。 The keys lie in it: whoever has it reads all.")
    if said["lost"]:
        note(
            f"保管庫にないファイルが{len(said['lost'])}個あります。 Missing from the vault: {said['lost'][0]} …"
        )
    return _read_through(copy)


@backup.command("check", short_help="can the copy in DIR still be read?")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> int:
    """Read the copy in DIR (the newest, where it holds several) through: digests, database, keys at hand.

    Exit code 0: as it was made. 1: something of it cannot be read. 2: there is no copy.
    """
    wake_django()
    from . import checking

    return _read_through(checking.latest(folder))


def _read_through(copy: Path) -> int:
    from madoguchi.kernel import clock

    from . import checking, making, record

    found = checking.faults(copy)
    last = record.read()
    if last is not None and last.manifest == making.digest(copy / making.MANIFEST):
        checked = replace(
            last, checked_at=clock.now().isoformat(), is_whole=not found, place=str(copy.resolve())
        )
        record.keep(checked)
    for fault in found[: checking.NAMED]:
        say(f"× {fault}")
    if found:
        Stop(f"{copy}: {len(found)}か所が読めません。 {len(found)} faults.").show()
        return 1
    say("写しは、全部読めました。 The copy is whole.")
    return 0
