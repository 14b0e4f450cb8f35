"""OAuth 2 for residents: they let an app act for them, see what it may do, and end it (docs/adr/0014)."""
