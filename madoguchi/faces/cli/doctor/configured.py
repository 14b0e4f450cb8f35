"""The settings as this installation runs with them. Values of secrets are never printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from madoguchi.kernel import vault
from madoguchi.kernel.identity import in_order

from ..places import var
from . import backups
from .report import Line, ask, bad, good

SEE_WEB = "通信の暗号化と、外からのアクセスの制限"
SEE_RECORD = "証跡の保全（記録を、消した人の手の届かない所にも）"
SEE_VIRUS = "不正プログラム対策"


def check() -> Iterator[Line]:
    yield debug()
    yield demo()
    yield tls()
    yield hosts()
    yield proxies()
    yield scanner()
    yield heads()
    yield erased()
    yield mail()
    yield paces()
    yield from backups.check()


def is_local() -> bool:
    """Nobody but this machine is meant to come."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "") in {"127.0.0.1", "localhost", "::1"}


def debug() -> Line:
    if settings.DEBUG:
        return bad(
            "debug",
            "settings",
            "MADO_DEBUG が入っています。不具合のとき、中身が画面に出ます。",
            "MADO_DEBUG を外してください。",
            see=SEE_WEB,
        )
    return good("debug", "settings", "開発用の表示は切れています。", see=SEE_WEB)


def demo() -> Line:
    if not settings.DEMO:
        return good("demo", "settings", "見本の人では入れません。", see="利用者の識別")
    if not is_local() or settings.SECURE_TLS or in_order.real_accounts():
        return bad(
            "demo",
            "settings",
            "見本（MADO_DEMO）のまま、ほかの人も使える状態です。だれでも見本の職員になれます。",
            "MADO_DEMO を外してください。",
            see="利用者の識別",
        )
    return ask(
        "demo",
        "settings",
        "見本（MADO_DEMO）として動いています。",
        "本番では MADO_DEMO を外します。",
        see="利用者の識別",
    )


def tls() -> Line:
    is_https = urlsplit(settings.PUBLIC_URL).scheme == "https"
    if settings.SECURE_TLS and is_https:
        return good(
            "tls", "settings", "住民の画面は https で、Cookie も https だけで送られます。", see=SEE_WEB
        )
    if settings.SECURE_TLS or is_https:
        return bad(
            "tls",
            "settings",
            "MADO_TLS と MADO_PUBLIC_URL が、合っていません。",
            "https のアドレスと MADO_TLS=1 を、両方書いてください。",
            see=SEE_WEB,
        )
    if is_local():
        return ask(
            "tls",
            "settings",
            "この機械の中だけで、http で動いています。",
            "外に開くときは、MADO_TLS=1 と https の MADO_PUBLIC_URL にします。",
            see=SEE_WEB,
        )
    return bad(
        "tls",
        "settings",
        "http のまま、外に開いています。のぞかれ、書き換えられます。",
        "前に TLS を置き、MADO_TLS=1 と https の MADO_PUBLIC_URL にしてください。",
        see=SEE_WEB,
    )


def hosts() -> Line:
    wide = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    if wide:
        return bad(
            "hosts",
            "settings",
            "どんな名前で呼ばれても答えます。",
            "MADO_HOSTS に、使う名前だけを書いてください。",
            see=SEE_WEB,
            detail=wide,
        )
    return good(
        "hosts", "settings", f"{len(settings.ALLOWED_HOSTS)}個の決まった名前にだけ答えます。", see=SEE_WEB
    )


def proxies() -> Line:
    if settings.SECURE_TLS and not settings.TRUSTED_PROXIES:
        return bad(
            "proxies",
            "settings",
            "前に立つ Web サーバーのアドレスが書かれていません。回数の制限が、全員でひとつになります。",
            "MADO_TRUSTED_PROXY に書いてください。",
            see=SEE_WEB,
        )
    return good(
        "proxies",
        "settings",
        f"送り主のネットワークアドレスは、{len(settings.TRUSTED_PROXIES)}台の決まったサーバーの言葉だけを信じます。",
        see=SEE_WEB,
    )


def scanner() -> Line:
    state = vault.scanner_state()
    if state == "answers":
        return good("scanner", "settings", "ウイルスを調べるものがつながり、答えています。", see=SEE_VIRUS)
    if state == "none":
        line = ask if settings.DEMO and is_local() else bad
        return line(
            "scanner",
            "settings",
            "ウイルスを調べるものが、つながっていません。",
            "MADO_CLAMAV に clamd の場所を書いてください。",
            see=SEE_VIRUS,
        )
    return bad(
        "scanner",
        "settings",
        "ウイルスを調べるものが答えません。届いたファイルは、待ったままです。",
        "clamd が動いているか、MADO_CLAMAV に書いた場所を確かめてください。",
        see=SEE_VIRUS,
    )


def heads() -> Line:
    inside = Path(settings.AUDIT_HEADS).is_relative_to(var())
    if inside and not settings.AUDIT_MAIL:
        return ask(
            "audit_heads",
            "settings",
            "記録の封印の控えが、データと同じ場所にしかありません。",
            "MADO_AUDIT_HEADS に別のディスクを、または MADO_AUDIT_MAIL にあて先を書いてください。",
            see=SEE_RECORD,
        )
    return good(
        "audit_heads", "settings", "記録の封印の控えは、データベースの外に出ています。", see=SEE_RECORD
    )


def erased() -> Line:
    if Path(settings.VAULT_ERASED).is_relative_to(var()):
        return ask(
            "erased_list",
            "settings",
            "消したものの一覧が、データと同じ場所にあります。古い写しを戻したとき、何を消し直すか分からなくなります。",
            "MADO_ERASED に別のディスクを書いてください。",
            see="保存期間と廃棄",
        )
    return good(
        "erased_list", "settings", "消したものの一覧は、データと別の場所にあります。", see="保存期間と廃棄"
    )


def mail() -> Line:
    is_invented = settings.DEFAULT_FROM_EMAIL.endswith(".invalid")
    if is_invented and not settings.DEMO:
        return bad(
            "mail",
            "settings",
            "メールの差出人が、届かない見本のアドレスです。",
            "MADO_MAIL_FROM と MADO_SMTP_HOST を書いてください。",
            see="業務の継続",
        )
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return ask(
            "mail",
            "settings",
            "メールは外へ出ない設定です。",
            "本番では MADO_EMAIL_BACKEND を外します。",
            see="業務の継続",
        )
    return good("mail", "settings", "メールの出し先が決まっています。", see="業務の継続")


def paces() -> Line:
    off = [kind for kind, (person, address) in settings.PACE.items() if not person or not address]
    if off or not settings.PACE:
        return ask(
            "pace",
            "settings",
            "回数の制限が、切れているところがあります。",
            "MADO_PACE を確かめてください。",
            see=SEE_WEB,
            detail=off,
        )
    return good("pace", "settings", "人ごと・ネットワークアドレスごとに、回数の制限があります。", see=SEE_WEB)
