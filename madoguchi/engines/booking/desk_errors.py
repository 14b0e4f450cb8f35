"""Refusals of booking that only staff meet, in the words of the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class LookNeedsReason(Refusal):
    code = "booking_look_needs_reason"
    status = 422
    message = _("見る理由を1つ選んでください。ほかの理由のときは、その内容を書いてください。")


class LookFirst(Refusal):
    code = "booking_look_first"
    message = _("先に、見る理由を記録して、予約をひらいてください。")


class ReasonNeeded(Refusal):
    """What the city does to somebody's booking says why."""

    code = "booking_reason_needed"
    status = 422
    message = _("理由を書いてください。予約した方へのお知らせに、そのまま出ます。")


class NoteUnclear(Refusal):
    code = "booking_note_unclear"
    status = 422
    message = _("メモは、1文字から1000文字までで書いてください。")


class PersonUnclear(Refusal):
    code = "booking_person_unclear"
    status = 422
    message = _("だれの予約かを選ぶか、名前と、電話番号か住所のどちらかを書いてください。")


class SearchUnclear(Refusal):
    code = "booking_search_unclear"
    status = 422
    message = _("予約番号、登録番号、名前、電話番号のどれか1つを書いてください。")


class AffectedChanged(Refusal):
    """Somebody booked, or cancelled, after the list was shown: nobody is cancelled who was not on it."""

    code = "affected_changed"
    message = _("一覧を出したあとに、予約が変わりました。新しい一覧を確かめて、もう一度押してください。")


class BlockOverlaps(Refusal):
    code = "block_overlaps"
    message = _(
        "その時間には、すでに止めている時間が重なっています。先にそちらを解くか、時間を変えてください。"
    )


class BlockOver(Refusal):
    code = "block_over"
    message = _("この停止は、もう解かれています。")


class SeriesUnclear(Refusal):
    code = "series_unclear"
    status = 422
    message = _("くり返しの決め方を確かめてください。最後の日は、最初の日より後で、400日以内です。")


class SeriesNotOffered(Refusal):
    code = "series_not_offered"
    message = _("この予約は、くり返しでは受け付けていません。")


class NothingOfSeries(Refusal):
    code = "series_nothing_free"
    message = _("くり返しの日が、どれも予約できません。時間か曜日を変えてください。")


class CapacityBelowTaken(Refusal):
    code = "capacity_below_taken"
    message = _("定員は、いま入っている予約（%(taken)s）より少なくできません。先に予約を取り消してください。")


class CapacityUnclear(Refusal):
    code = "capacity_unclear"
    status = 422
    message = _("定員は、0から10000までの数で書いてください。")


class SlotOver(Refusal):
    code = "slot_over"
    message = _("この時間は、もう中止になっています。")


class NoInstead(Refusal):
    """The resource names no alternative."""

    code = "booking_no_instead"
    message = _("この予約には、かわりの内容が決められていません。")


class ImportUnreadable(Refusal):
    code = "booking_import_unreadable"
    status = 422
    message = _("このファイルは読めません。CSVかExcel（.xlsx）で、1行目に見出しのあるものを選んでください。")


class ImportTooLong(Refusal):
    code = "booking_import_too_long"
    status = 422
    message = _("1つのファイルは%(most)s行までです。分けて取り込んでください。")


class ImportColumnsMissing(Refusal):
    code = "booking_import_columns"
    status = 422
    message = _("見出しが足りません: %(missing)s。1行目の見出しを確かめてください。")


class ImportedAlready(Refusal):
    code = "booking_imported_already"
    message = _("このファイルは、すでに取り込んでいます。取り込みの記録をご覧ください。")


class ImportStale(Refusal):
    """The preview was not ours, or too old."""

    code = "booking_import_stale"
    status = 422
    message = _("確かめた内容を読み戻せませんでした。ファイルを選ぶところから、もう一度お願いします。")


class ImportNotHere(Refusal):
    """A file of capacities says one number for each time."""

    code = "booking_import_not_here"
    status = 422
    message = _("この予約には、定員のファイルを取り込めません。1つの時間に、数え方が1つのものだけです。")


class EventUnclear(Refusal):
    code = "booking_event_unclear"
    status = 422
    message = _("催しの「%(what)s」をお確かめください。")


class OnlineOnlyNeedsReason(Refusal):
    """Without a place to go to, who has no computer is shut out (C-32)."""

    code = "online_only_needs_reason"
    status = 422
    message = _("会場のない催しは、オンラインだけで開く理由を書いてください。決裁で確かめます。")


class EventNotApproved(Refusal):
    code = "booking_event_not_approved"
    message = _("この催しは、まだ決裁が済んでいません。承認されると公開されます。")
