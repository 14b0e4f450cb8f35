"""`mado vault`: keys of the vault, what a copy of the database holds, and erasing again what was erased."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .prepare import wake_django
from .say import Stop, say


@click.group(short_help="keys, copies and erasures")
def vault() -> None:
    """The keys that open personal data, and what must stay erased (docs/retention.md)."""


@vault.command(short_help="a new master key over everything")
def rotate() -> None:
    """Make a new master key and put it over every data key. Cut short, it goes on where it was; nobody has to stop."""
    wake_django()
    from madoguchi.kernel.refs import SYSTEM
    from madoguchi.kernel.vault import rotation

    if rotation.waits_for_settings():
        raise Stop(
            "鍵は MADO_MASTER_KEY で渡されています。新しい鍵を、いちばん大きい番号でそこに足してから、もう一度動かしてください。"
            " The keys come from MADO_MASTER_KEY: add the new one there under the highest number and run this again."
        )
    key_id, moved = rotation.rotate(by=SYSTEM)
    say(f"{key_id}: {moved}件の鍵を包み直しました。 {moved} data keys now lie under it.")


@vault.command("keys", short_help="the master keys, and how much each wraps")
def keys() -> None:
    """One line for each master key."""
    wake_django()
    from madoguchi.kernel.vault import rotation

    for key in rotation.master_keys():
        say(f"{key.id}  {key.wraps}{'  current' if key.is_current else ''}")


@vault.command("drop-key", short_help="take an old master key away")
@click.argument("key_id")
def drop_key(key_id: str) -> None:
    """Delete the file of KEY_ID. Refused while anything lies under it. Copies from before a rotation need it."""
    wake_django()
    from madoguchi.kernel.refs import SYSTEM
    from madoguchi.kernel.vault import rotation

    rotation.drop(key_id=key_id, by=SYSTEM)
    say(f"{key_id} を消しました。 Gone.")


@vault.command("manifest", short_help="which keys are alive in a copy made now")
@click.argument("path", required=False, type=click.Path(dir_okay=False, path_type=Path))
def manifest(path: Path | None) -> None:
    """Write what a copy of the database made now holds: ids of living keys, nothing else. To PATH, or printed."""
    wake_django()
    from madoguchi.kernel.vault import retention

    text = json.dumps(retention.manifest(), ensure_ascii=False, indent=1)
    if path is None:
        say(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")
        say(f"{path} に書きました。 Written.")


@vault.command("reapply-erasures", short_help="after a copy was put back: erase again what was erased")
def reapply_erasures() -> None:
    """Run this after a restore and before anybody is let in. Doing it twice changes nothing."""
    wake_django()
    from madoguchi.kernel.refs import SYSTEM
    from madoguchi.kernel.vault import retention

    done = retention.reapply(by=SYSTEM)
    say(
        f"{done['things']}件を消し直し、{done['keys']}個の鍵を捨て直しました。"
        f" {done['things']} things and {done['keys']} keys erased again."
    )
    if done["failed"]:
        raise Stop(
            f"{done['failed']}件は消し直せませんでした。わけはログにあります。直してから、もう一度動かしてください。"
            f" {done['failed']} could not be erased again: see the log, then run this again."
        )
