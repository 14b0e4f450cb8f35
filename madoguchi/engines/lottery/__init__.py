"""Draws (抽選) that anybody can check: rules and entries are frozen before the chance is known.

What decides a draw is four texts that everybody can download. `drawing.py` says, without a database, how they are
written and what follows from them; `verifier/verify.py` says the same again, on its own, for whoever does not believe us.
"""
