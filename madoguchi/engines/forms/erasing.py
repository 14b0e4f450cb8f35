"""Taking answers away: of a draft, of what was handed in, and of what is kept for next time."""

from __future__ import annotations

from django.db.models import ProtectedError

from madoguchi.kernel import vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor

from . import queries
from .models import AnswerRevision, Draft, Kept


@writes
def erase_answers(*, draft: Draft, by: Actor) -> int:
    """Every answer of a draft, revisions included. Its key is destroyed first: the database asks for that."""
    vault.destroy_key(draft.key, by=by)
    revisions = AnswerRevision.objects.filter(draft=draft).update(plain={}, sealed=b"")
    Draft.everything.filter(pk=draft.pk).update(plain={}, sealed=b"", sealed_brief_key=b"", changes=[])
    return revisions + 1


@writes
def erase_brief(*, draft: Draft, by: Actor) -> int:
    """The answers that are kept only until the case is closed: their key goes. 0 where there were none.

    The draft's own copy of the answers goes as well: it may hold them as they stood before a newer version.
    """
    had = Draft.everything.filter(pk=draft.pk, closed_at__isnull=False).exclude(sealed_brief_key=b"")
    # A copy put back: the case itself was erased since, and its key is gone already.
    gone = draft.key.destroyed_at is not None
    empty = b"" if gone else vault.seal(draft.key, {}, context=queries.draft_context(draft))
    return had.update(sealed_brief_key=b"", plain={}, sealed=empty)


@writes
def erase_kept(*, party: Party, by: Actor) -> int:
    """What somebody let us keep for their next application."""
    return Kept.objects.filter(party=party).delete()[0]


@writes
def drop(*, draft: Draft) -> bool:
    """The row of a draft that was thrown away goes too, where nothing refers to it; says whether it did.

    The tombstone of its key stays: it says that the key was destroyed, and when.
    """
    try:
        with writes():
            return bool(Draft.everything.filter(pk=draft.pk, discarded=True).delete()[0])
    except ProtectedError:
        return False


@writes
def unlink(*, draft: Draft) -> None:
    """Nobody can say any more whose it was."""
    Draft.everything.filter(pk=draft.pk).update(account=None, party=None)
