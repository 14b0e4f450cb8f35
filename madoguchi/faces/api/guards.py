"""Who may call what: a resident's app or a machine's key, with the scope for it, and not too often."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from madoguchi.faces.shared import bearer
from madoguchi.faces.shared.guards import GuardRule
from madoguchi.kernel.access import limits
from madoguchi.kernel.access import services as access
from madoguchi.kernel.access.errors import InvalidToken, ProcedureNotForKey, ScopeMissing
from madoguchi.kernel.access.queries import Caller
from madoguchi.kernel.errors import SignInFirst

# So many tokens that open nothing may come from one address in a minute: whoever tries them out is slowed down.
WRONG_TOKENS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class ScopedRule(GuardRule):
    """A token or key with a scope. `is_for_machines`: also without a resident behind it."""

    scope: str = ""
    is_for_machines: bool = False

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        """Raises SignInFirst, InvalidToken, TooManyRequests, ScopeMissing."""
        caller = bearer.caller(request)
        if caller is None:
            if not bearer.presented(request):
                raise SignInFirst
            address = request.META.get("REMOTE_ADDR", "")
            limits.spend_of_address(address, what="wrong token", per_minute=WRONG_TOKENS_PER_MINUTE)
            raise InvalidToken
        limits.spend(_counted_as(caller), per_minute=caller.per_minute)
        if self.scope not in caller.scopes or (caller.is_machine and not self.is_for_machines):
            raise ScopeMissing(scope=self.scope)
        access.note_use(caller=caller)
        return None


def _counted_as(caller: Caller) -> str:
    return str(caller.key.pk if caller.key else caller.grant.pk if caller.grant else caller.name)


def resident_app(scope: str) -> ScopedRule:
    """The app of a resident, which they let do this."""
    return ScopedRule(f"resident({scope})", kind=None, scope=scope)


def machine_or_resident_app(scope: str) -> ScopedRule:
    """The app of a resident, or a machine whose key names the scope."""
    return ScopedRule(f"resident|machine({scope})", kind=None, scope=scope, is_for_machines=True)


def check_procedure(caller: Caller | None, *, key: str, division: str) -> None:
    """A machine handles procedures of its own division, and of these the ones on its key. Raises ProcedureNotForKey."""
    if caller is None or caller.key is None:
        return
    named = caller.key.procedures
    if division != caller.key.division_id or (named and key not in named):
        raise ProcedureNotForKey
