"""Who may read what lies under var/: the database, the keys, the files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from ..places import var
from .report import Line, ask, bad, good

SEE_KEYS = "暗号化と鍵の分離（鍵はデータと別に、決まった者だけが）"
SEE_RIGHTS = "アクセス制御（必要な者だけが読めること）"


def check() -> Iterator[Line]:
    yield folder()
    yield secret()
    yield keys()
    yield key_place()
    yield data()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def is_open(path: Path, *, most: int = 0o700) -> bool:
    """Whether somebody else on this machine may use it: by its own mode, or because another owns it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return bool(stat.S_IMODE(found.st_mode) & 0o777 & ~most) or found.st_uid not in {os.geteuid(), 0}


def folder() -> Line:
    """var/ shut is the first wall: what lies in it is then out of reach whatever its own mode."""
    where, how = var(), f"{mode(var()):04o}" if var().exists() else "-"
    if where.exists() and mode(where) & 0o022:
        return bad(
            "var_mode",
            "files",
            f"{where} に、ほかの利用者が書き込めます（{how}）。",
            f"chmod 700 {where}",
            see=SEE_RIGHTS,
        )
    if is_open(where):
        return ask(
            "var_mode",
            "files",
            f"{where} を、ほかの利用者が開けます（{how}）。",
            f"chmod 700 {where}",
            see=SEE_RIGHTS,
        )
    return good("var_mode", "files", f"{where} は、持ち主だけが開けます（{how}）。", see=SEE_RIGHTS)


def secret() -> Line:
    """The key that signs sessions and forms."""
    if os.environ.get("MADO_SECRET_KEY"):
        if len(settings.SECRET_KEY) < 40:
            return bad(
                "secret_key",
                "files",
                "MADO_SECRET_KEY が短すぎます。",
                "40文字以上の、でたらめな文字列にしてください。",
                see=SEE_KEYS,
            )
        return good("secret_key", "files", "署名の鍵は、環境変数で渡されています。", see=SEE_KEYS)
    path = var() / "secret.key"
    if is_open(path, most=0o600):
        return bad(
            "secret_key",
            "files",
            f"{path} を、ほかの利用者が読めます（{mode(path):04o}）。",
            f"chmod 600 {path}。読まれたおそれがあれば消して作り直す（全員がサインインし直しになります）。",
            see=SEE_KEYS,
        )
    return good("secret_key", "files", "署名の鍵は、持ち主だけが読めます。", see=SEE_KEYS)


def keys() -> Line:
    """The municipality's own keys."""
    place = Path(settings.VAULT_KEYS)
    loose = [
        path.name
        for path in sorted(place.glob("*"))
        if path.is_file() and path.suffix != ".pub" and is_open(path, most=0o600)
    ]
    if loose or (place.exists() and mode(place) & 0o022):
        return bad(
            "keys_mode",
            "files",
            "自治体の鍵を、ほかの利用者が読めるか、置き換えられます。",
            f"chmod 700 {place}; chmod 600 {place}/*",
            see=SEE_KEYS,
            detail=loose,
        )
    return good("keys_mode", "files", "自治体の鍵は、持ち主だけが読めます。", see=SEE_KEYS)


def key_place() -> Line:
    if settings.VAULT_MASTER_KEY:
        return good(
            "keys_place",
            "files",
            "自治体の鍵は、データと別のところから渡されています（MADO_MASTER_KEY）。",
            see=SEE_KEYS,
        )
    return ask(
        "keys_place",
        "files",
        "自治体の鍵が、データと同じ場所にあります。写しを持ち出した人が、両方を手にします。",
        "MADO_MASTER_KEY で別のところから渡すか、写しを取る先を分けてください（docs/operations.md）。",
        see=SEE_KEYS,
    )


def is_shut_in(path: Path) -> bool:
    """Whether a folder above it lets nobody else through, so that its own mode does not matter."""
    return any(not is_open(above) for above in path.resolve().parents if above != Path("/"))


def data() -> Line:
    """The database file and the vault."""
    name = str(settings.DATABASES["default"]["NAME"])
    lying = [Path(settings.VAULT_ROOT)]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        lying += [Path(name), Path(name + "-wal")]
    loose = [
        f"{path} {mode(path):04o}"
        for path in lying
        if path.exists() and is_open(path) and not is_shut_in(path)
    ]
    if loose:
        return bad(
            "data_mode",
            "files",
            "住民の情報が入ったファイルを、ほかの利用者が開けます。",
            f"chmod 700 {var()}",
            see=SEE_RIGHTS,
            detail=loose,
        )
    return good(
        "data_mode", "files", "データベースのファイルと書類置き場は、持ち主だけが開けます。", see=SEE_RIGHTS
    )
