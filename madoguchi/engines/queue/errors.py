"""Refusals of the counters' queues."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class LineClosed(Refusal):
    """The pack no longer has this line."""

    code = "line_closed"
    message = _("この窓口では、番号をお出ししていません。係員にお尋ねください。")


class NoMoreNumbers(Refusal):
    code = "no_more_numbers"
    message = _("きょうの番号は、すべてお渡ししました。係員にお尋ねいただくか、別の日においでください。")


class NobodyWaits(Refusal):
    code = "nobody_waits"
    message = _("いま、お待ちの方はいません。")


class OnlyKeptWait(Refusal):
    """Who waits is kept for desks that cannot be reached now."""

    code = "only_kept_wait"
    message = _(
        "お待ちの%(n)s人は、通信が切れている席が呼ぶ方です。席の人に確かめ、続けられないときは、その席を閉じてください。"
    )


class KeptForAnotherDesk(Refusal):
    code = "kept_for_another_desk"
    message = _("この番号は、通信が切れている席が呼ぶ方です。席の人に確かめてください。")


class DeskBusy(Refusal):
    """A desk serves one visitor at a time."""

    code = "desk_busy"
    message = _(
        "この席では、%(label)sの方をご案内中です。先に「おわり」「あとで」「不在」のどれかを押してください。"
    )


class DeskTaken(Refusal):
    code = "desk_taken"
    message = _("この席は、ほかの人が使っています。空いている席をお選びください。")


class DeskNotOpen(Refusal):
    """Somebody else sits there now, or nobody does."""

    code = "desk_not_open"
    message = _("この席は、いま、あなたの席として開いていません。席を選び直してください。")


class TicketMoved(Refusal):
    """It is no longer in the state the screen showed."""

    code = "ticket_moved"
    message = _("%(label)sは、もう「%(state)s」になっています。いまの一覧をお確かめください。")


class TransferNowhere(Refusal):
    code = "transfer_nowhere"
    status = 422
    message = _("ご案内先の窓口を選んでください。いまと同じ窓口には送れません。")


class TicketUnclear(Refusal):
    """What was asked for a number cannot be read."""

    code = "ticket_unclear"
    status = 422
    message = _("番号を出せませんでした。「%(what)s」をお確かめください。")


class PaperTyped(Refusal):
    code = "paper_typed"
    message = _("紙の番号「%(paper)s」は、きょう、もう入力されています（%(label)s）。")


class BookingUnknown(Refusal):
    """No booking of today under that receipt, or of another counter: the same answer."""

    code = "booking_unknown"
    status = 404
    message = _("きょうの予約が見つかりませんでした。受付番号をお確かめになるか、係員にお尋ねください。")


class TellUnclear(Refusal):
    code = "queue_address_unclear"
    status = 422
    message = _("メールアドレスの書き方をお確かめください。")


class ActsUnclear(Refusal):
    """What a desk says it did while it was cut off cannot be read at all."""

    code = "acts_unclear"
    status = 422
    message = _(
        "通信が切れていたあいだの記録を読めませんでした。画面を開き直し、いまの一覧をお確かめください。"
    )


class NotFromHome(Refusal):
    code = "not_from_home"
    message = _("この窓口の番号は、家からはとれません。窓口の発券機で、番号をおとりください。")


class NumberTaken(Refusal):
    """One browser stands in one line at a time: numbers are for people who come."""

    code = "number_taken"
    message = _(
        "もう番号（%(label)s）をおとりになっています。ご用件が終わるか、この番号をとりやめると、次の番号をとれます。"
    )


class HistoryUnclear(Refusal):
    """A ticket history that cannot be read as a whole is not kept at all."""

    code = "ticket_history_unclear"
    status = 422
    message = _("番号の記録を読み取れませんでした。何も保存していません。%(why)s")


class VisitNotOver(Refusal):
    """The two questions are asked after the visit, and not for ever."""

    code = "visit_not_over"
    message = _("窓口でのご用件が終わってから、2週間のあいだお答えいただけます。")


class OpinionGiven(Refusal):
    code = "opinion_given"
    message = _("この質問には、もうお答えをいただいています。ありがとうございました。")


class OpinionUnclear(Refusal):
    code = "queue_opinion_unclear"
    status = 422
    message = _("4つのうち、1つを選んでください。")
