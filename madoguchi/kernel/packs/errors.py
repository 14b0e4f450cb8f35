"""What packs refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal

if TYPE_CHECKING:
    from .problems import Problem


class PackRefused(Refusal):
    """A pack with errors is not applied at all; `problems` are all of them."""

    code = "pack_refused"
    status = 422
    message = _(
        "パック %(name)s に直すところが%(count)d件あるため、適用しませんでした。mado pack check で場所を確かめてください。"
    )

    def __init__(self, name: str, problems: list[Problem]) -> None:
        super().__init__(name=name, count=sum(problem.is_error for problem in problems))
        self.problems = problems


class VersionTaken(Refusal):
    """A published version never changes: open cases stand on it."""

    code = "version_taken"
    message = _(
        "%(kind)s %(key)s の版%(version)dは、別の内容ですでに公開されています。version を上げてから適用してください。"
    )

    def __init__(self, kind: str, key: str, version: int) -> None:
        super().__init__(kind=kind, key=key, version=version)


class MadeOnScreen(Refusal):
    """What a division publishes on the screen is not written over by a pack that happens to use the same key."""

    code = "made_on_screen"
    message = _(
        "%(key)s は、職員の画面で作って公開しているものと同じキーです。パックのほうのキーを変えるか、"
        "mado pack export --desk で書き出したファイルを、そのままパックに入れてください。"
    )

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class KeptInPack(Refusal):
    """What stands in the pack is changed in the pack."""

    code = "kept_in_pack"
    message = _(
        "%(key)s は、パックのファイルで管理しています。画面からは公開できません。キーを変えて新しく作るか、"
        "パックを管理している人に頼んでください。"
    )

    def __init__(self, key: str) -> None:
        super().__init__(key=key)
