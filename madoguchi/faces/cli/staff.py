"""`mado staff`: how members of staff come in, for the IT section: accounts, enrolment codes, lost cards, open sign-ins."""

from __future__ import annotations

from typing import Any

import click

from .prepare import wake_django
from .say import Stop, say


@click.group(short_help="sign-in of staff: accounts, codes, lost cards")
def staff() -> None:
    """Who of the staff comes in, and with what (docs/operations.md, Signing in)."""


@staff.command("add", short_help="a new account, with a code for the first sign-in")
@click.argument("login")
@click.argument("name")
@click.option(
    "--post",
    "posts",
    multiple=True,
    required=True,
    help="The key of a chair (mado staff posts); several times.",
)
def add(login: str, name: str, posts: tuple[str, ...]) -> None:
    """Open an account for NAME, who signs in as LOGIN and chooses a password with the code."""
    wake_django()
    from madoguchi.kernel.identity.ways_in import staff as ways
    from madoguchi.kernel.refs import SYSTEM

    account, code = ways.add(login=login, name=name, posts=posts, by=SYSTEM)
    _hand_over(account, code)


@staff.command("posts", short_help="the chairs somebody can be put in, with their keys")
@click.argument("word", required=False, default="")
def posts(word: str) -> None:
    """One line for each chair whose division, title or key has WORD in it; all without one."""
    wake_django()
    from madoguchi.kernel.identity import queries

    for post in queries.posts():
        line = f"{post.key}  {post.division.name} {post.title}  {'・'.join(post.roles)}".rstrip()
        if word in line:
            say(line)


@staff.command("invite", short_help="a code to register a (further) second factor")
@click.argument("login")
@click.option("--forgot-password", is_flag=True, help="They also choose a new password; every sign-in ends.")
def invite(login: str, forgot_password: bool) -> None:
    """A one-time code for LOGIN, good for a day. What is registered already goes on working."""
    account, ways, by = _known(login)
    _hand_over(account, ways.invite(account=account, by=by, forget_password=forgot_password))


@staff.command("reset-factors", short_help="all factors stop, all sign-ins end; a new code")
@click.argument("login")
@click.option("--forgot-password", is_flag=True, help="They also choose a new password.")
def reset_factors(login: str, forgot_password: bool) -> None:
    """For somebody who lost everything, or whose things may be in other hands."""
    account, ways, by = _known(login)
    _hand_over(account, ways.reset(account=account, by=by, forget_password=forgot_password))


@staff.command("stop-card", short_help="a lost staff card opens nothing any more, at once")
@click.argument("login")
def stop_card(login: str) -> None:
    """Stop the card of LOGIN and end what is open now."""
    account, ways, by = _known(login)
    stopped = ways.stop_card(account=account, by=by)
    say(f"{login}: 職員証 {stopped} 枚を止めました。 Cards stopped: {stopped}.")


@staff.command("sessions", short_help="who is signed in now; --end signs somebody out")
@click.argument("login", required=False)
@click.option("--end", is_flag=True, help="Sign LOGIN out everywhere.")
def sessions(login: str | None, end: bool) -> None:
    """One line for each open sign-in of staff, or of LOGIN."""
    if end and not login:
        raise Stop("だれをサインアウトさせるか、ログイン名を書いてください。 --end needs a LOGIN.")
    wake_django()
    from madoguchi.kernel import clock
    from madoguchi.kernel.identity.ways_in import sign_ins
    from madoguchi.kernel.refs import SYSTEM

    account = _known(login)[0] if login else None
    if end and account is not None:
        ended = sign_ins.end_all(account=account, by=SYSTEM, why="by_another")
        say(f"{login}: {ended} か所からサインアウトしました。 Ended: {ended}.")
        return
    for row in sign_ins.open_of_staff(account):
        say(
            f"{row.account.login}  {row.assurance:20}  {clock.in_city(row.started_at):%Y-%m-%d %H:%M}  "
            f"seen {clock.in_city(row.last_seen_at):%H:%M}  {row.browser}"
        )


def _known(login: str) -> tuple[Any, Any, Any]:
    """The account, the verbs and who does it: the one at the machine's console."""
    wake_django()
    from madoguchi.kernel.identity.ways_in import staff as ways
    from madoguchi.kernel.refs import SYSTEM

    account = ways.account_of(login)
    if account is None:
        raise Stop(f"{login} という職員はいません。 No such member of staff.")
    return account, ways, SYSTEM


def _hand_over(account: Any, code: str) -> None:
    """The code, and at which door it is typed: the other door only says that it is wrong."""
    account.refresh_from_db()
    where = (
        "本人は /desk/ でいつものログイン名とパスワードを入れ、次の画面にこの番号を入れます。"
        if account.has_usable_password()
        else "本人は /desk/ の「はじめて使う方はこちら」で、ログイン名とこの番号を入れ、パスワードを決めます。"
    )
    say(
        f"{account.login}  登録番号 {code}\n"
        "  24時間、1回だけ使えます。本人に直接渡してください。 One use, one day; shown once.\n"
        f"  {where}"
    )
