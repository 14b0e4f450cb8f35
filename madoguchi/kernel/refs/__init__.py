"""Names of things across engines: public ids, references, actors, receipt numbers."""

from .actors import SYSTEM, Actor, ActorKind, Lent, anonymous
from .ids import Ref, is_id, new_id

__all__ = ["SYSTEM", "Actor", "ActorKind", "Lent", "Ref", "anonymous", "is_id", "new_id"]
