"""Fields, pages, drafts, answers: what a city asks, asked once and kept safely.

Promises to procedures (and later booking, consultation, surveys): the same definition makes the same
questions in every face; an answer once given is never lost; what is personal is sealed.
"""
