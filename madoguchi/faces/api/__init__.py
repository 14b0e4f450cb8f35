"""The HTTP API v1: the same engines for machines. Refusals are problem+json (RFC 9457)."""
