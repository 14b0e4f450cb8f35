"""Who may what, walked: every address with every kind of person and everybody's things."""
