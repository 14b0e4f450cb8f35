"""`mado oidc`: the key with which we show a provider who we are, and whose account of staff a subject opens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from .prepare import wake_django
from .say import Stop, say

REALM = click.Choice(["resident", "staff"])


@click.group(short_help="sign-in by a provider (OpenID Connect): keys, links of staff")
def oidc() -> None:
    """Sign-in by somebody else's word (docs/operations.md, Signing in by OIDC)."""


@oidc.command("key", short_help="make our key; print its public half")
@click.argument("realm", type=REALM)
@click.option("--renew", is_flag=True, help="A new key; the one before stays published beside it.")
def key(realm: str, renew: bool) -> None:
    """The JWKS to hand to the provider of REALM. The private half stays in the file of MADO_OIDC_…_KEY."""
    wake_django()
    from django.conf import settings

    from madoguchi.kernel.identity.federation import own_keys

    path = Path(settings.OIDC[realm]["key"])
    if path.exists() and not own_keys.read(path):
        raise Stop(f"{path} は、鍵のファイルではありません。 Not a file of keys; it was left as it is.")
    try:
        own_keys.make(path, renew=renew)
    except OSError as error:
        raise Stop(f"{path} に書けません。 Cannot be written: {error.strerror}.") from None
    say(json.dumps(own_keys.public(path), indent=1))


@oidc.command("link", short_help="a subject of the city's sign-in opens this account of staff")
@click.argument("login")
@click.argument("subject")
def link(login: str, subject: str) -> None:
    """SUBJECT (the `sub` the provider tells of the person) opens the account LOGIN from now on."""
    account, links, by = _known(login)
    links.link_staff(account=account, issuer=_issuer(), subject=subject, by=by)
    say(f"{login}: つなぎました。 Linked.")


@oidc.command("unlink", short_help="the city's sign-in opens this account no more, at once")
@click.argument("login")
def unlink(login: str) -> None:
    """End the links of LOGIN and what is open now."""
    account, links, by = _known(login)
    ended = links.unlink_staff(account=account, by=by)
    say(f"{login}: {ended} 件をやめました。 Ended: {ended}.")


def _issuer() -> str:
    from madoguchi.kernel.identity.federation import providers

    provider = providers.of("staff")
    if provider is None:
        raise Stop("MADO_OIDC_STAFF_ISSUER と MADO_OIDC_STAFF_CLIENT_ID がありません。 No provider is set.")
    return provider.issuer


def _known(login: str) -> tuple[Any, Any, Any]:
    wake_django()
    from madoguchi.kernel.identity.federation import links
    from madoguchi.kernel.identity.ways_in import staff as ways
    from madoguchi.kernel.refs import SYSTEM

    account = ways.account_of(login)
    if account is None:
        raise Stop(f"{login} という職員はいません。 No such member of staff.")
    return account, links, SYSTEM
