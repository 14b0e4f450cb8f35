"""Tells people things, and keeps account of it: for each message, recipient and channel one row before anything is sent.

Promises: nothing is sent twice for the same reason, a failed delivery is seen, a mail never holds what a
person stated, and a demo writes to nobody.
"""
