"""What goes when a comment is erased: the words and whoever wrote them. What was published, and how many wrote, stays.

What is not there counts as erased: a copy put back may be older than the thing it is told to erase.
"""

from __future__ import annotations

import uuid

from django.db.models import Q

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import jobs, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import FileState, StoredFile
from madoguchi.kernel.vault.retention import eraser

from .models import Arrival, Comment, Original, Part, Unsent

COMMENT, ARRIVAL, UNSENT = "comment", "arrival", "unsent"


def _comment(ref: Ref) -> Comment | None:
    return Comment.objects.select_related("key").filter(pk=uuid.UUID(ref.id)).first()


def _arrivals(ref: Ref) -> list[Arrival]:
    mine = Q(comment=uuid.UUID(ref.id)) if ref.kind == COMMENT else Q(pk=uuid.UUID(ref.id))
    return list(Arrival.objects.select_related("key").filter(mine))


@eraser("messages", of=COMMENT, order=10)
def erase_messages(ref: Ref) -> int:
    """The mail with the receipt number, and the address it went to."""
    return messaging.erase_about(ref, by=SYSTEM)


@eraser("jobs", of=COMMENT, order=10)
@eraser("jobs", of=ARRIVAL, order=10)
def erase_jobs(ref: Ref) -> int:
    """Work about it, and what went wrong with it in somebody's words."""
    jobs.forget(abouts=[ref])
    return 1


@eraser("words", of=COMMENT, order=20)
def erase_words(ref: Ref) -> int:
    """The data key, and with it the original, its parts, its files; then the sealed bytes. The database asks for that order."""
    comment = _comment(ref)
    if comment is None:
        return 0
    vault.destroy_key(comment.key, by=SYSTEM)
    parts = Part.objects.filter(comment=comment).update(sealed_text=b"")
    # What it was known by (a Message-ID, a token of a form) could be looked for in a sender's own mailbox.
    Comment.objects.filter(pk=comment.pk).update(once=f"erased:{comment.pk}")
    return parts + Original.objects.filter(comment=comment).update(sealed=b"")


@eraser("arrival", of=COMMENT, order=30)
@eraser("arrival", of=ARRIVAL, order=30)
def erase_arrival(ref: Ref) -> int:
    """The mail as it came: subject, sender, every byte of it. The row stays, so that it is not taken a second time."""
    found = _arrivals(ref)
    for arrival in found:
        if arrival.key is not None:
            vault.destroy_key(arrival.key, by=SYSTEM)
        Arrival.objects.filter(pk=arrival.pk).update(sealed=b"", sender="")
    return len(found)


@eraser("files", of=COMMENT, order=40)
@eraser("files", of=ARRIVAL, order=40)
def erase_files(ref: Ref) -> int:
    """Scans, attachments, the raw mail, and their safe views."""
    abouts = [str(ref), *(str(Ref.to(one)) for one in _arrivals(ref))]
    mine = StoredFile.objects.filter(Q(about__in=abouts) | Q(derived_from__about__in=abouts))
    left = list(mine.exclude(state=FileState.ERASED))
    for stored in left:
        vault.remove_file(stored=stored, by=SYSTEM)
    return len(left)


@eraser("whose", of=COMMENT, order=90)
def erase_whose(ref: Ref) -> int:
    """Nobody can say any more who wrote it. The party itself is an erasure of its own."""
    return Comment.objects.filter(pk=uuid.UUID(ref.id)).update(party=None)


@eraser("unsent", of=UNSENT, order=20)
def erase_unsent(ref: Ref) -> int:
    """Something half-written: its key, then its row."""
    unsent = Unsent.objects.select_related("key").filter(pk=uuid.UUID(ref.id)).first()
    if unsent is None:
        return 0
    key = unsent.key
    unsent.delete()
    vault.destroy_key(key, by=SYSTEM)
    return 1
