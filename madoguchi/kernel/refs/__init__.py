"""Names of things across engines: public ids, references, actors, receipt numbers."""

from .actors import SYSTEM, Actor, ActorKind, anonymous
from .ids import Ref, new_id

__all__ = ["SYSTEM", "Actor", "ActorKind", "Ref", "anonymous", "new_id"]
