"""Refusals of procedures."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal

from .disposal_errors import (  # noqa: F401  theirs stand beside
    DisposalNeedsAnotherPerson,
    DisposalSettled,
    ExtensionUnclear,
    NothingToDispose,
    StillOpenHere,
)
from .opening_errors import EmergencyOver, ExportOver, ExportSettled  # noqa: F401  theirs stand beside


class NotOnline(Refusal):
    code = "not_online"
    status = 404
    message = _(
        "この手続きは、まだインターネットでは受け付けていません。窓口、郵送、電話の方法をご覧ください。"
    )


class NotFinished(Refusal):
    code = "not_finished"
    status = 422
    message = _("まだ答えていない質問が%(left)sつあります。続きから答えてください。")


class PapersMissing(Refusal):
    code = "papers_missing"
    status = 422
    message = _("「%(title)s」をどうするか、まだ選んでいません。付けるか、あとから出すかを選んでください。")


class NoLongerOffered(Refusal):
    code = "no_longer_offered"
    message = _("この手続きは、いまは受け付けていません。書いた答えは残っています。係にお尋ねください。")


class DefinitionChanged(Refusal):
    """A newer version came into force, and whoever writes has not seen what it changes for them."""

    code = "definition_changed"
    message = _("手続きの内容が変わりました。「変わったところ」を確かめてから、もう一度出してください。")


class AnswersNoLongerFit(DefinitionChanged):
    """Answers kept earlier that could not be given today (a day that has passed, another rule)."""

    code = "answers_no_longer_fit"
    status = 422
    message = _(
        "前に書いた答えのうち、いまは使えないものがあります。「変わったところ」から書き直してください。"
    )

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self.paths = list(paths)


class VersionMoveRefused(Refusal):
    """A case that cannot stand on the newer version; the sentence says why and what to do instead."""

    code = "version_move_refused"
    message = _("この案件は、新しい版に移せません。いまの版のまま進めてください。")

    def __init__(self, why: str = "") -> None:
        super().__init__(why or None)


class NotEligible(Refusal):
    code = "not_eligible"
    status = 422
    message = _("答えの内容では、この手続きの対象になりません。まちがいがあれば直してください。")


class DraftMovedOn(Refusal):
    """A program said which version of the draft it had seen, and there is a newer one."""

    code = "draft_moved_on"
    status = 412
    message = _("下書きが、ほかで書きかえられています。いまの内容を読み直してから、もう一度送ってください。")


class StepNotPossible(Refusal):
    code = "step_not_possible"
    message = _("いまの段階からは、そこへ進められません。画面を開き直して、いまの段階を確かめてください。")


class NeedsAnotherPerson(Refusal):
    code = "needs_another_person"
    status = 403
    message = _("同じ人が続けて行うことはできません。ほかの人が行ってください。")


class NeedsReason(Refusal):
    code = "needs_reason"
    status = 422
    message = _("理由を書いてください。")


class ReasonTooShort(Refusal):
    code = "reason_too_short"
    status = 422
    message = _(
        "理由は通知書に載ります。どの事実に、どの決まりをあてはめたかを、%(least)s文字以上で書いてください。"
    )


class NeedsHead(Refusal):
    code = "needs_head"
    status = 403
    message = _("この段階を進められるのは、課の決裁をする人だけです。")


class LookReasonNeeded(Refusal):
    code = "look_reason_needed"
    status = 403
    message = _("先に、見る理由を選んでください。記録してから内容を表示します。")


class NothingToCorrect(Refusal):
    code = "nothing_to_correct"
    status = 422
    message = _("直してほしいところを1つは選び、どう直すかを書いてください。")


class LetterNotReady(Refusal):
    code = "letter_not_ready"
    message = _("通知書をつくっています。少し待ってから、画面を開き直してください。")


class AlreadyTaken(Refusal):
    code = "already_taken"
    message = _("この案件は、%(name)sさんが先に引き受けました。")


class CannotWithdraw(Refusal):
    code = "cannot_withdraw"
    message = _("決定したあとなので、取り下げられません。係にご相談ください。")


class TooManyFiles(Refusal):
    code = "too_many_files"
    status = 422
    message = _("付けられるファイルは、1つの書類につき%(most)s個までです。")


class OriginalNeeded(Refusal):
    """A photograph of a paper that has to be handed in itself."""

    code = "original_needed"
    status = 422
    message = _("この書類は、写真では受け取れません。そのものを、郵送するか窓口に出してください。")


class NotAllConfirmed(Refusal):
    code = "not_all_confirmed"
    status = 422
    message = _("直ったところを、まだすべて確かめていません。1つずつ確かめてから進めてください。")


class ProtectedHere(Refusal):
    """秘匿: this paper prints where somebody lives, and this reader lacks the named right in the division."""

    code = "protected_here"
    status = 403
    message = _("この案件は秘匿のため、住所や連絡先のわかる書類は、権限のある人だけがひらけます。")


class PapersOutstanding(Refusal):
    code = "papers_outstanding"
    message = _(
        "「%(title)s」がまだ届いていません。届いたら「受け取った」にするか、要らない理由を書いてください。"
    )


class LetterNotOpened(Refusal):
    code = "letter_not_opened"
    status = 422
    message = _("通知書をまだ開いていません。開いて、宛名と内容を確かめてから送ってください。")


class DivisionCannotReceive(Refusal):
    code = "division_cannot_receive"
    status = 422
    message = _("この課へは移せません。案件を受け取る人のいる、ほかの課を選んでください。")


class CorrectionClosed(Refusal):
    """Withdrawn, decided or answered by telephone while the resident was writing."""

    code = "correction_closed"
    message = _(
        "この手続きは先に進んだので、いまは直せません。書いた内容は、この手続きの画面に残っています。係にお尋ねください。"
    )


class CorrectionHandedIn(Refusal):
    code = "correction_handed_in"
    message = _("直した内容は、もう受け取っています。係が確かめます。")


class OtherWindowSaved(Refusal):
    code = "other_window_saved"
    message = _("別の画面で保存した内容があります。いまの内容を確かめて、もう一度押してください。")


class GapsOpen(Refusal):
    code = "gaps_open"
    message = _(
        "まだ書かれていない答えが%(gaps)sつあるので、認められません。直してもらうか、理由を書いて却下してください。"
    )


class SignaturesAwaited(Refusal):
    code = "signatures_awaited"
    message = _("ほかの人の署名が%(unsigned)s人分そろっていないので、認められません。")


class SigningOver(Refusal):
    """The address of an invitation was used, has run out, or was replaced by a newer one."""

    code = "signing_over"
    status = 410
    message = _(
        "このページは、もう使えません。署名が済んでいるか、期限が過ぎています。お願いした方に、新しいものを送ってもらってください。"
    )


class SignerAlready(Refusal):
    code = "signer_already"
    message = _("この方の署名は、もう届いています。")


class TooManyInvitations(Refusal):
    code = "too_many_invitations"
    status = 429
    message = _("きょうは、これ以上お願いを作れません。あしたもう一度作るか、紙に署名してもらってください。")


class NameForSigning(Refusal):
    code = "name_for_signing"
    status = 422
    message = _("署名する方のお名前を書いてください。")


class ReasonUnfilled(Refusal):
    code = "reason_unfilled"
    status = 422
    message = _(
        "理由に、まだうめていない「%(place)s」があります。この案件の事実に合わせて書きかえてください。"
    )


class HandOverUnclear(Refusal):
    """Something about the hand-over was left out or cannot be."""

    code = "hand_over_unclear"
    status = 422
    message = _("だれに渡したか、どう確かめたか、何通で何円かを、すべて書いてください。")


class AlreadyRecalled(Refusal):
    code = "already_recalled"
    message = _("この書類は、もう取り消してあります。誤交付の記録をご覧ください。")


class MisissueUnclear(Refusal):
    """A mis-issue was told without its kind, its step or what happened."""

    code = "misissue_unclear"
    status = 422
    message = _("何が起きたか、どの段階で気づけたはずか、いきさつを、すべて書いてください。")


class LessonMissing(Refusal):
    code = "lesson_missing"
    status = 422
    message = _("これから変えることが、まだ書かれていません。書いてから、終わりにしてください。")


class PaperStillOut(Refusal):
    code = "paper_still_out"
    message = _(
        "書類がまだ返ってきていません。返ってきたか、処分を確かめたかを記録してから、終わりにしてください。"
    )


class ReplyDayPast(Refusal):
    """The day by which an answer is asked for is today, has passed, or is none."""

    code = "reply_day_past"
    status = 422
    message = _("返事の期限は、あすからあとの日にしてください。")


class ArrivalUnlikely(Refusal):
    """The day a paper is said to have arrived lies ahead, or long back."""

    code = "arrival_unlikely"
    status = 422
    message = _("届いた日は、きょうまでの%(most)s日のあいだの日にしてください。")


class RecalledNotDoneAnew(Refusal):
    """The paper was recalled, and the right one has not gone out yet."""

    code = "recalled_not_done_anew"
    message = _(
        "取り消した書類に代わる正しいものが、まだ出ていません。決裁と交付が済んでから、終わりにしてください。"
    )


class StoryNotRead(Refusal):
    """Somebody would end the entry of a mis-issue without having read what happened."""

    code = "story_not_read"
    status = 403
    message = _("いきさつを読んでから、終わりにしてください。「記録して、いきさつを読む」を押すと読めます。")


class MisissueClosed(Refusal):
    code = "misissue_closed"
    message = _("この誤交付の記録は、もう終わりになっています。")


class NoSuchColleague(Refusal):
    code = "no_such_colleague"
    status = 422
    message = _("渡す相手を、この課で案件を扱う人のなかから選んでください。")


class NotYours(Refusal):
    """A colleague holds the case: only they, who stands in for them, or the head give it away."""

    code = "not_yours"
    message = _("この案件の担当は%(name)sさんです。ご本人か、課の決裁をする人が渡せます。")


class NotPlain(Refusal):
    """This case needs to be opened: what was asked for several at once cannot be done without reading it."""

    code = "not_plain"
    message = _("この段階からは、まとめて進められません。案件をひらいて進めてください。")


class NothingChosen(Refusal):
    code = "nothing_chosen"
    status = 422
    message = _("案件を1件は選んでください。受付番号の左の四角に印をつけます。")


class TooManyAtOnce(Refusal):
    code = "too_many_at_once"
    status = 422
    message = _("まとめて扱えるのは、一度に%(most)s件までです。何回かに分けてください。")


class NoSuchNumber(Refusal):
    """The number somebody at the counter was told stands for nothing here."""

    code = "no_such_number"
    status = 422
    message = _("この番号の入力は、この課には届いていません。来た方の番号をもう一度確かめてください。")


class NumberTwice(Refusal):
    """Two divisions of one member of staff gave out the same number."""

    code = "number_twice"
    status = 422
    message = _("同じ番号の入力が%(n)s件あります。下の一覧から、手続きの名前で選んでください。")


class EntryTaken(Refusal):
    """A colleague typed the same number first."""

    code = "entry_taken"
    message = _("この入力は、%(name)sさんがひらいています。代わるときは、下の一覧からひらいてください。")


class AlreadyHandedOver(Refusal):
    """The answers lie with the staff: the screen reads and writes them no more."""

    code = "already_handed_over"
    message = _("この内容は、もう係員に渡してあります。案内番号を窓口で伝えてください。")
