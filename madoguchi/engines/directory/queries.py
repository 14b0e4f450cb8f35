"""Questions about divisions, counters and duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.lineage import lineage
from madoguchi.kernel.identity.models import Division, Post
from madoguchi.kernel.text import said_of

from .errors import NoSuchDivision
from .models import Contact, Counter, Duty


def divisions() -> QuerySet[Division]:
    """The divisions of today in the order of the chart, each with its `contact` (may be missing)."""
    return identity.divisions().select_related("contact")


def division(key: str) -> Division:
    """One division of today with its contact, or one of the past whose work another goes on with (`heir`).

    Raises NoSuchDivision.
    """
    found = divisions().filter(pk=key).first() or _of_the_past(key)
    if found is None:
        raise NoSuchDivision
    return found


def said_names() -> dict[str, str]:
    """{key: what the division is called in the reader's language}, for pages that cite keys. One query."""
    return {one.pk: said_of(one) for one in identity.divisions()}


def _of_the_past(key: str) -> Division | None:
    heir = identity.division(identity.successor(key))
    if heir is None or heir.pk == key:
        return None
    found = identity.division(key)
    if found is not None:
        found.heir = heir  # type: ignore[attr-defined]
    return found


def contact(division_key: str) -> Contact | None:
    """How to reach who does the work of this division today; None when the pack does not say."""
    return (
        Contact.objects.select_related("division").filter(division=identity.successor(division_key)).first()
    )


@dataclass(slots=True)
class DutyShown:
    """A duty and the posts it comes with, as people call them."""

    title: str
    posts: list[str]
    note: str = ""


@dataclass(slots=True)
class BodyShown:
    """Duties that belong together: a body and its seats, or (without a name) the duties of single posts."""

    name: str
    duties: list[DutyShown]


def duties() -> list[BodyShown]:
    """Every duty of the chart, body by body in its order; those of no body first. Three queries."""
    bodies: dict[str, BodyShown] = {}
    for duty, shown in _duties():
        bodies.setdefault(duty.body, BodyShown(duty.body, [])).duties.append(shown)
    return sorted(bodies.values(), key=lambda body: body.name != "")


def duties_by_key() -> dict[str, DutyShown]:
    """The same by the key of duties.csv: whoever ties a seat to a duty asks here who has it today."""
    return {duty.key: shown for duty, shown in _duties()}


def _duties() -> Iterator[tuple[Duty, DutyShown]]:
    chart = lineage()
    posts = list(Post.objects.select_related("division").order_by("division__order", "key"))
    today = set(identity.divisions().values_list("pk", flat=True))
    names = {post.pk: _said(post) for post in posts}
    for duty in Duty.objects.all():
        held = [
            names[post.pk]
            for post in posts
            if post.pk == duty.post_id
            or (duty.each and post.title == duty.each and chart.now(post.division_id) in today)
        ]
        yield duty, DutyShown(duty.title, held, duty.note)


def _said(post: Post) -> str:
    """情報政策課長: the place and the title in one word where they meet."""
    place = post.team or post.division.name
    return place[:-1] + post.title if post.title.startswith(place[-1]) else f"{place} {post.title}"


def counters(division_key: str | None = None) -> QuerySet[Counter]:
    """The counters in use, of one division or all."""
    found = Counter.objects.filter(is_open=True).select_related("division")
    return found.filter(division=division_key) if division_key else found
