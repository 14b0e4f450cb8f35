"""練習ページ: sample forms anybody fills in on their own telephone, without an account and without effect (C-19).

A lesson is a procedure of the pack that says `lesson: true`. It is published in the world `lessons` of kernel.practice,
where every row concerns nobody. Whoever begins is given somebody to play, and what they write is gone when they end.
"""
