"""Papers of the city: draws letters and receipt copies from a pack's definitions, for whoever decides.

Promises: one layout, fonts embedded, text that can be read out and copied; a refusal never without its
reasons and the notice how to appeal; what a person wrote stands there as written and is never executed.
"""
