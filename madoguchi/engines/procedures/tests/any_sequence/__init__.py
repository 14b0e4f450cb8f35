"""A city hall in small for the property test: what may happen in it, what a plain model expects, what must hold."""
