"""Refusals of councils."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class MeetingUnclear(Refusal):
    code = "meeting_unclear"
    status = 422
    message = _("会議の「%(what)s」をお確かめください。")


class MeetingOver(Refusal):
    """Held or cancelled: its day, place and agenda are what they were."""

    code = "meeting_over"
    message = _("この会議は、もう終わったか、中止になりました。つぎの会議をお選びください。")


class MeetingNotHeld(Refusal):
    code = "meeting_not_held"
    message = _("議事録は、会議が終わってから公表します。先に「終わった」にしてください。")


class MinutesEmpty(Refusal):
    code = "minutes_empty"
    status = 422
    message = _("議事録を書いてください。")


class MaterialUnclear(Refusal):
    code = "council_material_unclear"
    status = 422
    message = _(
        "資料には、名前と、ファイルか、このサイトのページ（/ から始まります）のどちらか一方が要ります。"
    )
