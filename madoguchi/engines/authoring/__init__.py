"""手続きを作る: a division writes a small procedure itself, tries it in practice, and a second person publishes it.

What is written is the same YAML a pack has; what is published stands beside the pack's definitions and is kept apart
from them by its origin. No code is written, and nothing is published by one person alone.
"""
