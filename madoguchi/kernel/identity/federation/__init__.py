"""Sign-in by somebody else's word (OpenID Connect): residents by a provider such as デジタル認証アプリ, staff by the city's own.

Code flow only, with state, nonce, PKCE S256 and private_key_jwt; the ID token is believed when signature, issuer,
audience, times and nonce say so (docs/adr/0018). A subject of the provider opens one account, by a Link that its
owner made; nothing is ever joined by a name or an address.
"""
