"""Photographs in a format we cannot take, and what to do then."""

from __future__ import annotations

from django.utils.translation import gettext as _

from madoguchi.kernel.errors import Refusal


class PhotoIsHeic(Refusal):
    """A photograph in the telephone's own format, which many computers cannot show."""

    code = "photo_is_heic"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            _(
                "この写真は「HEIC」という形式なので、受け取れません。写真を画面に出してスクリーンショットにし、それを選んでください。iPhoneの「設定」→「カメラ」→「フォーマット」で「互換性優先」を選んで、撮り直してもかまいません。"
            )
        )


def is_heic(name: str) -> bool:
    """Whether a file says by its name that it is one."""
    return name.lower().endswith((".heic", ".heif"))
