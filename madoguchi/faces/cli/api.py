"""`mado api`: keys of machines and apps of others, for the IT section."""

from __future__ import annotations

import click

from .prepare import wake_django
from .say import Stop, say


@click.group(short_help="keys of machines, apps of others")
def api() -> None:
    """Who may call the HTTP API (docs/api.md)."""


@api.group(short_help="keys of machines: a kiosk, a partner's system")
def key() -> None:
    """Keys of machines. Each belongs to a division and ends by itself."""


@key.command("add", short_help="make a key; it is shown once")
@click.argument("title")
@click.option("--division", required=True, help="The division it works for, by its key.")
@click.option("--scope", "scopes", multiple=True, required=True, help="drafts, submit, cases; several times.")
@click.option("--procedure", "procedures", multiple=True, help="Only these procedures; without it all of it.")
@click.option("--days", type=click.IntRange(1, 730), default=365, show_default=True)
@click.option("--per-minute", type=click.IntRange(1, 100_000), default=120, show_default=True)
def key_add(
    title: str,
    division: str,
    scopes: tuple[str, ...],
    procedures: tuple[str, ...],
    days: int,
    per_minute: int,
) -> None:
    """Make a key called TITLE. Only its digest is kept: write it down now."""
    wake_django()
    from madoguchi.kernel.access import services
    from madoguchi.kernel.refs import SYSTEM

    made, secret = services.add_key(
        title=title,
        division=division,
        scopes_=scopes,
        procedures=procedures,
        days=days,
        per_minute=per_minute,
        by=SYSTEM,
    )
    say(
        f"{secret}\n  prefix {made.prefix}, until {made.expires_at:%Y-%m-%d}. Shown once; only its digest is kept."
    )


@key.command("list", short_help="all keys, with their last use")
def key_list() -> None:
    """One line for each key: its prefix, division, scopes, end and last use."""
    wake_django()
    from madoguchi.kernel import clock
    from madoguchi.kernel.access import queries

    for row in queries.machine_keys():
        state = "revoked" if row.revoked_at else "ended" if row.expires_at < clock.now() else "open"
        used = f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never"
        what = ",".join(row.scopes) + (f" ({','.join(row.procedures)})" if row.procedures else "")
        say(
            f"{row.prefix}  {state:8} {row.account.name}  {row.division_id}  {what}  "
            f"until {row.expires_at:%Y-%m-%d}  used {used}"
        )


@key.command("revoke", short_help="end a key at once")
@click.argument("prefix")
def key_revoke(prefix: str) -> None:
    """End the key that begins with PREFIX (as `list` shows it)."""
    wake_django()
    from madoguchi.kernel.access import services
    from madoguchi.kernel.refs import SYSTEM

    services.revoke_key(prefix=prefix, by=SYSTEM)
    say(f"{prefix} は使えなくなりました。 Revoked.")


@api.group(short_help="apps that residents may connect")
def client() -> None:
    """OAuth clients: apps of others, which residents may let act for them."""


@client.command("add", short_help="register an app; its secret is shown once")
@click.argument("name")
@click.option("--redirect", "redirects", multiple=True, required=True, help="Where the browser goes back to.")
@click.option("--scope", "scopes", multiple=True, required=True, help="The most it may ask for.")
@click.option("--publisher", default="", help="Who runs it, as residents are told.")
@click.option(
    "--public", "is_public", is_flag=True, help="An app on a phone or in a page: no secret, PKCE only."
)
def client_add(
    name: str, redirects: tuple[str, ...], scopes: tuple[str, ...], publisher: str, is_public: bool
) -> None:
    """Register the app NAME."""
    wake_django()
    from madoguchi.kernel.access import services
    from madoguchi.kernel.refs import SYSTEM

    made, secret = services.add_client(
        name=name,
        redirect_uris=redirects,
        scopes_=scopes,
        publisher=publisher,
        is_public=is_public,
        by=SYSTEM,
    )
    say(f"client_id {made.pk}")
    if secret:
        say(f"client_secret {secret}\n  Shown once; only its digest is kept.")


@client.command("list", short_help="all registered apps")
def client_list() -> None:
    """One line for each app."""
    wake_django()
    from madoguchi.kernel.access import queries

    for row in queries.clients():
        say(f"{row.pk}  {row.name}  {row.publisher}  {','.join(row.scopes)}  {' '.join(row.redirect_uris)}")


@client.command("end", short_help="cut an app off")
@click.argument("client_id")
def client_end(client_id: str) -> None:
    """End the app: nobody can connect it any more, and what was connected is cut off."""
    wake_django()
    from madoguchi.kernel.access import queries, services
    from madoguchi.kernel.refs import SYSTEM

    found = queries.client(client_id)
    if found is None:
        raise Stop(f"{client_id} というアプリはありません。 No such app; see `mado api client list`.")
    services.end_client(client=found, by=SYSTEM)
    say(f"{client_id} を切りました。 Ended.")
