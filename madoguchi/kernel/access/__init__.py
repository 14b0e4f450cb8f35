"""How programs come in: apps that a resident connected (OAuth), machines with a key, and their repeated requests.

Nothing that opens a door is kept readable: of tokens and keys only digests stand in rows.
"""
