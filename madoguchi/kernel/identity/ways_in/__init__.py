"""How somebody proves who they are, and how long that holds.

Factors (passkey, TOTP, IC card with PIN, recovery codes), contacts (a verified e-mail address), one-time codes,
sign-ins (one browser in one realm) and recovery. Staff come in with two factors or not at all; residents
as they like, with how sure we are written down and never made a condition of service (docs/adr/0015).
"""
