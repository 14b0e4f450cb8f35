"""抽選 at the desk: rounds of my divisions, entries by telephone and postcard, closing, drawing, drawing again."""
