"""Is a public text easy to read? Hints in plain Japanese for whoever writes; they hold nobody up.

Rules over signs and words, no grammar of the whole language: each hint names the place and says what to write
instead, so that the writer decides. ADR 0020 says why no analyser of Japanese stands behind it.
"""

from .easy import easy_reading_hints
from .plain import reading_hints

__all__ = ["easy_reading_hints", "reading_hints"]
