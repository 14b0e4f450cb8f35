"""Public comment: a draft is shown, opinions come by every way, each is answered, and stays to be followed."""
