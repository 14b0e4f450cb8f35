"""Opinions by e-mail: fetched by IMAP, read apart, received exactly once, and only then marked on the server.

`box` speaks to the server, `parsing` reads a message in a child process, `heard` takes the child's word, `addressing` says
for which call it is, `numbers` covers what may not be kept, `rounds` does one round. Nothing is ever dropped: what cannot be attributed
waits on the desk.
"""
