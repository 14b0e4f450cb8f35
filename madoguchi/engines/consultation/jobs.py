"""What public comment does by itself."""

from __future__ import annotations

from madoguchi.kernel import jobs, search
from madoguchi.kernel.jobs.models import Job

from .search import CALLS, OPINIONS


@jobs.handler("consultation.index")
def index(job: Job) -> None:
    """A published result becomes findable; doing it twice is the same as once."""
    search.rebuild(CALLS)
    search.rebuild(OPINIONS)
