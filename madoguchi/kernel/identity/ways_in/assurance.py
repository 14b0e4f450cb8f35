"""How sure we are of who somebody is: the words for it, and which of them are two factors.

The words name what was shown, joined by "+": "password+totp", "card+pin", "mail+passkey". They stand on the account,
on the sign-in and in the audit. For residents they are never a condition of service.
"""

from __future__ import annotations

DEMO = "demo"
PASSWORD = "password"  # noqa: S105
MAIL = "mail"
PASSKEY = "passkey"  # the device asked for a finger, a face or its PIN
KEY = "key"  # a passkey whose device asked for a touch alone
TOTP = "totp"
CARD = "card"
PIN = "pin"
RECOVERY = "recovery"
COUNTER = "counter"
# The city's own sign-in for staff (OIDC), which says itself that it asked for two.
SSO = "sso+mfa"
SSO_FIRST = "sso"  # … or not, and then we ask for the second
OIDC = "oidc"  # a resident by a provider, as "oidc:aal3" where it says how

_TWO = {
    f"{PASSWORD}+{TOTP}",
    f"{PASSWORD}+{PASSKEY}",
    f"{PASSWORD}+{CARD}+{PIN}",
    f"{CARD}+{PIN}",
    SSO,
    f"{SSO_FIRST}+{TOTP}",
    f"{SSO_FIRST}+{PASSKEY}",
    f"{SSO_FIRST}+{CARD}+{PIN}",
}


def joined(*shown: str) -> str:
    """The word for everything that was shown, in the order it was."""
    return "+".join(shown)


def is_two_factors(assurance: str) -> bool:
    """Whether a member of staff may pass with it. The demo's fictional people are the one exception, in a demo."""
    return assurance in _TWO or assurance == DEMO
