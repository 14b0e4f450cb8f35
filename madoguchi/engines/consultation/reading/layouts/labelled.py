"""Lists without a table: opinions and answers under labels, numbers, arrows or bullets; also one small table each."""

from __future__ import annotations

from ..flow import Bit, ends_sentence, joined_lines
from ..meaning.glyphs import is_category_like, is_mark
from ..meaning.headings import Path, kind_of, looks_like_heading
from ..result import Problem
from .furniture import is_page_number
from .labels import number_of
from .pieces import BULLET, Piece, Told, could_head, cut
from .raw import Laid, Raw

__all__ = ["core", "cut", "lay"]

_FEWEST = 2


def core(told: Told) -> set[int]:
    """The bits that opinions are made of: no front matter is read from them."""
    return {piece.bit.index for piece in told.pieces[told.first : told.last + 1]}


def lay(bits: list[Bit], told: Told, top: frozenset[str]) -> Laid:
    walk = _Walk(told, Path(top=top))
    above = _headings_above(told, bits)
    for piece in above:
        walk.path.heading(piece.text)
        walk.taken.add(piece.bit.index)
    for piece in told.pieces[told.first : told.last + 1]:
        walk.take(piece)
    walk.close()
    raws = [raw for raw in walk.raws if raw.opinion or raw.answer]
    answered = sum(bool(raw.answer) for raw in raws)
    score = (
        0.0
        if not raws or not answered
        else 0.9
        if told.starts == "opinion label" and answered >= 0.5 * len(raws)
        else 0.7
    )
    if len(raws) < _FEWEST and told.starts != "opinion label":
        score *= 0.5
    reason = {
        "opinion label": "「意見」「回答」などの見出しが繰り返される文書",
        "number": f"番号（{told.mark}）で始まる意見と、見出しの付いた回答が繰り返される文書",
        "bullet": f"「{told.mark}」で始まる意見と、見出しの付いた回答が繰り返される文書",
    }[told.starts]
    return Laid(
        "labelled list", score, reason, raws, walk.taken, set(), walk.problems,
        has_numbers=any(raw.no for raw in raws), has_categories=any(raw.category for raw in raws),
        has_items=any(raw.item for raw in raws),
    )  # fmt: skip


def _headings_above(told: Told, bits: list[Bit]) -> list[Piece]:
    """Headings that stand right above the first opinion, of kinds that come again between opinions."""
    inside = {
        kind_of(piece.text)[0]
        for piece in told.pieces[told.first : told.last + 1]
        if piece.role is None and piece.text and could_head(piece, told)
    }
    found: list[Piece] = []
    for piece in reversed(told.pieces[max(0, told.first - 4) : told.first]):
        if piece.role is not None or not could_head(piece, told) or kind_of(piece.text)[0] not in inside:
            break
        found.insert(0, piece)
    return found


