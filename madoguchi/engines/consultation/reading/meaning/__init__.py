"""What printed words mean: marks, numbers, dates, counts, headings, shared answers."""