class _Walk:
    """Goes over the pieces; keeps the opinion being read and what its text goes on with."""

    def __init__(self, told: Told, path: Path) -> None:
        self.told = told
        self.path = path
        self.raws: list[Raw] = []
        self.taken: set[int] = set()
        self.problems: list[Problem] = []
        self._lines: dict[str, list[str]] = {"opinion": [], "answer": []}
        self._open: Raw | None = None
        self._into = ""
        self._waiting: list[Raw] = []
        self._number: int | None = None
        self._ahead: dict[str, str] = {}
        self._last = 0
        self._titled = {
            piece.style
            for piece in told.pieces[told.first : told.last + 1]
            if piece.role is None and piece.number and len(piece.text) > 8 and could_head(piece, told)
        }

    def take(self, piece: Piece) -> None:
        self.taken.add(piece.bit.index)
        match piece.role:
            case "opinion":
                self._begin(piece, piece.text, piece.number)
            case "answer":
                self._answer(piece)
            case "no":
                self._finish_answer()
                self._number = piece.number if piece.number is not None else _int(piece.text)
            case "item" | "category" | "place" | "count":
                if piece.style == "field" and self._is_told(piece.role, piece.text):
                    self._lines[self._into].append(piece.bit.text)
                else:
                    self._field(piece.role, piece.text)
            case _:
                self._plain(piece)

    def close(self) -> None:
        self._finish()
        for raw in self._waiting:
            raw.doubt("answer", 0.4, "回答が見つかりません。")

    def _plain(self, piece: Piece) -> None:
        told = self.told
        if is_page_number(piece.text):
            return
        if (
            told.starts == "number"
            and piece.style == told.mark
            and piece.number is not None
            and (piece.number == self._last + 1 or (piece.number == 1 and self._into != "opinion"))
        ):
            numbered = number_of(piece.text)
            self._begin(piece, numbered.rest if numbered else piece.text, piece.number)
        elif told.starts == "bullet" and piece.style == told.mark and self._into != "answer-list":
            self._begin(piece, BULLET.sub("", piece.text), None)
        elif (
            told.starts == "opinion label"
            and piece.number is not None
            and len(piece.text) <= 8
            and not self._is_titled(piece)
            and self._ended()
        ):
            self._finish_answer()
            self._number = piece.number
        elif self._ended() and self._is_heading(piece):
            self._finish()
            self.path.heading(piece.text)
        elif self._into in {"answer", "opinion"}:
            if (self._into == "answer" and is_mark(piece.text)) or (
                is_category_like(piece.text) and len(piece.text) > 1 and piece.text[0] in "【〔［["
            ):
                self._field("category", piece.text)
            else:
                self._lines[self._into].append(piece.text)
        elif looks_like_heading(piece.text):
            self.path.heading(piece.text)
        else:
            self.taken.discard(piece.bit.index)

    def _ended(self) -> bool:
        """Nothing is open, or the answer that is open is complete."""
        said = self._lines.get(self._into, [])
        if not self._into:
            return True
        # Its category stands below it: nothing of the answer comes after that, however it ended.
        judged = self._open is not None and bool(self._open.category)
        return self._into == "answer" and bool(said) and (judged or ends_sentence(said[-1]))

    def _is_heading(self, piece: Piece) -> bool:
        if not could_head(piece, self.told):
            return looks_like_heading(piece.text) and piece.text == "その他"
        return True

    def _is_titled(self, piece: Piece) -> bool:
        """「３ その他」 is a heading where the other numbers of its kind stand before headings too."""
        return piece.style in self._titled and " " in piece.text

    def _is_open_and_empty(self) -> bool:
        """「意見No.1」 was a heading over the fields of one opinion; its text comes under a label of its own."""
        return self._open is not None and self._into == "opinion" and not self._lines["opinion"]

    def _begin(self, piece: Piece, text: str, number: int | None) -> None:
        if number is None and self._is_open_and_empty():
            self._lines["opinion"] = [text] if text else []
            return
        self._finish()
        raw = Raw(line=piece.bit.number, path=self.path.opinion())
        number = self._number if number is None else number
        if number is not None:
            raw.no = str(number)
            self._last = number
        self._number = None
        for name, said in self._ahead.items():
            setattr(raw, name, said)
        self._ahead = {}
        self._open = raw
        self._into = "opinion"
        self._lines = {"opinion": [text] if text else [], "answer": []}

    def _answer(self, piece: Piece) -> None:
        if self._open is None:
            self.problems.append(
                Problem("orphan", f"どの意見のものか分からない回答です：{piece.text[:40]}", piece.bit.number)
            )
            self.taken.discard(piece.bit.index)
            return
        if piece.text:
            self._lines["answer"].append(piece.text)
        self._into = "answer"

    def _field(self, name: str, text: str) -> None:
        if self._open is None or (self._ended() and name in {"item", "place"}):
            self._finish_answer()
            self._ahead[name] = text
        else:
            setattr(self._open, name, text)

    def _is_told(self, name: str, text: str) -> bool:
        """The opinion has another value of this field already: what comes second is running text, and is kept."""
        before = getattr(self._open, name) if self._open is not None else None
        return bool(before) and before != text and bool(self._into) and not self._ended()

    def _finish_answer(self) -> None:
        if self._ended():
            self._finish()

    def _finish(self) -> None:
        """Close the opinion that is open. One without an answer waits for the next: they share it."""
        raw = self._open
        if raw is None:
            return
        raw.opinion = joined_lines(self._lines["opinion"])
        raw.answer = joined_lines(self._lines["answer"])
        self.raws.append(raw)
        if not raw.answer:
            self._waiting.append(raw)
        else:
            self._share(raw)
        self._open = None
        self._into = ""
        self._lines = {"opinion": [], "answer": []}

    def _share(self, raw: Raw) -> None:
        """Opinions in a row before one answer: the answer is printed at the last and shared by all."""
        if not self._waiting:
            return
        group = [*self._waiting, raw]
        self._waiting = []
        first = len(self.raws) - len(group)
        answer, raw.answer = raw.answer, ""
        group[0].answer = answer
        why = "並んだ意見のあとに1つだけある回答を、共通の回答と読みました。"
        for one in group[1:]:
            one.answer_from = first
            one.doubt("answer_shared_from", 0.8, why)


def _int(text: str) -> int | None:
    found = number_of(text)
    return found.number if found else None
